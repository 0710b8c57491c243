/* Published checkpoints of both families against float64: logits, hidden states, gradients. */
#include "tensor/gemm.h"

#include <jansson.h>

#include "bf16.h"
#include "parity.h"
#include "walk.h"

/* "Within 1e-4 relative": the largest difference within 1e-4 of the largest entry of the tensor. */
static const double PARITY = 1e-4;
/* With the bf16 engine what is multiplied is rounded by up to 2⁻⁹ of itself, product after product:
 * in float64 the same rounding moves the logits of llama-bf16 by 1.83e-2, of neox-bf16 by 6.5e-3.
 */
static const double BF16_PARITY = 5e-2;

static void open_model(Model *model, const char *folder, size_t budget)
{
    Error error = {""};
    if (!model_open(model, folder, budget, &error))
        fail_msg("%s", error.text);
}

/* A tensor of expected.safetensors in double precision; freed by the caller. */
static double *expected(const TensorFile *file, const char *name, size_t index, size_t count)
{
    char full[32];
    snprintf(full, sizeof full, index == SIZE_MAX ? "%s" : "%s.%zu", name, index);
    const Tensor *tensor = tensors_find(file, full);
    assert_non_null(tensor);
    assert_int_equal(tensor->count, count);
    float *values = alloc_zeroed(count, sizeof *values);
    tensors_to_float(tensor, 0, count, values);
    double *wide = widen(values, count);
    free(values);
    return wide;
}

/* Holds the gap to the bound of the engine that is on. */
static void hold(const Model *model, const char *quantity, double gap)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", quantity, gemm_bf16_on() ? " (engine bf16)" : "");
    parity_hold(model, name, gap, gemm_bf16_on() ? BF16_PARITY : PARITY);
    if (gemm_bf16_on())
        print_message("%s: %s: %.1e\n", model->file.path, name, gap);
}

/* Packed rows (T,d) without the padding, in the file's order, against tensor `name`. */
static void rows_near(const char *what, const char *name, size_t index, const TensorFile *file,
                      const Walk *w, const float *packed, size_t d)
{
    const Batch *batch = &w->batch;
    size_t rows = 0;
    for (size_t i = 0; i < batch->count; i++)
        rows += batch->sequences[i].length;
    float *dense = alloc_zeroed(rows, d * sizeof *dense), *next = dense;
    for (size_t i = 0; i < batch->count; i++) {
        const Sequence *s = &batch->sequences[i];
        memcpy(next, packed + s->start * d, s->length * d * sizeof *dense);
        next += s->length * d;
    }
    double *exact = expected(file, name, index, rows * d);
    hold(w->model, what, relative_gap(dense, exact, rows * d));
    free(dense), free(exact);
}

static void nll_near(const TensorFile *file, const Walk *w)
{
    float nll[64];
    size_t count = 0;
    for (size_t t = 0; t < w->batch.rows; t++)
        if (w->target[t] >= 0)
            nll[count++] = (float)w->nll[t];
    double *exact = expected(file, "nll", SIZE_MAX, count);
    hold(w->model, "loss of each token", relative_gap(nll, exact, count));
    free(exact);
}

/* The checkpoint `name`, or its weights in the GGUF file of that name. */
static void check_checkpoint(const char *name, bool gguf, size_t budget)
{
    char folder[64], path[96];
    snprintf(folder, sizeof folder, gguf ? "checks/reference/gguf/%s.gguf" : "checks/reference/%s",
             name);
    snprintf(path, sizeof path, "checks/reference/%s/expected.safetensors", name);
    TensorFile file;
    Error error;
    Model model;
    Walk w;
    int64_t ids[64], offset[3];
    int32_t narrow[64];
    assert_true(tensors_open(&file, path, &error));
    tensors_to_int(tensors_find(&file, "ids"), 0, 26, ids);
    tensors_to_int(tensors_find(&file, "offset"), 0, 3, offset);
    for (int i = 0; i < 26; i++)
        narrow[i] = (int32_t)ids[i];
    Piece pieces[2] = {{(size_t)offset[1], 0}, {(size_t)(offset[2] - offset[1]), 0}};
    open_model(&model, folder, budget);
    size_t N = model.config.blocks, d = model.config.width, V = model.config.vocabulary;
    walk(&w, &model, narrow, pieces, 2);
    float *logits = alloc_zeroed(w.batch.rows, V * sizeof *logits);
    head_logits(&model, logits, w.h[N], w.batch.rows);
    rows_near("logits", "logits", SIZE_MAX, &file, &w, logits, V);
    for (size_t i = 0; i < N; i++) {
        rows_near("hidden states", "hidden", i, &file, &w, w.h[i + 1], d);
        rows_near("gradients to hidden states", "grad", i, &file, &w, w.dh[i + 1], d);
    }
    nll_near(&file, &w);
    free(logits);
    walk_free(&w);
    model_close(&model);
    tensors_close(&file);
}

static void test_checkpoints(void **state)
{
    (void)state;
    static const char *const names[] = {"llama-mha",
                                        "llama-gqa",
                                        "llama-bf16",
                                        "llama-f16",
                                        "llama-linear",
                                        "llama-llama3",
                                        "neox-parallel",
                                        "neox-sequential",
                                        "neox-bf16",
                                        "neox-f16",
                                        "relative-llama-biased",
                                        "relative-llama-own-head",
                                        "relative-qwen2",
                                        "relative-mistral",
                                        "relative-neox-gelu-fast",
                                        "relative-neox-unbiased"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_checkpoint(names[i], false, SIZE_MAX); /* widened to float32 */
        check_checkpoint(names[i], false, 0);        /* left in the checkpoint's type */
    }
}

