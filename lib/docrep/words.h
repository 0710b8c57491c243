/* Words of a vocabulary: the tokens that stand for a whole word, so that what a memory does to them
 * can be read. */
#ifndef DOCMEM_WORDS_H
#define DOCMEM_WORDS_H
#include "fever/encoded.h"
#include "tokenizer/tokenizer.h"

/* Tokens that begin with the mark of a word boundary, are letters only, and are
 * followed by no continuation at more than half of their places in the corpus. */
typedef struct {
    size_t count;
    int32_t *ids;   /* (count) rising */
    Text text;      /* their texts without the mark, one after the other */
    size_t *offset; /* (count+1) where each begins in text */
} Words;

/* The words of the encoded corpus, together with `wanted` whether the corpus holds it or not. False
 * where ids are not the tokenizer's or `wanted` is no word of the vocabulary;
 * the messages name `path`, the tokenizer. The caller frees it. */
bool words_find(Words *words, const Tokenizer *tokenizer, const char *path, const Encoded *encoded,
                const char *wanted, Error *error);
void words_free(Words *words);

/* contains[i] = 1 where word i (of count) stands in the text as a whole word, else 0. */
void words_in(const Words *words, const Tokenizer *tokenizer, const EncodedText *text,
              uint8_t *contains);

/* Place of an id among the words, or -1. */
int64_t words_place(const Words *words, int32_t id);

#endif
