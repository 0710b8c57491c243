/* What can be downloaded, and what was: two lists of plain columns, read strictly. */
#include "sources.h"

#include "lines.h"
#include "mem.h"
#include "out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Lists of columns ---- */

enum { COLUMNS = 5, LINE_LIMIT = 4096, URL_LIMIT = 400 };
static const int64_t bytes_limit = (int64_t)1 << 50;

/* A line under way: its columns as texts, and where it stands for messages. */
typedef struct {
    const char *file;
    uint64_t line;
    char *column[COLUMNS];
    Error *error;
} Row;

/* Takes one row into `user`; false with the reason. */
typedef bool TakeRow(void *user, const Row *row);

static bool fail_at(const Row *row, const char *what, const char *cure)
{
    return fail(row->error, "%s:%" PRIu64 ": %s; %s", row->file, row->line, what, cure);
}

/* Splits the line at blanks and tabs into exactly `wanted` columns. */
static bool split(Row *row, char *line, size_t length, int wanted)
{
    int count = 0;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] <= ' ' ? line[i] != ' ' && line[i] != '\t'
                                          : (unsigned char)line[i] > '~')
            return fail_at(row, "holds a byte that is no printable ASCII",
                           "write it in letters, digits and signs");
    line[length] = 0;
    char *rest;
    for (char *word = strtok_r(line, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
        if (count < wanted)
            row->column[count] = word;
        count++;
    }
    char what[64];
    snprintf(what, sizeof what, "has %d columns, not %d", count, wanted);
    return count == wanted || fail_at(row, what, "see the list's first lines");
}

static bool read_rows(FILE *file, const char *path, int columns, TakeRow *take, void *user,
                      Error *error)
{
    Lines lines = {0};
    char *line;
    size_t length;
    LinesResult result;
    bool ok = true;
    lines_begin(&lines, lines_read_file, file, LINE_LIMIT);
    while (ok && (result = lines_next(&lines, &line, &length)) == LINES_LINE) {
        Row row = {.file = path, .line = lines.number, .error = error};
        if (length == 0 || line[0] == '#')
            continue;
        ok = split(&row, line, length, columns) && take(user, &row);
    }
    if (ok && result != LINES_END)
        ok = fail(error, "%s:%" PRIu64 ": %s; restore the list", path, lines.number,
                  result == LINES_TOO_LONG ? "is longer than 4096 bytes" : "cannot be read");
    lines_free(&lines);
    return ok;
}

/* ---- Columns ---- */

/* A path below a folder: parts of letters, digits and ._- that are neither empty nor start with a
 * point, none of which is a name that fetching itself uses. */
static bool is_path(const char *text)
{
    size_t length = strlen(text);
    if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/") !=
        length)
        return false;
    for (const char *part = text;; part++) {
        if (*part == '.' || *part == '/' || *part == 0)
            return false;
        part = strchr(part, '/');
        if (!part)
            break;
    }
    return length < 256 && !strstr(text, ".part") && strcmp(text, "received") != 0;
}

static bool is_url(const char *text)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    size_t host = strcspn(text + scheme, "/");
    return scheme && host && text[scheme + host] == '/' && strlen(text) <= URL_LIMIT &&
           !strpbrk(text, "@#\"<>\\^`{|}");
}

/* A count of bytes, or a time; `unknown` may stand as -. */
static bool read_number(const char *text, int64_t limit, bool unknown, int64_t *number)
{
    char *end;
    if (unknown && strcmp(text, "-") == 0) {
        *number = BYTES_UNKNOWN;
        return true;
    }
    errno = 0;
    *number = strtoll(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && !errno && *number <= limit;
}

static bool read_hash(const char *text, bool unknown, char hash[65])
{
    bool known = !unknown || strcmp(text, "-") != 0;
    snprintf(hash, 65, "%s", known ? text : "");
    return !known || (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64);
}

/* ---- What can be downloaded ---- */

static bool take_source(void *user, const Row *row)
{
    Sources *sources = user;
    Source source = {.path = row->column[0], .url = row->column[3]};
    if (!is_path(source.path))
        return fail_at(row, "its first column is no plain path below the folder of downloads",
                       "write it like fever/train.jsonl");
    for (size_t i = 0; i < sources->count; i++)
        if (strcmp(sources->items[i].path, source.path) == 0)
            return fail_at(row, "repeats a path", "keep one of the lines");
    if (!read_number(row->column[1], bytes_limit, true, &source.bytes) || source.bytes == 0)
        return fail_at(row, "its second column is no count of bytes",
                       "write a number, or - where it is not known");
    if (!read_hash(row->column[2], true, source.sha256))
        return fail_at(row, "its third column is no SHA-256",
                       "write 64 digits in lower case, or - where it is not known");
    if (!is_url(source.url))
        return fail_at(row, "its fourth column is no URL of a file",
                       "write it like https://host/folder/file");
    source.path = mem_text(source.path);
    source.url = mem_text(source.url);
    sources->items =
        mem_grow(sources->items, &sources->capacity, sources->count + 1, sizeof source);
    sources->items[sources->count++] = source;
    return true;
}

bool sources_read(Sources *sources, const char *path, Error *error)
{
    *sources = (Sources){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, "%s: cannot be opened (%s); name the list of downloads", path,
                    errno_text());
    bool ok = read_rows(file, path, 4, take_source, sources, error);
    fclose(file);
    return ok;
}

void sources_free(Sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        free(sources->items[i].path);
        free(sources->items[i].url);
    }
    free(sources->items);
    *sources = (Sources){0};
}

