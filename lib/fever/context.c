#include "fever/context.h"

#include "base/alloc.h"
#include "base/text.h"
#include "fever/title.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

ContextKind context_parse(const char *name)
{
    static const char *const names[] = {"page", "other", "evidence"};
    int kind = 0;
    while (kind < CONTEXTS && strcmp(name, names[kind]) != 0)
        kind++;
    return (ContextKind)kind;
}

/* For each prompt, in order: the sentences of its document that its claim's evidence names. */
static const char evidence_sql[] =
    "SELECT DISTINCT prompt.id, sentence.number, sentence.text FROM prompt"
    " JOIN page ON page.id = prompt.page"
    " JOIN evidence ON evidence.claim = prompt.claim AND evidence.title = page.title"
    " JOIN sentence ON sentence.page = page.id AND sentence.number = evidence.sentence"
    " ORDER BY prompt.id, sentence.number";

/* Appends a sentence, its escapes undone, to *text, after a space if there is text. */
static void append_sentence(char **text, const char *sentence)
{
    Text joined = {0};
    char *readable = title_unescape(sentence);
    if (*text) {
        text_append(&joined, *text, strlen(*text));
        text_append(&joined, " ", 1);
    }
    text_append(&joined, readable, strlen(readable));
    free(*text);
    free(readable);
    *text = alloc_text_n(joined.bytes, joined.length);
    text_free(&joined);
}

static bool read_evidence(Corpus *corpus, sqlite3 *base)
{
    sqlite3_stmt *rows = NULL;
    int step = SQLITE_ERROR;
    if (sqlite3_prepare_v2(base, evidence_sql, -1, &rows, NULL) == SQLITE_OK)
        while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
            int64_t prompt = sqlite3_column_int64(rows, 0);
            const char *text = (const char *)sqlite3_column_text(rows, 2);
            if (prompt < 0 || (size_t)prompt >= corpus->prompts_count || !text)
                break;
            if (*text)
                append_sentence(&corpus->before[prompt], text);
        }
    sqlite3_finalize(rows);
    return step == SQLITE_DONE;
}

bool context_read(Corpus *corpus, const char *path, ContextKind kind, Error *error)
{
    sqlite3 *base = NULL;
    bool ok = true;
    corpus->before = alloc_zeroed(corpus->prompts_count, sizeof *corpus->before);
    if (kind == CONTEXT_EVIDENCE) {
        ok = sqlite3_open_v2(path, &base, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
             read_evidence(corpus, base);
        if (!ok)
            fail(error, "%s: its evidence cannot be read (%s); make it again with ingest", path,
                 sqlite3_errmsg(base));
        sqlite3_close(base);
    }
    for (size_t i = 0; ok && kind != CONTEXT_EVIDENCE && i < corpus->prompts_count; i++)
        corpus->before[i] = title_unescape(corpus->pages[corpus->prompts[i].page].text);
    if (!ok)
        corpus_forget_before(corpus);
    return ok;
}
