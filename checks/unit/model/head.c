/* The end of the model: losses and their gradients, chunks of rows, large vocabularies. */
#include "model/head.h"
#include "tensor/gemm.h"

#include "exact.h"

/* Of the largest entry: roundings of sums over at most 40 terms. */
static const double TOLERANCE = 3e-6;

typedef struct {
    Model model;
    size_t T;
    float *h, *weight;
    int32_t *target;
    double *exact_h, *nll;
    Exact exact;
} Case;

static void make_case(Case *c, size_t T, size_t d, size_t V, bool tied, Family family)
{
    ModelConfig config = {.family = family,
                          .blocks = 1,
                          .width = d,
                          .hidden = 4,
                          .vocabulary = V,
                          .positions = 4,
                          .heads = {1, 1, 2},
                          .rope_theta = 10,
                          .norm_eps = 1e-3f,
                          .tied = tied};
    Rng rng = rng_stream("head", V, T);
    *c = (Case){.T = T};
    draw_model(&c->model, &config, &rng);
    c->h = draw(&rng, T * d, 2);
    c->weight = draw(&rng, T, 1);
    c->target = alloc_zeroed(T, sizeof *c->target);
    for (size_t t = 0; t < T; t++) /* every fifth row is not asked for anything */
        c->target[t] = t % 5 == 3 ? -1 : (int32_t)rng_below(&rng, (uint32_t)V);
    c->exact_h = widen(c->h, T * d);
    c->nll = alloc_zeroed(T, sizeof *c->nll);
    c->exact = (Exact){&c->model, widen(c->model.owned, c->model.owned_count)};
}

static void free_case(Case *c)
{
    free(c->h), free(c->weight), free(c->target), free(c->exact_h), free(c->nll);
    free(c->exact.parameters);
    model_close(&c->model);
}

static double weigh(const void *context)
{
    const Case *c = context;
    exact_nll(&c->exact, c->exact_h, c->target, c->T, c->nll);
    return product(c->weight, c->nll, c->T);
}

static void values_near(Case *c, const double *nll)
{
    exact_nll(&c->exact, c->exact_h, c->target, c->T, c->nll);
    for (size_t t = 0; t < c->T; t++) {
        if (c->target[t] < 0)
            assert_true(nll[t] == 0);
        if (!(fabs(nll[t] - c->nll[t]) <= 2e-6 * (1 + c->nll[t])))
            fail_msg("row %zu: %.9f, not %.9f", t, nll[t], c->nll[t]);
    }
}

static void check(size_t T, size_t d, size_t V, bool tied, bool parameters, Family family)
{
    Case c;
    Model gradients;
    make_case(&c, T, d, V, tied, family);
    model_make(&gradients, &c.model.config);
    double *nll = alloc_zeroed(T, sizeof *nll), *alone = alloc_zeroed(T, sizeof *alone);
    float *dh = alloc_zeroed(T * d, sizeof *dh), *frozen = alloc_zeroed(T * d, sizeof *frozen);
    for (size_t i = 0; i < T * d; i++)
        dh[i] = 7; /* set, not added to */
    head_loss(&c.model, &gradients, c.h, c.target, c.weight, T, nll, dh);
    values_near(&c, nll);
    assert_gradient("dh", dh, weigh, &c, c.exact_h, T * d, TOLERANCE);
    if (parameters) {
        double *at = c.exact.parameters;
        assert_gradient("unembedding", gradients.unembedding.values, weigh, &c,
                        at + (gradients.unembedding.values - gradients.owned), V * d, TOLERANCE);
        assert_gradient("final norm", gradients.final_norm.weight, weigh, &c,
                        at + (gradients.final_norm.weight - gradients.owned), d, TOLERANCE);
        if (family == FAMILY_NEOX)
            assert_gradient("final norm's bias", gradients.final_norm.bias, weigh, &c,
                            at + (gradients.final_norm.bias - gradients.owned), d, TOLERANCE);
    }
    head_loss(&c.model, NULL, c.h, c.target, c.weight, T, alone, frozen);
    assert_same_bits("dh", frozen, dh, T * d);
    head_loss(&c.model, NULL, c.h, c.target, NULL, T, alone, NULL);
    assert_memory_equal(alone, nll, T * sizeof *nll);
    free(nll), free(alone), free(dh), free(frozen);
    model_close(&gradients);
    free_case(&c);
}

static void test_loss(void **state)
{
    (void)state;
    check(24, 8, 37, false, true, FAMILY_LLAMA);
    check(12, 5, 19, true, true, FAMILY_LLAMA);
    check(12, 4, 1, false, true, FAMILY_LLAMA);
    check(24, 8, 37, false, true, FAMILY_NEOX);
    check(12, 5, 19, true, true, FAMILY_NEOX);
}

static void test_large_vocabulary(void **state)
{
    (void)state;
    check(12, 3, 2500, false, false, FAMILY_LLAMA); /* several spans of exponentials */
}

