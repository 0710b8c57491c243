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

/* A verdict of this criterion that has been measured, settled alone. */
static Verdict settle(VerdictCriterion criterion, int expected, double margin, double low,
                      double high, double p)
{
    Verdict verdict = {.criterion = criterion,
                       .expected = expected,
                       .margin = margin,
                       .effect = (low + high) / 2,
                       .low = low,
                       .high = high,
                       .p = p,
                       .units = 100};
    verdict_settle(&verdict, 1);
    return verdict;
}

static void decides_by_margins(void **state)
{
    (void)state;
    static const struct {
        VerdictCriterion criterion;
        int expected;
        double low, high, p;
        VerdictKind kind;
    } cases[] = {
        {VERDICT_EQUIVALENT, 0, -0.5, 0.9, 0.01, VERDICT_SUPPORTED},
        {VERDICT_EQUIVALENT, 0, -0.5, 0.9, 0.06, VERDICT_UNDECIDED},
        {VERDICT_EQUIVALENT, 0, -0.5, 1.1, 0.01, VERDICT_UNDECIDED},
        {VERDICT_EQUIVALENT, 0, -1.5, 0.9, 0.01, VERDICT_UNDECIDED},
        {VERDICT_EQUIVALENT, 0, -1.5, 1.5, 0.01, VERDICT_UNDECIDED},
        {VERDICT_EQUIVALENT, 0, 1.1, 1.5, 0.01, VERDICT_CONTRADICTED},
        {VERDICT_EQUIVALENT, 0, -1.5, -1.1, 0.01, VERDICT_CONTRADICTED},
        {VERDICT_EQUIVALENT, 0, -1.5, -1.1, 0.06, VERDICT_UNDECIDED},
        {VERDICT_NOT_WORSE, 1, -0.9, -0.1, 0.01, VERDICT_SUPPORTED},
        {VERDICT_NOT_WORSE, 1, -1.1, -0.1, 0.01, VERDICT_UNDECIDED},
        {VERDICT_NOT_WORSE, 1, -1.9, -1.1, 0.01, VERDICT_CONTRADICTED},
        {VERDICT_NOT_WORSE, -1, 0.1, 0.9, 0.01, VERDICT_SUPPORTED},
        {VERDICT_NOT_WORSE, -1, 1.1, 1.9, 0.01, VERDICT_CONTRADICTED},
        {VERDICT_GAIN, 1, 0.1, 0.9, 0.01, VERDICT_SUPPORTED},
        {VERDICT_GAIN, 1, 0.1, 0.9, 0.06, VERDICT_CONTRADICTED}, /* not sure, and small anyway */
        {VERDICT_GAIN, 1, 0.1, 1.9, 0.06, VERDICT_UNDECIDED},
        {VERDICT_GAIN, 1, -0.1, 0.9, 0.5, VERDICT_CONTRADICTED},
        {VERDICT_GAIN, 1, -2, -1, 0.01, VERDICT_CONTRADICTED},
        {VERDICT_GAIN, 1, -0.1, 1, 0.5, VERDICT_UNDECIDED},
        {VERDICT_GAIN, -1, 0.1, 0.9, 0.01, VERDICT_CONTRADICTED},
        {VERDICT_GAIN, -1, -0.1, 0.9, 0.5, VERDICT_SUPPORTED},
        {VERDICT_GAIN, -1, -0.1, 1.1, 0.5, VERDICT_UNDECIDED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Verdict verdict = settle(cases[i].criterion, cases[i].expected, 1, cases[i].low,
                                 cases[i].high, cases[i].p);
        if (verdict.kind != cases[i].kind)
            fail_msg("case %zu is %d, wanted %d", i, (int)verdict.kind, (int)cases[i].kind);
        assert_true((verdict.needed > 0) == (verdict.kind == VERDICT_UNDECIDED));
    }
}

/* Half widths shrink with the root of the units, so n (half / way)^2 of them reach the bound. */
static void says_how_many_would_decide(void **state)
{
    (void)state;
    /* effect 1, half 3, bound 0: 9 times 100 units */
    assert_true(settle(VERDICT_DIFFERS, 1, 0, -2, 4, 0.45).needed == 900);
    /* effect 1, half 3, bound -1: 9/4 */
    assert_true(settle(VERDICT_NOT_WORSE, 1, 1, -2, 4, 0.15).needed == 225);
    /* effect 0.5 within a margin of 1, half 1: 4 */
    assert_true(settle(VERDICT_EQUIVALENT, 0, 1, -0.5, 1.5, 0.3).needed == 400);
    /* effect 0.75, half 1.5: a gain is 0.75 away, none 0.25 */
    assert_true(settle(VERDICT_GAIN, 1, 1, -0.75, 2.25, 0.4).needed == 400);
    /* The interval is clear of 0, but p is 0.0736 where z is 1.79 and must be 1.96. */
    Verdict close = settle(VERDICT_DIFFERS, 1, 0, 0.1, 4, 0.0736);
    assert_true(close.needed > 115 && close.needed < 125);
    /* No number of units shows an effect of 0, unless within a margin. */
    assert_true(settle(VERDICT_DIFFERS, 1, 0, -1, 1, 1).needed == 0);
    assert_true(settle(VERDICT_EQUIVALENT, 0, 1, -2, 2, 1).needed == 400);
}

/* Sign flips about the margin: differences spread evenly around it have nothing to show. */
static void tests_the_margin(void **state)
{
    (void)state;
    double values[40];
    for (int i = 0; i < 40; i++)
        values[i] = -0.5 + (i % 2 ? 0.25 : -0.25);
    Verdict verdict = {.criterion = VERDICT_NOT_WORSE, .expected = 1, .margin = 0.5};
    const Contrast contrast = {.seeds = 1, .units = 40, .values = values};
    verdict.test = VERDICT_MCNEMAR;
    verdict_measure(&verdict, &contrast, draws);
    assert_true(verdict.p == 1 && verdict.effect == -0.5);
    assert_int_equal(verdict.test, VERDICT_SIGN_FLIP);
    verdict.margin = 1;
    verdict_measure(&verdict, &contrast, draws);
    assert_true(verdict.p < 0.001);
    verdict = (Verdict){.criterion = VERDICT_EQUIVALENT, .margin = 0.5};
    verdict_measure(&verdict, &contrast, draws);
    assert_true(verdict.p == 1); /* of the nearer bound, -0.5 */
}

static void weighs_two_verdicts(void **state)
{
    (void)state;
    Verdict yes = {.kind = VERDICT_SUPPORTED, .expected = 1, .effect = 2};
    Verdict less = {.kind = VERDICT_SUPPORTED, .expected = 1, .effect = 1};
    Verdict open = {.kind = VERDICT_UNDECIDED, .needed = 10}, wide = open, no = yes;
    wide.needed = 20;
    no.kind = VERDICT_CONTRADICTED;
    assert_ptr_equal(verdict_weaker(&yes, &less), &less);
    assert_ptr_equal(verdict_weaker(&less, &open), &open);
    assert_ptr_equal(verdict_weaker(&wide, &open), &wide);
    assert_ptr_equal(verdict_weaker(&wide, &no), &no);
    Verdict claim = yes, parts[] = {open, wide, yes};
    verdict_from_parts(&claim, VERDICT_UNDECIDED, parts, 3);
    assert_true(claim.kind == VERDICT_UNDECIDED && claim.needed == 20);
    verdict_from_parts(&claim, VERDICT_SUPPORTED, parts, 3);
    assert_true(claim.kind == VERDICT_SUPPORTED && claim.needed == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_a_constant),       cmocka_unit_test(decides_nothing_from_nothing),
        cmocka_unit_test(counts_claims_of_one_seed), cmocka_unit_test(corrects_within_the_family),
        cmocka_unit_test(decides_by_margins),        cmocka_unit_test(says_how_many_would_decide),
        cmocka_unit_test(tests_the_margin),          cmocka_unit_test(weighs_two_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
