/* One pass over the FEVER dump of Wikipedia that parses only the pages that are wanted. */
#include "wiki.h"

#include "lines.h"
#include "mem.h"
#include "zip_check.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ABSENT, SEEN, HAS_TEXT }; /* what is known of a wanted title */
enum { PROGRESS_LINES = 8192, ZIP_BLOCK = 1 << 18, DEFLATE_MOST = 1032 };

typedef struct {
    const char *path;
    const Names *wanted;
    unsigned char *known; /* (wanted->count) */
    WikiPage receive;
    void *context;
    WikiProgress progress;
    WikiCounts *counts;
    Lines lines;
    struct archive *zip; /* NULL for a folder */
    double done, total;  /* bytes of the files, as they lie on disk */
} Pass;

bool wiki_is_data(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    return strncmp(name, "wiki-", 5) == 0 && length > 11 &&
           strcmp(name + length - 6, ".jsonl") == 0 && strncmp(path, "__MACOSX/", 9) != 0 &&
           !strstr(path, "/__MACOSX/");
}

/* Hands a wanted page on, or counts it as a repeat or as one without text. */
static void take_page(Pass *pass, size_t number, const Page *page)
{
    unsigned char *known = &pass->known[number];
    pass->counts->found += *known == ABSENT;
    pass->counts->repeated += *known != ABSENT;
    if (*known != HAS_TEXT && page_has_text(page)) {
        pass->receive(pass->context, number, page);
        *known = HAS_TEXT;
    } else if (*known == ABSENT) {
        *known = SEEN;
    }
}

/* Looks at one line and parses it where it is wanted, or where a look does not tell. */
static bool read_line(Pass *pass, const char *line, size_t length, Error *error)
{
    char title[PAGE_TITLE_LIMIT];
    size_t count, number;
    Page page;
    pass->counts->pages++;
    bool sure = page_look(line, length, title, &count);
    if (sure && !names_find(pass->wanted, title, count, &number))
        return true;
    pass->counts->parsed++;
    if (!page_parse(line, length, &page, error))
        return false;
    if (names_find(pass->wanted, page.title, strlen(page.title), &number))
        take_page(pass, number, &page);
    page_free(&page);
    return true;
}

static void report_progress(Pass *pass)
{
    if (!pass->progress)
        return;
    double done = pass->zip ? (double)archive_filter_bytes(pass->zip, -1)
                            : pass->done + (double)pass->lines.bytes;
    pass->progress("pages", done < pass->total ? done : pass->total, pass->total);
}

/* Names the place of a failure: the file, or the zip and its member, and the line. */
static bool fail_at(const Pass *pass, const char *name, const char *what, Error *error)
{
    return fail(error, "%s/%s:%llu: %s", pass->path, name, (unsigned long long)pass->lines.number,
                what);
}

static const char *zip_error(struct archive *zip)
{
    const char *text = archive_error_string(zip);
    return text ? text : "unknown fault";
}

