/* Folder, file and zip all end in one loop over lines: read the title, parse the line only if the
 * page is wanted, hand the page on. */
#include "fever/wiki.h"

#include "base/alloc.h"
#include "base/lines.h"
#include "file/kind.h"
#include "file/zip_check.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define MAC "__MACOSX/" /* macOS puts its own metadata there */
enum { PROGRESS_LINES = 8192, ZIP_BLOCK = 1 << 18, DEFLATE_MOST = 1032 };

/* What is known of a wanted title. */
typedef struct {
    enum { ABSENT, SEEN, HAS_TEXT, REWORDED } state;
    uint64_t hash; /* of the first page with a text */
} Known;

typedef struct {
    const char *path;
    const Names *wanted; /* NULL where `want` is used */
    Known *known;        /* (wanted->count) */
    WikiWant *want;
    WikiPage receive;
    void *context;
    WikiProgress progress;
    WikiCounts *counts;
    Lines lines;
    struct archive *zip; /* NULL for a folder or file */
    double done, total;  /* bytes of the files on disk */
} Pass;

bool wiki_is_data(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    return strncmp(name, "wiki-", 5) == 0 && length > 11 &&
           strcmp(name + length - 6, ".jsonl") == 0 && strncmp(path, MAC, strlen(MAC)) != 0 &&
           !strstr(path, "/" MAC);
}

/* Counts a file or zip member that is no data, unless it is hidden, and keeps the name of the
 * first. */
static void pass_over(Pass *pass, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (*name == '.' || *name == 0 || strncmp(path, MAC, strlen(MAC)) == 0 || strstr(path, "/" MAC))
        return;
    if (pass->counts->passed_over++ == 0)
        snprintf(pass->counts->passed_name, sizeof pass->counts->passed_name, "%s", path);
}

/* Whether a page with this title is wanted. *number = its number in pass->wanted; not set if
 * pass->want decides. */
static bool is_wanted(const Pass *pass, const char *title, size_t length, size_t *number)
{
    return pass->want ? pass->want(pass->context, title, length)
                      : names_find(pass->wanted, title, length, number);
}

/* Hands on a page that pass->want accepted, if it has a text. */
static void take_any(Pass *pass, const Page *page)
{
    if (page_has_text(page))
        pass->receive(pass->context, (size_t)pass->counts->found++, page);
}

static uint64_t hash_page(const Page *page)
{
    return XXH64(page->text, strlen(page->text), XXH64(page->lines, strlen(page->lines), 0));
}

/* Compares a further page with a text with the one handed on. */
static void compare_page(Pass *pass, Known *known, const Page *page)
{
    if (known->state == REWORDED || known->hash == hash_page(page))
        return;
    known->state = REWORDED;
    if (pass->counts->reworded++ == 0)
        snprintf(pass->counts->reworded_title, sizeof pass->counts->reworded_title, "%s",
                 page->title);
}

/* Hands on the first page with a text of a wanted title, and counts titles found and repeated. */
static void take_page(Pass *pass, size_t number, const Page *page)
{
    Known *known = &pass->known[number];
    pass->counts->found += known->state == ABSENT;
    pass->counts->repeated += known->state != ABSENT;
    if (known->state == ABSENT)
        known->state = SEEN;
    if (!page_has_text(page))
        return;
    if (known->state != SEEN) {
        compare_page(pass, known, page);
        return;
    }
    pass->receive(pass->context, number, page);
    *known = (Known){HAS_TEXT, hash_page(page)};
}

