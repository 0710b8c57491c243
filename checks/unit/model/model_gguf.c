/* Models in GGUF: the same bits as from their folders, and every one that is refused. */
#include "model/model.h"

#include "model/shape.h"
#include "tensor/gemm.h"

#include <math.h>

#include "gguf_files.h"
#include "walk.h"

static void open_model(Model *model, const char *path, size_t budget)
{
    Error error = {""};
    if (!model_open(model, path, budget, &error))
        fail_msg("%s", error.text);
}

/* The walk of some ids through the model at `path`, there and back. */
static void walk_of(Walk *w, Model *model, const char *path, size_t budget)
{
    static const int32_t ids[] = {5, 80, 3, 3, 41, 7, 88, 2, 9, 60, 17};
    open_model(model, path, budget);
    walk(w, model, ids, (const Piece[]){{7, 0}, {4, 0}}, 2);
}

static void check_same(const char *name, size_t budget)
{
    char folder[64], file[64];
    Model own, gguf;
    Walk a, b;
    snprintf(folder, sizeof folder, "checks/reference/%s", name);
    snprintf(file, sizeof file, "checks/reference/gguf/%s.gguf", name);
    walk_of(&a, &own, folder, SIZE_MAX);
    walk_of(&b, &gguf, file, budget);
    size_t N = own.config.blocks, count = a.batch.rows * own.config.width;
    assert_int_equal(gguf.config.tied, own.config.tied);
    for (size_t i = 0; i <= N; i++) {
        assert_same_bits("stream", a.h[i], b.h[i], count);
        assert_same_bits("gradient", a.dh[i], b.dh[i], count);
    }
    assert_memory_equal(a.nll, b.nll, a.batch.rows * sizeof *a.nll);
    walk_free(&a), walk_free(&b);
    model_close(&own), model_close(&gguf);
}

static void test_same_bits(void **state)
{
    (void)state;
    static const char *const names[] = {"llama-gqa", "llama-f16", "llama-bf16",
                                        "neox-f16",  "neox-bf16", "relative-qwen2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_same(names[i], SIZE_MAX); /* widened to float32 */
        check_same(names[i], 0);        /* as they lie in the file */
    }
}

/* A weight of more rows than a panel multiplies as one that is held whole, there and back. */
static void check_panels(size_t rows)
{
    enum { COLUMNS = 32, T = 48 };
    Rng rng = rng_stream("panels", rows, 0);
    float *values = alloc_zeroed(rows, COLUMNS * sizeof *values);
    float *x = alloc_zeroed(T, COLUMNS * sizeof *x),
          *dx = alloc_zeroed(2 * T, COLUMNS * sizeof *dx);
    float *y = alloc_zeroed(2 * T, rows * sizeof *y);
    for (size_t i = 0; i < rows * COLUMNS; i++)
        values[i] = (float)rng_normal(&rng);
    for (size_t i = 0; i < T * COLUMNS; i++)
        x[i] = (float)rng_normal(&rng);
    const Tensor tensor = {.dtype = DTYPE_F32,
                           .rank = 2,
                           .shape = {rows, COLUMNS},
                           .data = values,
                           .count = rows * COLUMNS,
                           .bytes = rows * COLUMNS * sizeof *values};
    const Matrix whole = {.values = values, .tensor = &tensor, .rows = rows, .columns = COLUMNS};
    const Matrix mapped = {.tensor = &tensor, .rows = rows, .columns = COLUMNS};
    matrix_forward(y, x, &whole, T);
    matrix_forward(y + T * rows, x, &mapped, T);
    assert_same_bits("products", y, y + T * rows, T * rows);
    matrix_backward(dx, NULL, y, x, &whole, T, 0);
    matrix_backward(dx + T * COLUMNS, NULL, y, x, &mapped, T, 0);
    assert_same_bits("gradients", dx, dx + T * COLUMNS, T * COLUMNS);
    free(values), free(x), free(dx), free(y);
}

static void test_panels(void **state)
{
    (void)state;
    static const size_t rows[] = {100, 1920, 1936, 2880, 2881, 3135, 3136, 3137, 3840, 5003, 9216};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_panels(rows[i]);
}

/* ---- Refused ---- */

