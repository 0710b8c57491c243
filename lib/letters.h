/* How a tokenizer writes the answers " (a)", " (b)", " (c)" behind their common start.
 *
 * After a prompt the three answers begin alike (Llama's "▁("; maybe not at all) and end alike
 * (")"; maybe not at all). What stands between is a letter's own: one token with most tokenizers,
 * but it may be "a)", or several, and not as many for each letter. A prompt is followed by three
 * branches of equally many rows, which show what a model says after each part of each answer: the
 * answer's tokens but for the last, shorter ones filled up with rows that nobody reads. */
#ifndef DOCMEM_LETTERS_H
#define DOCMEM_LETTERS_H
#include "bpe.h"
#include "error.h"
#include "safetensors.h"

enum { LETTERS = 3, LETTERS_LIMIT = 16 }; /* tokens of an answer after the common start, at most */

typedef struct {
    int64_t offset[LETTERS + 1];          /* letter x's own tokens are own[offset[x]] … */
    int32_t own[LETTERS * LETTERS_LIMIT]; /* … own[offset[x+1] − 1], one at least */
    int32_t close[LETTERS_LIMIT];         /* the common end */
    size_t closes;                        /* tokens of the common end */
} Letters;

/* Takes the answers apart: all ids of each of the three, behind the prompt. *start = how many they
 * begin with alike; the rest into *letters. False, without a place in *error, where two are the
 * same, where one has no token of its own, holds the token `unknown` (−1: there is none),
 * or has too many tokens. */
bool letters_find(const Tokens answers[LETTERS], int32_t unknown, size_t *start, Letters *letters,
                  Error *error);

/* Tokens of letter x's own, and of the whole answer behind the common start. */
size_t letters_own(const Letters *letters, int x);
size_t letters_length(const Letters *letters, int x);
/* Token t < letters_length of answer x behind the common start. */
int32_t letters_id(const Letters *letters, int x, size_t t);
/* Rows of a branch: tokens of the longest answer behind the common start, less one. */
size_t letters_branch(const Letters *letters);
/* Id of row t of answer x's branch. */
int32_t letters_row(const Letters *letters, int x, size_t t);
bool letters_equal(const Letters *a, const Letters *b);

/* Tensors answer.letters, .offset, .close: the letters' own ids one after another, their offsets
 * (I64, 4), the common end. What is added is borrowed until written. */
void letters_add(const Letters *letters, TensorWriter *writer);
/* The same read and checked. */
bool letters_read(Letters *letters, const TensorFile *file, Error *error);

#endif
