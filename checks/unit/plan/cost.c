/* Costs: formulas against counts by hand, against the products that training really makes, and
 * against the sizes of published models. */
#include "plan/cost.h"

#include "base/alloc.h"
#include "memory/train.h"
#include "model/shape.h"
#include "tensor/gemm.h"

#include <cblas.h>
#include <dlfcn.h>
#include <string.h>

#include "fixture.h"

/* ---- Products, counted ---- */

static double counted;

/* Stands in for BLAS's: counts, and then calls that. */
void cblas_sgemm(const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE ta,
                 const enum CBLAS_TRANSPOSE tb, const blasint M, const blasint N, const blasint K,
                 const float alpha, const float *a, const blasint lda, const float *b,
                 const blasint ldb, const float beta, float *c, const blasint ldc)
{
    static void (*real)(enum CBLAS_ORDER, enum CBLAS_TRANSPOSE, enum CBLAS_TRANSPOSE, blasint,
                        blasint, blasint, float, const float *, blasint, const float *, blasint,
                        float, float *, blasint);
    if (!real) {
        void *found = dlsym(RTLD_NEXT, "cblas_sgemm");
        memcpy(&real, &found, sizeof real);
    }
    counted += 2.0 * M * N * K;
    real(order, ta, tb, M, N, K, alpha, a, lda, b, ldb, beta, c, ldc);
}

/* Long enough that nothing is padded, as that is left out. */
enum { TEXTS = 8, LONGEST = 60 };
static const size_t lengths[TEXTS] = {24, 36, 48, 60, 24, 36, 48, 60};

static CostTexts texts_of(MemoryText *texts, const int32_t *ids, const float *h)
{
    CostTexts sum = {0};
    for (size_t i = 0; i < TEXTS; i++) {
        double n = (double)lengths[i];
        texts[i] = (MemoryText){.ids = ids, .h = h, .length = lengths[i]};
        sum = cost_sum(sum, (CostTexts){1, n, n * n, n});
    }
    return sum;
}

/* A step and a scoring make just the products that the formulas say. */
static void check_training(const char *folder, size_t layer, MemoryVariant variant)
{
    Error error = {""};
    Model model;
    Shape shape;
    Memory memory;
    Train train;
    MemoryText texts[TEXTS];
    const MemoryText *batch[TEXTS];
    char config[256];
    double nll[TEXTS];
    snprintf(config, sizeof config, "%s/config.json", folder);
    if (!model_open(&model, folder, 1 << 30, &error) || !shape_read(&shape, config, &error))
        fail_msg("%s", error.text);
    int32_t *ids = alloc_zeroed(LONGEST, sizeof *ids);
    float *h = alloc_zeroed(LONGEST * shape.width, sizeof *h);
    CostTexts cost = texts_of(texts, ids, h);
    for (size_t i = 0; i < LONGEST * shape.width; i++)
        h[i] = (float)(i % 7) - 3;
    for (size_t i = 0; i < TEXTS; i++)
        batch[i] = &texts[i];
    memory_make(&memory, shape.width, 20, variant);
    memory_draw(&memory, 1);
    train_begin(&train, &model, &memory, layer,
                &(TrainSettings){.lr = 1e-3, .clip = 1, .warmup = 1, .steps = 10});
    const CostMemory at = {layer, 20, variant == MEMORY_LM};
    counted = 0;
    train_step(&train, batch, TEXTS);
    assert_int_equal((int64_t)train.batch.rows, (int64_t)cost.tokens);
    assert_true(counted == cost_train(&shape, at, cost));
    counted = 0;
    train_score(&train, texts, TEXTS, false, nll);
    assert_true(counted == cost_score(&shape, at, cost));
    train_free(&train);
    memory_free(&memory);
    model_close(&model);
    free(ids), free(h);
}

static void test_products(void **state)
{
    (void)state;
    static const char *const models[] = {"llama-gqa", "llama-mha", "neox-parallel",
                                         "neox-sequential"};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        char folder[64];
        snprintf(folder, sizeof folder, "checks/reference/%s", models[i]);
        check_training(folder, 0, MEMORY_PLAIN);
        check_training(folder, 1, MEMORY_LM);
    }
}

/* ---- By hand ---- */

static void read_text(Shape *shape, const char *text)
{
    Error error = {""};
    if (!shape_read(shape, fixture_text("shape.json", text), &error))
        fail_msg("%s", error.text);
}