/* A Llama of one block that is sound but for its norms' values; `without` is left out. */
static GgufDraft sound(const char *architecture, const char *without)
{
    static const char *const keys[] = {"block_count", "context_length", "embedding_length",
                                       "feed_forward_length", "attention.head_count"};
    static const uint32_t values[] = {1, 64, 32, 32, 4};
    static const uint64_t matrix[] = {32, 32};
    static const char *const tensors[] = {"token_embd",     "blk.0.attn_q",      "blk.0.attn_k",
                                          "blk.0.attn_v",   "blk.0.attn_output", "blk.0.ffn_gate",
                                          "blk.0.ffn_up",   "blk.0.ffn_down",    "blk.0.attn_norm",
                                          "blk.0.ffn_norm", "output_norm"};
    GgufDraft draft = {.version = 3};
    char name[64];
    if (strcmp(without, "general.architecture") != 0)
        gguf_set_text(&draft, "general.architecture", architecture);
    for (size_t i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "%s.%s", architecture, keys[i]);
        if (strcmp(without, keys[i]) != 0)
            gguf_set_u32(&draft, name, values[i]);
    }
    if (strcmp(without, "attention.layer_norm_rms_epsilon") != 0)
        gguf_set_f32(&draft, "llama.attention.layer_norm_rms_epsilon", 1e-5f);
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++) {
        if (strcmp(without, tensors[i]) == 0)
            continue;
        snprintf(name, sizeof name, "%s.weight", tensors[i]);
        gguf_add(&draft, name, strstr(name, "norm") ? 1 : 2, matrix, 0, draft.data.length);
        gguf_zeroes(&draft, strstr(name, "norm") ? 128 : 4096);
    }
    return draft;
}

static void refuse(GgufDraft *draft, const char *words)
{
    Error error = {""};
    Model model;
    const char *path = gguf_write(draft, "bad.gguf");
    if (model_open(&model, path, 0, &error))
        fail_msg("%s was accepted, but: %s", path, words);
    if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, words) ||
        !strstr(error.text, "; "))
        fail_msg("\"%s\" does not say: %s", error.text, words);
}

/* Settings that say what holds without them. */
static void test_neutral(void **state)
{
    (void)state;
    Model model;
    GgufDraft draft = sound("llama", "");
    gguf_set_text(&draft, "general.type", "model");
    gguf_set_flag(&draft, "llama.attention.causal", true);
    gguf_set_f32(&draft, "llama.rope.scaling.attn_factor", 1);
    gguf_set_f32(&draft, "llama.rope.scaling.yarn_ext_factor", 1); /* of factor 1: nothing */
    open_model(&model, gguf_write(&draft, "good.gguf"), 0);
    model_close(&model);
}

static void test_missing(void **state)
{
    (void)state;
    static const char *const all[] = {"general.architecture",
                                      "block_count",
                                      "context_length",
                                      "embedding_length",
                                      "feed_forward_length",
                                      "attention.head_count",
                                      "attention.layer_norm_rms_epsilon",
                                      "token_embd"};
    Model model;
    GgufDraft draft = sound("llama", "");
    open_model(&model, gguf_write(&draft, "good.gguf"), 0);
    assert_true(model.config.tied && model.config.rope_theta == 10000);
    model_close(&model);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        draft = sound("llama", all[i]);
        refuse(&draft, all[i]);
    }
    draft = (GgufDraft){.version = 3}; /* llama-imatrix names no architecture */
    gguf_set_text(&draft, "general.type", "imatrix");
    refuse(&draft, "is an importance matrix");
    draft = sound("llama", "block_count");
    gguf_set_text(&draft, "general.type", "adapter");
    refuse(&draft, "is an adapter, which changes a model; merge it into its model");
    draft = sound("llama", "blk.0.attn_k");
    refuse(&draft, "tensor 'blk.0.attn_k.weight': is missing; ");
}

/* Values out of range are told by GGUF's key and with its cure. */
static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        uint32_t value;
        const char *words;
    } numbers[] = {
        {"llama.attention.sliding_window", 0,
         "llama.attention.sliding_window is not a whole number"},
        {"llama.attention.key_length", 0, "llama.attention.key_length is not a whole number"},
        {"llama.rope.freq_base", 0, "llama.rope.freq_base is not a positive number"},
        {"llama.attention.head_count_kv", 3, "4 heads over 3 key-value heads"}};
    static const char *const counts[] = {"block_count", "context_length", "embedding_length",
                                         "feed_forward_length", "attention.head_count"};
    char key[64];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        GgufDraft draft = sound("llama", "");
        gguf_set_u32(&draft, numbers[i].key, numbers[i].value);
        refuse(&draft, numbers[i].words);
        GgufDraft again = sound("llama", "");
        gguf_set_u32(&again, numbers[i].key, numbers[i].value);
        refuse(&again, "; convert the model again with llama.cpp");
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        GgufDraft draft = sound("llama", counts[i]);
        snprintf(key, sizeof key, "llama.%s", counts[i]);
        gguf_set_u32(&draft, key, 0);
        refuse(&draft, key);
    }
}

