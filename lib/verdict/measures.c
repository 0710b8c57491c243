/* The interval draws seeds and units with replacement and scores the counts of each draw; a score
 * is a function of how often each label got each answer. */
#include "verdict/measures.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "verdict/score.h"

#include <stdlib.h>
#include <string.h>

enum { UNITS = 2, WAYS = 2, EACH = 5, LABELS = 3 };

const MeasureKind measure_kinds[MEASURES] = {
    {"choice_accuracy", "claim"},
    {"choice_micro_f1", "claim"},
    {"choice_macro_f1", "claim"},
    {"choice_invalid", "claim"},
    {"choice_accuracy_supports_refutes", "claim"},
    {"free_accuracy", "claim"},
    {"free_micro_f1", "claim"},
    {"free_macro_f1", "claim"},
    {"free_invalid", "claim"},
    {"free_accuracy_supports_refutes", "claim"},
    {"choice_accuracy", "row"},
    {"choice_micro_f1", "row"},
    {"choice_macro_f1", "row"},
    {"choice_invalid", "row"},
    {"choice_accuracy_supports_refutes", "row"},
    {"free_accuracy", "row"},
    {"free_micro_f1", "row"},
    {"free_macro_f1", "row"},
    {"free_invalid", "row"},
    {"free_accuracy_supports_refutes", "row"},
};

static bool by_row(const char *unit)
{
    return strcmp(unit, "row") == 0;
}

/* What a prompt weighs in a unit. */
static double prompt_weight(const AskedPrompt *prompt, bool row)
{
    return row ? (double)prompt->rows : prompt->main;
}

/* values (EACH) from how often each label got each answer. */
static void score(ScoreCounts counts, double *values)
{
    Score all = score_counts(counts);
    memset(counts[LABELS - 1], 0, sizeof counts[LABELS - 1]);
    Score decided = score_counts(counts);
    values[0] = all.accuracy;
    values[1] = all.micro_f1;
    values[2] = all.macro_f1;
    values[3] = all.invalid;
    values[4] = decided.accuracy;
}

void measures_of(const Grid *grid, size_t at, const double *weights, double values[MEASURES])
{
    ScoreCounts counts[UNITS][WAYS];
    memset(counts, 0, sizeof counts);
    const uint8_t *choice = grid->choice + at * grid->prompts_count;
    const uint8_t *written = grid->free + at * grid->prompts_count;
    for (size_t i = 0; i < grid->prompts_count; i++) {
        const AskedPrompt *prompt = &grid->prompts[i];
        double times = weights ? weights[prompt->claim_index] : 1;
        for (int unit = 0; unit < UNITS; unit++) {
            double weight = times * prompt_weight(prompt, unit == 1);
            counts[unit][0][prompt->label][choice[i]] += weight;
            counts[unit][1][prompt->label][written[i]] += weight;
        }
    }
    for (int unit = 0; unit < UNITS; unit++)
        for (int way = 0; way < WAYS; way++)
            score(counts[unit][way], values + (unit * WAYS + way) * EACH);
}

/* Mean over seeds, seed s counted times[s] times (NULL: once), of the measures of a layer and
 * epoch. */
static void mean_over_seeds(const Grid *grid, size_t layer, size_t epoch, const double *times,
                            const double *weights, double values[MEASURES])
{
    double one[MEASURES], total = 0;
    memset(values, 0, MEASURES * sizeof *values);
    for (size_t seed = 0; seed < grid->seeds_count; seed++) {
        double count = times ? times[seed] : 1;
        if (count == 0)
            continue;
        measures_of(grid, grid_at(grid, layer, seed, epoch), weights, one);
        total += count;
        for (int i = 0; i < MEASURES; i++)
            values[i] += count * one[i];
    }
    for (int i = 0; i < MEASURES; i++)
        values[i] /= total;
}

void measures_interval(const Grid *grid, size_t layer, size_t epoch, Draws draws,
                       double values[MEASURES], double low[MEASURES], double high[MEASURES])
{
    double *claims = alloc_zeroed(grid->claims_count, sizeof *claims), one[MEASURES];
    double *seeds = alloc_zeroed(grid->seeds_count, sizeof *seeds);
    double *samples =
        alloc_zeroed(MEASURES * draws.resamples, sizeof *samples); /* (MEASURES, resamples) */
    mean_over_seeds(grid, layer, epoch, NULL, NULL, values);
    for (size_t i = 0; i < draws.resamples; i++) {
        Rng rng = rng_stream("measures bootstrap", draws.seed, i);
        stats_draw(&rng, grid->claims_count, claims);
        stats_draw(&rng, grid->seeds_count, seeds);
        mean_over_seeds(grid, layer, epoch, seeds, claims, one);
        for (size_t j = 0; j < MEASURES; j++)
            samples[j * draws.resamples + i] = one[j];
    }
    for (size_t j = 0; j < MEASURES; j++)
        stats_percentile_interval(samples + j * draws.resamples, draws.resamples, &low[j],
                                  &high[j]);
    free(claims);
    free(seeds);
    free(samples);
}

size_t measures_units(const Grid *grid, const MeasureKind *kind)
{
    bool row = by_row(kind->unit), decided = strstr(kind->name, "supports_refutes") != NULL;
    double sum = 0;
    for (size_t i = 0; i < grid->prompts_count; i++)
        if (!decided || grid->prompts[i].label < LABELS - 1)
            sum += prompt_weight(&grid->prompts[i], row);
    return (size_t)sum;
}

double measures_majority(const Grid *grid, const char *unit)
{
    double counts[LABELS] = {0}, most = 0, sum = 0;
    for (size_t i = 0; i < grid->prompts_count; i++)
        counts[grid->prompts[i].label] += prompt_weight(&grid->prompts[i], by_row(unit));
    for (int label = 0; label < LABELS; label++) {
        sum += counts[label];
        most = counts[label] > most ? counts[label] : most;
    }
    return most / sum;
}
