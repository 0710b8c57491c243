/* JSON texts that jansson alone would take and other readers refuse. */
#include "file/json_strict.h"

#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

#define MARK "\xef\xbb\xbf"
#define NAMED "an invisible byte-order mark, as where files were joined: remove it"

static json_t *parse(const char *bytes, size_t length, json_error_t *problem)
{
    return json_strict(bytes, length, JSON_REJECT_DUPLICATES, problem);
}

static void test_sound(void **state)
{
    (void)state;
    static const char *const texts[] = {"[0]",
                                        "[-1, -0.5, -0e1, -0E1, 1e-05, 1E-0]",
                                        "{\"-0\": \"a-0\\\"-0\"}",
                                        "[10, 1]",
                                        "[\"\\\\\", -12]",
                                        "[\"" MARK "\"]",
                                        " {}\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_error_t problem;
        json_t *value = parse(texts[i], strlen(texts[i]), &problem);
        assert_non_null(value);
        json_decref(value);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        int line, position;
        const char *reason;
    } cases[] = {{"[1\0]", 4, 1, 2, "a NUL byte"},
                 {"{\n}\0", 4, 2, 3, "a NUL byte"},
                 {"\0", 1, 1, 0, "a NUL byte"},
                 {"[-0]", 4, 1, 1, "the number -0"},
                 {"[1,\n-0 ]", 8, 2, 4, "the number -0"},
                 {"-0", 2, 1, 0, "the number -0"},
                 {"[\"\\\\\", -0]", 10, 1, 7, "the number -0"},
                 {MARK "[1]", 6, 1, 0, NAMED},
                 {"[1]" MARK "[1]", 9, 1, 3, NAMED},
                 {"[1,\n" MARK "2]", 9, 2, 4, NAMED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_error_t problem;
        assert_null(parse(cases[i].text, cases[i].length, &problem));
        assert_string_equal(problem.text, cases[i].reason);
        assert_int_equal(problem.line, cases[i].line);
        assert_int_equal(problem.position, cases[i].position);
    }
    json_error_t problem;
    assert_null(parse("", 0, &problem));
    assert_null(parse("[", 1, &problem));
}

static void test_file(void **state)
{
    (void)state;
    json_error_t problem;
    FILE *file = tmpfile();
    assert_non_null(file);
    fputc('[', file);
    for (int i = 0; i < 20000; i++)
        fprintf(file, "%d,\n", i);
    fputs("0]", file);
    rewind(file);
    json_t *list = json_strict_file(file, 0, &problem);
    assert_int_equal(json_array_size(list), 20001);
    json_decref(list);
    assert_null(json_strict_file(file, 0, &problem)); /* nothing is left */
    fclose(file);
    file = fopen("checks", "rb"); /* a folder opens and cannot be read */
    assert_non_null(file);
    assert_null(json_strict_file(file, 0, &problem));
    assert_string_equal(problem.text, "cannot be read to its end");
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_file),
    };
    return cmocka_run_group_tests_name("json_strict", tests, NULL, NULL);
}
