/* Records of inputs: their hashes, hashes that are kept, inputs that change under a stage's hands.
 */
#include "run/provenance.h"

#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "check.h" /* last: cmocka has a macro called fail */

enum { LARGE = 1 << 20 };

/* Writes `size` bytes, all the same, into the file. */
static void fill(const char *path, char byte, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fclose(file), 0);
}

/* Gives the file the time of its last change of bytes, seconds from 1970. */
static void set_time(const char *path, long seconds)
{
    struct utimbuf times = {seconds, seconds};
    assert_int_equal(utime(path, &times), 0);
}

static void test_hashes(void **state)
{
    (void)state;
    char text[FILEHASH_TEXT], path[512];
    snprintf(path, sizeof path, "%s", scratch("provenance-file"));
    fill(path, 'a', 0);
    filehash(path, text);
    assert_string_equal(text, "99aa06d3014798d86001c324468d497f"); /* xxhsum -H2 of nothing */
    fill(path, 'a', 3);
    filehash(path, text);
    assert_string_equal(text, "1ba4b00492c7202ee4ba3228795dc9ef"); /* and of aaa */
    filehash(scratch("provenance-absent"), text);
    assert_string_equal(text, "unreadable");
    filehash("/dev/zero", text); /* has no end */
    assert_string_equal(text, "unreadable");
    filehash("lib", text);
    assert_string_equal(text, "unreadable");
}

/* Path of what is kept of the file's hash. */
static void kept_name(char *name, size_t size, const char *folder, const char *path)
{
    FileState now = filestate(path);
    snprintf(name, size, "%s/%s-%llx.%llx", folder, now.text, (unsigned long long)now.changed,
             (unsigned long long)now.changed_ns);
}

static void test_kept_hashes(void **state)
{
    (void)state;
    char text[FILEHASH_TEXT], right[FILEHASH_TEXT], path[512], folder[512], name[1024];
    static const char planted[] = "0123456789abcdef0123456789abcdef\n";
    snprintf(path, sizeof path, "%s", scratch("provenance-large"));
    snprintf(folder, sizeof folder, "%s", scratch("provenance-kept"));
    fill(path, 'a', LARGE);
    filehash(path, right);
    filehash_kept(path, folder, text);
    assert_string_equal(text, right);
    kept_name(name, sizeof name, folder, path);
    assert_int_not_equal(access(name, F_OK), 0); /* it was changed a moment ago */
    sleep(3);
    filehash_kept(path, folder, text);
    assert_string_equal(text, right);
    assert_int_equal(access(name, F_OK), 0);
    FILE *file = fopen(name, "wb"); /* what is kept is what is told */
    assert_non_null(file);
    assert_int_equal(fwrite(planted, 1, sizeof planted - 1, file), sizeof planted - 1);
    assert_int_equal(fclose(file), 0);
    filehash_kept(path, folder, text);
    assert_memory_equal(text, planted, sizeof text - 1);
    /* Another time of its bytes, even an older one of the same size, is another file. */
    fill(path, 'b', LARGE);
    set_time(path, 1000000000);
    filehash(path, right);
    filehash_kept(path, folder, text);
    assert_string_equal(text, right);
    file = fopen(name, "wb"); /* what is kept and damaged is not told */
    assert_non_null(file);
    assert_int_equal(fputs("0123", file) >= 0 && fclose(file) == 0, 1);
    filehash_kept(path, "/dev/null/none", text); /* a folder that cannot be */
    assert_string_equal(text, right);
    filehash_kept(path, NULL, text);
    assert_string_equal(text, right);
}

static void test_changed_inputs(void **state)
{
    (void)state;
    Error error;
    Provenance record;
    char path[512], other[512];
    snprintf(path, sizeof path, "%s", scratch("provenance-in/one"));
    snprintf(other, sizeof other, "%s", scratch("provenance-in/two"));
    assert_true(out_make_folder(scratch("provenance-in"), &error));
    fill(path, 'a', 3);
    set_time(path, 1000000000);
    fill(other, 'b', 3);
    provenance_begin(&record, "check", NULL);
    provenance_input(&record, "first", scratch("provenance-in"));
    provenance_input(&record, "absent", scratch("provenance-none"));
    assert_non_null(strstr(record.text, "input first 1ba4b00492c7202ee4ba3228795dc9ef "));
    assert_non_null(strstr(record.text, "input absent unreadable "));
    assert_int_equal(record.files_count, 3);
    assert_true(provenance_unchanged(&record, &error));
    assert_int_equal(chmod(path, 0600), 0); /* not its bytes */
    assert_true(provenance_unchanged(&record, &error));
    fill(path, 'c', 3);
    assert_false(provenance_unchanged(&record, &error));
    assert_non_null(strstr(error.text, "provenance-in/one: was changed while it was read; "));
    set_time(path, 1000000000);
    assert_true(provenance_unchanged(&record, &error)); /* all that times can tell */
    assert_int_equal(unlink(other), 0);
    assert_false(provenance_unchanged(&record, &error));
    assert_non_null(strstr(error.text, "provenance-in/two: "));
    provenance_free(&record);
    assert_null(record.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_kept_hashes),
        cmocka_unit_test(test_changed_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
