/* Verdicts about a grid of DocRep trainings, from a list of claims and their parts. */
#include "drift_verdict.h"

#include <math.h>
#include <string.h>

/* The published conditions asked about: those with most documents, of them those of the smallest
 * alpha, set that and the steps an epoch; and the extremes of all with that alpha. */
typedef struct {
    double alpha;
    size_t most, steps, compact, large, few; /* dimensions, documents; 0 where there is none */
} Extremes;

static void take_most(Extremes *e, const DocRepSettings *s)
{
    if (s->documents < e->most)
        return;
    if (s->documents > e->most || s->guidance.alpha < e->alpha)
        *e = (Extremes){.most = s->documents, .alpha = s->guidance.alpha};
    if (s->guidance.alpha == e->alpha && drift_steps(s) > e->steps)
        e->steps = drift_steps(s);
}

static void take_extremes(Extremes *e, const DocRepSettings *s)
{
    bool first = e->compact == 0;
    if (s->guidance.alpha != e->alpha)
        return;
    e->compact = first || s->dimension < e->compact ? s->dimension : e->compact;
    e->large = s->dimension > e->large ? s->dimension : e->large;
    e->few = first || s->documents < e->few ? s->documents : e->few;
}

static Extremes extremes_of(const DriftGrid *grid)
{
    Extremes e = {0};
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < grid->groups_count; i++)
            if (drift_published(grid->groups[i].settings))
                (pass == 0 ? take_most : take_extremes)(&e, grid->groups[i].settings);
    return e;
}

static DriftWhere where_of(const Extremes *e, const DriftQuestion *q)
{
    DriftWhere where = {.only = q->only | (q->scope == DRIFT_ANY ? 0 : DRIFT_PUBLISHED)};
    if (q->scope == DRIFT_WHOLE || q->scope == DRIFT_DENSE || q->scope == DRIFT_SPARSE)
        where.documents = q->scope == DRIFT_SPARSE ? e->few : e->most;
    if (q->scope != DRIFT_ALL && q->scope != DRIFT_WHOLE && q->scope != DRIFT_ANY)
        where.dimension = q->scope == DRIFT_SPARSE ? e->large : e->compact;
    if (q->scope != DRIFT_COMPACT_ANY_STEPS && q->scope != DRIFT_ANY)
        where.steps = e->steps;
    if (q->scope != DRIFT_ANY)
        where.alpha = e->alpha;
    return where;
}

static Verdict verdict_of(const DriftQuestion *q)
{
    Verdict verdict = {.claim = q->claim, .effect_name = q->effect, .rule = q->rule};
    verdict.expected = q->want == DRIFT_BELOW ? -1 : 1;
    if (q->want == DRIFT_WITHIN || q->want == DRIFT_GAINED)
        verdict.criterion = q->want == DRIFT_WITHIN ? VERDICT_EQUIVALENT : VERDICT_GAIN;
    if (q->want == DRIFT_BELOW && q->bound > 0)
        verdict.criterion = VERDICT_NOT_WORSE;
    if (verdict.criterion != VERDICT_DIFFERS)
        verdict.margin = q->bound;
    return verdict;
}

static bool ask(VerdictList *list, const DriftGrid *grid, const Extremes *extremes,
                const DriftQuestion *q, Error *error)
{
    DriftSum sum = {0};
    Contrast contrast;
    DriftWhere where = where_of(extremes, q);
    DriftPartner partners[DRIFT_PARTNERS];
    memcpy(partners, q->comparison->partners, sizeof partners);
    for (int i = 0; i < DRIFT_PARTNERS; i++) {
        if (partners[i].dimension == DRIFT_EXTREME)
            partners[i].dimension = extremes->large;
        if (partners[i].documents == DRIFT_EXTREME)
            partners[i].documents = extremes->few;
    }
    if (q->comparison->slope)
        drift_sum_slope(&sum, grid, where, q->comparison->slope);
    else
        drift_sum_matched(&sum, grid, where, partners);
    bool ok = drift_contrast(&contrast, &sum, q->measure, q->want == DRIFT_ABOVE ? q->bound : 0);
    drift_sum_free(&sum);
    if (!ok)
        return fail(error,
                    "command line: names no cells for %s %s (%s); add conditions that differ in "
                    "nothing else, from the same seeds",
                    q->claim, q->part, q->effect);
    verdict_list_add(list, verdict_of(q), q->part, contrast);
    return true;
}

/* The claim's verdict from its own and those of the parts that count: what all of them say,
 * contradicted by one. */
static void agree(Verdict *claim, const DriftQuestion *questions, const Verdict *parts,
                  size_t count)
{
    VerdictKind kind = claim->kind;
    double needed = claim->kind == VERDICT_UNDECIDED ? claim->needed : 0;
    for (size_t i = 0; i < count; i++) {
        if (!questions[i].every)
            continue;
        if (parts[i].kind == VERDICT_CONTRADICTED || kind == VERDICT_CONTRADICTED)
            kind = VERDICT_CONTRADICTED;
        else if (parts[i].kind == VERDICT_UNDECIDED)
            kind = VERDICT_UNDECIDED;
    }
    verdict_from_parts(claim, kind, parts, count);
    if (kind == VERDICT_UNDECIDED)
        claim->needed = fmax(claim->needed, needed);
}

bool drift_verdicts(VerdictList *list, const DriftGrid *grid, const DriftQuestion *questions,
                    size_t count, Error *error)
{
    Extremes extremes = extremes_of(grid);
    size_t begin = list->count, claim = begin;
    for (size_t i = 0; i < count; i++)
        if (!questions[i].part[0] && !ask(list, grid, &extremes, &questions[i], error))
            return false;
    verdict_settle(list->items + begin, list->count - begin);
    for (size_t i = 0, next; i < count; i = next, claim++) {
        size_t first = list->count;
        for (next = i + 1; next < count && questions[next].part[0]; next++)
            if (!ask(list, grid, &extremes, &questions[next], error))
                return false;
        verdict_settle(list->items + first, list->count - first);
        if (questions[i].every)
            agree(&list->items[claim], questions + i + 1, list->items + first, list->count - first);
    }
    return true;
}