/* A GPT-NeoX, of four heads of 8, is refused before its tensors are looked at. */
static void test_neox_heads(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        uint32_t value;
        const char *words;
    } numbers[] = {{"rope.dimension_count", 3, "no even number from 2 to 8"},
                   {"rope.dimension_count", 0, "no even number from 2 to 8"},
                   {"rope.dimension_count", 16, "no even number from 2 to 8"},
                   {"attention.key_length", 16, "gptneox.attention.key_length is not 8"},
                   {"use_parallel_residual", 1,
                    "use_parallel_residual is neither true nor false; "
                    "convert"}};
    char key[64];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        GgufDraft draft = sound("gptneox", "");
        gguf_set_f32(&draft, "gptneox.attention.layer_norm_epsilon", 1e-5f);
        snprintf(key, sizeof key, "gptneox.%s", numbers[i].key);
        gguf_set_u32(&draft, key, numbers[i].value);
        refuse(&draft, numbers[i].words);
    }
}

static void test_unlike(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        uint32_t value;
        const char *words;
    } numbers[] = {{"llama.expert_count", 8, "expert_count is not 0"},
                   {"llama.attention.value_length", 4, "value_length is not 8"},
                   {"llama.rope.dimension_count", 4, "dimension_count is not 8"},
                   {"llama.attention.head_count_kv", 3, "do not fit"},
                   {"llama.rope.scale_linear", 4, "scale_linear is not 1"}};
    GgufDraft draft;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        draft = sound("llama", "");
        gguf_set_u32(&draft, numbers[i].key, numbers[i].value);
        refuse(&draft, numbers[i].words);
    }
    static const char *const of_one[] = {"llama.rope.scaling.attn_factor",
                                         "llama.rope.scaling.yarn_attn_factor"};
    for (size_t i = 0; i < 2; i++) {
        draft = sound("llama", "");
        gguf_set_f32(&draft, of_one[i], 1.5f);
        refuse(&draft, of_one[i]);
    }
    draft = sound("llama", "");
    gguf_set_f32(&draft, "llama.rope.scaling.factor", 2);
    gguf_set_f32(&draft, "llama.rope.scaling.yarn_ext_factor", 1);
    refuse(&draft, "llama.rope.scaling.yarn_ext_factor is not 0");
    draft = sound("llama", "");
    gguf_set_flag(&draft, "llama.attention.causal", false);
    refuse(&draft, "llama.attention.causal is not true");
    draft = sound("llama", "");
    gguf_set_text(&draft, "llama.attention.causal", "yes"); /* which is no flag */
    refuse(&draft, "llama.attention.causal is not true");
    draft = sound("llama", "");
    gguf_begin_list(&draft, "llama.attention.head_count_kv", GGUF_U32, 1);
    gguf_put_u32(&draft.settings, 2);
    refuse(&draft, "head_count_kv is a list, and docmem has one number for all blocks");
    draft = sound("mamba", "");
    refuse(&draft, "its architecture is mamba, and only llama, qwen2 and gptneox");
    draft = sound("llama", "");
    static const uint64_t matrix[] = {32, 32};
    gguf_add(&draft, "blk.0.attn_q_norm.weight", 2, matrix, 0, draft.data.length);
    gguf_zeroes(&draft, 4096);
    refuse(&draft, "blk.0.attn_q_norm.weight");
    Model model;
    Error error;
    assert_false(model_open(&model, fixture_text("none.gguf", "no model"), 0, &error));
    assert_non_null(strstr(error.text, "none.gguf: is not a GGUF file; "));
}

