/* Outputs: complete or absent, files and whole folders. */
#include "file/out.h"

#include <string.h>
#include <sys/stat.h>

#include "check.h" /* last: cmocka has a macro called fail */

/* First bytes of a file, or "" where there is none. */
static const char *content(const char *path)
{
    static char bytes[64];
    FILE *file = fopen(path, "rb");
    size_t count = file ? fread(bytes, 1, sizeof bytes - 1, file) : 0;
    bytes[count] = 0;
    if (file)
        assert_int_equal(fclose(file), 0);
    return bytes;
}

static void test_absent_until_committed(void **state)
{
    (void)state;
    Error error;
    Out out;
    char path[512], temporary[600];
    snprintf(path, sizeof path, "%s", scratch("deep/er/target"));
    unlink(path);
    assert_true(out_open(&out, path, &error));
    out_text(&out, "number %d", 1);
    snprintf(temporary, sizeof temporary, "%s", out.temporary);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_true(out_commit(&out, &error));
    assert_string_equal(content(path), "number 1");
    assert_int_not_equal(access(temporary, F_OK), 0);
    /* What is given up leaves the older file as it was. */
    assert_true(out_open(&out, path, &error));
    out_text(&out, "number %d", 2);
    out_abandon(&out);
    assert_string_equal(content(path), "number 1");
    out_abandon(&out); /* harmless */
}

static void test_what_cannot_be_written_is_named(void **state)
{
    (void)state;
    Error error;
    Out out;
    char path[512];
    assert_true(out_open(&out, scratch("plain"), &error));
    assert_true(out_commit(&out, &error));
    snprintf(path, sizeof path, "%s/inside", scratch("plain")); /* a file is no folder */
    assert_false(out_open(&out, path, &error));
    assert_non_null(strstr(error.text, "plain"));
    assert_non_null(strchr(error.text, ';'));
    /* A target that a file cannot replace: nothing is left beside it. */
    snprintf(path, sizeof path, "%s", scratch("a-folder/kept"));
    assert_true(out_make_parents(path, &error));
    path[strlen(path) - strlen("/kept")] = 0;
    assert_true(out_make_folder(path, &error));
    assert_true(out_open(&out, path, &error));
    out_bytes(&out, "x", 1);
    char temporary[600];
    snprintf(temporary, sizeof temporary, "%s", out.temporary);
    assert_false(out_commit(&out, &error));
    assert_non_null(strstr(error.text, "a-folder"));
    assert_int_not_equal(access(temporary, F_OK), 0);
}

static void test_folder_replaces_folder(void **state)
{
    (void)state;
    Error error;
    Out out;
    char path[600];
    for (int i = 0; i < 2; i++) {
        assert_true(out_open_folder(&out, scratch("world-folder"), &error));
        assert_true(out_member(&out, i ? "new/file" : "old/file", &error));
        out_text(&out, "%d", i);
        assert_true(out_commit(&out, &error));
    }
    snprintf(path, sizeof path, "%s/old/file", scratch("world-folder"));
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/new/file", scratch("world-folder"));
    assert_int_equal(access(path, F_OK), 0);
    assert_true(out_open_folder(&out, scratch("world-folder"), &error));
    assert_true(out_member(&out, "third", &error));
    snprintf(path, sizeof path, "%s", out.temporary);
    out_abandon(&out);
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/new/file", scratch("world-folder"));
    assert_int_equal(access(path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_absent_until_committed),
        cmocka_unit_test(test_what_cannot_be_written_is_named),
        cmocka_unit_test(test_folder_replaces_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
