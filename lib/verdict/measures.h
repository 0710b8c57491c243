/* Measures: the scores of the answers at one place of a grid, and their intervals. */
#ifndef DOCMEM_MEASURES_H
#define DOCMEM_MEASURES_H
#include "verdict/grid.h"
#include "verdict/stats.h"

enum { MEASURES = 20 };

/* `name` as in the measures table; `unit` "claim" (main prompts, one each) or "row" (all prompts,
 * weighted by their evidence rows). */
typedef struct {
    const char *name, *unit;
} MeasureKind;

/* Ten measures for each unit: of choice and of free, the accuracy, micro-F1, macro-F1, rate of
 * invalid answers, and accuracy among the claims that are supported or refuted. */
extern const MeasureKind measure_kinds[MEASURES];

/* Their values for the answers at grid_at(…) = at, each claim counted weights[claim_index] times;
 * weights NULL: once. */
void measures_of(const Grid *grid, size_t at, const double *weights, double values[MEASURES]);

/* For a layer and epoch, by their places: the mean over seeds of each measure, and the 95 %
 * percentile interval over draws of the claims and of the seeds, with replacement.
 * Every layer and epoch gets the same draws. */
void measures_interval(const Grid *grid, size_t layer, size_t epoch, Draws draws,
                       double values[MEASURES], double low[MEASURES], double high[MEASURES]);

/* Number of claims (unit "claim") or evidence rows (unit "row"). */
size_t measures_units(const Grid *grid, const MeasureKind *kind);
/* Share of the most frequent label, by "claim" or by "row". */
double measures_majority(const Grid *grid, const char *unit);

#endif