/* Reads every line of the file or member called `name`. */
static bool read_pages(Pass *pass, const char *name, LinesRead read, void *source, Error *error)
{
    char *line;
    size_t length;
    LinesResult result;
    Error inner;
    lines_begin(&pass->lines, read, source, LINES_LIMIT);
    while ((result = lines_next(&pass->lines, &line, &length)) == LINES_LINE) {
        if (!read_line(pass, line, length, &inner))
            return fail_at(pass, name, inner.text, error);
        if (pass->lines.number % PROGRESS_LINES == 0)
            report_progress(pass);
    }
    pass->counts->files++;
    pass->counts->bytes += pass->lines.bytes;
    if (result == LINES_END)
        return true;
    if (result == LINES_TOO_LONG)
        return fail_at(pass, name, "longer than 64 MiB; give one page a line", error);
    fail(&inner, "cannot be read (%s); fetch it again",
         pass->zip ? zip_error(pass->zip) : errno_text());
    return fail_at(pass, name, inner.text, error);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_data_entry(const struct dirent *entry)
{
    return wiki_is_data(entry->d_name);
}

static char *join(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static double file_size(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (double)status.st_size : 0;
}

static bool read_file(Pass *pass, const char *name, Error *error)
{
    char *path = join(pass->path, name);
    FILE *file = fopen(path, "rb");
    bool ok =
        file ? read_pages(pass, name, lines_read_file, file, error)
             : fail(error, "%s: cannot be opened (%s); check its permissions", path, errno_text());
    if (file)
        fclose(file);
    pass->done += file_size(path);
    free(path);
    return ok;
}

static bool read_folder(Pass *pass, Error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(pass->path, &entries, is_data_entry, by_name);
    bool ok = count >= 0 || fail(error, "%s: cannot be listed (%s); check its permissions",
                                 pass->path, errno_text());
    for (int i = 0; i < count; i++) {
        char *path = join(pass->path, entries[i]->d_name);
        pass->total += file_size(path);
        free(path);
    }
    for (int i = 0; i < count; i++) {
        ok = ok && read_file(pass, entries[i]->d_name, error);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static ssize_t read_member(void *zip, void *bytes, size_t capacity)
{
    la_ssize_t count = archive_read_data(zip, bytes, capacity);
    return count < 0 ? -1 : (ssize_t)count;
}

/* Reads a member of the zip. No byte deflates to more than DEFLATE_MOST, so members that come to
 * more lie over one another. */
static bool read_data_member(Pass *pass, const char *name, Error *error)
{
    if (!read_pages(pass, name, read_member, pass->zip, error))
        return false;
    return (double)pass->counts->bytes <= DEFLATE_MOST * pass->total ||
           fail(error, "%s/%s: the zip inflates to more than it can hold; fetch it again",
                pass->path, name);
}

/* Only the reader that starts from the zip's directory is used: it stands at
 * the end of the file, so that a zip cut short is refused at once. */
static bool read_zip(Pass *pass, Error *error)
{
    struct archive_entry *entry;
    bool ok = true;
    if (!zip_check(pass->path, error))
        return false;
    pass->total = file_size(pass->path);
    pass->zip = archive_read_new();
    int status = archive_read_support_format_zip_seekable(pass->zip);
    if (status == ARCHIVE_OK)
        status = archive_read_open_filename(pass->zip, pass->path, ZIP_BLOCK);
    while (ok && (status == ARCHIVE_OK || status == ARCHIVE_WARN)) {
        status = archive_read_next_header(pass->zip, &entry);
        bool read = status == ARCHIVE_OK || status == ARCHIVE_WARN;
        const char *name = read ? archive_entry_pathname_utf8(entry) : NULL;
        if (name && archive_entry_filetype(entry) == AE_IFREG && wiki_is_data(name))
            ok = read_data_member(pass, name, error);
    }
    if (ok && status != ARCHIVE_EOF)
        ok = fail(error, "%s: not a whole zip file (%s); fetch it again", pass->path,
                  zip_error(pass->zip));
    archive_read_free(pass->zip);
    return ok;
}

static void count_without_text(Pass *pass)
{
    for (size_t i = 0; i < pass->wanted->count; i++)
        pass->counts->without_text += pass->known[i] == SEEN;
}

bool wiki_read(const char *path, const Names *wanted, WikiPage receive, void *context,
               WikiProgress progress, WikiCounts *counts, Error *error)
{
    struct stat status;
    *counts = (WikiCounts){0};
    if (stat(path, &status) != 0)
        return fail(error, "%s: cannot be opened (%s); name the folder or the zip of wiki pages",
                    path, errno_text());
    Pass pass = {.path = path,
                 .wanted = wanted,
                 .receive = receive,
                 .context = context,
                 .progress = progress,
                 .counts = counts};
    pass.known = mem_alloc(wanted->count, 1);
    bool ok = S_ISDIR(status.st_mode) ? read_folder(&pass, error) : read_zip(&pass, error);
    count_without_text(&pass);
    if (ok && counts->pages == 0)
        ok = fail(error,
                  "%s: holds no page in a wiki-*.jsonl; name the folder or the zip of wiki "
                  "pages",
                  path);
    free(pass.known);
    lines_free(&pass.lines);
    return ok;
}
