/* Writes a corpus into SQLite; corpus_read.c reads it. Journal and synchronous writes are off: a
 * file that was not written whole is thrown away. */
#include "fever/corpus.h"

#include "base/alloc.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] =
    "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "BEGIN;"
    "CREATE TABLE page(id INTEGER PRIMARY KEY, title TEXT, text TEXT, claims INTEGER);"
    "CREATE TABLE sentence(page INTEGER, number INTEGER, text TEXT);"
    "CREATE TABLE claim(id INTEGER PRIMARY KEY, fever_id INTEGER, split TEXT, label TEXT,"
    " text TEXT);"
    "CREATE TABLE evidence(claim INTEGER, evidence_set INTEGER, item INTEGER, title TEXT,"
    " sentence INTEGER);"
    "CREATE TABLE prompt(id INTEGER PRIMARY KEY, claim INTEGER, page INTEGER, example INTEGER,"
    " rows INTEGER, main INTEGER);"
    "CREATE TABLE template(id INTEGER PRIMARY KEY, claim INTEGER, page INTEGER, example INTEGER);"
    "CREATE TABLE count(name TEXT PRIMARY KEY, value INTEGER);";

void corpus_count(Corpus *corpus, const char *name, int64_t value)
{
    corpus->counts = alloc_grow(corpus->counts, &corpus->counts_capacity, corpus->counts_count + 1,
                                sizeof *corpus->counts);
    corpus->counts[corpus->counts_count++] = (CorpusCount){alloc_text(name), value};
}

void corpus_forget_before(Corpus *corpus)
{
    for (size_t i = 0; corpus->before && i < corpus->prompts_count; i++)
        free(corpus->before[i]);
    free(corpus->before);
    corpus->before = NULL;
}

void corpus_free(Corpus *corpus)
{
    corpus_forget_before(corpus);
    for (size_t i = 0; i < corpus->pages_count; i++) {
        free(corpus->pages[i].title);
        free(corpus->pages[i].text);
        page_sentences_free(corpus->pages[i].sentences, corpus->pages[i].sentences_count);
    }
    for (size_t i = 0; i < corpus->claims_count; i++)
        fever_claim_free(&corpus->claims[i].claim);
    for (size_t i = 0; i < corpus->counts_count; i++)
        free(corpus->counts[i].name);
    free(corpus->pages);
    free(corpus->claims);
    free(corpus->prompts);
    free(corpus->templates);
    free(corpus->counts);
    *corpus = (Corpus){0};
}

/* A database being written. After a failure all further calls do nothing. */
typedef struct {
    sqlite3 *base;
    sqlite3_stmt *insert;
    bool ok;
} Writer;

