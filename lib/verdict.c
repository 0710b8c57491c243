/* Verdicts: what the measured effects say about a claim, computed by a written rule. */
#include "verdict.h"

#include "mem.h"
#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double LEVEL = 0.05;

const char *const verdict_columns[] = {
    "claim", "part",   "question", "effect_name", "effect", "low",    "high",   "test",
    "p",     "p_holm", "n",        "verdict",     "rule",   "margin", "needed", NULL};

/* Mean over seeds of each unit, new (units). */
static double *unit_means(const Contrast *contrast)
{
    double *means = mem_alloc(contrast->units, sizeof *means);
    for (size_t unit = 0; unit < contrast->units; unit++) {
        for (size_t seed = 0; seed < contrast->seeds; seed++)
            means[unit] += contrast->values[seed * contrast->units + unit];
        means[unit] /= (double)contrast->seeds;
    }
    return means;
}

static double mcnemar(const double *means, size_t units)
{
    uint64_t lost = 0, won = 0;
    for (size_t i = 0; i < units; i++) {
        lost += means[i] < 0;
        won += means[i] > 0;
    }
    return stats_mcnemar(lost, won);
}

/* The value of the effect that its verdict turns on. */
static double bound_of(const Verdict *verdict)
{
    switch (verdict->criterion) {
    case VERDICT_NOT_WORSE:
        return -verdict->expected * verdict->margin;
    case VERDICT_EQUIVALENT:
        return verdict->effect < 0 ? -verdict->margin : verdict->margin;
    default:
        return 0;
    }
}

void verdict_measure(Verdict *verdict, const Contrast *contrast, VerdictDraws draws)
{
    size_t units = contrast->units;
    double *means = unit_means(contrast);
    verdict->units = units;
    verdict->effect = contrast_mean(contrast);
    stats_bootstrap(contrast->values, contrast->seeds, units, draws.resamples, draws.seed,
                    &verdict->low, &verdict->high);
    double bound = bound_of(verdict);
    for (size_t i = 0; i < units; i++)
        means[i] -= bound;
    if (contrast->seeds > 1 || bound != 0)
        verdict->test = VERDICT_SIGN_FLIP;
    verdict->p = verdict->test == VERDICT_MCNEMAR
                     ? mcnemar(means, units)
                     : stats_sign_flip(means, units, draws.resamples, draws.seed);
    free(means);
}

const char *verdict_criterion_rule(const Verdict *verdict)
{
    static const char *const rules[][2] = {
        {"supported above 0, contradicted below", "supported below 0, contradicted above"},
        {"supported above -margin, contradicted below",
         "supported below margin, contradicted above"},
        {"supported within the margin, contradicted outside",
         "supported within the margin, contradicted outside"},
        {"supported above 0, else contradicted below the margin",
         "contradicted above 0, else supported below the margin"},
    };
    return rules[verdict->criterion][verdict->expected < 0];
}

static VerdictKind kind_of(bool supported)
{
    return supported ? VERDICT_SUPPORTED : VERDICT_CONTRADICTED;
}

static VerdictKind decide(const Verdict *verdict)
{
    double low = verdict->low, high = verdict->high, margin = verdict->margin;
    double bound = bound_of(verdict);
    bool sure = verdict->p_holm < LEVEL;
    if (verdict->criterion == VERDICT_GAIN && !(sure && low > 0))
        return high < margin ? kind_of(verdict->expected < 0) : VERDICT_UNDECIDED;
    if (verdict->criterion == VERDICT_EQUIVALENT && sure && (low > margin || high < -margin))
        return VERDICT_CONTRADICTED;
    if (verdict->criterion == VERDICT_EQUIVALENT)
        return sure && low > -margin && high < margin ? VERDICT_SUPPORTED : VERDICT_UNDECIDED;
    if (!sure || (low <= bound && high >= bound))
        return VERDICT_UNDECIDED;
    return kind_of((low > bound) == (verdict->expected > 0));
}

/* Units that an undecided verdict needs, its effect staying as it is: the interval's half width
 * must fall below the way to the bound, and the test reach the level that Holm left it. */
