/* Statistics against scipy and statsmodels, and what must hold of any random draw. */
#include "stats.h"
#include "mem.h"
#include "rng.h"

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
    double *values = mem_alloc(*count, sizeof *values);
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

static void test_wilson(void **state)
{
    (void)state;
    json_t *list = reference("wilson"), *entry;
    size_t index;
    json_array_foreach(list, index, entry)
    {
        double low, high;
        stats_wilson(number(entry, "successes"), number(entry, "count"), &low, &high);
        near(low, number(entry, "low"));
        near(high, number(entry, "high"));
    }
    json_decref(list);
}

static void test_mcnemar(void **state)
{
    (void)state;
    json_t *list = reference("mcnemar"), *entry;
    size_t index;
    json_array_foreach(list, index, entry)
        near(stats_mcnemar((uint64_t)number(entry, "b"), (uint64_t)number(entry, "c")),
             number(entry, "p"));
    json_decref(list);
    near(stats_mcnemar(0, 0), 1);
    near(stats_mcnemar(0, 20), ldexp(1, -19));
    near(stats_mcnemar(20, 0), ldexp(1, -19));
    assert_true(stats_mcnemar(3000000, 0) == 0); /* 2^-2999999 is no double */
}

static void test_sign_flip_exact(void **state)
{
    (void)state;
    json_t *list = reference("sign_flip"), *entry;
    size_t index, n;
    json_array_foreach(list, index, entry)
    {
        double *d = numbers(entry, "d", &n);
        near(stats_sign_flip(d, n, 1, 0), number(entry, "p"));
        free(d);
    }
    json_decref(list);
    near(stats_sign_flip((double[]){0, 0, 0}, 3, 1, 0), 1);
    near(stats_sign_flip((double[]){0.1, 0.2, 0.3}, 3, 1, 0), 0.25); /* 0.1 + 0.2 != 0.3 */
    near(stats_sign_flip((double[]){0.1, 0.2, -0.3}, 3, 1, 0), 1);
}

/* The signs of 40 equal differences: the test is the exact binomial one. */
static void test_sign_flip_random(void **state)
{
    (void)state;
    double d[40];
    for (int i = 0; i < 40; i++)
        d[i] = i < 27 ? 0.7 : -0.7;
    double exact = stats_mcnemar(27, 13), p = stats_sign_flip(d, 40, 20000, 1);
    /* Four standard errors of a share of 20,000. */
    assert_true(fabs(p - exact) < 4 * sqrt(exact * (1 - exact) / 20000));
    assert_true(p == stats_sign_flip(d, 40, 20000, 1));
    assert_true(p != stats_sign_flip(d, 40, 20000, 2));
    for (int i = 0; i < 40; i++)
        d[i] = 1;
    near(stats_sign_flip(d, 40, 999, 3), 0.001); /* never 0 */
}

static void test_holm(void **state)
{
    (void)state;
    json_t *list = reference("holm"), *entry;
    size_t index, n;
    json_array_foreach(list, index, entry)
    {
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
    json_array_foreach(list, index, entry)
    {
        double *x = numbers(entry, "x", &n), *y = numbers(entry, "y", &n);
        near(stats_spearman(x, y, n), number(entry, "spearman"));
        near(stats_slope(x, y, n), number(entry, "slope"));
        free(x);
        free(y);
    }
    json_decref(list);
    const double up[] = {1, 2, 3}, flat[] = {5, 5, 5}, down[] = {9, 0, -1};
    near(stats_spearman(up, down, 3), -1);
    near(stats_spearman(up, flat, 3), 0);
    near(stats_slope(flat, up, 3), 0);
}

/* Resampling one factor of n values with mean m: the means spread by the
 * standard error, sqrt(variance / n), which gives the interval's width. */
static void interval_width(const double *values, size_t seeds, size_t units, double standard_error)
{
    double low, high, again_low, again_high, mean = 0;
    for (size_t i = 0; i < seeds * units; i++)
        mean += values[i] / (double)(seeds * units);
    stats_bootstrap(values, seeds, units, 4000, 7, &low, &high);
    assert_true(low < mean && mean < high);
    /* The spread of a 95 % width estimated from 4,000 draws is about 2 %. */
    assert_true(fabs((high - low) / (2 * 1.96 * standard_error) - 1) < 0.1);
    stats_bootstrap(values, seeds, units, 4000, 7, &again_low, &again_high);
    assert_true(low == again_low && high == again_high);
    stats_bootstrap(values, seeds, units, 4000, 8, &again_low, &again_high);
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
    stats_bootstrap((double[]){3}, 1, 1, 10, 0, &low, &high);
    assert_true(low == 3 && high == 3);
}

/* The normal's tables: 1.959964, 2.575829, 3.290527, 0.674490, and a tail far out. */
static void test_normal(void **state)
{
    (void)state;
    static const double table[][2] = {
        {0.05, 1.959964}, {0.01, 2.575829}, {0.001, 3.290527}, {0.5, 0.674490}, {1e-9, 6.109410}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_true(fabs(stats_normal_two_sided(table[i][0]) - table[i][1]) < 4.5e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wilson),
        cmocka_unit_test(test_mcnemar),
        cmocka_unit_test(test_sign_flip_exact),
        cmocka_unit_test(test_sign_flip_random),
        cmocka_unit_test(test_holm),
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_correlation),
        cmocka_unit_test(test_bootstrap),
        cmocka_unit_test(test_normal),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
