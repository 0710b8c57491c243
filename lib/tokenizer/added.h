/* Added tokens: strings that become one token each, found before normalizer, pre-tokenizer and
 * merges run. */
#ifndef DOCMEM_ADDED_H
#define DOCMEM_ADDED_H
#include "base/text.h"

typedef struct {
    char *content; /* as written in the file, NUL-terminated; owned */
    char *pattern; /* what to search for: the content, normalized if `normalized`; owned */
    int32_t id;
    bool single_word;    /* matches only between characters that are no word characters */
    bool lstrip, rstrip; /* the match includes the white space on that side */
    bool normalized;     /* search the normalized text, not the raw one */
    bool special;        /* decoding leaves it out on request */
} AddedToken;

/* The added tokens to search for in the raw or in the normalized text, ordered by first byte, then
 * longest first. The tokens are borrowed. */
typedef struct {
    const AddedToken **tokens; /* (count) */
    size_t count, begin[257]; /* tokens[begin[b]] … tokens[begin[b + 1] − 1] start with byte b */
} AddedSearch;

/* A match: bytes start … end − 1, with the white space that it includes. */
typedef struct {
    size_t start, end;
    const AddedToken *token;
} AddedHit;

/* Prepares the search for those of the `count` tokens whose `normalized` is as given. The tokens
 * must stay in place until added_search_free. */
void added_search_begin(AddedSearch *search, const AddedToken *tokens, size_t count,
                        bool normalized);

/* Finds the next match at or after *at: the leftmost one, of those the longest; then moves *at
 * behind it. `taken` is where the previous match ended; white space before that is not taken again.
 * False where there is no further match. */
bool added_search_next(const AddedSearch *search, const char *text, size_t length, size_t taken,
                       size_t *at, AddedHit *hit);

void added_search_free(AddedSearch *search);

#endif
