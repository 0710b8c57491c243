/* What the checks of numerical code share: random arrays, comparison with exact values, and
 * central differences in double precision. Included last, for it brings check.h. */
#ifndef DOCMEM_NUMBERS_H
#define DOCMEM_NUMBERS_H
#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

/* `count` normal numbers of this deviation, drawn from *rng; freed by the caller. */
static inline float *draw(Rng *rng, size_t count, double deviation)
{
    float *values = alloc_zeroed(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(deviation * rng_normal(rng));
    return values;
}

/* The same numbers in double precision; freed by the caller. */
static inline double *widen(const float *values, size_t count)
{
    double *wide = alloc_zeroed(count, sizeof *wide);
    for (size_t i = 0; i < count; i++)
        wide[i] = (double)values[i];
    return wide;
}

/* Largest difference over largest exact entry; infinite where a number is not finite. */
static inline double relative_gap(const float *got, const double *exact, size_t count)
{
    double gap = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs((double)got[i] - exact[i]);
        if (!(difference <= gap))
            gap = isnan(difference) ? INFINITY : difference;
        if (fabs(exact[i]) > largest)
            largest = fabs(exact[i]);
    }
    return largest > 0 ? gap / largest : gap;
}

/* `got` lies within `tolerance` × the largest entry of `exact`. */
static inline void assert_near(const char *what, const float *got, const double *exact,
                               size_t count, double tolerance)
{
    double gap = relative_gap(got, exact, count);
    if (!(gap <= tolerance))
        fail_msg("%s is %.2e of its largest entry away, more than %.0e", what, gap, tolerance);
}

/* Two arrays hold the same bits. */
static inline void assert_same_bits(const char *what, const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0)
            fail_msg("%s[%zu]: %a and %a", what, i, (double)a[i], (double)b[i]);
}

/* A scalar function of the numbers that differences() moves. */
typedef double Scalar(const void *context);

/* gradient[i] = ∂f/∂x[i], by central differences of fourth order. With f in double precision a
 * step of 1e-3 leaves about 1e-12 of truncation and 1e-13 of rounding for functions near 1. */
static inline void differences(double *gradient, Scalar *f, const void *context, double *x,
                               size_t count)
{
    const double step = 1e-3;
    for (size_t i = 0; i < count; i++) {
        double at = x[i], near, far;
        x[i] = at + step, near = f(context);
        x[i] = at - step, near -= f(context);
        x[i] = at + 2 * step, far = f(context);
        x[i] = at - 2 * step, far -= f(context);
        x[i] = at;
        gradient[i] = (8 * near - far) / (12 * step);
    }
}

/* `got` (count) is the gradient of f to x within `tolerance` of its largest entry. */
static inline void assert_gradient(const char *what, const float *got, Scalar *f,
                                   const void *context, double *x, size_t count, double tolerance)
{
    double *exact = alloc_zeroed(count, sizeof *exact);
    differences(exact, f, context, x, count);
    assert_near(what, got, exact, count, tolerance);
    free(exact);
}

/* Σ a[i] b[i] in double precision. */
static inline double product(const float *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

#endif
