/* The set of names: numbers by order of arrival, any bytes, and ids for tokens. */
#include "base/names.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static void test_numbers(void **state)
{
    (void)state;
    Names names = {0};
    char text[16];
    size_t number, length;
    assert_false(names_find(&names, "x", 1, &number));
    for (size_t i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "name %zu", i % 500);
        assert_int_equal(names_add(&names, text, strlen(text), &number), i < 500);
        assert_int_equal(number, i % 500);
    }
    assert_int_equal(names.count, 500);
    assert_true(names_find(&names, "name 77", 7, &number));
    assert_int_equal(number, 77);
    assert_string_equal(names_text(&names, 77, &length), "name 77");
    assert_int_equal(length, 7);
    assert_false(names_find(&names, "name 770", 8, &number));
    names_free(&names);
    assert_int_equal(names.count, 0);
}

/* Bytes of any value and length, none among them, are names. */
static void test_bytes(void **state)
{
    (void)state;
    Names names = {0};
    size_t number, length;
    assert_true(names_add(&names, "a\0b", 3, &number));
    assert_true(names_add(&names, "a", 1, &number));
    assert_true(names_add(&names, "", 0, &number));
    assert_false(names_add(&names, "a\0b", 3, &number));
    assert_int_equal(number, 0);
    assert_memory_equal(names_text(&names, 0, &length), "a\0b", 4);
    assert_int_equal(length, 3);
    assert_string_equal(names_text(&names, 2, NULL), "");
    names_free(&names);
}

static void test_ids(void **state)
{
    (void)state;
    Names names = {0};
    assert_int_equal(names_id(&names, "a", 1), -1);
    assert_int_equal(names_intern(&names, "a", 1), 0);
    assert_int_equal(names_intern(&names, "b", 1), 1);
    assert_int_equal(names_intern(&names, "a", 1), 0);
    assert_int_equal(names_id(&names, "b", 1), 1);
    assert_int_equal(names_id(&names, "c", 1), -1);
    names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
