/* Verdicts: what the measured effects say about a claim, computed by a written rule.
 *
 * An effect is the mean of a contrast over seeds and units, its interval the
 * percentile bootstrap over both, its p-value that of a paired test over units.
 * The claim names what it expects: a sign, or that the effect keeps within a margin. */
#ifndef DOCMEM_VERDICT_H
#define DOCMEM_VERDICT_H
#include "contrast.h"
#include "csvfile.h"

typedef enum { VERDICT_UNDECIDED, VERDICT_SUPPORTED, VERDICT_CONTRADICTED } VerdictKind;
typedef enum {
    VERDICT_SIGN_FLIP, /* units keep or change the sign of their mean over seeds */
    VERDICT_MCNEMAR /* exact, where there is one seed; with several the sign flip, its likeness */
} VerdictTest;

/* What decides. `low` … `high` is the 95 % interval; every rule but VERDICT_GAIN's "no gain" also
 * asks that the corrected p be below 0.05. */
typedef enum {
    VERDICT_DIFFERS,    /* supported where the interval lies on the expected side of 0, contradicted
                           where it lies on the other */
    VERDICT_NOT_WORSE,  /* the same with -margin, in the expected direction, for 0: a loss smaller
                           than the margin does not count (non-inferiority) */
    VERDICT_EQUIVALENT, /* supported where the interval lies within ±margin, contradicted where it
                           lies wholly outside (two one-sided tests, of which the nearer bound's
                           has the larger p) */
    VERDICT_GAIN,       /* a gain: the interval lies above 0; none: below the margin, as long as no
                           gain is shown. The expected sign says which of them supports the claim */
} VerdictCriterion;

typedef struct {
    const char *claim, *question, *effect_name, *rule; /* C12 …; borrowed */
    char part[64]; /* empty for the claim itself, else which of its parts */
    int expected;  /* -1 or +1: the sign the claim expects of the effect; VERDICT_EQUIVALENT: any */
    VerdictCriterion criterion;
    double margin; /* ≥ 0, in the effect's unit; VERDICT_DIFFERS has none */
    VerdictTest test;
    double effect, low, high, p, p_holm; /* low … high: 95 % */
    size_t units;
    double needed; /* units that would decide, the effect staying as it is; 0 where decided, or
                      where no number would */
    VerdictKind kind;
} Verdict;

/* Resamples and the run's seed, for interval and test. */
typedef struct {
    size_t resamples;
    uint64_t seed;
} VerdictDraws;

/* Fills effect, low, high, p and units of *verdict, whose criterion, margin and test are set, from
 * the contrast. The test is of the bound that decides: 0, or the margin (the one nearer to the
 * effect). VERDICT_MCNEMAR wants values -1, 0 and 1 and the bound 0; it becomes VERDICT_SIGN_FLIP
 * where several seeds change a claim by different amounts, which counts of lost and won claims
 * cannot say. */
void verdict_measure(Verdict *verdict, const Contrast *contrast, VerdictDraws draws);

/* In words, what a criterion says by itself; the rule of a claim's part. */
const char *verdict_criterion_rule(const Verdict *verdict);

/* Corrects the p-values of a family by Holm, decides each by its criterion, and fills `needed`:
 * interval and test both grow sharper with the root of the units. */
void verdict_settle(Verdict *verdicts, size_t count);

/* Gives the claim, itself settled, the verdict that follows from its parts; where that is undecided
 * it needs the units that the neediest undecided part does. */
void verdict_from_parts(Verdict *claim, VerdictKind kind, const Verdict *parts, size_t count);

/* Of two settled verdicts the one that supports its claim less: contradicted before undecided
 * before supported; of equals the one that needs more units, then the one whose effect goes further
 * in the direction that is not expected, or past its margin. */
const Verdict *verdict_weaker(const Verdict *a, const Verdict *b);

/* The verdicts of one question. */
typedef struct {
    const char *question; /* borrowed */
    VerdictDraws draws;
    Verdict *items;
    size_t count, capacity;
} VerdictList;

void verdict_list_begin(VerdictList *list, const char *question, VerdictDraws draws);
/* Adds `verdict` as `part` of its claim, measured by the contrast, which it frees. To be settled.
 */
void verdict_list_add(VerdictList *list, Verdict verdict, const char *part, Contrast contrast);
/* Adds a verdict that is measured already. */
void verdict_list_append(VerdictList *list, const Verdict *verdict);
/* One row each, in the order they were added. */
void verdict_list_write(const VerdictList *list, CsvWriter *writer);
void verdict_list_free(VerdictList *list);

/* The columns of the rows, NULL at the end. */
extern const char *const verdict_columns[];

#endif
