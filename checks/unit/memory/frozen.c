/* Model, corpus and prefix together: what fits is opened, what does not is refused; their texts. */
#include "memory/frozen.h"
#include "base/alloc.h"
#include "memory/target.h"

#include "encoded_files.h"
#include "fixture.h"

static const char MODEL[] = "checks/reference/llama-gqa"; /* 3 blocks, d 32, V 96, context 64 */
enum { WIDTH = 32, LONG = 6, ROWS = 3 + LONG + 2 + 4 + 3, BUDGET = 1 /* MiB */ };

static const char *corpus(size_t long_document, int32_t id)
{
    const char *path = scratch("frozen-encoded.safetensors");
    write_corpus(path, long_document, id);
    return path;
}

/* h.1 (rows,width) of a type, its numbers 0, 1, 2 …, for BF16 their upper halves. The header is
 * written by hand, so that the data can be `shift` bytes off from where float32 may lie. */
static const char *prefix_of(const char *dtype, size_t rows, size_t width, size_t shift)
{
    static char bytes[256 + (ROWS + 1) * WIDTH * sizeof(float)];
    size_t count = rows * width, length = 152 + shift, size = strcmp(dtype, "F32") == 0 ? 4 : 2;
    assert_true(count <= (ROWS + 1) * WIDTH);
    memset(bytes, ' ', 8 + length);
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(length >> 8 * i);
    int used = snprintf(bytes + 8, length,
                        "{%s\"h.1\":{\"dtype\":\"%s\",\"shape\":[%zu,%zu],"
                        "\"data_offsets\":[0,%zu]}}",
                        size == 2 ? "\"__metadata__\":{\"stream\":\"bf16\"}," : "", dtype, rows,
                        width, count * size);
    assert_in_range(used, 1, 151);
    bytes[8 + used] = ' ';
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + 8 + length + i * size, (const char *)&(float){(float)i} + 4 - size, size);
    return fixture_file("frozen-prefix.safetensors", bytes, 8 + length + count * size);
}

static const char *prefix(size_t rows, size_t width, size_t shift)
{
    return prefix_of("F32", rows, width, shift);
}

static void open_all(Frozen *frozen, const char *prefix_path)
{
    Error error = {""};
    if (!frozen_open(frozen, &(FrozenPaths){MODEL, corpus(LONG, 5), prefix_path, BUDGET}, &error))
        fail_msg("%s", error.text);
}

static void test_rows(void **state)
{
    (void)state;
    Frozen frozen;
    Error error = {""};
    const float *rows;
    open_all(&frozen, prefix(ROWS, WIDTH, 0));
    assert_int_equal(frozen.model.config.width, WIDTH);
    assert_int_equal(frozen.encoded.rows, ROWS);
    assert_true(frozen_rows(&frozen, 1, TEXT_DOCUMENT, &rows, &error));
    assert_ptr_equal(rows, tensors_find(&frozen.prefix, "h.1")->data);
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        assert_true(rows[i] == (float)i);
    /* What enters a block is what is after the one below it; at the bottom, the embeddings. */
    assert_true(frozen_enter(&frozen, 2, TEXT_DOCUMENT, &rows, &error));
    assert_ptr_equal(rows, tensors_find(&frozen.prefix, "h.1")->data);
    assert_true(frozen_enter(&frozen, 0, TEXT_DOCUMENT, &rows, &error));
    for (size_t i = 0, total = encoded_total(&frozen.encoded); i < total; i++) {
        EncodedText text = encoded_any(&frozen.encoded, i);
        for (size_t t = 0; t < text.length; t++)
            assert_memory_equal(rows + (text.first_row + t) * WIDTH,
                                frozen.model.embedding.values +
                                    (size_t)encoded_id(&frozen.encoded, &text, t) * WIDTH,
                                WIDTH * sizeof *rows);
    }
    frozen_close(&frozen);
    assert_null(frozen.embedded);
    assert_null(frozen.model.block);
    assert_null(frozen.encoded.file.path);
    assert_null(frozen.prefix.path);
}

/* A stream in BF16 comes widened, to the same place each time; F16 is nothing that the stage
 * writes.
 */
