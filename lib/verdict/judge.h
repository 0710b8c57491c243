/* Judge: what the effects say about each claim, by its rule.
 *
 * An effect is the mean over seeds and units. Its interval is the percentile bootstrap over both,
 * widened to the seeds' own t interval where that reaches further. Its test asks at the bound that
 * decides: Student's t of the seeds' means, and of the mean over sqrt(s^2/S + u^2/U), s and u the
 * standard deviations of the means of S seeds and of U units, with Satterthwaite's degrees of
 * freedom (the sum is never too small: both hold the seeds-by-units rest); the larger p counts. An
 * effect of one seed has no test; one that has no seeds is tested over units.
 *
 * A part holds where as many of its members reach the bound as it needs: with p ascending, A of N
 * hold at (N - A + 1) p_A and too few do at A p_(N-A+1) of the members' contrary tests (partial
 * conjunction: Benjamini and Heller, Biometrics 64, 2008). A claim holds where all parts that
 * decide do, at the largest of their p, and fails where one does, at the least times their number.
 * Holm corrects over the claims of the profile. */
#ifndef DOCMEM_JUDGE_H
#define DOCMEM_JUDGE_H
#include "file/csvfile.h"
#include "verdict/effects.h"
#include "verdict/stats.h"

typedef struct {
    double effect, low, high; /* low … high: 95 % */
    double se_seed, se_unit;  /* standard errors: of the seeds' means, of the units' */
    size_t seeds, units;
} Measured;

/* From a table of at least one unit. */
Measured measured_of(const EffectTable *table, Draws draws);
/* The p-value at a bound; 1 where nothing can be tested. */
double measured_p(const Measured *measured, double bound);

/* The seeds, or else the units, with which p at the bound would fall below `level`, the effect, its
 * spread and the number of the others staying as they are; 0 where none would, or the spread is not
 * known. */
double measured_needed(const Measured *measured, double bound, double level, bool seeds);

typedef enum { KIND_UNDECIDED, KIND_HOLDS, KIND_FAILS, KIND_UNMEASURED, KIND_DEPENDS } JudgeKind;

/* What one value of the part's `each` keys says. */
typedef struct {
    const RulePart *part;
    char name[160];
    bool there; /* measured; else why not */
    char why[128];
    Measured measured;
    double bound; /* in the effect's unit */
    double p_holds, p_fails;
    JudgeKind kind;                    /* by interval and p alone */
    double seeds_needed, units_needed; /* that would decide, the other staying; 0: none would */
} JudgeMember;

/* Fills bound, p_holds, p_fails and kind from `measured`; `scale` multiplies the bound. */
void judge_member(JudgeMember *member, double scale, double level);

/* One claim in one half, or a variant of it. */
typedef struct {
    const RuleClaim *claim;
    Half half;
    JudgeMember *members; /* (count) of all parts, in their order, then of the controls */
    size_t count;
    JudgeMember *shown; /* the member that the verdict rests on; NULL: there is none */
    JudgeKind kind;
    double p, p_holm; /* above 1: none */
    char why[320];
    EffectVariant variant;
} Judgement;

typedef struct {
    Judgement *items; /* each claim in each half, confirmatory first; then their variants */
    size_t count, capacity;
} Judgements;

void judge_all(Judgements *judgements, const Rules *rules, const Effects *effects, Draws draws);
void judgements_free(Judgements *judgements);

/* Whether it is of a part of the claim, not of a control. */
bool judgement_own(const Judgement *judgement, const JudgeMember *member);

/* "holds here" …; "depends on KEY" comes with its key in `text` (64). */
const char *judgement_words(const Judgement *judgement, char text[64]);

/* NULL at the end; a row a claim (part '') and member, of both halves and all variants. */
extern const char *const judge_columns[];
void judgements_write(const Judgements *judgements, const Rules *rules, CsvWriter *writer);

#endif
