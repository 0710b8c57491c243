/* Reads a corpus from SQLite and checks the type and range of every value, and every reference. */
#include "fever/corpus.h"

#include "base/alloc.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *path, *table;
    sqlite3 *base;
    sqlite3_stmt *rows;
    size_t number; /* of the current row, from 0 */
    Error *error;
} Reader;

static bool bad_file(const Reader *reader)
{
    return fail(reader->error, "%s: not a readable corpus (%s); make it again with ingest",
                reader->path, sqlite3_errmsg(reader->base));
}

static bool bad_row(const Reader *reader, const char *column, const char *what)
{
    return fail(reader->error, "%s:%s row %zu: %s %s; make the corpus again with ingest",
                reader->path, reader->table, reader->number, column, what);
}

/* *count = the number of rows of the table; then starts `query`, which gives them in order. */
static bool begin_rows(Reader *reader, const char *table, const char *query, size_t *count)
{
    char sql[128];
    sqlite3_finalize(reader->rows);
    reader->rows = NULL;
    reader->table = table;
    reader->number = (size_t)-1;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    if (sqlite3_prepare_v2(reader->base, sql, -1, &reader->rows, NULL) != SQLITE_OK ||
        sqlite3_step(reader->rows) != SQLITE_ROW)
        return bad_file(reader);
    *count = (size_t)sqlite3_column_int64(reader->rows, 0);
    sqlite3_finalize(reader->rows);
    reader->rows = NULL;
    return sqlite3_prepare_v2(reader->base, query, -1, &reader->rows, NULL) == SQLITE_OK ||
           bad_file(reader);
}

/* Steps to the next row; there must be one. */
static bool next_row(Reader *reader)
{
    reader->number++;
    return sqlite3_step(reader->rows) == SQLITE_ROW || bad_file(reader);
}

/* *value = an integer column, which must be from `low` to `high`. */
static bool read_integer(Reader *reader, int column, int64_t low, int64_t high, int64_t *value)
{
    *value = sqlite3_column_int64(reader->rows, column);
    if (sqlite3_column_type(reader->rows, column) == SQLITE_INTEGER && *value >= low &&
        *value <= high)
        return true;
    return bad_row(reader, sqlite3_column_name(reader->rows, column), "is not a number in range");
}

static bool read_index(Reader *reader, int column, size_t count, size_t *index)
{
    int64_t value;
    if (!read_integer(reader, column, 0, (int64_t)count - 1, &value))
        return false;
    *index = (size_t)value;
    return true;
}

/* Checks that the id in column 0 is the row's number. */
static bool check_id(Reader *reader)
{
    int64_t id;
    return read_integer(reader, 0, (int64_t)reader->number, (int64_t)reader->number, &id);
}

/* *text = a copy of a text column, for the caller to free. */
static bool read_text(Reader *reader, int column, char **text)
{
    if (sqlite3_column_type(reader->rows, column) != SQLITE_TEXT)
        return bad_row(reader, sqlite3_column_name(reader->rows, column), "is not a text");
    *text = alloc_text((const char *)sqlite3_column_text(reader->rows, column));
    return true;
}

static bool read_pages(Reader *reader, Corpus *corpus)
{
    size_t count;
    if (!begin_rows(reader, "page", "SELECT id, title, text, claims FROM page ORDER BY id", &count))
        return false;
    if (count == 0)
        return fail(reader->error, "%s: has no page; make it again with ingest", reader->path);
    corpus->pages = alloc_zeroed(count, sizeof *corpus->pages);
    while (corpus->pages_count < count) {
        CorpusPage *page = &corpus->pages[corpus->pages_count++];
        if (!next_row(reader) || !check_id(reader) || !read_text(reader, 1, &page->title) ||
            !read_text(reader, 2, &page->text) ||
            !read_integer(reader, 3, 0, INT64_MAX, &page->claims))
            return false;
    }
    return true;
}

