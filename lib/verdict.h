/* Verdicts: what the measured effects say about a claim, computed by a written rule.
 *
 * An effect is the mean of a contrast over seeds and units, its interval the
 * percentile bootstrap over both, its p-value that of a paired test over units.
 * The claim names the sign it expects. */
#ifndef DOCMEM_VERDICT_H
#define DOCMEM_VERDICT_H
#include "contrast.h"
#include "csvfile.h"

typedef enum { VERDICT_UNDECIDED, VERDICT_SUPPORTED, VERDICT_CONTRADICTED } VerdictKind;
typedef enum {
    VERDICT_SIGN_FLIP, /* units keep or change the sign of their mean over seeds */
    VERDICT_MCNEMAR /* exact, where there is one seed; with several the sign flip, its likeness */
} VerdictTest;

typedef struct {
    const char *claim, *question, *effect_name, *rule; /* C12 …; borrowed */
    char part[32]; /* empty for the claim itself, else which of its parts */
    int expected;  /* -1 or +1: the sign the claim expects of the effect */
    VerdictTest test;
    double effect, low, high, p, p_holm; /* low … high: 95 % */
    size_t units;
    VerdictKind kind;
} Verdict;

/* Resamples and the run's seed, for interval and test. */
typedef struct {
    size_t resamples;
    uint64_t seed;
} VerdictDraws;

/* Fills effect, low, high, p and units of *verdict, whose test is set, from the contrast.
 * VERDICT_MCNEMAR wants values -1, 0 and 1; it becomes VERDICT_SIGN_FLIP where several seeds
 * change a claim by different amounts, which counts of lost and won claims cannot say. */
void verdict_measure(Verdict *verdict, const Contrast *contrast, VerdictDraws draws);

/* Corrects the p-values of a family by Holm and decides each: supported when the interval lies on
 * the expected side of 0 and the corrected p is below 0.05, contradicted when it lies on the other
 * side and p is as small, else undecided. */
void verdict_settle(Verdict *verdicts, size_t count);

/* The verdicts of one question on one grid; both are borrowed. */
typedef struct {
    const char *question;
    const Grid *grid;
    VerdictDraws draws;
    double *weights; /* (layers, epochs) of the next contrast */
    Verdict *items;
    size_t count, capacity;
} VerdictList;

void verdict_list_begin(VerdictList *list, const char *question, const Grid *grid,
                        VerdictDraws draws);
/* The weight of a (layer, epoch), by their places, in the next contrast; zero until set. */
double *verdict_list_weight(VerdictList *list, size_t layer, size_t epoch);
/* Adds `verdict` as `part` of its claim, measured by the contrast whose weights are set, and clears
 * them. To be settled. */
void verdict_list_add(VerdictList *list, Verdict verdict, const char *part, ContrastOf of);
/* One row each, in the order they were added. */
void verdict_list_write(const VerdictList *list, CsvWriter *writer);
void verdict_list_free(VerdictList *list);

/* The columns of the rows, NULL at the end. */
extern const char *const verdict_columns[];

#endif