static double units_needed(const Verdict *verdict)
{
    double half = (verdict->high - verdict->low) / 2;
    double way = fabs(verdict->effect - bound_of(verdict));
    bool tested = true;
    if (verdict->criterion == VERDICT_GAIN) { /* a gain is shown, or none as large as the margin */
        tested = verdict->low > 0;
        way = tested ? way : fmax(verdict->effect, verdict->margin - verdict->effect);
    }
    double ratio = half / way, limit = 1e12;
    if (tested && verdict->p < 1 && verdict->p_holm > 0)
        ratio = fmax(ratio, stats_normal_two_sided(LEVEL * verdict->p / verdict->p_holm) /
                                stats_normal_two_sided(verdict->p));
    double needed = ceil((double)verdict->units * ratio * ratio);
    return needed < limit ? fmax(needed, (double)verdict->units + 1) : 0;
}

void verdict_settle(Verdict *verdicts, size_t count)
{
    double *p = mem_alloc(count, sizeof *p), *corrected = mem_alloc(count, sizeof *corrected);
    for (size_t i = 0; i < count; i++)
        p[i] = verdicts[i].p;
    stats_holm(p, count, corrected);
    for (size_t i = 0; i < count; i++) {
        Verdict *verdict = &verdicts[i];
        verdict->p_holm = corrected[i];
        verdict->kind = decide(verdict);
        verdict->needed = verdict->kind == VERDICT_UNDECIDED ? units_needed(verdict) : 0;
    }
    free(p);
    free(corrected);
}

void verdict_from_parts(Verdict *claim, VerdictKind kind, const Verdict *parts, size_t count)
{
    claim->kind = kind;
    claim->needed = 0;
    for (size_t i = 0; kind == VERDICT_UNDECIDED && i < count; i++)
        claim->needed = fmax(claim->needed, parts[i].needed);
}

/* How far a verdict is from the contrary of its claim. */
static int rank(const Verdict *verdict)
{
    return verdict->kind == VERDICT_SUPPORTED ? 2 : verdict->kind == VERDICT_UNDECIDED;
}

/* How far the effect goes against the claim. */
static double strayed(const Verdict *verdict)
{
    return verdict->criterion == VERDICT_EQUIVALENT ? fabs(verdict->effect) - verdict->margin
                                                    : -verdict->expected * verdict->effect;
}

const Verdict *verdict_weaker(const Verdict *a, const Verdict *b)
{
    if (rank(a) != rank(b))
        return rank(a) < rank(b) ? a : b;
    if (a->needed != b->needed)
        return a->needed > b->needed ? a : b;
    return strayed(a) >= strayed(b) ? a : b;
}

static void write_row(const Verdict *verdict, CsvWriter *writer)
{
    static const char *const kinds[] = {"undecided", "supported", "contradicted"};
    csvfile_put_text(writer, verdict->claim);
    csvfile_put_text(writer, verdict->part);
    csvfile_put_text(writer, verdict->question);
    csvfile_put_text(writer, verdict->effect_name);
    csvfile_put_real(writer, verdict->effect);
    csvfile_put_real(writer, verdict->low);
    csvfile_put_real(writer, verdict->high);
    csvfile_put_text(writer, verdict->test == VERDICT_MCNEMAR ? "McNemar"
                             : bound_of(verdict) == 0         ? "sign-flip"
                                                              : "sign-flip at the margin");
    csvfile_put_real(writer, verdict->p);
    csvfile_put_real(writer, verdict->p_holm);
    csvfile_put_int(writer, (int64_t)verdict->units);
    csvfile_put_text(writer, kinds[verdict->kind]);
    csvfile_put_text(writer, verdict->rule);
    if (verdict->criterion != VERDICT_DIFFERS)
        csvfile_put_real(writer, verdict->margin);
    else
        csvfile_put_none(writer);
    if (verdict->needed > 0)
        csvfile_put_int(writer, (int64_t)verdict->needed);
    else
        csvfile_put_none(writer);
    csvfile_end_row(writer);
}

void verdict_list_begin(VerdictList *list, const char *question, VerdictDraws draws)
{
    *list = (VerdictList){.question = question, .draws = draws};
}

void verdict_list_append(VerdictList *list, const Verdict *verdict)
{
    list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *verdict);
    list->items[list->count++] = *verdict;
}

void verdict_list_add(VerdictList *list, Verdict verdict, const char *part, Contrast contrast)
{
    verdict.question = list->question;
    snprintf(verdict.part, sizeof verdict.part, "%s", part);
    verdict_measure(&verdict, &contrast, list->draws);
    contrast_free(&contrast);
    verdict_list_append(list, &verdict);
}

void verdict_list_write(const VerdictList *list, CsvWriter *writer)
{
    for (size_t i = 0; i < list->count; i++)
        write_row(&list->items[i], writer);
}

void verdict_list_free(VerdictList *list)
{
    free(list->items);
    *list = (VerdictList){0};
}