bool sources_takes_token(const char *url)
{
    static const char place[] = "https://huggingface.co/";
    return strncmp(url, place, sizeof place - 1) == 0;
}

/* ---- What was received ---- */

static bool take_receipt(void *user, const Row *row)
{
    static const char cure[] = "delete the line, and the file is looked at again";
    Receipts *receipts = user;
    Receipt receipt = {.path = row->column[0], .listed = strcmp(row->column[4], "listed") == 0};
    if (!is_path(receipt.path))
        return fail_at(row, "its first column is no plain path", cure);
    if (receipts_find(receipts, receipt.path))
        return fail_at(row, "repeats a path", cure);
    if (!read_number(row->column[1], bytes_limit, false, &receipt.bytes))
        return fail_at(row, "its second column is no count of bytes", cure);
    if (!read_hash(row->column[2], false, receipt.sha256))
        return fail_at(row, "its third column is no SHA-256", cure);
    if (!read_number(row->column[3], INT64_MAX, false, &receipt.changed))
        return fail_at(row, "its fourth column is no time", cure);
    if (!receipt.listed && strcmp(row->column[4], "first-trust") != 0)
        return fail_at(row, "its fifth column is neither listed nor first-trust", cure);
    receipts_put(receipts, &receipt);
    return true;
}

bool receipts_read(Receipts *receipts, const char *path, Error *error)
{
    *receipts = (Receipts){0};
    FILE *file = fopen(path, "rb");
    if (!file && errno == ENOENT)
        return true;
    if (!file)
        return fail(error, "%s: cannot be opened (%s); check its permissions", path, errno_text());
    bool ok = read_rows(file, path, 5, take_receipt, receipts, error);
    fclose(file);
    return ok;
}

bool receipts_write(const Receipts *receipts, const char *path, Error *error)
{
    Out out;
    if (!out_open(&out, path, error))
        return false;
    out_text(&out,
             "# What make fetch received: path, bytes, SHA-256, time of modification in ns, and\n"
             "# whether data/sources lists that hash or it was taken on first trust.\n");
    for (size_t i = 0; i < receipts->count; i++) {
        const Receipt *receipt = &receipts->items[i];
        out_text(&out, "%s %" PRId64 " %s %" PRId64 " %s\n", receipt->path, receipt->bytes,
                 receipt->sha256, receipt->changed, receipt->listed ? "listed" : "first-trust");
    }
    return out_commit(&out, error);
}

Receipt *receipts_find(const Receipts *receipts, const char *path)
{
    for (size_t i = 0; i < receipts->count; i++)
        if (strcmp(receipts->items[i].path, path) == 0)
            return &receipts->items[i];
    return NULL;
}

void receipts_put(Receipts *receipts, const Receipt *receipt)
{
    Receipt *place = receipts_find(receipts, receipt->path);
    if (!place) {
        receipts->items = mem_grow(receipts->items, &receipts->capacity, receipts->count + 1,
                                   sizeof *receipts->items);
        place = &receipts->items[receipts->count++];
        place->path = mem_text(receipt->path);
    }
    char *path = place->path;
    *place = *receipt;
    place->path = path;
}

void receipts_free(Receipts *receipts)
{
    for (size_t i = 0; i < receipts->count; i++)
        free(receipts->items[i].path);
    free(receipts->items);
    *receipts = (Receipts){0};
}
