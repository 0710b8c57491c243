/* Judge: an effect with its interval and test. */
#include "base/alloc.h"
#include "verdict/judge.h"

#include <math.h>
#include <stdlib.h>

static const double ROUNDING = 1e-12; /* of sums of what should be equal */
enum { FREEDOM_LIMIT = 1000 };        /* more are as good as that many */

/* Standard error of the mean of values (n); 0 for one. */
static double error_of(const double *values, size_t n)
{
    double mean = 0, squares = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        mean += values[i] / (double)n;
        size = fmax(size, fabs(values[i]));
    }
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    double error = n > 1 ? sqrt(squares / (double)(n - 1) / (double)n) : 0;
    return error > ROUNDING * size ? error : 0;
}

Measured measured_of(const EffectTable *table, Draws draws)
{
    size_t rows = table->seeds ? table->seeds : 1, units = table->units;
    Measured m = {.seeds = table->seeds, .units = units};
    double *of_seed = alloc_zeroed(rows, sizeof *of_seed);
    double *of_unit = alloc_zeroed(units, sizeof *of_unit);
    for (size_t s = 0; s < rows; s++)
        for (size_t u = 0; u < units; u++) {
            of_seed[s] += table->values[s * units + u] / (double)units;
            of_unit[u] += table->values[s * units + u] / (double)rows;
        }
    for (size_t s = 0; s < rows; s++)
        m.effect += of_seed[s] / (double)rows;
    m.se_seed = error_of(of_seed, rows);
    m.se_unit = error_of(of_unit, units);
    stats_bootstrap(table->values, rows, units, draws, &m.low, &m.high);
    if (table->seeds > 1) {
        double half = m.se_seed * stats_t_quantile(0.05, (uint32_t)table->seeds - 1);
        m.low = fmin(m.low, m.effect - half);
        m.high = fmax(m.high, m.effect + half);
    }
    free(of_seed), free(of_unit);
    return m;
}

/* p of a mean `way` from its bound. */
static double p_of(double way, double error, double freedom)
{
    if (error == 0)
        return way == 0;
    freedom = fmax(1, fmin(floor(freedom + ROUNDING), FREEDOM_LIMIT));
    return stats_t_two_sided(way / error, (uint32_t)freedom);
}

/* p of both tests, were there so many seeds and units. */
static double p_with(const Measured *m, double way, double seeds, double units)
{
    double s = m->seeds ? m->se_seed * m->se_seed * (double)m->seeds / seeds : 0;
    double u = m->se_unit * m->se_unit * (double)m->units / units, sum = s + u;
    if (m->seeds == 0)
        return units > 1 ? p_of(way, sqrt(u), units - 1) : 1;
    if (seeds < 2)
        return 1;
    double freedom =
        units > 1 && sum > 0 ? sum * sum / (s * s / (seeds - 1) + u * u / (units - 1)) : seeds - 1;
    return fmax(p_of(way, sqrt(s), seeds - 1), p_of(way, sqrt(sum), freedom));
}

double measured_p(const Measured *m, double bound)
{
    double way = m->effect - bound, size = fabs(m->effect) + fabs(bound);
    return p_with(m, fabs(way) > ROUNDING * size ? way : 0, (double)m->seeds, (double)m->units);
}

double measured_needed(const Measured *m, double bound, double level, bool seeds)
{
    const double most = 1e7;
    double way = m->effect - bound, S = (double)m->seeds, U = (double)m->units;
    double low = seeds ? S : U, high = low;
    if (seeds ? m->seeds < 2 : m->units < 2)
        return 0;
    do
        high *= 2;
    while (high < most && p_with(m, way, seeds ? high : S, seeds ? U : high) >= level);
    if (high >= most)
        return 0;
    while (high - low > 1) {
        double middle = floor((low + high) / 2);
        *(p_with(m, way, seeds ? middle : S, seeds ? U : middle) < level ? &high : &low) = middle;
    }
    return high;
}
