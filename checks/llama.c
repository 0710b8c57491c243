/* Whole Llama models: published layouts against float64, packed batches, siblings, stories260K. */
#include "gemm.h"

#include <jansson.h>

#include "walk.h"

static void open_model(Model *model, const char *folder, size_t budget)
{
    Error error = {""};
    if (!model_open(model, folder, budget, &error))
        fail_msg("%s", error.text);
}

/* --- packing ----------------------------------------------------------------- */

static void make_model(Model *model, Rng *rng)
{
    /* Sizes that are no multiples of a vector, a block or a row unit. */
    const ModelConfig config = {.blocks = 3,
                                .width = 52,
                                .hidden = 147,
                                .vocabulary = 131,
                                .positions = 80,
                                .heads = {6, 2, 10},
                                .rope_theta = 10000,
                                .norm_eps = 1e-5f};
    model_make(model, &config);
    for (size_t i = 0; i < model->owned_count; i++)
        model->owned[i] = (float)(0.2 * rng_normal(rng));
}

static void test_packed_is_alone(void **state)
{
    (void)state;
    Rng rng = rng_stream("packing", 0, 0);
    Model model;
    make_model(&model, &rng);
    enum { COUNT = 9 };
    int32_t ids[COUNT * 70];
    for (int round = 0; round < 4; round++) {
        Piece pieces[COUNT];
        for (int i = 0; i < COUNT; i++) {
            pieces[i].siblings = i % 2 ? 3 : 0;
            pieces[i].length = 1 + pieces[i].siblings + rng_below(&rng, i % 3 == 0 ? 4 : 60);
        }
        for (size_t i = 0; i < COUNT * 70; i++)
            ids[i] = (int32_t)rng_below(&rng, 131);
        Walk all, one;
        const int32_t *own = ids;
        walk(&all, &model, ids, pieces, COUNT);
        for (int i = 0; i < COUNT; own += pieces[i].length, i++) {
            const Sequence *s = &all.batch.sequences[i];
            size_t n = s->length * 52, at = s->start * 52;
            walk(&one, &model, own, &pieces[i], 1);
            for (size_t l = 0; l <= 3; l++) {
                assert_same_bits("stream", all.h[l] + at, one.h[l], n);
                assert_same_bits("gradient", all.dh[l] + at, one.dh[l], n);
            }
            assert_memory_equal(all.nll + s->start, one.nll, s->length * sizeof *one.nll);
            walk_free(&one);
        }
        walk_free(&all);
    }
    model_close(&model);
}

static void test_siblings_are_sequences(void **state)
{
    (void)state;
    /* Three siblings after a common start are the last rows of three sequences. Not bit for bit:
     * attention adds over another number of rows. 1e-5 of the largest entry after three blocks. */
    Rng rng = rng_stream("siblings", 0, 0);
    Model model;
    make_model(&model, &rng);
    for (size_t common = 1; common < 40; common += 7) {
        int32_t ids[64], alone[64];
        Piece together = {common + 3, 3}, single = {common + 1, 0};
        Walk all, one;
        for (size_t i = 0; i < common + 3; i++)
            alone[i] = ids[i] = (int32_t)rng_below(&rng, 131);
        walk(&all, &model, ids, &together, 1);
        for (size_t k = 0; k < 3; k++) {
            alone[common] = ids[common + k];
            walk(&one, &model, alone, &single, 1);
            double *exact = widen(one.h[3], (common + 1) * 52);
            assert_near("common rows", all.h[3], exact, common * 52, 1e-5);
            assert_near("sibling", all.h[3] + (common + k) * 52, exact + common * 52, 52, 1e-5);
            free(exact);
            walk_free(&one);
        }
        walk_free(&all);
    }
    model_close(&model);
}

/* --- a trained model --------------------------------------------------------- */

/* The logits (V) that follow ids[0 … n-1]. */
static void next_logits(const Model *model, const int32_t *ids, size_t n, float *logits)
{
    size_t V = model->config.vocabulary;
    Walk w;
    walk(&w, model, ids, &(Piece){n, 0}, 1);
    float *all = mem_alloc(w.batch.rows, V * sizeof *all);
    head_logits(model, all, w.h[model->config.blocks], w.batch.rows);
    memcpy(logits, all + (n - 1) * V, V * sizeof *logits);
    free(all);
    walk_free(&w);
}

static void test_stories(void **state)
{
    (void)state;
    char model_path[512], path[600];
    SHARED_OR_SKIP(model_path, "models/stories260K");
    snprintf(path, sizeof path, "%s/reference.json", model_path);
    json_t *reference = json_load_file(path, 0, NULL);
    assert_non_null(reference);
    const json_t *greedy = json_object_get(reference, "greedy_ids");
    const json_t *first8 = json_object_get(reference, "logits_last_first8");
    Model model;
    int32_t ids[96] = {1};
    float logits[512];
    open_model(&model, model_path, SIZE_MAX);
    assert_int_equal(json_array_size(greedy), 96);
    for (size_t n = 1; n < 96; n++) {
        next_logits(&model, ids, n, logits);
        ids[n] = (int32_t)head_argmax(logits, 512);
        assert_int_equal(ids[n], json_integer_value(json_array_get(greedy, n)));
        for (size_t i = 0; n == 64 && i < 8; i++) {
            double wanted = json_real_value(json_array_get(first8, i));
            assert_true(fabs((double)logits[i] - wanted) < 1e-4);
        }
    }
    Walk w;
    double sum = 0;
    walk(&w, &model, ids, &(Piece){64, 0}, 1);
    for (size_t t = 0; t < 63; t++)
        sum += w.nll[t];
    assert_true(fabs(sum / 63 - json_real_value(json_object_get(reference, "mean_nll_63"))) < 1e-5);
    walk_free(&w);
    model_close(&model);
    json_decref(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed_is_alone), cmocka_unit_test(test_siblings_are_sequences),
        cmocka_unit_test(test_stories),
    };
    gemm_begin(); /* one BLAS thread: what follows holds bits */
    return cmocka_run_group_tests_name("llama", tests, NULL, NULL);
}