static void test_bf16(void **state)
{
    (void)state;
    Frozen frozen;
    Error error = {""};
    const float *rows, *again;
    open_all(&frozen, prefix_of("BF16", ROWS, WIDTH, 0));
    assert_true(frozen_rows(&frozen, 1, TEXT_DOCUMENT, &rows, &error));
    assert_true(frozen_enter(&frozen, 2, TEXT_DOCUMENT, &again, &error));
    assert_ptr_equal(rows, again);
    for (TextKind kind = TEXT_DOCUMENT; kind < TEXT_KINDS; kind++)
        assert_true(frozen_rows(&frozen, 1, kind, &rows, &error));
    for (size_t i = 0; i < ROWS * WIDTH; i++) {
        float wanted = (float)i;
        uint32_t bits;
        memcpy(&bits, &wanted, sizeof bits);
        bits &= 0xffff0000;
        assert_memory_equal(&rows[i], &bits, sizeof bits);
    }
    frozen_close(&frozen);
    assert_null(frozen.widened);
    open_all(&frozen, prefix_of("F16", ROWS, WIDTH, 0));
    assert_false(frozen_rows(&frozen, 1, TEXT_DOCUMENT, &rows, &error));
    assert_non_null(strstr(error.text, "is F16 (18, 32) but BF16 (18, 32) is wanted"));
    frozen_close(&frozen);
}

static void test_without_prefix(void **state)
{
    (void)state;
    Frozen frozen;
    open_all(&frozen, NULL);
    assert_int_equal(frozen.model.config.blocks, 3);
    assert_int_equal(frozen.encoded.longest, 7);
    assert_null(frozen.prefix.path);
    frozen_close(&frozen);
}

/* Opening fails with these words, and nothing stays open. */
static void refuse(const char *model, const char *encoded, const char *prefix_path,
                   const char *words)
{
    Frozen frozen;
    Error error = {""};
    if (frozen_open(&frozen, &(FrozenPaths){model, encoded, prefix_path, BUDGET}, &error))
        fail_msg("accepted, but: %s", words);
    if (!strstr(error.text, words) || !strchr(error.text, ';') || strchr(error.text, '\n'))
        fail_msg("'%s' does not say '%s'", error.text, words);
    assert_null(frozen.model.file.path);
    assert_null(frozen.model.block);
    assert_null(frozen.encoded.file.path);
    assert_null(frozen.prefix.path);
}

static void test_refused(void **state)
{
    (void)state;
    const char *good = prefix(ROWS, WIDTH, 0);
    refuse("build/absent", corpus(LONG, 5), good, "build/absent/config.json: cannot be read");
    refuse(MODEL, "build/absent.safetensors", good, "build/absent.safetensors: cannot be read");
    refuse(MODEL, MODEL, good, "llama-gqa: tensor 'answer.offset': is missing");
    refuse(MODEL, corpus(65, 5), good, "context of 64 tokens is too short for a text of 65");
    refuse(MODEL, corpus(LONG, 96), good, "vocabulary of 96 has no id 96");
    refuse(MODEL, corpus(LONG, 5), "build/absent.safetensors", "absent.safetensors: cannot be");
    refuse(MODEL, corpus(LONG, 5), fixture_text("frozen-empty.safetensors", ""),
           "frozen-empty.safetensors: ");
}

