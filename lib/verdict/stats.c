/* The distribution of t is an incomplete beta function by its continued fraction, and its quantile
 * a bisection of that; all else is counting and sorting. */
#include "verdict/stats.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "base/vmath.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The continued fraction of the incomplete beta function I_x(a, b), by Lentz's method. */
static double beta_fraction(double x, double a, double b)
{
    double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), value = d;
    for (int m = 1; m < 10000; m++) {
        double step[2] = {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                          -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))};
        double before = value;
        for (int i = 0; i < 2; i++) {
            d = 1 / (1 + step[i] * d);
            c = 1 + step[i] / c;
            value *= c * d;
        }
        if (fabs(value - before) <= 1e-15 * fabs(value))
            break;
    }
    return value;
}

/* With x = n / (n + t^2) the answer is I_x(n/2, 1/2); 1 / B(n/2, 1/2) grows by (n + 1) / n when n
 * grows by two, and x^(n/2) is a power of a root. */
double stats_t_two_sided(double t, uint32_t freedom)
{
    double n = freedom, x = n / (n + t * t), y = t * t / (n + t * t);
    assert(freedom >= 1);
    if (!(t * t < INFINITY) || t == 0)
        return t == 0;
    double scale = freedom % 2 ? 1 / 3.141592653589793 : 0.5, power = freedom % 2 ? sqrt(x) : x;
    for (uint32_t i = freedom % 2 ? 1 : 2; i < freedom; i += 2) {
        scale *= (i + 1.0) / i;
        power *= x;
    }
    double front = scale * power * sqrt(y);
    if (x < (n / 2 + 1) / (n / 2 + 2.5))
        return fmin(front * beta_fraction(x, n / 2, 0.5) / (n / 2), 1);
    return fmax(1 - front * beta_fraction(y, 0.5, n / 2) / 0.5, 0);
}

double stats_t_quantile(double p, uint32_t freedom)
{
    double low = 0, high = 1;
    assert(p > 0 && p < 1);
    while (stats_t_two_sided(high, freedom) > p && high < 1e12)
        high *= 2;
    for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        *(stats_t_two_sided(middle, freedom) > p ? &low : &high) = middle;
    }
    return high;
}

/* A number and where it stood. */
typedef struct {
    double value;
    size_t place;
} Placed;

static int by_value(const void *a, const void *b)
{
    const Placed *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The n values in ascending order with their places; owned by the caller. */
static Placed *sort_placed(const double *values, size_t n)
{
    Placed *sorted = alloc_zeroed(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (Placed){values[i], i};
    qsort(sorted, n, sizeof *sorted, by_value);
    return sorted;
}

void stats_order(const double *values, size_t n, size_t *order)
{
    Placed *sorted = sort_placed(values, n);
    for (size_t i = 0; i < n; i++)
        order[i] = sorted[i].place;
    free(sorted);
}

void stats_holm(const double *p, size_t n, double *adjusted)
{
    Placed *sorted = sort_placed(p, n);
    double reached = 0;
    for (size_t i = 0; i < n; i++) {
        reached = fmax(reached, fmin((double)(n - i) * sorted[i].value, 1));
        adjusted[sorted[i].place] = reached;
    }
    free(sorted);
}

double stats_quantile(const double *sorted, size_t n, double share)
{
    assert(n > 0 && share >= 0 && share <= 1);
    double place = share * (double)(n - 1);
    size_t below = (size_t)place, above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

int stats_ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stats_percentile_interval(double *samples, size_t n, double *low, double *high)
{
    assert(n > 0);
    qsort(samples, n, sizeof *samples, stats_ascending);
    *low = stats_quantile(samples, n, 0.025);
    *high = stats_quantile(samples, n, 0.975);
}

void stats_draw(Rng *rng, size_t n, double *times)
{
    memset(times, 0, n * sizeof *times);
    for (size_t i = 0; i < n; i++)
        times[rng_below(rng, (uint32_t)n)] += 1;
}

void stats_bootstrap(const double *values, size_t seeds, size_t units, Draws draws, double *low,
                     double *high)
{
    assert(seeds > 0 && units > 0 && draws.resamples > 0 && seeds < UINT32_MAX &&
           units < UINT32_MAX);
    double *means = alloc_zeroed(draws.resamples, sizeof *means);
    double *seed_times = alloc_zeroed(seeds, sizeof *seed_times);
    double *unit_times = alloc_zeroed(units, sizeof *unit_times);
    for (size_t i = 0; i < draws.resamples; i++) {
        Rng rng = rng_stream("bootstrap", draws.seed, i);
        stats_draw(&rng, seeds, seed_times);
        stats_draw(&rng, units, unit_times);
        double sum = 0;
        for (size_t s = 0; s < seeds; s++)
            for (size_t u = 0; seed_times[s] > 0 && u < units; u++)
                sum += seed_times[s] * unit_times[u] * values[s * units + u];
        means[i] = sum / (double)seeds / (double)units;
    }
    stats_percentile_interval(means, draws.resamples, low, high);
    free(means);
    free(seed_times);
    free(unit_times);
}

/* The rank of each of the n values, from 1, ties sharing their mean; owned by the caller. */
static double *ranks_of(const double *values, size_t n)
{
    Placed *sorted = sort_placed(values, n);
    double *ranks = alloc_zeroed(n, sizeof *ranks);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end].value == sorted[i].value;)
            end++;
        for (size_t j = i; j < end; j++)
            ranks[sorted[j].place] = (double)(i + 1 + end) / 2;
    }
    free(sorted);
    return ranks;
}

/* Sums of squares and products of x and y about their means. */
typedef struct {
    double xx, xy, yy;
} Spread;

static Spread spread_of(const double *x, const double *y, size_t n)
{
    double mean_x = 0, mean_y = 0;
    Spread spread = {0};
    for (size_t i = 0; i < n; i++) {
        mean_x += x[i] / (double)n;
        mean_y += y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        spread.xx += (x[i] - mean_x) * (x[i] - mean_x);
        spread.xy += (x[i] - mean_x) * (y[i] - mean_y);
        spread.yy += (y[i] - mean_y) * (y[i] - mean_y);
    }
    return spread;
}

double stats_spearman(const double *x, const double *y, size_t n)
{
    double *rank_x = ranks_of(x, n), *rank_y = ranks_of(y, n);
    Spread spread = spread_of(rank_x, rank_y, n);
    free(rank_x);
    free(rank_y);
    return spread.xx > 0 && spread.yy > 0 ? spread.xy / (sqrt(spread.xx) * sqrt(spread.yy)) : NAN;
}