static void test_gguf(void **state)
{
    (void)state;
    static const char *const names[] = {"llama-gqa", "llama-f16", "llama-bf16",
                                        "neox-f16",  "neox-bf16", "relative-qwen2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_checkpoint(names[i], true, SIZE_MAX);
        check_checkpoint(names[i], true, 0);
    }
}

/* SmolLM2, a really pretrained Llama in Q4_1 and Q8_0: losses and logits of transformers in float64
 * from the weights that the package gguf dequantizes (checks/oracle/gguf_files.py). */
static void check_real(const Model *model, const json_t *line)
{
    enum { STEP = 97, MOST = 64 };
    const json_t *list = json_object_get(line, "ids"), *nll = json_object_get(line, "nll"),
                 *some = json_object_get(line, "logits");
    size_t n = json_array_size(list), V = model->config.vocabulary;
    size_t N = model->config.blocks, count = json_array_size(some);
    int32_t ids[MOST];
    float losses[MOST], *found = alloc_zeroed(count, sizeof *found);
    double *exact = alloc_zeroed(count + n, sizeof *exact);
    assert_in_range(n, 1, MOST);
    for (size_t i = 0; i < n; i++)
        ids[i] = (int32_t)json_integer_value(json_array_get(list, i));
    Walk w;
    walk(&w, model, ids, (const Piece[]){{n, 0}}, 1);
    float *logits = alloc_zeroed(w.batch.rows, V * sizeof *logits);
    head_logits(model, logits, w.h[N], w.batch.rows);
    for (size_t i = 0; i < count; i++) {
        found[i] = logits[(n - 1) * V + i * STEP];
        exact[i] = json_number_value(json_array_get(some, i));
    }
    parity_hold(model, "logits of a last row", relative_gap(found, exact, count), 1e-5);
    for (size_t i = 0; i + 1 < n; i++) {
        losses[i] = (float)w.nll[i];
        exact[i] = json_number_value(json_array_get(nll, i));
    }
    if (n > 1)
        parity_hold(model, "loss of each token", relative_gap(losses, exact, n - 1), 1e-5);
    free(found), free(exact), free(logits);
    walk_free(&w);
}

static void test_real(void **state)
{
    (void)state;
    char path[512], *line = NULL;
    size_t capacity = 0, lines = 0;
    Model model;
    SHARED_OR_SKIP(path, "models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
    open_model(&model, path, 0);
    FILE *file = fopen("checks/reference/gguf/smollm2.jsonl", "rb");
    assert_non_null(file);
    for (; getline(&line, &capacity, file) >= 0; lines++) {
        json_t *object = json_loads(line, 0, NULL);
        check_real(&model, object);
        json_decref(object);
    }
    assert_int_equal(lines, 4);
    fclose(file);
    free(line);
    model_close(&model);
}

/* A text within the window is as without one; a longer one is refused. */
static void test_window(void **state)
{
    (void)state;
    Model model;
    Error error;
    open_model(&model, "checks/reference/relative-mistral", SIZE_MAX);
    assert_true(model_fits(&model, 0, 19, &error));
    assert_false(model_fits(&model, 0, 20, &error));
    assert_non_null(
        strstr(error.text, "its sliding window of 19 tokens is too short for a text of 20"));
    model_close(&model);
}

static void test_engine(void **state)
{
    (void)state;
    BF16_OR_SKIP();
    check_checkpoint("llama-bf16", false, 0);
    check_checkpoint("neox-bf16", false, 0);
    check_checkpoint("llama-f16", false, 0); /* rounded once */
    check_checkpoint("neox-f16", false, 0);
    check_checkpoint("llama-gqa", false, 0);
    gemm_bf16_end();
}

static void check_budget(const char *folder, size_t need)
{
    Model model;
    open_model(&model, folder, need);
    assert_non_null(model.block[2].down.values);
    model_close(&model);
    open_model(&model, folder, need - 4);
    assert_null(model.block[2].down.values);
    assert_null(model.embedding.values);
    assert_non_null(model.block[2].input_norm.weight);
    model_close(&model);
    model_close(&model); /* twice is safe */
}

static void test_budget(void **state)
{
    (void)state;
    Model model;
    size_t bf16 = 0, f16 = 0;
    open_model(&model, "checks/reference/llama-bf16", SIZE_MAX);
    for (size_t i = 0; i < model.file.count; i++) /* all of them BF16 */
        bf16 += 4 * model.file.tensors[i].count;
    model_close(&model);
    check_budget("checks/reference/llama-bf16", bf16);
    open_model(&model, "checks/reference/neox-f16", SIZE_MAX);
    for (size_t i = 0; i < model.file.count; i++)
        if (!strstr(model.file.tensors[i].name, "attention.bias") && /* buffers take no room */
            !strstr(model.file.tensors[i].name, "masked_bias") &&
            !strstr(model.file.tensors[i].name, "inv_freq"))
            f16 += 4 * model.file.tensors[i].count;
    model_close(&model);
    check_budget("checks/reference/neox-f16", f16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checkpoints), cmocka_unit_test(test_gguf),
        cmocka_unit_test(test_real),        cmocka_unit_test(test_window),
        cmocka_unit_test(test_engine),      cmocka_unit_test(test_budget),
    };
    gemm_begin(); /* one BLAS thread: what follows holds bits */
    return cmocka_run_group_tests_name("parity", tests, NULL, NULL);
}