static void test_chunks(void **state)
{
    (void)state;
    /* More rows than one chunk of logits: each row as it is alone among twelve. */
    enum { T = 996, D = 4, V = 9 };
    Case c;
    make_case(&c, T, D, V, false, FAMILY_LLAMA);
    double nll[T], part[12];
    float *dh = alloc_zeroed(T * D, sizeof *dh), dpart[12 * D];
    head_loss(&c.model, NULL, c.h, c.target, c.weight, T, nll, dh);
    values_near(&c, nll);
    for (size_t t = 0; t < T; t += 12) {
        head_loss(&c.model, NULL, c.h + t * D, c.target + t, c.weight + t, 12, part, dpart);
        assert_memory_equal(part, nll + t, sizeof part);
        assert_same_bits("dh", dpart, dh + t * D, 12 * D);
    }
    free(dh);
    free_case(&c);
}

/* Where few rows count, they alone are computed: with the numbers they have among all rows, which
 * are computed where the head is trained too. */
static void test_few(void **state)
{
    (void)state;
    enum { T = 192, D = 8, V = 20000 };
    Case c;
    Model gradients;
    make_case(&c, T, D, V, false, FAMILY_LLAMA);
    model_make(&gradients, &c.model.config);
    double all[T], few[T];
    float *dh = alloc_zeroed(T * D, sizeof *dh), *alone = alloc_zeroed(T * D, sizeof *alone);
    for (size_t t = 0; t < T; t++)
        c.weight[t] = t % 24 == 5 || t == T - 1 ? 1 + (float)t : 0;
    head_loss(&c.model, &gradients, c.h, c.target, c.weight, T, all, dh);
    head_loss(&c.model, NULL, c.h, c.target, c.weight, T, few, alone);
    size_t passed_over = 0;
    for (size_t t = 0; t < T; t++) {
        passed_over += few[t] == 0 && all[t] != 0;
        if (!(fabs(few[t] - (c.weight[t] != 0 ? all[t] : 0)) <= 2e-6 * (1 + all[t])))
            fail_msg("row %zu: %.9f of %.9f", t, few[t], all[t]);
        for (size_t i = 0; i < D; i++)
            if (!(fabsf(alone[t * D + i] - dh[t * D + i]) <= 1e-4f))
                fail_msg("row %zu: dh %.9f of %.9f", t, (double)alone[t * D + i],
                         (double)dh[t * D + i]);
    }
    assert_true(passed_over > T / 2);
    for (size_t t = 0; t < T; t++) /* and so where most rows have no target */
        c.target[t] = c.weight[t] != 0 ? c.target[t] : -1;
    head_loss(&c.model, NULL, c.h, c.target, NULL, T, few, NULL);
    values_near(&c, few);
    model_close(&gradients);
    free(dh), free(alone);
    free_case(&c);
}

static void check_logits(Family family)
{
    enum { T = 12, D = 6, V = 21 };
    Case c;
    make_case(&c, T, D, V, false, family);
    float *logits = alloc_zeroed(T * V, sizeof *logits);
    double *normal = exact_rows(T, D), *exact = exact_rows(T, V);
    head_logits(&c.model, logits, c.h, T);
    exact_norm(&c.exact, normal, c.exact_h, &c.model.final_norm, T);
    exact_matrix(exact, normal, exact_at(&c.exact, c.model.unembedding.values), T, V, D);
    assert_near("logits", logits, exact, T * V, TOLERANCE);
    for (size_t t = 0; t < T; t++) {
        double sum = 0;
        size_t best = 0;
        for (size_t i = 0; i < V; i++) {
            sum += exp(exact[t * V + i]);
            best = exact[t * V + i] > exact[t * V + best] ? i : best;
        }
        assert_true(fabs(head_logsumexp(logits + t * V, V) - log(sum)) < 2e-6);
        assert_int_equal(head_argmax(logits + t * V, V), best);
    }
    free(logits), free(normal), free(exact);
    free_case(&c);
}

static void test_logits(void **state)
{
    (void)state;
    check_logits(FAMILY_LLAMA);
    check_logits(FAMILY_NEOX);
}

static void test_extremes(void **state)
{
    (void)state;
    static const float equal[4] = {3, 3, 3, 3}, far[4] = {-1e4f, 1e4f, 0, 1e4f};
    assert_int_equal(head_argmax(equal, 4), 0); /* the first, if equal */
    assert_int_equal(head_argmax(far, 4), 1);
    assert_true(fabs(head_logsumexp(equal, 4) - (3 + log(4))) < 1e-6);
    assert_true(fabs(head_logsumexp(far, 4) - (1e4 + log(2))) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loss),   cmocka_unit_test(test_large_vocabulary),
        cmocka_unit_test(test_chunks), cmocka_unit_test(test_few),
        cmocka_unit_test(test_logits), cmocka_unit_test(test_extremes),
    };
    gemm_begin(); /* one BLAS thread: what follows holds bits */
    return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}
