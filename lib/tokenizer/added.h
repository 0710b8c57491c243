/* Added tokens: texts that become one token each before anything else looks at them. */
#ifndef DOCMEM_ADDED_H
#define DOCMEM_ADDED_H
#include "base/text.h"

typedef struct {
    char *content; /* as written in the file; owned */
    char *pattern; /* what is searched: the content, normalized if `normalized`; owned */
    int32_t id;
    bool single_word;    /* only where no word character touches it */
    bool lstrip, rstrip; /* takes the white space on that side with it */
    bool normalized;     /* searched in the normalized text, not in the raw one */
    bool special;        /* left out by decoding, if that is asked */
} AddedToken;

/* The tokens to search for in one of the two texts, by first byte, the longest first. */
typedef struct {
    const AddedToken **tokens; /* (count) */
    size_t count, begin[257];  /* tokens that start with byte b: begin[b] … begin[b + 1] */
} AddedSearch;

/* Where a found token stands, white space taken along included. */
typedef struct {
    size_t start, end;
    const AddedToken *token;
} AddedHit;

/* Prepares the search for those of the `count` tokens whose `normalized` is as given;
 * the tokens must stay where they are. */
void added_search_begin(AddedSearch *search, const AddedToken *tokens, size_t count,
                        bool normalized);

/* Finds the next token at or after *at, the leftmost and of those the longest, and
 * moves *at behind it; `taken` is where the previous hit ended. False when none is left. */
bool added_search_next(const AddedSearch *search, const char *text, size_t length, size_t taken,
                       size_t *at, AddedHit *hit);

void added_search_free(AddedSearch *search);

#endif
