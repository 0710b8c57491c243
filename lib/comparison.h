/* Comparisons: pairs of a study's cells, one against the other, measured one by one and as a mean.
 */
#ifndef DOCMEM_COMPARISON_H
#define DOCMEM_COMPARISON_H
#include "study.h"
#include "verdict.h"

typedef struct {
    StudyTerm terms[2]; /* weights 1 and -1 */
    char label[64];
    double margin;
} Comparison;

/* Starts zeroed. */
typedef struct {
    Comparison *items;
    size_t count, capacity;
} Comparisons;

/* Which cells of strength 1 are compared with which. */
typedef struct {
    const char *allocation, *variant, *target; /* of the cells: patterns (glob(7)); NULL: any */
    const char *other_allocation, *other_variant, *other_target; /* what differs in the other cell;
                                                                    NULL: nothing */
    bool pretrained;    /* the other is the pretrained model */
    const char *suffix; /* of the label: "<allocation> <variant><suffix>" */
} ComparisonRule;

/* Adds the pairs that the rule finds at `layer` (-1: at every layer, which the label then names)
 * and that have a seed in common, in the order of the study's cells, with this margin. */
void comparisons_find(Comparisons *pairs, const Study *study, const ComparisonRule *rule,
                      int64_t layer, double margin);
void comparisons_free(Comparisons *pairs);

/* Adds a verdict like `verdict` for each pair, cell less against, as the part "<prefix><label>". */
void comparisons_parts(const Comparisons *pairs, VerdictList *list, Verdict verdict,
                       const char *prefix, ContrastOf of);
/* Adds one as `part` for the mean of all pairs over the seeds they all have, its margin the mean of
 * theirs; false where there is no pair or no such seed. */
bool comparisons_mean(const Comparisons *pairs, VerdictList *list, Verdict verdict,
                      const char *part, ContrastOf of);

#endif
