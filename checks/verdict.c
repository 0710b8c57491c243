/* Checks of lib/verdict.c: effects by hand, and verdicts that follow their rule and nothing else.
 */
#include "verdict.h"

#include "check.h"

#include <math.h>

static const VerdictDraws draws = {.resamples = 2000, .seed = 1};

/* Measures one contrast and settles it alone. */
static Verdict judge(double *values, size_t seeds, size_t units, int expected, VerdictTest test)
{
    Verdict verdict = {.expected = expected, .test = test};
    verdict_measure(&verdict, &(Contrast){.seeds = seeds, .units = units, .values = values}, draws);
    verdict_settle(&verdict, 1);
    return verdict;
}

static void measures_a_constant(void **state)
{
    (void)state;
    double values[24];
    for (int i = 0; i < 24; i++)
        values[i] = -0.25;
    Verdict verdict = judge(values, 2, 12, -1, VERDICT_SIGN_FLIP);
    assert_true(verdict.effect == -0.25);
    assert_true(fabs(verdict.low + 0.25) < 1e-12 && fabs(verdict.high + 0.25) < 1e-12);
    assert_int_equal(verdict.units, 12);
    assert_true(verdict.p <= 2.0 / 4096 + 1e-3); /* all signs alike: 2 of 2^12 */
    assert_int_equal(verdict.kind, VERDICT_SUPPORTED);
    assert_int_equal(judge(values, 2, 12, 1, VERDICT_SIGN_FLIP).kind, VERDICT_CONTRADICTED);
}

static void decides_nothing_from_nothing(void **state)
{
    (void)state;
    double zero[20] = {0}, mixed[20];
    for (int i = 0; i < 20; i++)
        mixed[i] = i % 2 ? 1 : -1;
    Verdict verdict = judge(zero, 1, 20, -1, VERDICT_SIGN_FLIP);
    assert_true(verdict.p == 1 && verdict.effect == 0);
    assert_int_equal(verdict.kind, VERDICT_UNDECIDED);
    assert_int_equal(judge(zero, 1, 20, -1, VERDICT_MCNEMAR).kind, VERDICT_UNDECIDED);
    assert_int_equal(judge(mixed, 1, 20, -1, VERDICT_SIGN_FLIP).kind, VERDICT_UNDECIDED);
    assert_int_equal(judge(mixed, 1, 20, 1, VERDICT_MCNEMAR).kind, VERDICT_UNDECIDED);
}

/* One seed: claims 0 to 7 are lost, the rest stay. Several: their means are flipped. */
static void counts_claims_of_one_seed(void **state)
{
    (void)state;
    double values[40] = {0};
    for (int claim = 0; claim < 8; claim++)
        values[claim] = -1;
    Verdict verdict = judge(values, 1, 40, -1, VERDICT_MCNEMAR);
    assert_true(fabs(verdict.p - 2.0 / 256) < 1e-12); /* 8 of 8 discordant pairs */
    assert_true(fabs(verdict.effect + 8.0 / 40) < 1e-12);
    assert_int_equal(verdict.test, VERDICT_MCNEMAR);
    /* Two seeds that cancel have changed nothing; two that agree have. */
    double both[2 * 40] = {0};
    for (int claim = 0; claim < 30; claim++)
        both[claim] = -1, both[40 + claim] = 1;
    verdict = judge(both, 2, 40, -1, VERDICT_MCNEMAR);
    assert_true(verdict.p == 1);
    assert_int_equal(verdict.test, VERDICT_SIGN_FLIP);
    for (int claim = 0; claim < 30; claim++)
        both[40 + claim] = -1;
    assert_true(judge(both, 2, 40, -1, VERDICT_MCNEMAR).p < 0.01);
}

static void corrects_within_the_family(void **state)
{
    (void)state;
    Verdict family[3] = {
        {.expected = -1, .low = -2, .high = -1, .p = 0.03},
        {.expected = -1, .low = -2, .high = -1, .p = 0.01},
        {.expected = 1, .low = -2, .high = -1, .p = 0.001},
    };
    verdict_settle(family, 3);
    assert_true(fabs(family[0].p_holm - 0.03) < 1e-12);
    assert_true(fabs(family[1].p_holm - 0.02) < 1e-12);
    assert_true(fabs(family[2].p_holm - 0.003) < 1e-12);
    assert_int_equal(family[0].kind, VERDICT_SUPPORTED);
    assert_int_equal(family[1].kind, VERDICT_SUPPORTED);
    assert_int_equal(family[2].kind, VERDICT_CONTRADICTED);
    family[0].p = 0.06;
    family[1].low = -1, family[1].high = 0.1; /* a small p alone does not decide */
    verdict_settle(family, 3);
    assert_int_equal(family[0].kind, VERDICT_UNDECIDED);
    assert_int_equal(family[1].kind, VERDICT_UNDECIDED);
    family[1].low = 0, family[1].high = 1; /* an interval that touches zero covers it */
    verdict_settle(family, 3);
    assert_int_equal(family[1].kind, VERDICT_UNDECIDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_a_constant),
        cmocka_unit_test(decides_nothing_from_nothing),
        cmocka_unit_test(counts_claims_of_one_seed),
        cmocka_unit_test(corrects_within_the_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
