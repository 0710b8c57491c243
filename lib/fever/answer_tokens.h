/* How a tokenizer writes the answers " (a)", " (b)", " (c)" behind their common start.
 *
 * After a prompt the three answers begin alike (Llama's "▁("; maybe not at all) and end alike
 * (")"; maybe not at all). What stands between is a letter's own: one token with most tokenizers,
 * but it may be "a)", or several, and not as many for each letter. A prompt is followed by three
 * branches of equally many rows, which show what a model says after each part of each answer: the
 * answer's tokens but for the last, shorter ones filled up with rows that nobody reads. */
#ifndef DOCMEM_ANSWER_TOKENS_H
#define DOCMEM_ANSWER_TOKENS_H
#include "base/error.h"
#include "file/safetensors.h"
#include "tokenizer/bpe.h"

enum {
    LETTERS = 3,
    ANSWER_TOKENS_LIMIT = 16
}; /* tokens of an answer after the common start, at most */

typedef struct {
    int64_t offset[LETTERS + 1];                /* letter x's own tokens are own[offset[x]] … */
    int32_t own[LETTERS * ANSWER_TOKENS_LIMIT]; /* … own[offset[x+1] − 1], one at least */
    int32_t close[ANSWER_TOKENS_LIMIT];         /* the common end */
    size_t closes;                              /* tokens of the common end */
} AnswerTokens;

/* Takes the answers apart: all ids of each of the three, behind the prompt. *start = how many they
 * begin with alike; the rest into *letters. False, without a place in *error, where two are the
 * same, where one has no token of its own, holds the token `unknown` (−1: there is none),
 * or has too many tokens. */
bool answer_tokens_find(const Tokens answers[LETTERS], int32_t unknown, size_t *start,
                        AnswerTokens *letters, Error *error);

/* Tokens of letter x's own, and of the whole answer behind the common start. */
size_t answer_tokens_own(const AnswerTokens *letters, int x);
size_t answer_tokens_length(const AnswerTokens *letters, int x);
/* Token t < answer_tokens_length of answer x behind the common start. */
int32_t answer_tokens_id(const AnswerTokens *letters, int x, size_t t);
/* Rows of a branch: tokens of the longest answer behind the common start, less one. */
size_t answer_tokens_branch(const AnswerTokens *letters);
/* Id of row t of answer x's branch. */
int32_t answer_tokens_row(const AnswerTokens *letters, int x, size_t t);
bool answer_tokens_equal(const AnswerTokens *a, const AnswerTokens *b);

/* Tensors answer.letters, .offset, .close: the letters' own ids one after another, their offsets
 * (I64, 4), the common end. What is added is borrowed until written. */
void answer_tokens_add(const AnswerTokens *letters, TensorWriter *writer);
/* The same read and checked. */
bool answer_tokens_read(AnswerTokens *letters, const TensorFile *file, Error *error);

#endif
