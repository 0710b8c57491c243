/* Verdicts: what the measured effects say about a claim, computed by a written rule. */
#include "verdict.h"

#include "mem.h"
#include "stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double LEVEL = 0.05;

const char *const verdict_columns[] = {"claim", "part",    "question", "effect_name", "effect",
                                       "low",   "high",    "test",     "p",           "p_holm",
                                       "n",     "verdict", "rule",     NULL};

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

void verdict_measure(Verdict *verdict, const Contrast *contrast, VerdictDraws draws)
{
    double *means = unit_means(contrast), sum = 0;
    for (size_t i = 0; i < contrast->units; i++)
        sum += means[i];
    verdict->units = contrast->units;
    verdict->effect = sum / (double)contrast->units;
    stats_bootstrap(contrast->values, contrast->seeds, contrast->units, draws.resamples, draws.seed,
                    &verdict->low, &verdict->high);
    if (contrast->seeds > 1)
        verdict->test = VERDICT_SIGN_FLIP;
    verdict->p = verdict->test == VERDICT_MCNEMAR
                     ? mcnemar(means, contrast->units)
                     : stats_sign_flip(means, contrast->units, draws.resamples, draws.seed);
    free(means);
}

static VerdictKind decide(const Verdict *verdict)
{
    if (verdict->p_holm >= LEVEL || (verdict->low <= 0 && verdict->high >= 0))
        return VERDICT_UNDECIDED;
    bool positive = verdict->low > 0;
    return positive == (verdict->expected > 0) ? VERDICT_SUPPORTED : VERDICT_CONTRADICTED;
}

void verdict_settle(Verdict *verdicts, size_t count)
{
    double *p = mem_alloc(count, sizeof *p), *corrected = mem_alloc(count, sizeof *corrected);
    for (size_t i = 0; i < count; i++)
        p[i] = verdicts[i].p;
    stats_holm(p, count, corrected);
    for (size_t i = 0; i < count; i++) {
        verdicts[i].p_holm = corrected[i];
        verdicts[i].kind = decide(&verdicts[i]);
    }
    free(p);
    free(corrected);
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
    csvfile_put_text(writer, verdict->test == VERDICT_MCNEMAR ? "McNemar" : "sign-flip");
    csvfile_put_real(writer, verdict->p);
    csvfile_put_real(writer, verdict->p_holm);
    csvfile_put_int(writer, (int64_t)verdict->units);
    csvfile_put_text(writer, kinds[verdict->kind]);
    csvfile_put_text(writer, verdict->rule);
    csvfile_end_row(writer);
}

void verdict_list_begin(VerdictList *list, const char *question, const Grid *grid,
                        VerdictDraws draws)
{
    *list = (VerdictList){.question = question, .grid = grid, .draws = draws};
    list->weights = mem_alloc(grid->layers_count * grid->epochs_count, sizeof *list->weights);
}

double *verdict_list_weight(VerdictList *list, size_t layer, size_t epoch)
{
    return &list->weights[layer * list->grid->epochs_count + epoch];
}

void verdict_list_add(VerdictList *list, Verdict verdict, const char *part, ContrastOf of)
{
    const Grid *grid = list->grid;
    Contrast contrast;
    verdict.question = list->question;
    snprintf(verdict.part, sizeof verdict.part, "%s", part);
    contrast_sum(&contrast, grid, of, list->weights);
    verdict_measure(&verdict, &contrast, list->draws);
    contrast_free(&contrast);
    memset(list->weights, 0, grid->layers_count * grid->epochs_count * sizeof *list->weights);
    list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof verdict);
    list->items[list->count++] = verdict;
}

void verdict_list_write(const VerdictList *list, CsvWriter *writer)
{
    for (size_t i = 0; i < list->count; i++)
        write_row(&list->items[i], writer);
}

void verdict_list_free(VerdictList *list)
{
    free(list->weights);
    free(list->items);
    *list = (VerdictList){0};
}
