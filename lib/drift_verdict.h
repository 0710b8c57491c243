/* Verdicts about a grid of DocRep trainings, from a list of claims and their parts. */
#ifndef DOCMEM_DRIFT_VERDICT_H
#define DOCMEM_DRIFT_VERDICT_H
#include "drift_contrast.h"
#include "verdict.h"

/* Conditions asked about: the published ones (drift_published) of one alpha, the smallest that
 * those with most documents have; of them those with most documents,
 * with the smallest k, with both, or with the fewest documents and the largest k, all of them with
 * as many steps an epoch as those with most documents; those with the smallest k, whatever their
 * steps; or any. */
typedef enum {
    DRIFT_ALL,
    DRIFT_WHOLE,
    DRIFT_COMPACT,
    DRIFT_DENSE,
    DRIFT_SPARSE,
    DRIFT_COMPACT_ANY_STEPS,
    DRIFT_ANY
} DriftScope;

/* What is compared: partners, where DRIFT_EXTREME stands for the largest published dimension or the
 * fewest documents; or the slope over something. */
#define DRIFT_EXTREME SIZE_MAX
typedef struct {
    DriftPartner partners[DRIFT_PARTNERS];
    DriftPlace *slope;
} DriftComparison;

/* The effect is wanted below the bound; above it, and then it is told less the bound; within ± the
 * bound; or above 0, where less than the bound is no gain (VERDICT_GAIN). */
typedef enum { DRIFT_BELOW, DRIFT_ABOVE, DRIFT_WITHIN, DRIFT_GAINED } DriftWant;

/* A claim (`part` empty), or a part of it, that one contrast measures. */
typedef struct {
    const char *claim, *part, *effect, *rule;
    DriftWant want;
    double bound; /* ≥ 0 */
    DriftScope scope;
    int only; /* further conditions, as in DriftWhere */
    const DriftComparison *comparison;
    DriftMeasure measure;
    bool every; /* of a claim: it holds where parts do, and not where one fails; these parts */
} DriftQuestion;

/* Adds the verdicts on all questions to the list and settles them: the claims, one family, then
 * each claim's parts. False, with the reason, where the grid has no cells for one of them. */
bool drift_verdicts(VerdictList *list, const DriftGrid *grid, const DriftQuestion *questions,
                    size_t count, Error *error);

#endif
