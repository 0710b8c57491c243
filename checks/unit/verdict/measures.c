/* Checks of lib/verdict/measures.c: scores by hand on six prompts, and intervals at their limits.
 */
#include "verdict/measures.h"

#include "check.h"

#include <math.h>
#include <string.h>

/* Claims 0 to 4; claim 4 has a second prompt, which is not main. Labels, rows and answers: */
static AskedPrompt prompts[6] = {
    {.claim_index = 0, .label = 0, .rows = 1, .main = true},
    {.claim_index = 1, .label = 0, .rows = 2, .main = true},
    {.claim_index = 2, .label = 1, .rows = 1, .main = true},
    {.claim_index = 3, .label = 2, .rows = 3, .main = true},
    {.claim_index = 4, .label = 1, .rows = 1, .main = true},
    {.claim_index = 4, .label = 1, .rows = 4, .main = false},
};
static uint8_t choice[12] = {0, 1, 1, 2, 0, 1, /* seed 2: */ 0, 0, 1, 2, 1, 1};
static uint8_t written[12] = {0, 3, 1, 3, 0, 1, /* seed 2: */ 0, 0, 1, 2, 1, 1};

static const Grid grid = {.layers_count = 1,
                          .seeds_count = 2,
                          .epochs_count = 1,
                          .prompts_count = 6,
                          .claims_count = 5,
                          .prompts = prompts,
                          .choice = choice,
                          .free = written};

static double find(const double *values, const char *name, const char *unit)
{
    for (int i = 0; i < MEASURES; i++)
        if (strcmp(measure_kinds[i].name, name) == 0 && strcmp(measure_kinds[i].unit, unit) == 0)
            return values[i];
    fail_msg("no measure %s by %s", name, unit);
    return 0;
}

static void expect(const double *values, const char *name, const char *unit, double wanted)
{
    double found = find(values, name, unit);
    if (fabs(found - wanted) > 1e-12)
        fail_msg("%s by %s is %.17g, wanted %.17g", name, unit, found, wanted);
}

static void scores_by_hand(void **state)
{
    (void)state;
    double values[MEASURES];
    measures_of(&grid, 0, NULL, values);
    expect(values, "choice_accuracy", "claim", 3.0 / 5);
    expect(values, "choice_micro_f1", "claim", 3.0 / 5);
    /* F1 of a: 2·1 / (2 + 2); of b: 2·1 / (2 + 2); of c: 1 */
    expect(values, "choice_macro_f1", "claim", (0.5 + 0.5 + 1) / 3);
    expect(values, "choice_invalid", "claim", 0);
    expect(values, "choice_accuracy_supports_refutes", "claim", 2.0 / 4);
    expect(values, "choice_accuracy", "row", 9.0 / 12);
    expect(values, "choice_accuracy_supports_refutes", "row", 6.0 / 9);
    expect(values, "free_accuracy", "claim", 2.0 / 5);
    expect(values, "free_invalid", "claim", 2.0 / 5);
    expect(values, "free_invalid", "row", 5.0 / 12);
    /* precision 2 of 3 valid answers, recall 2 of 5 claims */
    expect(values, "free_micro_f1", "claim", 2 * (2.0 / 3) * (2.0 / 5) / (2.0 / 3 + 2.0 / 5));
}

static void weighs_claims(void **state)
{
    (void)state;
    double values[MEASURES], weights[5] = {3, 0, 0, 1, 0};
    measures_of(&grid, 0, weights, values);
    expect(values, "choice_accuracy", "claim", 1);
    expect(values, "free_accuracy", "claim", 3.0 / 4);
    expect(values, "choice_accuracy_supports_refutes", "claim", 1);
    expect(values, "free_invalid", "row", 3.0 / 6);
}

static void means_over_seeds_have_intervals(void **state)
{
    (void)state;
    double values[MEASURES], low[MEASURES], high[MEASURES], again[MEASURES], first[MEASURES];
    measures_interval(&grid, 0, 0, (Draws){500, 1}, values, low, high);
    expect(values, "choice_accuracy", "claim", (3.0 / 5 + 1) / 2);
    assert_true(find(low, "choice_accuracy", "claim") < 0.8);
    assert_true(find(high, "choice_accuracy", "claim") == 1);
    for (int i = 0; i < MEASURES; i++)
        assert_true(low[i] <= values[i] && values[i] <= high[i] && isfinite(low[i]));
    memcpy(first, low, sizeof first);
    measures_interval(&grid, 0, 0, (Draws){500, 1}, values, again, high);
    assert_memory_equal(first, again, sizeof first);
    measures_interval(&grid, 0, 0, (Draws){500, 2}, values, again, high);
    assert_memory_not_equal(first, again, sizeof first);
}

static void counts_units_and_majority(void **state)
{
    (void)state;
    for (int i = 0; i < MEASURES; i++) {
        bool row = strcmp(measure_kinds[i].unit, "row") == 0;
        bool decided = strstr(measure_kinds[i].name, "supports_refutes") != NULL;
        assert_int_equal(measures_units(&grid, &measure_kinds[i]),
                         row ? (decided ? 9 : 12) : (decided ? 4 : 5));
    }
    assert_true(measures_majority(&grid, "claim") == 2.0 / 5);
    assert_true(measures_majority(&grid, "row") == 6.0 / 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_by_hand),
        cmocka_unit_test(weighs_claims),
        cmocka_unit_test(means_over_seeds_have_intervals),
        cmocka_unit_test(counts_units_and_majority),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
