/* The tokens of the three answers " (a)", " (b)" and " (c)" that may follow a prompt.
 *
 * The three begin with the same tokens (Llama's "▁("; maybe none) and end with the same ones (")";
 * maybe none). What is between is a letter's own: one token with most tokenizers, but it may be
 * "a)", or several, or not equally many for each letter.
 *
 * To ask a model, the common start is appended to the prompt, then one branch of rows per answer
 * (batch.h). A branch holds its answer's tokens behind the common start, except the last, whose
 * logits come from the row before. All branches have equally many rows; shorter ones are padded
 * with rows whose logits nobody reads. */
#ifndef DOCMEM_ANSWER_TOKENS_H
#define DOCMEM_ANSWER_TOKENS_H
#include "base/error.h"
#include "file/safetensors.h"
#include "tokenizer/bpe.h"

enum {
    LETTERS = 3,
    ANSWER_TOKENS_LIMIT = 16 /* most tokens of an answer behind the common start */
};

typedef struct {
    int64_t offset[LETTERS + 1];                /* own tokens of letter x: own[offset[x]] … */
    int32_t own[LETTERS * ANSWER_TOKENS_LIMIT]; /* … own[offset[x+1] − 1], at least one */
    int32_t close[ANSWER_TOKENS_LIMIT];         /* the common end */
    size_t closes;                              /* tokens of the common end */
} AnswerTokens;

/* Splits the answers, each given as its ids behind the prompt: *start = how many ids are the common
 * start; the rest goes into *letters. False, without a place in *error, where two answers are
 * equal, or where one has no token of its own, has too many tokens, or holds the token `unknown`
 * (−1: there is none). */
bool answer_tokens_find(const Tokens answers[LETTERS], int32_t unknown, size_t *start,
                        AnswerTokens *letters, Error *error);

/* Number of letter x's own tokens. */
size_t answer_tokens_own(const AnswerTokens *letters, int x);
/* Number of tokens of answer x behind the common start. */
size_t answer_tokens_length(const AnswerTokens *letters, int x);
/* Token t of answer x behind the common start; t < answer_tokens_length. */
int32_t answer_tokens_id(const AnswerTokens *letters, int x, size_t t);
/* Rows of a branch: one less than the longest answer has tokens behind the common start. */
size_t answer_tokens_branch(const AnswerTokens *letters);
/* Id of row t of answer x's branch, padding included. */
int32_t answer_tokens_row(const AnswerTokens *letters, int x, size_t t);
bool answer_tokens_equal(const AnswerTokens *a, const AnswerTokens *b);

/* Adds the tensors answer.letters (the letters' own ids, one letter after another), answer.offset
 * (I64, 4) and answer.close (the common end). They are borrowed until written. */
void answer_tokens_add(const AnswerTokens *letters, TensorWriter *writer);
/* Reads these tensors. False, with file and tensor in *error, where one is missing or does not fit.
 */
bool answer_tokens_read(AnswerTokens *letters, const TensorFile *file, Error *error);

#endif