/* What the tensors' names tell, in GGUF's words. */
static void test_leftover(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {32, 32};
    static const struct {
        const char *without, *more, *words;
    } cases[] = {
        {"", "blk.1.ffn_up.weight", "'blk.1.ffn_up.weight': block_count tells of fewer blocks; "},
        {"", "blk.0.attn_q.bias", "'blk.0.attn_k.bias': is missing, and its architecture or"},
        {"", "blk.0.attn_q.scale", "'blk.0.attn_q.scale': docmem's model of its architecture"},
        {"blk.0.attn_k", "blk.0.attn_key.weight",
         "'blk.0.attn_key.weight': these are not the names of its architecture; "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GgufDraft draft = sound("llama", cases[i].without);
        int rank = strstr(cases[i].more, ".weight") ? 2 : 1;
        gguf_add(&draft, cases[i].more, (uint32_t)rank, sizes, 0, draft.data.length);
        gguf_zeroes(&draft, rank == 2 ? 4096 : 128);
        refuse(&draft, cases[i].words);
    }
}

/* Settings that scale positions: a NULL type or a NaN factor is not set. `divides` is what the
 * positions are divided by; NaN where the model is refused with these words. */
static void test_scaling(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        float factor, divides;
        const char *words;
    } cases[] = {
        {NULL, NAN, 1, NULL},
        {"linear", 2, 2, NULL},
        {NULL, 2, 2, NULL}, /* llama.cpp's type is linear where none is set */
        {"linear", NAN, 1, NULL},
        {"none", 2, 1, NULL},
        {"none", 0, 1, NULL},
        {"yarn", 1, 1, NULL},
        {"yarn", 2, NAN, "llama.rope.scaling.type is yarn, and only none and linear"},
        {"linear", 0, NAN, "llama.rope.scaling.factor is not a positive number"},
        {NULL, -2, NAN, "llama.rope.scaling.factor is not a positive number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GgufDraft draft = sound("llama", "");
        Model model;
        if (cases[i].type)
            gguf_set_text(&draft, "llama.rope.scaling.type", cases[i].type);
        if (!isnan(cases[i].factor))
            gguf_set_f32(&draft, "llama.rope.scaling.factor", cases[i].factor);
        if (cases[i].words) {
            refuse(&draft, cases[i].words);
            continue;
        }
        open_model(&model, gguf_write(&draft, "scaled.gguf"), 0);
        double angle = 5 / (double)cases[i].divides;
        assert_true(fabs((double)model.cosine[5 * 4 + 0] - cos(angle)) < 1e-7);
        model_close(&model);
    }
}

/* The tensor that Llama 3 scales positions with. */
static void test_divisor(void **state)
{
    (void)state;
    static const uint64_t half[] = {4}, other[] = {3};
    static const float factors[8] = {1, 2, 8, 8}; /* and what fills it up to 32 bytes */
    GgufDraft draft = sound("llama", "");
    Model model;
    Error error;
    const char *plain = gguf_write(&draft, "plain.gguf");
    float cosine;
    open_model(&model, plain, 0);
    assert_null(model.rope_divisor);
    cosine = model.cosine[1 * 4 + 0];
    model_close(&model);
    draft = sound("llama", "");
    gguf_add(&draft, "rope_freqs.weight", 1, half, 0, draft.data.length);
    gguf_put(&draft.data, factors, sizeof factors);
    open_model(&model, gguf_write(&draft, "scaled.gguf"), 0);
    assert_true(model.cosine[1 * 4 + 0] == cosine);
    for (size_t i = 0; i < 4; i++) {
        double angle = 7 * pow(10000, -2.0 * (double)i / 8) / (double)factors[i];
        assert_true(fabs((double)model.cosine[7 * 4 + i] - cos(angle)) < 1e-7);
    }
    model_close(&model);
    draft = sound("llama", "");
    gguf_add(&draft, "rope_freqs.weight", 1, half, 0, draft.data.length), gguf_zeroes(&draft, 16);
    assert_false(model_open(&model, gguf_write(&draft, "bad.gguf"), 0, &error));
    assert_non_null(strstr(error.text, "element 0 is no factor"));
    draft = sound("llama", "");
    gguf_add(&draft, "rope_freqs.weight", 1, other, 0, draft.data.length), gguf_zeroes(&draft, 12);
    refuse(&draft, "(3) but a float (4) is wanted");
}

static void test_shape(void **state)
{
    (void)state;
    Shape shape;
    Error error;
    assert_true(shape_read(&shape, "checks/reference/gguf/llama-gqa.gguf", &error));
    assert_int_equal(shape.blocks, 3);
    assert_int_equal(shape.vocabulary, 96);
    assert_true(shape.tied && shape.weight_size == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bits), cmocka_unit_test(test_panels),
        cmocka_unit_test(test_neutral),   cmocka_unit_test(test_missing),
        cmocka_unit_test(test_values),    cmocka_unit_test(test_neox_heads),
        cmocka_unit_test(test_unlike),    cmocka_unit_test(test_leftover),
        cmocka_unit_test(test_scaling),   cmocka_unit_test(test_divisor),
        cmocka_unit_test(test_shape)};
    gemm_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