/* Reads a line's title, and parses the line where the page is wanted or the title is uncertain. */
static bool read_line(Pass *pass, const char *line, size_t length, Error *error)
{
    char title[PAGE_TITLE_LIMIT];
    size_t count, number;
    Page page;
    if (lines_blank(line, length))
        return true;
    pass->counts->pages++;
    bool sure = page_look(line, length, title, &count);
    if (sure && !is_wanted(pass, title, count, &number))
        return true;
    pass->counts->parsed++;
    if (!page_parse(line, length, &page, error))
        return false;
    if (is_wanted(pass, page.title, strlen(page.title), &number)) {
        if (pass->want)
            take_any(pass, &page);
        else
            take_page(pass, number, &page);
    }
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

/* Path of the file `name` in the folder, or of the folder itself where `name` is NULL; freed by the
 * caller. */
static char *join(const char *folder, const char *name)
{
    if (!name)
        return alloc_text(folder);
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = alloc_zeroed(size, 1);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* Reports a failure with its place: the file, or the zip and its member, and the line. Always
 * false. */
static bool fail_at(const Pass *pass, const char *name, const char *what, Error *error)
{
    return fail(error, "%s%s%s:%llu: %s", pass->path, name ? "/" : "", name ? name : "",
                (unsigned long long)pass->lines.number, what);
}

/* Reports what is wrong with a line, or with the whole file if its first line shows that it is of
 * another kind. Always false. */
static bool fail_line(const Pass *pass, const char *name, const char *line, size_t length,
                      const Error *inner, Error *error)
{
    if (pass->counts->pages == 1 && lines_open(line, length))
        return fail_at(pass, name, "one JSON text over many lines; write one page a line", error);
    char *path = join(pass->path, name);
    bool told =
        pass->lines.number == 1 && (pass->zip ? kind_tell(path, KIND_TEXT, line, length, error)
                                              : kind_tell_file(path, KIND_TEXT, error));
    free(path);
    return told ? false : fail_at(pass, name, inner->text, error);
}

static const char *zip_error(struct archive *zip)
{
    const char *text = archive_error_string(zip);
    return text ? text : "unknown fault";
}

/* Reads every line of the file or member `name`. */
static bool read_pages(Pass *pass, const char *name, LinesRead read, void *source, Error *error)
{
    char *line;
    size_t length;
    LinesResult result;
    Error inner;
    lines_begin(&pass->lines, read, source, LINES_LIMIT);
    while ((result = lines_next(&pass->lines, &line, &length)) == LINES_LINE) {
        if (!read_line(pass, line, length, &inner))
            return fail_line(pass, name, line, length, &inner, error);
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

/* Moves the entries that are data to the front and returns how many; frees the others. */
static int keep_data(Pass *pass, struct dirent **entries, int count)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (wiki_is_data(entries[i]->d_name)) {
            entries[kept++] = entries[i];
            continue;
        }
        pass_over(pass, entries[i]->d_name);
        free(entries[i]);
    }
    return kept;
}

static bool read_folder(Pass *pass, Error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(pass->path, &entries, NULL, by_name);
    bool ok = count >= 0 || fail(error, "%s: cannot be listed (%s); check its permissions",
                                 pass->path, errno_text());
    count = keep_data(pass, entries, count);
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

/* Whether the member is a file that can be decompressed in bounded memory: methods other than
 * deflate can ask for any amount. */
static bool check_data_member(const Pass *pass, struct archive_entry *entry, const char *name,
                              Error *error)
{
    const char *form = archive_format_name(pass->zip);
    if (archive_entry_filetype(entry) != AE_IFREG)
        return fail(error, "%s/%s: is %s, and holds no pages; unpack the zip into a folder",
                    pass->path, name,
                    archive_entry_filetype(entry) == AE_IFLNK ? "a link" : "no plain file");
    if (archive_entry_is_encrypted(entry))
        return fail(error, "%s/%s: is encrypted; unpack the zip into a folder with its password",
                    pass->path, name);
    return (form && (strstr(form, "(uncompressed)") || strstr(form, "(deflation)"))) ||
           fail(error,
                "%s/%s: is packed by another method than deflate (%s); unpack the zip into a "
                "folder",
                pass->path, name, form ? form : "unknown");
}

/* Reads a member of the zip. Deflate expands a byte to at most DEFLATE_MOST bytes, so a zip that
 * yields more has overlapping members. */
static bool read_data_member(Pass *pass, struct archive_entry *entry, const char *name,
                             Error *error)
{
    if (!check_data_member(pass, entry, name, error) ||
        !read_pages(pass, name, read_member, pass->zip, error))
        return false;
    return (double)pass->counts->bytes <= DEFLATE_MOST * pass->total ||
           fail(error, "%s/%s: the zip inflates to more than it can hold; fetch it again",
                pass->path, name);
}

/* The member's name, in the zip's own encoding if possible. */
static const char *member_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    name = name ? name : archive_entry_pathname_utf8(entry);
    return name ? name : "(a name that is no text)";
}

/* Switches the thread to a UTF-8 locale, since libarchive gives only ASCII names in the C locale.
 * Returns the locale to restore; *own, if not 0, is freed by the caller. */
static locale_t use_utf8(locale_t *own)
{
    static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
    *own = (locale_t)0;
    for (size_t i = 0; !*own && i < sizeof names / sizeof *names; i++)
        *own = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
    return *own ? uselocale(*own) : (locale_t)0;
}

/* Uses only libarchive's reader that starts from the zip's directory. That lies at the end of the
 * file, so a truncated zip is refused at once. */
static bool read_zip(Pass *pass, Error *error)
{
    struct archive_entry *entry;
    bool ok = true;
    locale_t own, before;
    if (!zip_check(pass->path, error))
        return false;
    before = use_utf8(&own);
    pass->total = file_size(pass->path);
    pass->zip = archive_read_new();
    int status = archive_read_support_format_zip_seekable(pass->zip);
    if (status == ARCHIVE_OK)
        status = archive_read_open_filename(pass->zip, pass->path, ZIP_BLOCK);
    while (ok && (status == ARCHIVE_OK || status == ARCHIVE_WARN)) {
        status = archive_read_next_header(pass->zip, &entry);
        bool read = status == ARCHIVE_OK || status == ARCHIVE_WARN;
        const char *name = read ? member_name(entry) : NULL;
        if (!read || archive_entry_filetype(entry) == AE_IFDIR)
            continue;
        if (!wiki_is_data(name))
            pass_over(pass, name);
        else
            ok = read_data_member(pass, entry, name, error);
    }
    if (ok && status != ARCHIVE_EOF)
        ok = fail(error, "%s: not a whole zip file (%s); fetch it again", pass->path,
                  zip_error(pass->zip));
    archive_read_free(pass->zip);
    if (own) {
        uselocale(before);
        freelocale(own);
    }
    return ok;
}

static void count_without_text(Pass *pass)
{
    for (size_t i = 0; i < pass->wanted->count; i++)
        pass->counts->without_text += pass->known[i].state == SEEN;
}

/* Whether the text ends so, in letters of either case. */
static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcasecmp(text + length - tail, end) == 0;
}

/* Whether the file is to be read as JSON lines: its first character that is not white space is {,
 * or [ as in one list of all pages, which the line then tells; or its name ends in .jsonl and it is
 * no zip. */
static bool is_lines(const char *path)
{
    unsigned char start[64] = {0};
    FILE *file = fopen(path, "rb");
    size_t count = file ? fread(start, 1, sizeof start, file) : 0;
    size_t at = count >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (file)
        fclose(file);
    while (at < count && strchr(" \t\r\n", start[at]))
        at++;
    bool zip = count >= 2 && memcmp(start, "PK", 2) == 0;
    return (at < count && (start[at] == '{' || start[at] == '[')) ||
           (ends_with(path, ".jsonl") && !zip);
}

/* What to do about a dump without pages, by the name of a file in it that was passed over, or "".
 */
static const char *cure_of(const char *name)
{
    static const char *const packed[] = {".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".tar"};
    static const char *const texts[] = {".jsonl", ".json", ".ndjson", ".txt"};
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (ends_with(name, packed[i]))
            return "unpack it";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (ends_with(name, texts[i]))
            return "rename files of pages to wiki-001.jsonl and so on";
    return "name the folder or the zip of wiki pages";
}

/* Reads one file of JSON lines, whatever its name. */
static bool read_lone(Pass *pass, Error *error)
{
    pass->total = file_size(pass->path);
    return read_file(pass, NULL, error);
}

/* The whole pass; the caller owns pass->known. */
static bool read_all(Pass *pass, Error *error)
{
    struct stat status;
    *pass->counts = (WikiCounts){0};
    if (stat(pass->path, &status) != 0)
        return fail(error, "%s: cannot be opened (%s); name the folder or the zip of wiki pages",
                    pass->path, errno_text());
    bool ok = S_ISDIR(status.st_mode) ? read_folder(pass, error)
              : is_lines(pass->path)  ? read_lone(pass, error)
                                      : read_zip(pass, error);
    if (ok && pass->counts->pages == 0)
        ok = fail(error, "%s: holds no page in a wiki-*.jsonl%s%s; %s", pass->path,
                  pass->counts->passed_over ? ", but holds " : "", pass->counts->passed_name,
                  cure_of(pass->counts->passed_name));
    lines_free(&pass->lines);
    return ok;
}

bool wiki_read(const char *path, const Names *wanted, WikiPage receive, void *context,
               WikiProgress progress, WikiCounts *counts, Error *error)
{
    Pass pass = {.path = path,
                 .wanted = wanted,
                 .receive = receive,
                 .context = context,
                 .progress = progress,
                 .counts = counts};
    pass.known = alloc_zeroed(wanted->count, sizeof *pass.known);
    bool ok = read_all(&pass, error);
    count_without_text(&pass);
    free(pass.known);
    return ok;
}

bool wiki_scan(const char *path, WikiWant *want, WikiPage receive, void *context,
               WikiProgress progress, WikiCounts *counts, Error *error)
{
    Pass pass = {.path = path,
                 .want = want,
                 .receive = receive,
                 .context = context,
                 .progress = progress,
                 .counts = counts};
    return read_all(&pass, error);
}
