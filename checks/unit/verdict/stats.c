/* Statistics against scipy and statsmodels, and what must hold of any random draw. */
#include "verdict/stats.h"
#include "base/alloc.h"
#include "base/rng.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

/* The list called `name` of the reference values. */
static json_t *reference(const char *name)
{
    json_error_t problem;
    json_t *all = json_load_file("checks/reference/stats.json", JSON_REJECT_DUPLICATES, &problem);
    if (!all)
        fail_msg("checks/reference/stats.json:%d: %s", problem.line, problem.text);
    json_t *list = json_incref(json_object_get(all, name));
    json_decref(all);
    assert_non_null(list);
    assert_true(json_is_object(list) || json_array_size(list) > 0);
    return list;
}

static double number(const json_t *entry, const char *key)
{
    const json_t *value = json_object_get(entry, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static double *numbers(const json_t *entry, const char *key, size_t *count)
{
    const json_t *list = json_object_get(entry, key);
    *count = json_array_size(list);
    assert_true(*count > 0);
    double *values = alloc_zeroed(*count, sizeof *values);
    for (size_t i = 0; i < *count; i++)
        values[i] = json_number_value(json_array_get(list, i));
    return values;
}

/* Both are float64 computations of one formula: they differ by rounding. */
static void near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-10 * fabs(expected) + 1e-15))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void test_student(void **state)
{
    (void)state;
    json_t *list = reference("student"), *entry;
    size_t index;
    json_array_foreach (list, index, entry) {
        uint32_t freedom = (uint32_t)number(entry, "freedom");
        double t = number(entry, "t");
        near(stats_t_two_sided(t, freedom), number(entry, "p"));
        near(stats_t_two_sided(-t, freedom), number(entry, "p"));
        near(stats_t_quantile(0.05, freedom), number(entry, "quantile"));
    }
    json_decref(list);
    assert_true(stats_t_two_sided(0, 3) == 1);
    assert_true(stats_t_two_sided(INFINITY, 3) == 0 && stats_t_two_sided(1e200, 3) == 0);
}

static void test_holm(void **state)
{
    (void)state;
    json_t *list = reference("holm"), *entry;
    size_t index, n;
    json_array_foreach (list, index, entry) {
        double *p = numbers(entry, "p", &n), *expected = numbers(entry, "adjusted", &n);
        stats_holm(p, n, p); /* in place */
        for (size_t i = 0; i < n; i++)
            near(p[i], expected[i]);
        free(p);
        free(expected);
    }
    json_decref(list);
}

static void test_quantile(void **state)
{
    (void)state;
    json_t *entry = reference("quantile");
    size_t n;
    double *samples = numbers(entry, "samples", &n), low, high;
    stats_percentile_interval(samples, n, &low, &high);
    near(low, number(entry, "low"));
    near(high, number(entry, "high"));
    near(stats_quantile(samples, n, 0), samples[0]);
    near(stats_quantile(samples, n, 1), samples[n - 1]);
    near(stats_quantile((double[]){4}, 1, 0.3), 4);
    free(samples);
    json_decref(entry);
}

static void test_correlation(void **state)
{
    (void)state;
    json_t *list = reference("correlation"), *entry;
    size_t index, n;
    json_array_foreach (list, index, entry) {
        double *x = numbers(entry, "x", &n), *y = numbers(entry, "y", &n);
        near(stats_spearman(x, y, n), number(entry, "spearman"));
        free(x);
        free(y);
    }
    json_decref(list);
    const double up[] = {1, 2, 3}, flat[] = {5, 5, 5}, down[] = {9, 0, -1};
    near(stats_spearman(up, down, 3), -1);
    assert_true(isnan(stats_spearman(up, flat, 3)) && isnan(stats_spearman(flat, down, 3)));
}

/* Resampling one factor of n values with mean m: the means spread by the
 * standard error, sqrt(variance / n), which gives the interval's width. */
static void interval_width(const double *values, size_t seeds, size_t units, double standard_error)
{
    double low, high, again_low, again_high, mean = 0;
    for (size_t i = 0; i < seeds * units; i++)
        mean += values[i] / (double)(seeds * units);
    stats_bootstrap(values, seeds, units, (Draws){4000, 7}, &low, &high);
    assert_true(low < mean && mean < high);
    /* The spread of a 95 % width estimated from 4,000 draws is about 2 %. */
    assert_true(fabs((high - low) / (2 * 1.96 * standard_error) - 1) < 0.1);
    stats_bootstrap(values, seeds, units, (Draws){4000, 7}, &again_low, &again_high);
    assert_true(low == again_low && high == again_high);
    stats_bootstrap(values, seeds, units, (Draws){4000, 8}, &again_low, &again_high);
    assert_true(low != again_low);
}

static void test_bootstrap(void **state)
{
    (void)state;
    enum { SEEDS = 30, UNITS = 60 };
    static double units[UNITS], seeds[SEEDS][UNITS], both[SEEDS][UNITS];
    Rng rng = rng_stream("check", 1, 0);
    double seed_effect, sum = 0, squares = 0, seed_sum = 0, seed_squares = 0;
    for (int u = 0; u < UNITS; u++) {
        units[u] = rng_normal(&rng);
        sum += units[u] / UNITS;
        squares += units[u] * units[u] / UNITS;
    }
    for (int s = 0; s < SEEDS; s++) {
        seed_effect = rng_normal(&rng);
        seed_sum += seed_effect / SEEDS;
        seed_squares += seed_effect * seed_effect / SEEDS;
        for (int u = 0; u < UNITS; u++) {
            seeds[s][u] = seed_effect;
            both[s][u] = seed_effect + units[u];
        }
    }
    double unit_error = (squares - sum * sum) / UNITS;
    double seed_error = (seed_squares - seed_sum * seed_sum) / SEEDS;
    interval_width(units, 1, UNITS, sqrt(unit_error));
    interval_width(&seeds[0][0], SEEDS, UNITS, sqrt(seed_error));
    interval_width(&both[0][0], SEEDS, UNITS, sqrt(unit_error + seed_error));
    double low, high;
    stats_bootstrap((double[]){3}, 1, 1, (Draws){10, 0}, &low, &high);
    assert_true(low == 3 && high == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_student),   cmocka_unit_test(test_holm),
        cmocka_unit_test(test_quantile),  cmocka_unit_test(test_correlation),
        cmocka_unit_test(test_bootstrap),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
