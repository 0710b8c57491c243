/* Input files that checks make for themselves: plain ones and real zips. */
#ifndef DOCMEM_FIXTURE_H
#define DOCMEM_FIXTURE_H
#include "base/error.h"
#include "file/out.h"

#include <archive.h>
#include <archive_entry.h>
#include <libgen.h>
#include <string.h>
#include <sys/wait.h>

#include "check.h"

/* Writes a file of the scratch folder and returns its path. */
static inline const char *fixture_file(const char *name, const void *bytes, size_t count)
{
    Error error;
    Out out;
    const char *path = scratch(name);
    assert_true(out_open(&out, path, &error));
    out_bytes(&out, bytes, count);
    assert_true(out_commit(&out, &error));
    return path;
}

static inline const char *fixture_text(const char *name, const char *text)
{
    return fixture_file(name, text, strlen(text));
}

typedef struct {
    const char *name, *text;
} Member;

/* Writes a zip with deflated members (ends with a NULL name) and returns its path. */
static inline const char *fixture_zip(const char *name, const Member *members)
{
    Error error;
    const char *path = scratch(name);
    assert_true(out_make_parents(path, &error));
    struct archive *zip = archive_write_new();
    assert_int_equal(archive_write_set_format_zip(zip), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(zip, path), ARCHIVE_OK);
    for (; members->name; members++) {
        struct archive_entry *entry = archive_entry_new();
        bool folder = members->name[strlen(members->name) - 1] == '/';
        archive_entry_set_pathname(entry, members->name);
        archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        if (!folder)
            archive_entry_set_size(entry, (la_int64_t)strlen(members->text));
        assert_int_equal(archive_write_header(zip, entry), ARCHIVE_OK);
        if (!folder)
            archive_write_data(zip, members->text, strlen(members->text));
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_free(zip), ARCHIVE_OK);
    return path;
}

/* Runs the stage program beside this one, after the shell words of `prefix`;
 * its exit status, and what it wrote to stderr in message (size). Skips the
 * test where the program has not been built. */
static inline int fixture_run(const char *prefix, const char *stage, const char *arguments,
                              char *message, size_t size)
{
    char self[512] = "", command[4096];
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    const char *folder = dirname(self);
    snprintf(command, sizeof command, "%s/%s", folder, stage);
    if (access(command, X_OK) != 0) {
        print_message("skipped: %s is absent (make programs)\n", command);
        skip();
    }
    snprintf(command, sizeof command, "%s DOCMEM_QUIET=1 %s/%s %s 2> %s", prefix, folder, stage,
             arguments, scratch("stage-message"));
    int status = system(command);
    FILE *file = fopen(scratch("stage-message"), "r");
    assert_non_null(file);
    message[fread(message, 1, size - 1, file)] = 0;
    fclose(file);
    return WEXITSTATUS(status);
}

/* Checks that a failed stage ended with `status` and one line of the usual form that
 * holds `what`. */
static inline void fixture_refused(const char *stage, int got, int status, const char *message,
                                   const char *what)
{
    char start[64];
    const char *newline = strchr(message, '\n');
    snprintf(start, sizeof start, "docmem: %s: ", stage);
    if (got != status || strncmp(message, start, strlen(start)) != 0 || !strstr(message, what) ||
        !strchr(message, ';') || !newline || newline[1])
        fail_msg("status %d, unexpected message: %s", got, message);
}

/* Checks that a folder of the scratch folder is absent or holds nothing but
 * provenance, which is written before the output it tells of. */
static inline void fixture_nothing_in(const char *name)
{
    char command[1024];
    snprintf(command, sizeof command, "test -z \"$(ls -A -I '*.prov' %s 2>/dev/null)\"",
             scratch(name));
    assert_int_equal(system(command), 0);
}

#endif
