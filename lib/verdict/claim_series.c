#include "verdict/claim_series.h"

#include "base/alloc.h"
#include "verdict/score.h"

#include <stdlib.h>

ClaimSeries claim_series_make(size_t claims, size_t seeds, bool auc)
{
    ClaimSeries series = {.claims = claims, .seeds = seeds};
    series.values = alloc_zeroed(seeds * claims, sizeof *series.values);
    series.order = auc ? alloc_zeroed(seeds * claims, sizeof *series.order) : NULL;
    return series;
}

void claim_series_free(ClaimSeries *series)
{
    free(series->values), free(series->order);
}

void claim_series_rank(ClaimSeries *series)
{
    size_t n = series->claims;
    for (size_t s = 0; series->order && s < series->seeds; s++)
        stats_order(series->values + s * n, n, series->order + s * n);
}

double claim_series_of_seed(const ClaimSeries *series, size_t seed, const double *weights)
{
    size_t n = series->claims;
    const double *values = series->values + seed * n;
    double sum = 0, total = 0;
    if (series->order)
        return score_auc(values, series->order + seed * n, series->labels, weights, n);
    for (size_t i = 0; i < n; i++) {
        double weight = weights ? weights[i] : 1;
        if (!series->counted || series->counted[i])
            sum += weight * values[i], total += weight;
    }
    return total > 0 ? sum / total : 0;
}

double claim_series_value(const ClaimSeries *series, const double *times, const double *weights)
{
    double sum = 0, total = 0;
    for (size_t s = 0; s < series->seeds; s++) {
        double time = times ? times[s] : 1;
        if (time > 0)
            sum += time * claim_series_of_seed(series, s, weights), total += time;
    }
    return sum / total;
}

void claim_series_resample(const ClaimSeries *series, size_t count, const Scores *scores,
                           const char *purpose, Draws draws, double *samples)
{
    double *units = alloc_zeroed(scores->units, sizeof *units);
    double *times = alloc_zeroed(series->seeds, sizeof *times);
    double *weights = alloc_zeroed(series->claims, sizeof *weights);
    for (size_t r = 0; r < draws.resamples; r++) {
        Rng rng = rng_stream(purpose, draws.seed, r);
        stats_draw(&rng, scores->units, units);
        stats_draw(&rng, series->seeds, times);
        for (size_t i = 0; i < series->claims; i++)
            weights[i] = units[scores->claims[i].unit];
        for (size_t k = 0; k < count; k++)
            samples[k * draws.resamples + r] = claim_series_value(&series[k], times, weights);
    }
    free(units), free(times), free(weights);
}
