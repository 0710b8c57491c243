/* The common start is cut off first, then the common end of what is left; the rest is each letter's
 * own. */
#include "fever/answer_tokens.h"

#include <string.h>

/* How many ids all three answers begin with (alike_first) or end with (alike_last) alike, at most
 * `most`. */
static size_t alike_first(const Tokens answers[LETTERS], size_t most)
{
    size_t n = 0;
    while (n < most && answers[0].ids[n] == answers[1].ids[n] &&
           answers[0].ids[n] == answers[2].ids[n])
        n++;
    return n;
}

static int32_t from_end(const Tokens *ids, size_t n)
{
    return ids->ids[ids->count - 1 - n];
}

static size_t alike_last(const Tokens answers[LETTERS], size_t most)
{
    size_t n = 0;
    while (n < most && from_end(&answers[0], n) == from_end(&answers[1], n) &&
           from_end(&answers[0], n) == from_end(&answers[2], n))
        n++;
    return n;
}

static bool same(const Tokens *a, const Tokens *b)
{
    return a->count == b->count &&
           (a->count == 0 || memcmp(a->ids, b->ids, a->count * sizeof *a->ids) == 0);
}

/* Whether the answers differ and are all known tokens. */
static bool check(const Tokens answers[LETTERS], int32_t unknown, Error *error)
{
    for (int x = 0; x < LETTERS; x++) {
        if (same(&answers[x], &answers[(x + 1) % LETTERS]))
            return fail(error, "two of the answers (a), (b), (c) are the same tokens; use a "
                               "tokenizer that tells letters apart");
        for (size_t t = 0; t < answers[x].count; t++)
            if (answers[x].ids[t] == unknown)
                return fail(error,
                            "the answer (%c) holds the unknown token; use a tokenizer that "
                            "has the letters",
                            "abc"[x]);
    }
    return true;
}

bool answer_tokens_find(const Tokens answers[LETTERS], int32_t unknown, size_t *start,
                        AnswerTokens *letters, Error *error)
{
    size_t shortest = SIZE_MAX;
    *letters = (AnswerTokens){0};
    if (!check(answers, unknown, error))
        return false;
    for (int x = 0; x < LETTERS; x++)
        if (answers[x].count < shortest)
            shortest = answers[x].count;
    *start = alike_first(answers, shortest);
    letters->closes = alike_last(answers, shortest - *start);
    for (int x = 0; x < LETTERS; x++) {
        size_t length = answers[x].count - *start, own = length - letters->closes;
        if (own == 0)
            return fail(error,
                        "the answer (%c) has no token of its own; use a tokenizer that has "
                        "the letters",
                        "abc"[x]);
        if (length > ANSWER_TOKENS_LIMIT)
            return fail(error,
                        "the answer (%c) takes %zu tokens, more than %d; use a tokenizer "
                        "that has the letters",
                        "abc"[x], length, ANSWER_TOKENS_LIMIT);
        letters->offset[x + 1] = letters->offset[x] + (int64_t)own;
        memcpy(letters->own + letters->offset[x], answers[x].ids + *start,
               own * sizeof *letters->own);
    }
    for (size_t t = 0; t < letters->closes; t++)
        letters->close[t] = from_end(&answers[0], letters->closes - 1 - t);
    return true;
}

size_t answer_tokens_own(const AnswerTokens *letters, int x)
{
    return (size_t)(letters->offset[x + 1] - letters->offset[x]);
}

size_t answer_tokens_length(const AnswerTokens *letters, int x)
{
    return answer_tokens_own(letters, x) + letters->closes;
}

int32_t answer_tokens_id(const AnswerTokens *letters, int x, size_t t)
{
    size_t own = answer_tokens_own(letters, x);
    return t < own ? letters->own[(size_t)letters->offset[x] + t] : letters->close[t - own];
}

size_t answer_tokens_branch(const AnswerTokens *letters)
{
    size_t longest = 0;
    for (int x = 0; x < LETTERS; x++)
        if (answer_tokens_length(letters, x) > longest)
            longest = answer_tokens_length(letters, x);
    return longest - 1;
}

int32_t answer_tokens_row(const AnswerTokens *letters, int x, size_t t)
{
    size_t last = answer_tokens_length(letters, x) - 1;
    return answer_tokens_id(letters, x, t < last ? t : last);
}

bool answer_tokens_equal(const AnswerTokens *a, const AnswerTokens *b)
{
    bool equal = true;
    for (int x = 0; equal && x < LETTERS; x++) {
        equal = answer_tokens_own(a, x) == answer_tokens_own(b, x) && a->closes == b->closes;
        for (size_t t = 0; equal && t < answer_tokens_length(a, x); t++)
            equal = answer_tokens_id(a, x, t) == answer_tokens_id(b, x, t);
    }
    return equal;
}

/* ---- Files ---------------------------------------------------------------------- */

void answer_tokens_add(const AnswerTokens *letters, TensorWriter *writer)
{
    size_t own = (size_t)letters->offset[LETTERS], offsets = LETTERS + 1;
    tensor_writer_add(writer, "answer.letters", DTYPE_I32, 1, &own, letters->own);
    tensor_writer_add(writer, "answer.offset", DTYPE_I64, 1, &offsets, letters->offset);
    tensor_writer_add(writer, "answer.close", DTYPE_I32, 1, &letters->closes, letters->close);
}

static bool bad(const TensorFile *file, const char *tensor, const char *what, Error *error)
{
    return fail(error, "%s: %s: %s; make it again with the encode stage", file->path, tensor, what);
}

/* Reads the token ids of tensor `name` into ids (most); *count of them. */
static bool read_ids(const TensorFile *file, const char *name, size_t most, int32_t *ids,
                     size_t *count, Error *error)
{
    const Tensor *tensor;
    if (!tensors_want(file, name, DTYPE_ANY_INT, 1, (const size_t[]){TENSOR_ANY}, &tensor, error))
        return false;
    if (tensor->count > most)
        return bad(file, name, "has too many tokens", error);
    *count = tensor->count;
    for (size_t t = 0; t < tensor->count; t++) {
        int64_t id;
        tensors_to_int(tensor, t, 1, &id);
        if (id < 0 || id > INT32_MAX)
            return bad(file, name, "a number is out of range", error);
        ids[t] = (int32_t)id;
    }
    return true;
}

bool answer_tokens_read(AnswerTokens *letters, const TensorFile *file, Error *error)
{
    const Tensor *tensor;
    size_t own, offsets = LETTERS + 1;
    *letters = (AnswerTokens){0};
    if (!tensors_want(file, "answer.offset", DTYPE_ANY_INT, 1, &offsets, &tensor, error) ||
        !read_ids(file, "answer.letters", LETTERS * ANSWER_TOKENS_LIMIT, letters->own, &own,
                  error) ||
        !read_ids(file, "answer.close", ANSWER_TOKENS_LIMIT, letters->close, &letters->closes,
                  error))
        return false;
    tensors_to_int(tensor, 0, offsets, letters->offset);
    if (letters->offset[0] != 0 || letters->offset[LETTERS] != (int64_t)own)
        return bad(file, "answer.offset", "does not span the letters", error);
    for (int x = 0; x < LETTERS; x++)
        if (letters->offset[x + 1] <= letters->offset[x] || letters->offset[x + 1] > (int64_t)own)
            return bad(file, "answer.offset", "does not rise", error);
    for (int x = 0; x < LETTERS; x++)
        if (answer_tokens_length(letters, x) > ANSWER_TOKENS_LIMIT)
            return bad(file, "answer.letters", "has too many tokens", error);
    return true;
}
