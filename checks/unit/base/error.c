/* Messages: one printable line of UTF-8 that keeps its place and its cure, whatever a file held. */
#include "base/error.h"
#include "base/text.h"

#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

static void test_plain(void **state)
{
    (void)state;
    Error error;
    assert_false(fail(&error, "%s:%d: caf\xc3\xa9 \xf0\x9f\x98\x80 is closed; wait", "a", 7));
    assert_string_equal(error.text, "a:7: caf\xc3\xa9 \xf0\x9f\x98\x80 is closed; wait");
}

static void test_what_cannot_be_shown(void **state)
{
    (void)state;
    Error error;
    fail(&error, "%s", "a\nb\x1b[2J\x7f\xc2\x9b\xc2\xa0|\xff|\xe2\x82|\xc3");
    assert_string_equal(error.text, "a?b?[2J???\xc2\xa0|?|??|?");
}

static void test_too_long(void **state)
{
    (void)state;
    enum { LONG = 5000 };
    char name[LONG + 1];
    Error error;
    for (int i = 0; i < LONG; i += 2)
        memcpy(name + i, "\xc3\xa9", 2);
    for (int cut = 0; cut < 2; cut++) { /* both parities of the places that are cut */
        name[LONG - cut] = 0;
        fail(&error, "file:3: '%s' is unknown; take another", name);
        size_t length = strlen(error.text);
        assert_int_equal(length, sizeof error.text - 1);
        assert_int_equal(utf8_valid(error.text, length), length);
        assert_memory_equal(error.text, "file:3: '\xc3\xa9", 11);
        assert_non_null(strstr(error.text, " ... "));
        assert_string_equal(error.text + length - 26, "' is unknown; take another");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_what_cannot_be_shown),
        cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
