/* Contrasts over a grid of DocRep trainings: weighted sums of conditions, document by document.
 *
 * Conditions are compared where they differ in one setting alone, so that an
 * irregular grid gives fair comparisons as well. */
#ifndef DOCMEM_DRIFT_CONTRAST_H
#define DOCMEM_DRIFT_CONTRAST_H
#include "contrast.h"
#include "drift.h"

/* A weighted sum of groups; start from a zeroed one. */
typedef struct {
    const DriftGroup **groups;
    double *weights;
    size_t count, groups_capacity, weights_capacity;
} DriftSum;

/* Adds a group; its weight grows where it is in it already. */
void drift_sum_add(DriftSum *sum, const DriftGroup *group, double weight);
void drift_sum_free(DriftSum *sum);

/* Which conditions are asked about. A zeroed one: all. */
typedef struct {
    enum {
        DRIFT_PUBLISHED = 1, /* drift_published */
        DRIFT_LINEAR = 2,
        DRIFT_FORGETS = 4, /* alpha above 0 */
        DRIFT_OTHER = 8,   /* negative vectors of other documents */
        DRIFT_TANH = 16,
        DRIFT_RELU = 32
    } only;                             /* of these, any together */
    size_t dimension, documents, steps; /* 0: any; steps an epoch */
    double alpha;                       /* 0: any */
} DriftWhere;

/* The condition to compare one with: the same with some settings changed; and its weight. */
typedef struct {
    enum {
        DRIFT_TO_RELU = 1,
        DRIFT_TO_MLP = 2,
        DRIFT_TO_NO_LOSS = 4, /* alpha 0 */
        DRIFT_TO_DETACHED = 8,
        DRIFT_TO_RANDOM = 16
    } change;                    /* of these, any together; 0: the condition itself */
    size_t dimension, documents; /* 0: unchanged */
    double weight;
} DriftPartner;

/* Fills an empty sum with the mean, over all conditions `where` for which every partner is in the
 * grid, of the partners' weighted sum; returns the number of such conditions. No change may leave a
 * condition as it is. A partner of weight 0 ends the list, of DRIFT_PARTNERS at most. */
enum { DRIFT_PARTNERS = 4 };
size_t drift_sum_matched(DriftSum *sum, const DriftGrid *grid, DriftWhere where,
                         const DriftPartner partners[DRIFT_PARTNERS]);

/* Fills an empty sum with the slope of the least-squares line over x(settings), within the
 * conditions `where` of each phi, the mean of those phi that have two different x at least; returns
 * their number. */
typedef double DriftPlace(const DocRepSettings *settings);
size_t drift_sum_slope(DriftSum *sum, const DriftGrid *grid, DriftWhere where, DriftPlace *x);

/* Places for it: log2 of the number of documents, and of k by the number of documents. */
double drift_doublings(const DocRepSettings *settings);
double drift_doublings_of_share(const DocRepSettings *settings);

/* What the sum says of each document that all its groups have and of each seed that all its groups
 * have, less `bound`; the caller frees the contrast. False where no seed is shared or nothing is
 * summed, and then *contrast is empty. */
bool drift_contrast(Contrast *contrast, const DriftSum *sum, DriftMeasure measure, double bound);

#endif
