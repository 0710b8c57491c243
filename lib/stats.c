/* Statistics of answers: intervals, paired tests, corrections, rank correlation. */
#include "stats.h"

#include "mem.h"
#include "rng.h"
#include "vmath.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_LIMIT = 16 };

void stats_wilson(double successes, double count, double *low, double *high)
{
    const double z = 1.959963984540054; /* the normal's 97.5 % quantile */
    assert(count > 0 && successes >= 0 && successes <= count);
    double share = successes / count, z2 = z * z / count;
    double centre = (share + z2 / 2) / (1 + z2);
    double half = z / (1 + z2) * sqrt(share * (1 - share) / count + z2 / (4 * count));
    *low = successes > 0 ? fmax(centre - half, 0) : 0;
    *high = successes < count ? fmin(centre + half, 1) : 1;
}

double stats_normal_two_sided(double p)
{
    assert(p > 0 && p < 1);
    double t = sqrt(-2 * vm_log(p / 2));
    return t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                   (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

/* The binomial weights C(n, i) are taken relative to the middle one, downwards
 * by C(n, i - 1) = C(n, i) i / (n - i + 1): no logarithm, and terms too small
 * for a double vanish where they do not count. */
double stats_mcnemar(uint64_t b, uint64_t c)
{
    uint64_t n = b + c, few = b < c ? b : c;
    assert(n >= b && n <= UINT64_C(1) << 40);
    if (b == c)
        return 1;
    double weight = 1, tail = 0, half = 0;
    for (uint64_t i = n / 2;; i--) {
        half += n % 2 == 0 && i == n / 2 ? weight / 2 : weight;
        tail += i <= few ? weight : 0;
        if (i == 0 || weight == 0)
            break;
        weight *= (double)i / (double)(n - i + 1);
    }
    return fmin(tail / half, 1);
}

/* The sum of d (n), each with the sign that its bit of `minus` says. */
static double signed_sum(const double *d, size_t n, const uint32_t *minus)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += minus[i / 32] >> i % 32 & 1 ? -d[i] : d[i];
    return sum;
}

double stats_sign_flip(const double *d, size_t n, size_t resamples, uint64_t seed)
{
    size_t words = (n + 31) / 32, hits = 0;
    double sum = 0, size = 0;
    assert(n > 0);
    for (size_t i = 0; i < n; i++) {
        sum += d[i];
        size += fabs(d[i]);
    }
    double limit = fabs(sum) - 1e-12 * size; /* rounding must not part what is equal */
    if (n <= EXACT_LIMIT) {
        for (uint32_t minus = 0; minus < UINT32_C(1) << n; minus++)
            hits += fabs(signed_sum(d, n, &minus)) >= limit;
        return (double)hits / (double)(UINT32_C(1) << n);
    }
    uint32_t *minus = mem_alloc(words, sizeof *minus);
    Rng rng = rng_stream("sign-flip", seed, 0);
    for (size_t i = 0; i < resamples; i++) {
        for (size_t j = 0; j < words; j++)
            minus[j] = rng_u32(&rng);
        hits += fabs(signed_sum(d, n, minus)) >= limit;
    }
    free(minus);
    return ((double)hits + 1) / ((double)resamples + 1);
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
    Placed *sorted = mem_alloc(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (Placed){values[i], i};
    qsort(sorted, n, sizeof *sorted, by_value);
    return sorted;
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

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stats_percentile_interval(double *samples, size_t n, double *low, double *high)
{
    assert(n > 0);
    qsort(samples, n, sizeof *samples, ascending);
    *low = stats_quantile(samples, n, 0.025);
    *high = stats_quantile(samples, n, 0.975);
}

/* times (n) = how often each of n came up in n draws with replacement. */
static void draw_times(Rng *rng, size_t n, uint32_t *times)
{
    memset(times, 0, n * sizeof *times);
    for (size_t i = 0; i < n; i++)
        times[rng_below(rng, (uint32_t)n)]++;
}

void stats_bootstrap(const double *values, size_t seeds, size_t units, size_t resamples,
                     uint64_t seed, double *low, double *high)
{
    assert(seeds > 0 && units > 0 && resamples > 0 && seeds < UINT32_MAX && units < UINT32_MAX);
    double *means = mem_alloc(resamples, sizeof *means);
    uint32_t *seed_times = mem_alloc(seeds, sizeof *seed_times);
    uint32_t *unit_times = mem_alloc(units, sizeof *unit_times);
    for (size_t i = 0; i < resamples; i++) {
        Rng rng = rng_stream("bootstrap", seed, i);
        draw_times(&rng, seeds, seed_times);
        draw_times(&rng, units, unit_times);
        double sum = 0;
        for (size_t s = 0; s < seeds; s++)
            for (size_t u = 0; seed_times[s] && u < units; u++)
                sum += (double)seed_times[s] * unit_times[u] * values[s * units + u];
        means[i] = sum / (double)seeds / (double)units;
    }
    stats_percentile_interval(means, resamples, low, high);
    free(means);
    free(seed_times);
    free(unit_times);
}

/* The rank of each of the n values, from 1, ties sharing their mean; owned by the caller. */
static double *ranks_of(const double *values, size_t n)
{
    Placed *sorted = sort_placed(values, n);
    double *ranks = mem_alloc(n, sizeof *ranks);
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
    return spread.xx > 0 && spread.yy > 0 ? spread.xy / (sqrt(spread.xx) * sqrt(spread.yy)) : 0;
}

double stats_slope(const double *x, const double *y, size_t n)
{
    Spread spread = spread_of(x, y, n);
    return spread.xx > 0 ? spread.xy / spread.xx : 0;
}
