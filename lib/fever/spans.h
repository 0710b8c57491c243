/* Where the sentences that settle a claim stand among the tokens of its document. */
#ifndef DOCMEM_SPANS_H
#define DOCMEM_SPANS_H
#include "fever/corpus.h"
#include "file/csvfile.h"
#include "tokenizer/tokenizer.h"

/* Tokens first … end − 1 of document `page`, BOS being its token 0, are a sentence that the
 * evidence of the claim names. */
typedef struct {
    int64_t claim, page, sentence, first, end;
} Span;

/* A growing list; a zeroed one is empty. Freed with free(items). */
typedef struct {
    Span *items;
    size_t count, capacity;
} Spans;

/* claim, page, sentence, first, end; NULL at the end. */
extern const char *const span_columns[];

/* The evidence of each claim in its main document, of the corpus that corpus_read read from `path`,
 * by page, sentence and claim. What lies beyond max_tokens is left out, and so is a sentence that
 * does not stand in the page's text. False where the file cannot be read. */
bool spans_find(Spans *spans, const Corpus *corpus, const char *path, const Tokenizer *tokenizer,
                size_t max_tokens, Error *error);

/* A table of them, in any order. False, with file and line, where a number is none or below 0, or
 * no token lies between first and end. */
bool spans_read(Spans *spans, const char *path, Error *error);

#endif
