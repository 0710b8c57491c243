/* A whole block: output, gradient to activations and to every parameter, against double precision.
 *
 * A block adds up to fifty-odd rounded terms one after another; 4e-6 of the largest entry holds
 * that, while a term left out of a gradient is of the size of the entries themselves. */
#include "tensor/gemm.h"

#include "exact.h"

static const double TOLERANCE = 4e-6;

/* One block on h (T,d), with the weights dy (T,d) of the sum of its outputs. */
typedef struct {
    Model model;
    Batch batch;
    size_t count; /* T d */
    float *h, *dy;
    double *exact_h;
    Exact exact;
} Case;

static const ModelConfig TINY = {.blocks = 2,
                                 .width = 8,
                                 .hidden = 11,
                                 .vocabulary = 13,
                                 .positions = 32,
                                 .heads = {4, 2, 4},
                                 .rope_theta = 100,
                                 .norm_eps = 1e-2f,
                                 .tied = true};

static void make_case(Case *c, const ModelConfig *config)
{
    static const size_t sequences[3][2] = {{5, 0}, {1, 0}, {7, 3}};
    Rng rng = rng_stream("block", config->heads.kv_heads, 0);
    *c = (Case){0};
    draw_model(&c->model, config, &rng);
    for (size_t i = 0; i < 3; i++)
        batch_add(&c->batch, sequences[i][0], sequences[i][1]);
    c->count = c->batch.rows * config->width;
    c->h = draw(&rng, c->count, 1);
    c->dy = draw(&rng, c->count, 1);
    for (size_t i = 0; i < c->count; i++) /* padding goes through, and counts for nothing */
        if (c->batch.position[i / config->width] < 0)
            c->dy[i] = 0;
    c->exact_h = widen(c->h, c->count);
    c->exact = (Exact){&c->model, widen(c->model.owned, c->model.owned_count)};
}

static void free_case(Case *c)
{
    batch_free(&c->batch);
    free(c->h), free(c->dy), free(c->exact_h), free(c->exact.parameters);
    model_close(&c->model);
}

static double weigh(const void *context)
{
    const Case *c = context;
    double *out = exact_rows(c->count, 1);
    memcpy(out, c->exact_h, c->count * sizeof *out);
    exact_block(&c->exact, 1, &c->batch, out);
    double sum = product(c->dy, out, c->count);
    free(out);
    return sum;
}

/* Gradients of one tensor of the block against differences. */
static void check_tensor(const char *what, Case *c, const Model *gradients, const float *got,
                         size_t count)
{
    double *moved = c->exact.parameters + (got - gradients->owned);
    assert_gradient(what, got, weigh, c, moved, count, TOLERANCE);
}

static void check_matrix(const char *what, Case *c, const Model *gradients, const Matrix *got)
{
    check_tensor(what, c, gradients, got->values, got->rows * got->columns);
}

/* The tangent against the gradient: dy · (J v) = (Jᵀ dy) · v for a drawn step v. */
static void check_tangent(const Case *c, const BlockCache *cache, const float *dh)
{
    Rng rng = rng_stream("step", c->count, 0);
    float *v = draw(&rng, c->count, 1), *jv = alloc_zeroed(c->count, sizeof *jv);
    double *wide = widen(v, c->count), left, size;
    memcpy(jv, v, c->count * sizeof *jv);
    block_tangent(&c->model, 1, &c->batch, jv, c->h, cache);
    double *out = widen(jv, c->count);
    left = product(c->dy, out, c->count);
    size = sqrt(product(jv, out, c->count)) * sqrt((double)c->count);
    assert_true(size > 1);
    assert_true(fabs(left - product(dh, wide, c->count)) <= TOLERANCE * size);
    free(v), free(jv), free(wide), free(out);
}

