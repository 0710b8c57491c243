/* The command line of a stage: as many arguments as it declares, and lists of numbers. */
#include "run/stage.h"

#include <stdlib.h>
#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

/* More arguments than any stage has; the last one is required, and given. */
static void test_many_arguments(void **state)
{
    (void)state;
    enum { MANY = 130 };
    static char names[MANY][8];
    static int64_t values[MANY];
    static Arg args[MANY + 1];
    char *command[] = {"many", "--a0", "7", "--a129", "9", "word"};
    int count;
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "a%d", i);
        args[i] = (Arg){names[i], ARG_INT, &values[i], "a number [0 or more]", i == MANY - 1};
    }
    stage_begin("many", "takes many arguments", args, 6, command);
    assert_true(values[0] == 7 && values[MANY - 1] == 9 && values[64] == 0);
    assert_string_equal(stage_words(&count)[0], "word");
    assert_int_equal(count, 1);
}

static void test_lists(void **state)
{
    (void)state;
    Error error;
    int64_t *numbers;
    size_t count;
    assert_true(stage_list("save", "0,2,4-6", 0, 6, &numbers, &count, &error));
    assert_true(count == 5 && numbers[0] == 0 && numbers[1] == 2 && numbers[4] == 6);
    free(numbers);
    assert_false(stage_list("save", "1,x", 0, 6, &numbers, &count, &error));
    assert_string_equal(error.text,
                        "--save: 1,x: not a list of numbers from 0 to 6; write it like 0,2,4-6");
    assert_false(stage_list("save", "", 0, 6, &numbers, &count, &error));
    assert_string_equal(error.text, "--save: the list is empty; write it like 0,2,4-6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_arguments),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
