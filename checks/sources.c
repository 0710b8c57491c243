/* Lists of downloads: what is read is what is written, and where a token may go. */
#include "sources.h"
#include "out.h"

#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
static const char ones[] = "1111111111111111111111111111111111111111111111111111111111111111";

static const char *write_text(const char *name, const char *text)
{
    Out out;
    Error error;
    const char *path = scratch(name);
    assert_true(out_open(&out, path, &error));
    out_text(&out, "%s", text);
    assert_true(out_commit(&out, &error));
    return path;
}

static void reads_sources(void **state)
{
    (void)state;
    Sources sources;
    Error error;
    char text[1024];
    snprintf(text, sizeof text,
             "# a remark, in any language: ü\n\na/b  5\t%s https://a.b/c\n"
             "  d - - http://127.0.0.1:8080/e?f=g",
             ones);
    assert_true(sources_read(&sources, write_text("list", text), &error));
    assert_int_equal(sources.count, 2);
    assert_string_equal(sources.items[0].path, "a/b");
    assert_int_equal(sources.items[0].bytes, 5);
    assert_string_equal(sources.items[0].sha256, ones);
    assert_string_equal(sources.items[0].url, "https://a.b/c");
    assert_string_equal(sources.items[1].path, "d");
    assert_int_equal(sources.items[1].bytes, BYTES_UNKNOWN);
    assert_string_equal(sources.items[1].sha256, "");
    assert_string_equal(sources.items[1].url, "http://127.0.0.1:8080/e?f=g");
    sources_free(&sources);
}

static void ships_a_list(void **state)
{
    (void)state;
    Sources sources;
    Error error;
    if (!sources_read(&sources, "data/sources", &error))
        fail_msg("%s", error.text);
    for (size_t i = 0; i < sources.count; i++)
        assert_int_equal(strncmp(sources.items[i].url, "https://", 8), 0);
    assert_true(sources.count > 5);
    sources_free(&sources);
}

static void keeps_receipts(void **state)
{
    (void)state;
    Receipts receipts;
    Error error;
    const char *path = scratch("receipts");
    unlink(path);
    assert_true(receipts_read(&receipts, path, &error));
    assert_int_equal(receipts.count, 0);
    Receipt first = {.path = "a", .bytes = 7, .changed = 1234567890123456789, .listed = true};
    Receipt second = {.path = "b/c", .bytes = 0, .changed = 5};
    strcpy(first.sha256, zeros);
    strcpy(second.sha256, zeros);
    receipts_put(&receipts, &first);
    receipts_put(&receipts, &second);
    strcpy(first.sha256, ones);
    receipts_put(&receipts, &first); /* in the older one's place */
    assert_int_equal(receipts.count, 2);
    assert_true(receipts_write(&receipts, path, &error));
    receipts_free(&receipts);
    if (!receipts_read(&receipts, path, &error))
        fail_msg("%s", error.text);
    assert_int_equal(receipts.count, 2);
    assert_null(receipts_find(&receipts, "c"));
    Receipt *found = receipts_find(&receipts, "a");
    assert_non_null(found);
    assert_string_equal(found->sha256, ones);
    assert_int_equal(found->bytes, 7);
    assert_int_equal(found->changed, 1234567890123456789);
    assert_true(found->listed);
    found = receipts_find(&receipts, "b/c");
    assert_non_null(found);
    assert_false(found->listed);
    receipts_free(&receipts);
}

/* A line of a record with one fault: the record is refused, with the line. */
static void refuse_receipt(const char *line, const char *why)
{
    Receipts receipts;
    Error error = {""};
    char text[512];
    snprintf(text, sizeof text, "# a record\nz 1 %s 5 listed\n%s\n", zeros, line);
    assert_false(receipts_read(&receipts, write_text("bad", text), &error));
    receipts_free(&receipts);
    if (!strstr(error.text, "bad:3: ") || !strstr(error.text, why) || !strchr(error.text, ';'))
        fail_msg("%s", error.text);
}

