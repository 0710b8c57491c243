/* Which tokens of a document are the sentences that settle a claim. */
#ifndef DOCMEM_SPANS_H
#define DOCMEM_SPANS_H
#include "fever/corpus.h"
#include "file/csvfile.h"
#include "tokenizer/tokenizer.h"

/* A sentence that the evidence of a claim names: tokens first … end − 1 of document `page`, whose
 * token 0 is BOS. `claim` is its id in the corpus. */
typedef struct {
    int64_t claim, page, sentence, first, end;
} Span;

/* A growing list; a zeroed one is empty. Freed with free(items). */
typedef struct {
    Span *items;
    size_t count, capacity;
} Spans;

/* Columns of the table: claim, page, sentence, first, end; NULL at the end. */
extern const char *const span_columns[];

/* Appends the spans of each claim's evidence in its main document, sorted by page, sentence and
 * claim. `path` is the file from which corpus_read read the corpus. Tokens from max_tokens on are
 * cut off; a sentence that is not found in the page's text is left out. False, with *error set,
 * where the file cannot be read or a text cannot be encoded. */
bool spans_find(Spans *spans, const Corpus *corpus, const char *path, const Tokenizer *tokenizer,
                size_t max_tokens, Error *error);

/* Appends the spans of a CSV table, in the table's order. False, with file and line in *error,
 * where a value is not an integer, claim, page or first is below 0, or end is not above first. */
bool spans_read(Spans *spans, const char *path, Error *error);

#endif
