/* Input files that checks make for themselves: plain ones and real zips. */
#ifndef DOCMEM_FIXTURE_H
#define DOCMEM_FIXTURE_H
#include "error.h"
#include "out.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

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

#endif