static void run(Writer *writer, const char *sql)
{
    if (writer->ok)
        writer->ok = sqlite3_exec(writer->base, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Starts the rows of a table; `sql` is an INSERT with a question mark for each value. */
static void begin_rows(Writer *writer, const char *sql)
{
    sqlite3_finalize(writer->insert);
    writer->insert = NULL;
    if (writer->ok)
        writer->ok = sqlite3_prepare_v2(writer->base, sql, -1, &writer->insert, NULL) == SQLITE_OK;
}

/* Adds a row. `kinds` names the types of its values in order: i an int64_t, t a string, n a NULL,
 * which takes no argument. */
static void add_row(Writer *writer, const char *kinds, ...)
{
    va_list values;
    if (!writer->ok)
        return;
    va_start(values, kinds);
    for (int i = 0; kinds[i] && writer->ok; i++) {
        int status = SQLITE_OK;
        if (kinds[i] == 'i')
            status = sqlite3_bind_int64(writer->insert, i + 1, va_arg(values, int64_t));
        else if (kinds[i] == 't')
            status = sqlite3_bind_text(writer->insert, i + 1, va_arg(values, const char *), -1,
                                       SQLITE_STATIC);
        else
            status = sqlite3_bind_null(writer->insert, i + 1);
        writer->ok = status == SQLITE_OK;
    }
    va_end(values);
    if (writer->ok)
        writer->ok = sqlite3_step(writer->insert) == SQLITE_DONE &&
                     sqlite3_reset(writer->insert) == SQLITE_OK;
}

static void write_pages(Writer *writer, const Corpus *corpus)
{
    begin_rows(writer, "INSERT INTO page VALUES (?, ?, ?, ?)");
    for (size_t i = 0; i < corpus->pages_count; i++)
        add_row(writer, "itti", (int64_t)i, corpus->pages[i].title, corpus->pages[i].text,
                corpus->pages[i].claims);
    begin_rows(writer, "INSERT INTO sentence VALUES (?, ?, ?)");
    for (size_t i = 0; i < corpus->pages_count; i++)
        for (size_t j = 0; j < corpus->pages[i].sentences_count; j++)
            add_row(writer, "iit", (int64_t)i, corpus->pages[i].sentences[j].number,
                    corpus->pages[i].sentences[j].text);
}

static void write_claims(Writer *writer, const Corpus *corpus)
{
    begin_rows(writer, "INSERT INTO claim VALUES (?, ?, ?, ?, ?)");
    for (size_t i = 0; i < corpus->claims_count; i++) {
        const FeverClaim *claim = &corpus->claims[i].claim;
        add_row(writer, "iittt", (int64_t)i, claim->id, corpus->claims[i].dev ? "dev" : "train",
                fever_label_text(claim->label), claim->text);
    }
    begin_rows(writer, "INSERT INTO evidence VALUES (?, ?, ?, ?, ?)");
    for (size_t i = 0; i < corpus->claims_count; i++)
        for (size_t j = 0; j < corpus->claims[i].claim.rows_count; j++) {
            const FeverRow *row = &corpus->claims[i].claim.rows[j];
            int64_t set = (int64_t)row->set, item = (int64_t)row->item;
            if (row->title)
                add_row(writer, "iiiti", (int64_t)i, set, item, row->title, row->sentence);
            else
                add_row(writer, "iiinn", (int64_t)i, set, item);
        }
}

static void write_prompts(Writer *writer, const Corpus *corpus)
{
    begin_rows(writer, "INSERT INTO prompt VALUES (?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < corpus->prompts_count; i++) {
        const CorpusPrompt *prompt = &corpus->prompts[i];
        add_row(writer, "iiiiii", (int64_t)i, (int64_t)prompt->claim, (int64_t)prompt->page,
                (int64_t)prompt->example, prompt->rows, (int64_t)prompt->main);
    }
    begin_rows(writer, "INSERT INTO template VALUES (?, ?, ?, ?)");
    for (size_t i = 0; i < corpus->templates_count; i++) {
        const CorpusPrompt *template = &corpus->templates[i];
        add_row(writer, "iiii", (int64_t)i, (int64_t) template->claim, (int64_t) template->page,
                (int64_t) template->example);
    }
    begin_rows(writer, "INSERT INTO count VALUES (?, ?)");
    for (size_t i = 0; i < corpus->counts_count; i++)
        add_row(writer, "ti", corpus->counts[i].name, corpus->counts[i].value);
}

bool corpus_write(const Corpus *corpus, const char *path, Error *error)
{
    Writer writer = {.ok = true};
    writer.ok = sqlite3_open_v2(path, &writer.base, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                NULL) == SQLITE_OK;
    run(&writer, schema);
    write_pages(&writer, corpus);
    write_claims(&writer, corpus);
    write_prompts(&writer, corpus);
    run(&writer, "COMMIT");
    if (!writer.ok)
        fail(error, "%s: the corpus could not be written (%s); free some space and run make again",
             path, sqlite3_errmsg(writer.base));
    sqlite3_finalize(writer.insert);
    bool closed = sqlite3_close(writer.base) == SQLITE_OK;
    if (writer.ok && !closed)
        return fail(error, "%s: the corpus could not be closed; run make again", path);
    return writer.ok;
}
