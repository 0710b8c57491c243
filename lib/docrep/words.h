/* The words of a vocabulary: the tokens that are whole words, so that a memory's effect on them can
 * be read. */
#ifndef DOCMEM_WORDS_H
#define DOCMEM_WORDS_H
#include "fever/encoded.h"
#include "tokenizer/tokenizer.h"

/* Tokens that are the mark of a word boundary and then letters, and that at more than half of their
 * places in the corpus no token continues. */
typedef struct {
    size_t count;
    int32_t *ids;   /* (count) sorted */
    Text text;      /* their texts without the mark, one after the other */
    size_t *offset; /* (count+1) where each begins in text */
} Words;

/* Finds the words of the encoded corpus and adds `wanted`, even if the corpus does not hold it.
 * False if an id is not the tokenizer's, or `wanted` is not one token of the vocabulary; *error
 * names `path`, the tokenizer. words_free frees them. */
bool words_find(Words *words, const Tokenizer *tokenizer, const char *path, const Encoded *encoded,
                const char *wanted, Error *error);
void words_free(Words *words);

/* contains[i] = 1 where word i (of count) stands in the text as a whole word, else 0. */
void words_in(const Words *words, const Tokenizer *tokenizer, const EncodedText *text,
              uint8_t *contains);

/* Place of an id among the words, or -1. */
int64_t words_place(const Words *words, int32_t id);

#endif