static void test_other_rows(void **state)
{
    (void)state;
    static const struct {
        size_t rows, width, shift, layer;
        const char *words;
    } cases[] = {
        {ROWS, WIDTH, 0, 0, "tensor 'h.0': is missing"},
        {ROWS + 1, WIDTH, 0, 1, "is F32 (19, 32) but F32 (18, 32) is wanted"},
        {ROWS, WIDTH - 1, 0, 1, "is F32 (18, 31) but F32 (18, 32) is wanted"},
        {ROWS, WIDTH, 1, 1, "h.1 is not aligned; make it again with the prefix stage"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Frozen frozen;
        Error error = {""};
        const float *rows;
        size_t count;
        open_all(&frozen, prefix(cases[i].rows, cases[i].width, cases[i].shift));
        assert_false(frozen_rows(&frozen, cases[i].layer, TEXT_DOCUMENT, &rows, &error));
        if (!strstr(error.text, cases[i].words) || !strstr(error.text, "frozen-prefix"))
            fail_msg("'%s' does not say '%s'", error.text, cases[i].words);
        assert_null(target_texts(&frozen, cases[i].layer + 1, TARGET_DOCUMENT, 0, &count, &error));
        frozen_close(&frozen);
    }
}

/* Which rows a target's texts begin at, and their lengths whole and cut. */
static void test_texts(void **state)
{
    (void)state;
    static const struct {
        Target target;
        size_t tokens, count, first[3], length[3], document[3];
    } cases[] = {
        {TARGET_DOCUMENT, 0, 2, {0, 3}, {3, 6}, {0, 1}},
        {TARGET_DOCUMENT, 4, 2, {0, 3}, {3, 4}, {0, 1}},
        {TARGET_DOCUMENT, 6, 2, {0, 3}, {3, 6}, {0, 1}},
        {TARGET_TEMPLATE, 0, 1, {9}, {2}, {0}},
        {TARGET_BOTH, 2, 3, {0, 3, 9}, {2, 2, 2}, {0, 1, 0}},
    };
    Frozen frozen;
    Error error = {""};
    open_all(&frozen, prefix(ROWS, WIDTH, 0));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count;
        MemoryText *texts =
            target_texts(&frozen, 2, cases[i].target, cases[i].tokens, &count, &error);
        assert_non_null(texts);
        assert_int_equal(count, cases[i].count);
        for (size_t t = 0; t < count; t++) {
            assert_true(texts[t].h[0] == (float)(cases[i].first[t] * WIDTH));
            assert_int_equal(texts[t].length, cases[i].length[t]);
            assert_int_equal(texts[t].document, cases[i].document[t]);
            assert_int_equal(texts[t].ids[0], 5);
        }
        free(texts);
    }
    frozen_close(&frozen);
}

/* A prompt with its right answer: the prompt's rows, the answer's branch, and a last row of 0. */
static void test_cheat(void **state)
{
    (void)state;
    static const int32_t ids[] = {5, 5, 5, 5, 7, 0}; /* four of the prompt, the letter, its close */
    Frozen frozen;
    Error error = {""};
    size_t count, first = 3 + LONG + 2;
    open_all(&frozen, prefix(ROWS, WIDTH, 0));
    for (int label = 0; label < LETTERS; label++) {
        frozen.encoded.label[0] = label;
        MemoryText *texts = target_texts(&frozen, 2, TARGET_CHEAT, 0, &count, &error);
        assert_non_null(texts);
        assert_int_equal(count, 1);
        assert_int_equal(texts->length, 6);
        assert_int_equal(texts->document, 1);
        assert_int_equal(texts->answer, 4);
        assert_int_equal(texts->answers, 1);
        for (int t = 0; t < 6; t++)
            assert_int_equal(texts->ids[t], ids[t] + (t == 4 ? label : 0));
        for (size_t t = 0; t < 4; t++)
            assert_true(texts->h[t * WIDTH + 1] == (float)((first + t) * WIDTH + 1));
        assert_true(texts->h[4 * WIDTH] == (float)((first + 4 + (size_t)label) * WIDTH));
        assert_true(texts->h[5 * WIDTH] == 0);
        free(texts);
    }
    frozen_close(&frozen);
}

/* The letter of a template is the last token that can be one. */
static void test_answer(void **state)
{
    (void)state;
    static const struct {
        int32_t ids[2];
        size_t answer, answers;
    } cases[] = {{{5, 5}, 0, 0}, {{5, 8}, 1, 1}, {{8, 5}, 0, 0}, {{7, 9}, 1, 1}};
    Frozen frozen;
    Error error = {""};
    size_t count;
    open_all(&frozen, prefix(ROWS, WIDTH, 0));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memcpy(frozen.encoded.ids[TEXT_TEMPLATE], cases[i].ids, sizeof cases[i].ids);
        MemoryText *texts = target_texts(&frozen, 2, TARGET_TEMPLATE, 0, &count, &error);
        assert_non_null(texts);
        assert_int_equal(texts->answer, cases[i].answer);
        assert_int_equal(texts->answers, cases[i].answers);
        free(texts);
    }
    frozen_close(&frozen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),           cmocka_unit_test(test_bf16),
        cmocka_unit_test(test_without_prefix), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_other_rows),     cmocka_unit_test(test_texts),
        cmocka_unit_test(test_cheat),          cmocka_unit_test(test_answer),
    };
    return cmocka_run_group_tests_name("frozen", tests, NULL, NULL);
}