static void check_llama(Heads heads)
{
    Case c;
    ModelConfig config = TINY;
    config.heads = heads;
    make_case(&c, &config);
    Model gradients;
    BlockCache cache = {0};
    float *out = alloc_zeroed(c.count, sizeof *out), *dh = alloc_zeroed(c.count, sizeof *dh);
    model_make(&gradients, &c.model.config);
    block_forward(&c.model, 1, &c.batch, out, c.h, &cache);
    double *exact = widen(c.h, c.count);
    exact_block(&c.exact, 1, &c.batch, exact);
    assert_near("out", out, exact, c.count, TOLERANCE);

    memcpy(dh, c.dy, c.count * sizeof *dh);
    block_backward(&c.model, &gradients, 1, &c.batch, dh, c.h, &cache);
    const Block *g = &gradients.block[1];
    assert_gradient("dh", dh, weigh, &c, c.exact_h, c.count, TOLERANCE);
    check_tangent(&c, &cache, dh);
    check_tensor("input_norm", &c, &gradients, g->input_norm.weight, c.model.config.width);
    check_tensor("mlp_norm", &c, &gradients, g->mlp_norm.weight, c.model.config.width);
    check_matrix("query", &c, &gradients, &g->query);
    check_matrix("key", &c, &gradients, &g->key);
    check_matrix("value", &c, &gradients, &g->value);
    check_matrix("output", &c, &gradients, &g->output);
    check_matrix("gate", &c, &gradients, &g->gate);
    check_matrix("up", &c, &gradients, &g->up);
    check_matrix("down", &c, &gradients, &g->down);

    /* Frozen weights: the same gradient to the activations; the other block got none. */
    float *frozen = alloc_zeroed(c.count, sizeof *frozen);
    memcpy(frozen, c.dy, c.count * sizeof *frozen);
    block_backward(&c.model, NULL, 1, &c.batch, frozen, c.h, &cache);
    assert_same_bits("dh", frozen, dh, c.count);
    for (size_t i = 0; i < gradients.block[0].down.rows * gradients.block[0].down.columns; i++)
        assert_true(gradients.block[0].down.values[i] == 0);
    free(out), free(dh), free(frozen), free(exact);
    block_cache_free(&cache);
    model_close(&gradients);
    free_case(&c);
}

/* A GPT-NeoX block, whose weights are always frozen. */
static void check_neox(Heads heads, size_t rotary, bool parallel)
{
    Case c;
    BlockCache cache = {0};
    ModelConfig config = TINY;
    config.family = FAMILY_NEOX;
    config.heads = heads, config.rotary = rotary, config.parallel = parallel;
    make_case(&c, &config);
    float *out = alloc_zeroed(c.count, sizeof *out), *dh = alloc_zeroed(c.count, sizeof *dh);
    block_forward(&c.model, 1, &c.batch, out, c.h, &cache);
    double *exact = widen(c.h, c.count);
    exact_block(&c.exact, 1, &c.batch, exact);
    assert_near("out", out, exact, c.count, TOLERANCE);
    memcpy(dh, c.dy, c.count * sizeof *dh);
    block_backward(&c.model, NULL, 1, &c.batch, dh, c.h, &cache);
    assert_gradient("dh", dh, weigh, &c, c.exact_h, c.count, TOLERANCE);
    check_tangent(&c, &cache, dh);
    free(out), free(dh), free(exact);
    block_cache_free(&cache);
    free_case(&c);
}

static void test_neox(void **state)
{
    (void)state;
    check_neox((Heads){2, 2, 4}, 2, true);
    check_neox((Heads){2, 2, 4}, 4, false);
    check_neox((Heads){1, 1, 8}, 2, false);
    check_neox((Heads){4, 4, 2}, 2, true);
}

static void test_grouped_queries(void **state)
{
    (void)state;
    check_llama((Heads){4, 2, 4});
}

static void test_one_key_head(void **state)
{
    (void)state;
    check_llama((Heads){3, 1, 2}); /* heads × size is not the width */
}

static void test_every_head_its_own(void **state)
{
    (void)state;
    check_llama((Heads){2, 2, 4});
}

static void test_cache_is_used_again(void **state)
{
    (void)state;
    /* A cache that held a larger batch, or a smaller one, gives the same bits. */
    Case c;
    make_case(&c, &TINY);
    BlockCache fresh = {0}, used = {0};
    float *out = alloc_zeroed(c.count, sizeof *out), *again = alloc_zeroed(c.count, sizeof *again);
    block_forward(&c.model, 0, &c.batch, out, c.h, &fresh);
    for (size_t length = 3; length <= 30; length += 27) {
        Batch other = {0};
        batch_add(&other, length, 0);
        float *h = alloc_zeroed(2 * other.rows, c.model.config.width * sizeof *h);
        block_forward(&c.model, 0, &other, h + other.rows * c.model.config.width, h, &used);
        block_forward(&c.model, 0, &c.batch, again, c.h, &used);
        assert_same_bits("out", again, out, c.count);
        free(h);
        batch_free(&other);
    }
    free(out), free(again);
    block_cache_free(&fresh), block_cache_free(&used);
    free_case(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grouped_queries),     cmocka_unit_test(test_one_key_head),
        cmocka_unit_test(test_every_head_its_own),  cmocka_unit_test(test_neox),
        cmocka_unit_test(test_cache_is_used_again),
    };
    gemm_begin(); /* one BLAS thread: what follows holds bits */
    return cmocka_run_group_tests_name("block", tests, NULL, NULL);
}