static bool read_claim(Reader *reader, CorpusClaim *claim)
{
    const char *split, *label;
    if (!next_row(reader) || !check_id(reader) ||
        !read_integer(reader, 1, INT64_MIN, INT64_MAX, &claim->claim.id) ||
        !read_text(reader, 4, &claim->claim.text))
        return false;
    split = (const char *)sqlite3_column_text(reader->rows, 2);
    label = (const char *)sqlite3_column_text(reader->rows, 3);
    claim->dev = split && strcmp(split, "dev") == 0;
    if (!claim->dev && (!split || strcmp(split, "train") != 0))
        return bad_row(reader, "split", "is neither train nor dev");
    if (!label || !fever_label_read(label, &claim->claim.label))
        return bad_row(reader, "label", "is unknown");
    claim->claim.verifiable = claim->claim.label != FEVER_NEI;
    return true;
}

static bool read_claims(Reader *reader, Corpus *corpus)
{
    size_t count;
    if (!begin_rows(reader, "claim",
                    "SELECT id, fever_id, split, label, text FROM claim ORDER BY id", &count))
        return false;
    corpus->claims = alloc_zeroed(count, sizeof *corpus->claims);
    while (corpus->claims_count < count)
        if (!read_claim(reader, &corpus->claims[corpus->claims_count++]))
            return false;
    return true;
}

/* Reads a prompt (`dev`: of a validation claim) or a template (of a training claim). */
static bool read_prompt(Reader *reader, const Corpus *corpus, bool dev, CorpusPrompt *prompt)
{
    int64_t main;
    if (!next_row(reader) || !check_id(reader) ||
        !read_index(reader, 1, corpus->claims_count, &prompt->claim) ||
        !read_index(reader, 2, corpus->pages_count, &prompt->page) ||
        !read_index(reader, 3, corpus->claims_count, &prompt->example) ||
        !read_integer(reader, 4, 0, INT64_MAX, &prompt->rows) ||
        !read_integer(reader, 5, 0, 1, &main))
        return false;
    prompt->main = main == 1;
    if (corpus->claims[prompt->claim].dev != dev)
        return bad_row(reader, "claim", "is of the wrong split");
    return !corpus->claims[prompt->example].dev ||
           bad_row(reader, "example", "is no training claim");
}

static bool read_prompts(Reader *reader, Corpus *corpus)
{
    size_t count;
    if (!begin_rows(reader, "prompt",
                    "SELECT id, claim, page, example, rows, main FROM prompt "
                    "ORDER BY id",
                    &count))
        return false;
    corpus->prompts = alloc_zeroed(count, sizeof *corpus->prompts);
    for (; corpus->prompts_count < count; corpus->prompts_count++)
        if (!read_prompt(reader, corpus, true, &corpus->prompts[corpus->prompts_count]))
            return false;
    if (!begin_rows(reader, "template",
                    "SELECT id, claim, page, example, 0 AS rows, 0 AS main "
                    "FROM template ORDER BY id",
                    &count))
        return false;
    corpus->templates = alloc_zeroed(count, sizeof *corpus->templates);
    for (; corpus->templates_count < count; corpus->templates_count++)
        if (!read_prompt(reader, corpus, false, &corpus->templates[corpus->templates_count]))
            return false;
    return true;
}

static bool read_counts(Reader *reader, Corpus *corpus)
{
    size_t count;
    if (!begin_rows(reader, "count", "SELECT name, value FROM count ORDER BY name", &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        char *name = NULL;
        int64_t value;
        bool ok = next_row(reader) && read_text(reader, 0, &name) &&
                  read_integer(reader, 1, INT64_MIN, INT64_MAX, &value);
        if (ok)
            corpus_count(corpus, name, value);
        free(name);
        if (!ok)
            return false;
    }
    return true;
}

bool corpus_read(Corpus *corpus, const char *path, Error *error)
{
    Reader reader = {.path = path, .error = error};
    *corpus = (Corpus){0};
    bool ok = sqlite3_open_v2(path, &reader.base, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK ||
              bad_file(&reader);
    ok = ok && read_pages(&reader, corpus) && read_claims(&reader, corpus) &&
         read_prompts(&reader, corpus) && read_counts(&reader, corpus);
    if (!ok)
        corpus_free(corpus);
    sqlite3_finalize(reader.rows);
    sqlite3_close(reader.base);
    return ok;
}