static void refuses_receipts(void **state)
{
    (void)state;
    char line[256];
    refuse_receipt("a 1", "has 2 columns, not 5");
    refuse_receipt("a 1 x 5 listed", "third column is no SHA-256");
    snprintf(line, sizeof line, "../a 1 %s 5 listed", zeros);
    refuse_receipt(line, "first column is no plain path");
    snprintf(line, sizeof line, "a - %s 5 listed", zeros);
    refuse_receipt(line, "second column is no count of bytes");
    snprintf(line, sizeof line, "a 1 %s now listed", zeros);
    refuse_receipt(line, "fourth column is no time");
    snprintf(line, sizeof line, "a 1 %s 5 guessed", zeros);
    refuse_receipt(line, "fifth column is neither");
    snprintf(line, sizeof line, "z 1 %s 5 listed", zeros);
    refuse_receipt(line, "repeats a path");
}

/* A line of a list with one fault, or a list that cannot be read. */
static void refuse_source(const char *line, const char *why)
{
    Sources sources;
    Error error = {""};
    char text[2048];
    snprintf(text, sizeof text, "# a list\n%s\n", line);
    assert_false(sources_read(&sources, write_text("bad-list", text), &error));
    sources_free(&sources);
    if (!strstr(error.text, "bad-list:2: ") || !strstr(error.text, why) || !strchr(error.text, ';'))
        fail_msg("%s", error.text);
}

static void refuses_sources(void **state)
{
    (void)state;
    Sources sources;
    Receipts receipts;
    Error error;
    char line[1024], name[300] = "";
    snprintf(line, sizeof line, "a %s %s https://a.b/c", "1152921504606846977", zeros);
    refuse_source(line, "no count of bytes");
    snprintf(line, sizeof line, "a 5 %s ftp://a.b/c", zeros);
    refuse_source(line, "no URL");
    snprintf(line, sizeof line, "a 5 %s https:///c", zeros);
    refuse_source(line, "no URL");
    snprintf(line, sizeof line, "a 5 %s https://a.b/c?d=\"e\"", zeros);
    refuse_source(line, "no URL");
    memset(name, 'n', 256);
    snprintf(line, sizeof line, "%s 5 %s https://a.b/c", name, zeros);
    refuse_source(line, "no plain path");
    assert_false(sources_read(&sources, "checks", &error));
    assert_non_null(strstr(error.text, "checks:1: "));
    assert_false(receipts_read(&receipts, "checks", &error));
    assert_non_null(strstr(error.text, "checks"));
    assert_false(receipts_read(&receipts, "checks/run/none", &error));
    assert_non_null(strstr(error.text, "checks/run/none: "));
    receipts = (Receipts){0};
    assert_false(receipts_write(&receipts, "checks/run/none", &error));
    assert_non_null(strstr(error.text, "checks/run"));
}

/* A token goes to one place over TLS, and to no look-alike. */
static void guards_the_token(void **state)
{
    (void)state;
    assert_true(sources_takes_token("https://huggingface.co/a/b"));
    assert_false(sources_takes_token("http://huggingface.co/a/b"));
    assert_false(sources_takes_token("https://huggingface.co.a.b/c"));
    assert_false(sources_takes_token("https://cdn.huggingface.co/a"));
    assert_false(sources_takes_token("https://huggingface.co@a.b/c"));
    assert_false(sources_takes_token("https://huggingface.co:444/a"));
    assert_false(sources_takes_token("https://cas-bridge.xethub.hf.co/a"));
    assert_false(sources_takes_token("https://a.b/https://huggingface.co/"));
    assert_false(sources_takes_token("huggingface.co/a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sources),    cmocka_unit_test(ships_a_list),
        cmocka_unit_test(keeps_receipts),   cmocka_unit_test(refuses_receipts),
        cmocka_unit_test(guards_the_token), cmocka_unit_test(refuses_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
