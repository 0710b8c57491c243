/* Checks of requests and replies as JSON lines: what is answered, and where a fault is told. */
#include "probe/json_lines.h"
#include "base/lines.h"

#include <fcntl.h>
#include <string.h>

#include "fixture.h"

/* Replies with the ids of the request, once more. */
static json_t *answer(void *context, const json_t *request, Error *error)
{
    Tokens ids = {0};
    json_t *reply = NULL;
    ++*(int *)context;
    if (json_read_ids(request, &ids, error))
        reply = json_pack("{s:o}", "ids", json_ids(&ids));
    tokens_free(&ids);
    return reply;
}

/* What is answered to a file, in `said`; how many requests were. */
static bool answered(const char *path, char *said, size_t size, int *count, Error *error)
{
    int descriptor = open(path, O_RDONLY);
    FILE *out = fopen(scratch("replies"), "w+b");
    assert_true(descriptor >= 0 && out);
    *count = 0;
    bool ok = json_lines_answer(descriptor, "requests", out, answer, count, error);
    rewind(out);
    said[fread(said, 1, size - 1, out)] = 0;
    fclose(out);
    close(descriptor);
    return ok;
}

static void refused(const char *text, const char *what)
{
    char said[256];
    int count;
    Error error = {""};
    assert_false(answered(fixture_text("requests", text), said, sizeof said, &count, &error));
    if (strncmp(error.text, "requests", 8) != 0 || !strstr(error.text, what) ||
        !strchr(error.text, ';'))
        fail_msg("\"%s\" does not say: %s", error.text, what);
}

static void test_answers(void **state)
{
    (void)state;
    char said[256];
    int count;
    Error error;
    assert_true(answered(fixture_text("requests", "{\"ids\":[0,2147483647]}\n{\"ids\":[]}"), said,
                         sizeof said, &count, &error));
    assert_string_equal(said, "{\"ids\":[0,2147483647]}\n{\"ids\":[]}\n");
    assert_int_equal(count, 2);
    assert_true(answered(fixture_text("requests", ""), said, sizeof said, &count, &error));
    assert_int_equal(count, 0);
}

static void test_refused(void **state)
{
    (void)state;
    refused("{\"ids\":[1]}\n[]\n", ":2: not a JSON object (another value)");
    refused("{\"ids\":[1]\n", ":1: not a JSON object (");
    refused("{\"ids\":[1],\"ids\":[2]}\n", ":1: not a JSON object (duplicate");
    refused("{\"a\xff\":1}\n", ":1: not a JSON object (");
    refused("{}\n", ":1: no list \"ids\"");
    refused("{\"ids\":{}}\n", ":1: no list \"ids\"");
    refused("{\"ids\":[1,-1]}\n", ":1: ids[1] is not a token id");
    refused("{\"ids\":[2147483648]}\n", ":1: ids[0] is not a token id");
    refused("{\"ids\":[1,2.0]}\n", ":1: ids[1] is not a token id");
    refused("{\"ids\":[null]}\n", ":1: ids[0] is not a token id");
}

static void test_unreadable(void **state)
{
    (void)state;
    char said[256];
    int count;
    Error error;
    assert_false(answered("checks", said, sizeof said, &count, &error));
    assert_non_null(strstr(error.text, "requests: cannot be read to its end ("));
    const char *path = fixture_text("long", "");
    assert_int_equal(truncate(path, (off_t)LINES_LIMIT + 2), 0);
    assert_false(answered(path, said, sizeof said, &count, &error));
    assert_non_null(strstr(error.text, "requests:1: the line is over 64 MiB long"));
}

static void test_replies(void **state)
{
    (void)state;
    Error error;
    FILE *full = fopen("/dev/full", "wb");
    assert_non_null(full);
    assert_false(json_lines_put(full, json_pack("{s:i}", "a", 1), &error));
    assert_non_null(strstr(error.text, "standard output: cannot be written ("));
    fclose(full);
    assert_false(json_lines_put(stdout, json_pack("{s:s%}", "a", "\xff", (size_t)1), &error));
    assert_non_null(strstr(error.text, "a reply's text is not UTF-8"));
    const double wide[] = {0.1, -2};
    const float narrow[] = {0.5f};
    json_t *lists = json_pack("[o,o]", json_doubles(wide, 2), json_floats(narrow, 1));
    char *text = json_dumps(lists, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(lists);
    assert_string_equal(text, "[[0.1,-2.0],[0.5]]");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