static void test_by_hand(void **state)
{
    (void)state;
    Shape shape;
    const CostTexts texts = {2, 8, 34, 5}; /* of 3 and 5 tokens */
    read_text(&shape, "{\"model_type\":\"llama\",\"num_hidden_layers\":3,\"hidden_size\":4,"
                      "\"num_attention_heads\":2,\"num_key_value_heads\":1,\"vocab_size\":10,"
                      "\"intermediate_size\":8,\"torch_dtype\":\"bfloat16\"}");
    /* W = 4·4 + 2·4 + 2·4 + 4·4 for attention, 3·4·8 for the MLP */
    assert_true(shape_block(&shape) == 144);
    assert_true(shape_parameters(&shape) == 3 * 144 + 2 * 40);
    assert_true(shape.weight_size == 2);
    assert_true(cost_forward(&shape, 1, texts) == 2 * 144 * 8 + 4 * 4 * 34);
    assert_true(cost_head(&shape, 8) == 640);
    /* block 2848 and back 3392, head 640 twice, memory 256 and back 384 */
    assert_true(cost_train(&shape, (CostMemory){1, 2, false}, texts) == 8160);
    assert_true(cost_train(&shape, (CostMemory){2, 2, false}, texts) == 8160 - 2848 - 3392);
    assert_true(cost_train(&shape, (CostMemory){1, 2, true}, texts) == 8160 + 6 * 16 * 8);
    assert_true(cost_score(&shape, (CostMemory){1, 2, false}, texts) == 2848 + 640 + 256);
    /* five rows of logits a prompt */
    double once = 2848 + 256 + 2 * 10 * 4 * 5 * 2;
    assert_true(cost_answer(&shape, (CostMemory){1, 2, false}, texts, 3, 0) == 3 * once);
    /* let go on: 12 rows without answers below, once; 15 more a prompt through all, a state */
    const CostTexts prompts = {2, 20, 202, 11}; /* of 9 and 11 tokens */
    double each = 288 * 20 + 16 * 202 + 80 * 10 + 32 * 20;
    double on = 3 * (288 * 30 + 16 * 15 * 12) + 80 * 30 + 32 * 30;
    assert_true(cost_answer(&shape, (CostMemory){1, 2, false}, prompts, 2, 1) ==
                2 * (each + on) + 2 * (288 * 12 + 16 * 202));
    assert_true(cost_memory_size(&shape, (CostMemory){1, 2, true}) == 2 * 8 + 2 + 4 + 16 + 4);
    assert_true(cost_held_weights(&shape, 4 * 512) == 4 * 512);
    assert_true(cost_held_weights(&shape, 4 * 512 - 1) == 0);
}

/* ---- Published models ---- */

static void check_published(const char *name, double parameters)
{
    char path[64];
    Shape shape;
    Error error = {""};
    snprintf(path, sizeof path, "data/shapes/%s.json", name);
    if (!shape_read(&shape, path, &error))
        fail_msg("%s", error.text);
    double d = (double)shape.width, N = (double)shape.blocks;
    /* two norms a block and the last; in GPT-NeoX with biases, as all matrices of blocks */
    double vectors = shape.neox ? N * (9 * d + (double)shape.hidden) + 2 * d : (2 * N + 1) * d;
    if (shape_parameters(&shape) + vectors != parameters)
        fail_msg("%s has %.0f parameters, not %.0f", name, shape_parameters(&shape) + vectors,
                 parameters);
}

static void test_published(void **state)
{
    (void)state;
    check_published("pythia-70m", 70426624);
    check_published("pythia-160m", 162322944);
    check_published("pythia-410m", 405334016);
    check_published("pythia-1b", 1011781632);
    check_published("Llama-2-7b-hf", 6738415616);
    check_published("Llama-2-7b-chat-hf", 6738415616);
    check_published("Llama-2-13b-hf", 13015864320);
}

/* ---- Shapes that cannot be read ---- */

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", ":1: "},
        {"{\"model_type\":\"gpt2\"}", ": model_type"},
        {"{\"model_type\":\"llama\",\"num_hidden_layers\":0}", ": num_hidden_layers is not"},
        {"{\"model_type\":\"llama\",\"num_hidden_layers\":1,\"hidden_size\":4,"
         "\"num_attention_heads\":2,\"vocab_size\":10,\"intermediate_size\":8,"
         "\"torch_dtype\":\"int8\"}",
         ": torch_dtype is int8, not float64, float32, float16 or bfloat16; choose"},
    };
    Shape shape;
    Error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = fixture_text("refused.json", cases[i].text);
        assert_false(shape_read(&shape, path, &error));
        if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, cases[i].said))
            fail_msg("%s", error.text);
    }
    assert_false(shape_read(&shape, scratch("none.json"), &error));
    assert_non_null(strstr(error.text, "none.json: cannot be read"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_refused),
    };
    gemm_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
