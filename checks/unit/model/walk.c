/* Whole models of both families: packed batches, siblings, one token at a time; a trained one. */
#include "tensor/gemm.h"

#include <jansson.h>

#include "walk.h"

static void open_model(Model *model, const char *folder, size_t budget)
{
    Error error = {""};
    if (!model_open(model, folder, budget, &error))
        fail_msg("%s", error.text);
}

/* --- packing ----------------------------------------------------------------- */

/* A random model with sizes that are no multiples of a vector, a block or a row unit. */
static void make_model(Model *model, Family family, Rng *rng)
{
    bool neox = family == FAMILY_NEOX;
    const ModelConfig config = {.family = family,
                                .blocks = 3,
                                .width = 52,
                                .hidden = 147,
                                .vocabulary = 131,
                                .positions = 80,
                                .heads = {neox ? 4 : 6, neox ? 4 : 2, neox ? 13 : 10},
                                .rotary = neox ? 6 : 10,
                                .parallel = neox,
                                .rope_theta = 10000,
                                .norm_eps = 1e-5f};
    model_make(model, &config);
    for (size_t i = 0; i < model->owned_count; i++)
        model->owned[i] = (float)(0.2 * rng_normal(rng));
}

static void check_packed_is_alone(Family family)
{
    Rng rng = rng_stream("packing", 0, 0);
    Model model;
    make_model(&model, family, &rng);
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

static void check_siblings_are_sequences(Family family)
{
    /* Three siblings after a common start are the last rows of three sequences. Not bit for bit:
     * attention adds over another number of rows. 1e-5 of the largest entry after three blocks. */
    Rng rng = rng_stream("siblings", 0, 0);
    Model model;
    make_model(&model, family, &rng);
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

static void check_continue(Family family)
{
    /* Read a token at a time, keys and values kept, a sequence is as when read whole; 1e-5 as for
     * siblings. */
    enum { COUNT = 23, D = 52 };
    Rng rng = rng_stream("continue", 0, 0);
    Model model;
    Walk whole;
    int32_t ids[COUNT];
    size_t length = 0;
    make_model(&model, family, &rng);
    for (int i = 0; i < COUNT; i++)
        ids[i] = (int32_t)rng_below(&rng, 131);
    walk(&whole, &model, ids, &(Piece){COUNT, 0}, 1);
    size_t kv = COUNT * model.config.heads.kv_heads * model.config.heads.size;
    Past past[3];
    for (int l = 0; l < 3; l++)
        past[l] = (Past){COUNT, alloc_zeroed(kv, sizeof(float)), alloc_zeroed(kv, sizeof(float)),
                         &length};
    Batch batch = {0};
    BlockCache cache = {0};
    batch_add(&batch, 1, 0);
    float *h = alloc_zeroed(batch.rows * D, sizeof *h),
          *out = alloc_zeroed(batch.rows * D, sizeof *h);
    for (; length < COUNT; length++) {
        batch.position[0] = (int32_t)length;
        model_embed(&model, h, ids + length, &batch);
        for (size_t l = 0; l < 3; l++) {
            block_continue(&model, l, &batch, &past[l], out, h, &cache);
            memcpy(h, out, batch.rows * D * sizeof *h);
        }
        double *exact = widen(whole.h[3] + length * D, D);
        assert_near("continued", h, exact, D, 1e-5);
        free(exact);
    }
    for (int l = 0; l < 3; l++)
        free(past[l].keys), free(past[l].values);
    free(h), free(out);
    batch_free(&batch);
    block_cache_free(&cache);
    walk_free(&whole);
    model_close(&model);
}

static void test_packed_is_alone(void **state)
{
    (void)state;
    check_packed_is_alone(FAMILY_LLAMA);
    check_packed_is_alone(FAMILY_NEOX);
}

static void test_siblings_are_sequences(void **state)
{
    (void)state;
    check_siblings_are_sequences(FAMILY_LLAMA);
    check_siblings_are_sequences(FAMILY_NEOX);
}

static void test_continue(void **state)
{
    (void)state;
    check_continue(FAMILY_LLAMA);
    check_continue(FAMILY_NEOX);
}

/* --- a trained model --------------------------------------------------------- */

/* The logits (V) that follow ids[0 … n-1]. */
static void next_logits(const Model *model, const int32_t *ids, size_t n, float *logits)
{
    size_t V = model->config.vocabulary;
    Walk w;
    walk(&w, model, ids, &(Piece){n, 0}, 1);
    float *all = alloc_zeroed(w.batch.rows, V * sizeof *all);
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
        cmocka_unit_test(test_packed_is_alone),
        cmocka_unit_test(test_siblings_are_sequences),
        cmocka_unit_test(test_continue),
        cmocka_unit_test(test_stories),
    };
    gemm_begin(); /* one BLAS thread: what follows holds bits */
    return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
