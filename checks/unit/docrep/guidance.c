/* The forgetting loss: its value, its derivatives, its ties; what is drawn and where it flows. */
#include "docrep/guidance.h"

#include "numbers.h"

static const double AT[] = {0, 0.3, 1.05, 2.5, 3.1, 7};
enum { POINTS = sizeof AT / sizeof *AT };

static double value(const Guidance *g, double positive, double negative)
{
    double gap = negative - g->tau, square = gap * gap;
    double F = g->form == FORGET_ABSOLUTE ? fabs(gap) : fmin(square, positive);
    return positive + g->alpha * F;
}

static void test_loss(void **state)
{
    (void)state;
    const double step = 1e-6;
    for (ForgetForm form = 0; form < FORGET_FORMS; form++)
        for (int i = 0; i < POINTS * POINTS; i++) {
            Guidance g = {.alpha = 0.3, .tau = 2.4, .form = form};
            double p = AT[i / POINTS], n = AT[i % POINTS], dp, dn;
            assert_true(fabs(guidance_loss(&g, p, n, &dp, &dn) - value(&g, p, n)) < 1e-12);
            double wanted = (value(&g, p + step, n) - value(&g, p - step, n)) / (2 * step);
            assert_true(fabs(dp - wanted) < 1e-5);
            wanted = (value(&g, p, n + step) - value(&g, p, n - step)) / (2 * step);
            assert_true(fabs(dn - wanted) < 1e-5);
        }
}

static void test_ties(void **state)
{
    (void)state;
    double dp, dn;
    Guidance g = {.alpha = 0.5, .tau = 2, .form = FORGET_SQUARED};
    /* (3 − 2)² = 1 = L_pos: half to each, as torch.minimum. */
    assert_true(guidance_loss(&g, 1, 3, &dp, &dn) == 1.5);
    assert_true(dp == 1 + 0.5 * 0.5 && dn == 0.5 * 0.5 * 2);
    assert_true(guidance_loss(&g, 1.01, 3, &dp, &dn) == 1.51 && dp == 1 && dn == 1);
    assert_true(guidance_loss(&g, 0.5, 3, &dp, &dn) == 0.75 && dp == 1.5 && dn == 0);
    g.form = FORGET_ABSOLUTE;
    assert_true(guidance_loss(&g, 1, 2, &dp, &dn) == 1 && dp == 1 && dn == 0);
    assert_true(guidance_loss(&g, 1, 1, &dp, &dn) == 1.5 && dn == -0.5);
    g.alpha = 0;
    assert_true(guidance_loss(&g, 1, 7, &dp, &dn) == 1 && dp == 1 && dn == 0);
}

static void test_draws(void **state)
{
    (void)state;
    enum { N = 5, K = 3, DRAWS = 4000 };
    Guidance g = {.negative = NEGATIVE_OTHER}, detached = {.negative = NEGATIVE_OTHER_DETACHED};
    int seen[N] = {0};
    double mean = 0, square = 0;
    for (uint64_t epoch = 0; epoch < DRAWS; epoch++) {
        uint32_t other, same;
        float noise[K], again[K];
        guidance_draw(&g, 3, epoch, 2, N, &other, noise, K);
        guidance_draw(&detached, 3, epoch, 2, N, &same, again, K);
        assert_true(other == same && other != 2 && other < N); /* detached: the same draws */
        assert_same_bits("noise", noise, again, K);
        seen[other]++;
        for (int j = 0; j < K; j++)
            mean += (double)noise[j], square += (double)noise[j] * (double)noise[j];
    }
    for (int i = 0; i < N; i++) /* uniform among the others, five deviations */
        assert_true(i == 2 || abs(seen[i] - DRAWS / 4) < 5 * sqrt(DRAWS * 0.25 * 0.75));
    assert_true(fabs(mean / (DRAWS * K)) < 5 / sqrt(DRAWS * K));
    assert_true(fabs(square / (DRAWS * K) - 1) < 5 * sqrt(2.0 / (DRAWS * K)));
    uint32_t a, b;
    float first[K], second[K];
    guidance_draw(&g, 3, 1, 2, N, &a, first, K);
    guidance_draw(&g, 3, 1, 3, N, &b, second, K); /* another document, other numbers */
    assert_memory_not_equal(first, second, sizeof first);
    guidance_draw(&g, 4, 1, 2, N, &b, second, K); /* another run */
    assert_memory_not_equal(first, second, sizeof first);
    Guidance zero = {.negative = NEGATIVE_ZERO};
    guidance_draw(&zero, 1, 1, 0, 1, &a, first, K); /* one document is enough where none is drawn */
}

static void test_vectors(void **state)
{
    (void)state;
    const float K[] = {1, 2, 10, 20, 100, 200}, noise[] = {0.5f, -1};
    const float wanted[NEGATIVE_KINDS][2] = {
        {0, 0}, {100, 200}, {100, 200}, {10 + 0.25f * 0.5f, 20 - 0.25f}, {0.5f, -1}};
    const int owners[NEGATIVE_KINDS] = {-1, 2, -1, 1, -1};
    for (int kind = 0; kind < NEGATIVE_KINDS; kind++) {
        Guidance g = {.negative = (NegativeKind)kind, .delta = 0.25};
        float vector[2];
        size_t owner;
        guidance_vector(&g, vector, K, 1, 2, noise, 2);
        assert_same_bits(negative_kind_name(g.negative), vector, wanted[kind], 2);
        assert_int_equal(guidance_owner(&g, 1, 2, &owner), owners[kind] >= 0);
        assert_true(owners[kind] < 0 || owner == (size_t)owners[kind]);
    }
}

static void test_names(void **state)
{
    (void)state;
    for (int i = 0; i < FORGET_FORMS; i++)
        assert_int_equal(forget_form_parse(forget_form_name((ForgetForm)i)), i);
    for (int i = 0; i < NEGATIVE_KINDS; i++)
        assert_int_equal(negative_kind_parse(negative_kind_name((NegativeKind)i)), i);
    assert_int_equal(forget_form_parse("square"), FORGET_FORMS);
    assert_int_equal(negative_kind_parse(""), NEGATIVE_KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loss),    cmocka_unit_test(test_ties),  cmocka_unit_test(test_draws),
        cmocka_unit_test(test_vectors), cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests_name("guidance", tests, NULL, NULL);
}
