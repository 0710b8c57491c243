/* Statistics of answers: intervals, paired tests, corrections, rank correlation.
 *
 * Plain arithmetic and square roots only, so that every host computes the same
 * bits; random draws come from named streams (rng.h) and a seed. */
#ifndef DOCMEM_STATS_H
#define DOCMEM_STATS_H
#include <stddef.h>
#include <stdint.h>

/* 95 % interval of a share, `successes` of `count` > 0 independent trials
 * (Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22, 1927). */
void stats_wilson(double successes, double count, double *low, double *high);

/* The z that a normal variable leaves with probability p, both sides together, 0 < p < 1; error
 * below 4.5e-4 (Abramowitz and Stegun, "Handbook of mathematical functions", 1964, 26.2.23). */
double stats_normal_two_sided(double p);

/* Exact two-sided McNemar test: of b + c pairs whose members differ, b went one
 * way and c the other; the p-value of a fair coin (McNemar, Psychometrika 12,
 * 1947). 1 where nothing differs. */
double stats_mcnemar(uint64_t b, uint64_t c);

/* Two-sided sign-flip permutation test that the paired differences d (n), n > 0, are
 * symmetric about 0: the share of sign patterns whose |sum| is at least the
 * observed one (Fisher, "The design of experiments", 1935, section 21). All
 * 2^n patterns where n <= 16; else `resamples` random ones of the stream
 * ("sign-flip", seed), and (hits + 1) / (resamples + 1) (Phipson and Smyth,
 * "Permutation p-values should never be zero", 2010). */
double stats_sign_flip(const double *d, size_t n, size_t resamples, uint64_t seed);

/* adjusted (n) = p (n) corrected over the family of n tests (Holm, "A simple
 * sequentially rejective multiple test procedure", Scand. J. Statistics 6, 1979). The
 * two may be the same array. */
void stats_holm(const double *p, size_t n, double *adjusted);

/* 95 % percentile interval of the mean of values (seeds, units) over both,
 * drawing seeds and units anew, each with replacement and independently, so that
 * the interval covers other seeds and other units alike (Owen, "The pigeonhole
 * bootstrap", Annals of Applied Statistics 1, 2007). For a paired difference let
 * the values be differences. Stream ("bootstrap", seed, resample). Seeds,
 * units and resamples are at least 1. */
void stats_bootstrap(const double *values, size_t seeds, size_t units, size_t resamples,
                     uint64_t seed, double *low, double *high);

/* The quantile `share` (0 … 1) of sorted (n), n > 0, by linear interpolation
 * between order statistics (Hyndman and Fan's type 7). */
double stats_quantile(const double *sorted, size_t n, double share);
/* Sorts samples (n), n > 0, and gives their 2.5 % and 97.5 % quantiles. */
void stats_percentile_interval(double *samples, size_t n, double *low, double *high);

/* Spearman's rank correlation of x (n) and y (n), ties sharing their mean rank;
 * 0 where either is constant. */
double stats_spearman(const double *x, const double *y, size_t n);
/* Slope of the least-squares line of y (n) on x (n); 0 where x is constant. */
double stats_slope(const double *x, const double *y, size_t n);

#endif
