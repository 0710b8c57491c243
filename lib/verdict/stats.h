/* Statistics of answers: intervals, paired tests, corrections, rank correlation.
 *
 * Plain arithmetic and square roots only, so that every host computes the same
 * bits; random draws come from named streams (rng.h) and a seed. */
#ifndef DOCMEM_STATS_H
#define DOCMEM_STATS_H
#include "base/rng.h"
#include <stddef.h>
#include <stdint.h>

/* The probability that Student's t with `freedom` >= 1 degrees of freedom lies at least |t| from 0
 * on either side; relative error below 1e-9. From the incomplete beta function's continued fraction
 * (Abramowitz and Stegun, 26.5.8, 26.7.1). */
double stats_t_two_sided(double t, uint32_t freedom);
/* The t that it exceeds with probability p, 0 < p < 1, both sides together. */
double stats_t_quantile(double p, uint32_t freedom);

/* adjusted (n) = p (n) corrected over the family of n tests (Holm, "A simple
 * sequentially rejective multiple test procedure", Scand. J. Statistics 6, 1979). The
 * two may be the same array. */
void stats_holm(const double *p, size_t n, double *adjusted);

/* order (n) = the places of values (n) by rising value, equal ones as they stand. */
void stats_order(const double *values, size_t n, size_t *order);

/* Orders two doubles ascending, for qsort. */
int stats_ascending(const void *a, const void *b);
/* times (n) = how often each of n comes up in n draws with replacement; 0 < n < 2^32. */
void stats_draw(Rng *rng, size_t n, double *times);

/* How often units are drawn anew, and the run's seed that names the streams. */
typedef struct {
    uint64_t resamples, seed;
} Draws;
/* Two rows of a stage's arguments (run/stage.h) that set them. */
/* clang-format off */
#define DRAWS_ARGS(draws) \
    {"seed", ARG_INT, &(draws).seed, "of all that is drawn at random", false}, \
    {"resamples", ARG_INT, &(draws).resamples, "for intervals [from 100 to 1000000]", false}
/* clang-format on */

/* 95 % percentile interval of the mean of values (seeds, units) over both,
 * drawing seeds and units anew, each with replacement and independently, so that
 * the interval covers other seeds and other units alike (Owen, "The pigeonhole
 * bootstrap", Annals of Applied Statistics 1, 2007). For a paired difference let
 * the values be differences. Stream ("bootstrap", draws.seed, resample).
 * Seeds, units and resamples are at least 1. */
void stats_bootstrap(const double *values, size_t seeds, size_t units, Draws draws, double *low,
                     double *high);

/* The quantile `share` (0 … 1) of sorted (n), n > 0, by linear interpolation
 * between order statistics (Hyndman and Fan's type 7). */
double stats_quantile(const double *sorted, size_t n, double share);
/* Sorts samples (n), n > 0, and gives their 2.5 % and 97.5 % quantiles. */
void stats_percentile_interval(double *samples, size_t n, double *low, double *high);

/* Spearman's rank correlation of x (n) and y (n), ties sharing their mean rank;
 * NaN where either is constant: it has no rank correlation. */
double stats_spearman(const double *x, const double *y, size_t n);

#endif
