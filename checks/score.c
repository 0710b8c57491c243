/* Scores against values worked out by hand. */
#include "score.h"

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

/* Claim 1 has two pages with 3 and 1 rows, answered differently; claim 2 has one
 * page and one row. By claim only main prompts count: 1 of 2. By row 3 + 1 of 5
 * are right for `choice`, and 1 of 5, with 3 invalid, for `free`. */
static void test_by_claim_and_row(void **state)
{
    (void)state;
    const ScoreAnswer answers[] = {
        {.label = 0, .choice = 0, .free = SCORE_INVALID, .rows = 3, .main = 1},
        {.label = 0, .choice = 0, .free = 0, .rows = 1, .main = 0},
        {.label = 1, .choice = 2, .free = 2, .rows = 1, .main = 1},
    };
    ScoreSet set = score_answers(answers, 3);
    near(set.choice_claim.accuracy, 0.5);
    near(set.choice_row.accuracy, 0.8);
    near(set.free_claim.accuracy, 0);
    near(set.free_claim.invalid, 0.5);
    near(set.free_row.accuracy, 0.2);
    near(set.free_row.invalid, 0.6);
    near(set.free_row.micro_f1, 2 * 1.0 / (2 + 5));
    near(set.choice_row.macro_f1, (1.0 + 0) / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_valid),
        cmocka_unit_test(test_invalid),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_by_claim_and_row),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
