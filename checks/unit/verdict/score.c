/* Scores against values worked out by hand. */
#include "verdict/score.h"
#include "verdict/stats.h"

#include <math.h>
#include <string.h>

#include "check.h"

static void near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-12))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* scikit-learn's own example of f1_score: labels 0 1 2 0 1 2, answers 0 2 1 0 0 1;
 * macro 0.2666…, micro 0.3333… in its documentation. */
static void test_all_valid(void **state)
{
    (void)state;
    const int labels[] = {0, 1, 2, 0, 1, 2}, answers[] = {0, 2, 1, 0, 0, 1};
    ScoreCounts counts = {{0}};
    for (int i = 0; i < 6; i++)
        score_add(counts, labels[i], answers[i], 1);
    Score score = score_counts(counts);
    near(score.accuracy, 1.0 / 3);
    near(score.micro_f1, 1.0 / 3);
    near(score.macro_f1, 4.0 / 15);
    near(score.invalid, 0);
}

/* Ten claims: 4 supports (2 right, 1 refutes, 1 invalid), 4 refutes (3 right, 1
 * invalid), 2 not enough info (both invalid).
 * Right 5 of 10; valid 6: precision 5/6, recall 5/10, micro-F1 10/16.
 * F1: supports 2·2/(4+2) = 2/3; refutes 2·3/(4+4) = 3/4; the third 0. */
static void test_invalid(void **state)
{
    (void)state;
    ScoreCounts counts = {{2, 1, 0, 1}, {0, 3, 0, 1}, {0, 0, 0, 2}};
    Score score = score_counts(counts);
    near(score.accuracy, 0.5);
    near(score.micro_f1, 10.0 / 16);
    near(score.macro_f1, (2.0 / 3 + 3.0 / 4) / 3);
    near(score.invalid, 0.4);
    double precision = 5.0 / 6, recall = 0.5;
    near(score.micro_f1, 2 * precision * recall / (precision + recall));
}

static void test_edges(void **state)
{
    (void)state;
    ScoreCounts none = {{0}}, invalid = {{0, 0, 0, 3}, {0}, {0, 0, 0, 2}};
    ScoreCounts two = {{3, 1, 0, 0}, {1, 3, 0, 0}, {0}};
    Score score = score_counts(none);
    near(score.accuracy + score.micro_f1 + score.macro_f1 + score.invalid, 0);
    score = score_counts(invalid);
    near(score.accuracy + score.micro_f1 + score.macro_f1, 0);
    near(score.invalid, 1);
    near(score_counts(two).macro_f1, 0.75); /* a label that no claim has does not count */
    assert_int_equal(score_letter('a'), 0);
    assert_int_equal(score_letter('c'), 2);
    assert_int_equal(score_letter('-'), SCORE_INVALID);
    assert_int_equal(score_letter('d'), -1);
    assert_int_equal(score_letter(0), -1);
}

/* Pairs counted by hand: of 2 × 3 pairs, supported 0.9 beats all three, 0.4 beats one and ties one.
 */
static void test_auc(void **state)
{
    (void)state;
    const double scores[] = {0.4, 0.9, 0.4, 0.1, 0.5, 7};
    const int labels[] = {0, 0, 1, 1, 1, 2};
    size_t order[6];
    stats_order(scores, 6, order);
    assert_int_equal(order[0], 3);
    assert_int_equal(order[1], 0);
    assert_int_equal(order[5], 5);
    near(score_auc(scores, order, labels, NULL, 6), 4.5 / 6);
    /* The claim of 0.4 twice, the refuted 0.5 not at all: 2 × 1.5 + 2 of 3 × 2. */
    near(score_auc(scores, order, labels, (const double[]){2, 1, 1, 1, 0, 5}, 6), 5.0 / 6);
    near(score_auc(scores, order, (const int[]){0, 0, 2, 2, 2, 2}, NULL, 6), 0.5);
    near(score_auc(scores, order, (const int[]){1, 1, 0, 0, 0, 2}, NULL, 6), 1.5 / 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_valid),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_auc),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
