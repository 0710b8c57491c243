/* The look at a zip before it is read: each way in which its directory and its heads can be off. */
#include "file/zip_check.h"
#include "base/alloc.h"

#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */
#include "fixture.h"

enum { LARGEST = 40000 };

static unsigned char whole[LARGEST];
static size_t size, directory; /* of the good zip; where its directory begins */

static int read_good(void **state)
{
    (void)state;
    FILE *file = fopen("checks/audit/fuzz/seeds/zip/deflated", "rb");
    assert_non_null(file);
    size = fread(whole, 1, sizeof whole, file);
    fclose(file);
    const unsigned char *end = whole + size - 22;
    directory = end[16] | (size_t)end[17] << 8;
    return size < 100 || memcmp(whole + directory, "PK\1\2", 4) != 0;
}

/* The zip with `count` bytes at `place` exchanged: accepted where `reason` is NULL, or refused for
 * it. */
static void changed(size_t place, const char *bytes, size_t count, const char *reason)
{
    unsigned char copy[LARGEST];
    Error error = {""};
    memcpy(copy, whole, size);
    memcpy(copy + place, bytes, count);
    const char *path = fixture_file("changed.zip", copy, size);
    bool ok = zip_check(path, &error);
    if (ok != !reason || (reason && !strstr(error.text, reason)))
        fail_msg("%s: '%s' does not say '%s'", ok ? "accepted" : "refused", error.text, reason);
    assert_true(ok || (strncmp(error.text, path, strlen(path)) == 0 && strchr(error.text, ';')));
}

static void test_good(void **state)
{
    (void)state;
    Error error;
    assert_true(zip_check("checks/audit/fuzz/seeds/zip/deflated", &error));
    assert_true(zip_check("checks/audit/fuzz/seeds/zip/stored", &error)); /* with a comment */
    assert_false(zip_check("checks/absent.zip", &error));
    assert_non_null(strstr(error.text, "cannot be opened"));
    assert_false(zip_check("checks", &error));
}

static void test_end(void **state)
{
    (void)state;
    const size_t end = size - 22;
    changed(end, "P", 1, NULL);
    changed(end, "Q", 1, "no directory at its end");
    changed(end + 4, "\1", 1, "several parts");
    changed(end + 8, "\1", 1, "several parts");
    changed(end - 20, "PK\6\7", 4, "its 64-bit end is not where it says");
    changed(end + 12, "\1", 1, "lacks members");
    changed(end + 12, "\xff\xff\xff", 3, "not where its end says");
    changed(end + 16, "\xff\xff\xff", 3, "not where its end says");
    changed(end + 20, "\1", 1, "its end is cut short");
    changed(end + 8, "\2\0\2", 3, "more members than it says");
    changed(end + 8, "\4\0\4", 3, "lacks members");
}

/* A comment of `count` bytes, as far back as a zip's end may lie. */
static void commented(size_t count, const char *reason)
{
    enum { MOST = 70000 };
    unsigned char *copy = alloc_zeroed(size + MOST, 1);
    Error error = {""};
    memcpy(copy, whole, size);
    memset(copy + size, 'c', count);
    size_t told = count < UINT16_MAX ? count : UINT16_MAX;
    copy[size - 2] = (unsigned char)told, copy[size - 1] = (unsigned char)(told >> 8);
    bool ok = zip_check(fixture_file("commented.zip", copy, size + count), &error);
    if (ok != !reason || (reason && !strstr(error.text, reason)))
        fail_msg("%zu: '%s' does not say '%s'", count, error.text, reason);
    free(copy);
}

static void test_comments(void **state)
{
    (void)state;
    commented(16383 - 22, NULL);
    commented(16383 - 21, ": 16362 bytes stand behind its directory");
    commented(60000, ": 60000 bytes stand behind its directory, a comment for instance, more than "
                     "are read past; unpack it into a folder");
    commented(UINT16_MAX, ": 65535 bytes stand behind its directory");
    commented(UINT16_MAX + 1, "no directory at its end");
    memset(whole + directory, 'Q', 1);
    commented(60000, "lacks members");
    memset(whole + directory, 'P', 1);
}

static void test_members(void **state)
{
    (void)state;
    changed(directory, "Q", 1, "lacks members");
    changed(directory + 28, "\xff\xff", 2, "cut short");
    /* A plain file may be of any method; what a reader has to unpack to list it may not. */
    changed(directory + 10, "\x0e", 1, NULL);
    changed(directory + 10, "\0", 2, NULL);
    const unsigned char was[2] = {whole[directory + 40], whole[directory + 41]};
    memcpy(whole + directory + 40, "\0\xa0", 2); /* a link */
    changed(directory + 10, "\x0e", 1, "no file is not deflated (method 14)");
    changed(8, "\x0c", 1, "no file is not deflated (method 12)");
    changed(9, "\1", 1, "not deflated (method 264)"); /* a reader may look at the low byte alone */
    memcpy(whole + directory + 40, was, 2);
    changed(0, "Q", 1, "not where the directory says");
    changed(directory + 42, "\xff\xff\xff\x7f", 4, "not where the directory says");
    changed(directory + 42, "\xff\xff\xff\xff", 4, "not where the directory says");
    changed(directory + 20, "\xff\xff\xff\xff", 4, NULL); /* sizes are the reader's matter */
}

static void test_cut_short(void **state)
{
    (void)state;
    Error error;
    for (size_t count = 0; count < size; count++)
        assert_false(zip_check(fixture_file("cut.zip", whole, count), &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),      cmocka_unit_test(test_end),
        cmocka_unit_test(test_comments),  cmocka_unit_test(test_members),
        cmocka_unit_test(test_cut_short),
    };
    return cmocka_run_group_tests_name("zip_check", tests, read_good, NULL);
}
