/* Answers taken apart into common start, letters and common end; their branches; bad files. */
#include "fever/answer_tokens.h"

#include <string.h>

#include "fixture.h"

/* Three answers as lists of ids that end with 0. */
typedef int32_t Ids[LETTERS][ANSWER_TOKENS_LIMIT + 4];

static bool find(const Ids ids, size_t *start, AnswerTokens *letters, Error *error)
{
    Tokens answers[LETTERS] = {{0}};
    for (int x = 0; x < LETTERS; x++)
        for (size_t t = 0; ids[x][t]; t++)
            tokens_push(&answers[x], ids[x][t]);
    bool found = answer_tokens_find(answers, 99, start, letters, error);
    for (int x = 0; x < LETTERS; x++)
        tokens_free(&answers[x]);
    return found;
}

static void test_find(void **state)
{
    (void)state;
    static const struct {
        Ids ids, rows; /* rows of the branches */
        size_t start, closes, own[LETTERS], branch;
    } cases[] = {
        {{{4, 1, 5}, {4, 2, 5}, {4, 3, 5}}, {{1}, {2}, {3}}, 1, 1, {1, 1, 1}, 1},
        {{{1}, {2}, {3}}, {{0}}, 0, 0, {1, 1, 1}, 0},
        {{{4, 1}, {4, 2}, {4, 3}}, {{0}}, 1, 0, {1, 1, 1}, 0},
        {{{1, 5, 6}, {2, 5, 6}, {3, 5, 6}}, {{1, 5}, {2, 5}, {3, 5}}, 0, 2, {1, 1, 1}, 2},
        {{{4, 1, 5}, {4, 7, 2, 5}, {4, 7, 3, 5}}, {{1, 5}, {7, 2}, {7, 3}}, 1, 1, {1, 2, 2}, 2},
        {{{1, 5}, {7, 8, 2, 5}, {3}}, {{1, 5, 5}, {7, 8, 2}, {3, 3, 3}}, 0, 0, {2, 4, 1}, 3},
        {{{4, 4, 5}, {4, 4, 4, 5}, {4, 4, 6, 5}}, {{0}}, 2, 1, {0}, 0}, /* none of its own */
        {{{4, 1, 1, 4}, {4, 1, 4, 4}, {4, 2, 4}}, {{1, 1}, {1, 4}, {2, 4}}, 1, 1, {2, 2, 1}, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AnswerTokens letters;
        Error error = {""};
        size_t start;
        if (cases[i].own[0] == 0) {
            assert_false(find(cases[i].ids, &start, &letters, &error));
            assert_non_null(strstr(error.text, "(a) has no token of its own;"));
            continue;
        }
        if (!find(cases[i].ids, &start, &letters, &error))
            fail_msg("case %zu: %s", i, error.text);
        assert_int_equal(start, cases[i].start);
        assert_int_equal(letters.closes, cases[i].closes);
        assert_int_equal(answer_tokens_branch(&letters), cases[i].branch);
        for (int x = 0; x < LETTERS; x++) {
            assert_int_equal(answer_tokens_own(&letters, x), cases[i].own[x]);
            for (size_t t = 0; t < answer_tokens_length(&letters, x); t++)
                assert_int_equal(answer_tokens_id(&letters, x, t), cases[i].ids[x][start + t]);
            for (size_t t = 0; t < cases[i].branch; t++)
                assert_int_equal(answer_tokens_row(&letters, x, t), cases[i].rows[x][t]);
            assert_int_equal(cases[i].ids[x][start + answer_tokens_length(&letters, x)], 0);
        }
    }
}

static void refused(const Ids ids, const char *words)
{
    AnswerTokens letters;
    Error error = {""};
    size_t start;
    assert_false(find(ids, &start, &letters, &error));
    if (!strstr(error.text, words) || !strchr(error.text, ';'))
        fail_msg("not '%s': %s", words, error.text);
}

static void test_refusals(void **state)
{
    (void)state;
    refused((const Ids){{4, 1}, {4, 2}, {4, 1}}, "two of the answers");
    refused((const Ids){{0}, {0}, {0}}, "two of the answers");
    refused((const Ids){{0}, {1}, {2}}, "(a) has no token of its own");
    refused((const Ids){{4, 1}, {4, 99}, {4, 3}}, "(b) holds the unknown token");
    refused((const Ids){{99, 1}, {99, 2}, {99, 3}}, "(a) holds the unknown token");
    Ids long_one = {{1}, {2}, {3}};
    for (size_t t = 0; t < ANSWER_TOKENS_LIMIT; t++)
        long_one[2][t] = 3;
    AnswerTokens letters;
    Error error;
    size_t start;
    assert_true(
        find((const int32_t(*)[ANSWER_TOKENS_LIMIT + 4]) long_one, &start, &letters, &error));
    assert_int_equal(answer_tokens_branch(&letters), ANSWER_TOKENS_LIMIT - 1);
    long_one[2][ANSWER_TOKENS_LIMIT] = 3;
    refused((const int32_t(*)[ANSWER_TOKENS_LIMIT + 4]) long_one,
            "(c) takes 17 tokens, more than 16");
}

/* Writes the tensors as given and reads them. */
static bool read_back(DType type, size_t own, const int32_t *ids, const int64_t *offset,
                      size_t closes, AnswerTokens *letters, Error *error)
{
    const int32_t close[ANSWER_TOKENS_LIMIT + 1] = {7, 8};
    size_t four = 4;
    TensorWriter writer = {0};
    TensorFile file;
    Out out;
    const char *path = scratch("letters.safetensors");
    tensor_writer_add(&writer, "answer.letters", type, 1, &own, ids);
    tensor_writer_add(&writer, "answer.offset", DTYPE_I64, 1, &four, offset);
    tensor_writer_add(&writer, "answer.close", DTYPE_I32, 1, &closes, close);
    assert_true(out_open(&out, path, error) && tensor_writer_write(&writer, &out, error) &&
                out_commit(&out, error));
    assert_true(tensors_open(&file, path, error));
    bool good = answer_tokens_read(letters, &file, error);
    tensors_close(&file);
    return good;
}

static void test_files(void **state)
{
    (void)state;
    AnswerTokens found, letters;
    Error error;
    size_t start;
    TensorWriter writer = {0};
    TensorFile file;
    Out out;
    const Ids forms[] = {
        {{4, 1, 5}, {4, 2, 5}, {4, 3, 5}}, {{1}, {2}, {3}}, {{1, 5}, {7, 8, 2}, {3}}};
    for (size_t i = 0; i < 3; i++) {
        assert_true(find(forms[i], &start, &found, &error));
        answer_tokens_add(&found, &writer);
        assert_true(out_open(&out, scratch("letters.safetensors"), &error) &&
                    tensor_writer_write(&writer, &out, &error) && out_commit(&out, &error));
        assert_true(tensors_open(&file, scratch("letters.safetensors"), &error));
        assert_true(answer_tokens_read(&letters, &file, &error));
        assert_true(answer_tokens_equal(&found, &letters));
        letters.own[0] ^= 1;
        assert_false(answer_tokens_equal(&found, &letters));
        tensors_close(&file);
    }
}

static void test_bad_files(void **state)
{
    (void)state;
    static const struct {
        size_t own;
        int32_t ids[60];
        int64_t offset[4];
        size_t closes;
        const char *words; /* NULL where all is well */
    } cases[] = {
        {4, {1, 2, 3, 4}, {0, 1, 3, 4}, 1, NULL},
        {4, {1, 2, 3, 4}, {0, 1, 3, 4}, 0, NULL},
        {4, {1, -2, 3, 4}, {0, 1, 3, 4}, 1, "answer.letters: a number is out of range;"},
        {4, {1, 2, 3, 4}, {1, 2, 3, 4}, 1, "answer.offset: does not span"},
        {4, {1, 2, 3, 4}, {0, 1, 2, 3}, 1, "answer.offset: does not span"},
        {4, {1, 2, 3, 4}, {0, 1, 1, 4}, 1, "answer.offset: does not rise"},
        {4, {1, 2, 3, 4}, {0, 3, 2, 4}, 1, "answer.offset: does not rise"},
        {4, {1, 2, 3, 4}, {0, -1, 2, 4}, 1, "answer.offset: does not rise"},
        {4, {1, 2, 3, 4}, {0, INT64_MAX, 2, 4}, 1, "answer.offset: does not rise"},
        {0, {0}, {0, 0, 0, 0}, 1, "answer.offset: does not rise"},
        {4, {1, 2, 3, 4}, {0, 1, 3, 4}, 17, "answer.close: has too many"},
        {4, {1, 2, 3, 4}, {0, 1, 3, 4}, 15, "answer.letters: has too many"},
        {49, {1}, {0, 1, 2, 49}, 1, "answer.letters: has too many"},
        {20, {1}, {0, 1, 2, 20}, 0, "answer.letters: has too many"},
    };
    AnswerTokens letters;
    Error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        error = (Error){""};
        bool good = read_back(DTYPE_I32, cases[i].own, cases[i].ids, cases[i].offset,
                              cases[i].closes, &letters, &error);
        if (good != !cases[i].words || (!good && !strstr(error.text, cases[i].words)))
            fail_msg("case %zu: %s", i, error.text);
    }
    const float reals[4] = {1, 2, 3, 4};
    int32_t bits[4];
    memcpy(bits, reals, sizeof bits);
    assert_false(read_back(DTYPE_F32, 4, bits, (const int64_t[]){0, 1, 3, 4}, 1, &letters, &error));
    assert_non_null(strstr(error.text, "answer.letters"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests_name("letters", tests, NULL, NULL);
}
