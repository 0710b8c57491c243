/* Comparisons: pairs of a study's cells, one against the other, measured one by one and as a mean.
 */
#include "comparison.h"

#include "mem.h"

#include <assert.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static bool fits(const char *pattern, const char *name)
{
    return !pattern || fnmatch(pattern, name, 0) == 0;
}

/* The cell that the rule compares this one with; NULL if there is none. */
static const StudyCell *other_of(const Study *study, const ComparisonRule *rule,
                                 const StudyCell *cell)
{
    Condition wanted = cell->condition;
    if (rule->pretrained)
        return &study->pretrained;
    if (rule->other_allocation)
        snprintf(wanted.allocation, sizeof wanted.allocation, "%s", rule->other_allocation);
    if (rule->other_variant)
        snprintf(wanted.variant, sizeof wanted.variant, "%s", rule->other_variant);
    if (rule->other_target)
        snprintf(wanted.target, sizeof wanted.target, "%s", rule->other_target);
    const StudyCell *other = study_find(study, &wanted);
    return other == cell ? NULL : other;
}

static void add(Comparisons *pairs, Comparison pair)
{
    Contrast contrast;
    if (!study_contrast(pair.terms, 2, CONTRAST_LOSS, &contrast))
        return;
    contrast_free(&contrast);
    pairs->items = mem_grow(pairs->items, &pairs->capacity, pairs->count + 1, sizeof pair);
    pairs->items[pairs->count++] = pair;
}

void comparisons_find(Comparisons *pairs, const Study *study, const ComparisonRule *rule,
                      int64_t layer, double margin)
{
    for (size_t i = 0; i < study->count; i++) {
        const StudyCell *cell = &study->cells[i], *other = other_of(study, rule, cell);
        const Condition *condition = &cell->condition;
        if (!other || condition->strength != 1 || (layer >= 0 && condition->layer != layer) ||
            !fits(rule->allocation, condition->allocation) ||
            !fits(rule->variant, condition->variant) || !fits(rule->target, condition->target))
            continue;
        Comparison pair = {.terms = {{cell, 1}, {other, -1}}, .margin = margin};
        char place[32] = "";
        if (layer < 0)
            snprintf(place, sizeof place, " layer %" PRId64, condition->layer);
        snprintf(pair.label, sizeof pair.label, "%s %s%s%s", condition->allocation,
                 condition->variant, rule->suffix ? rule->suffix : "", place);
        add(pairs, pair);
    }
}

void comparisons_free(Comparisons *pairs)
{
    free(pairs->items);
    *pairs = (Comparisons){0};
}

void comparisons_parts(const Comparisons *pairs, VerdictList *list, Verdict verdict,
                       const char *prefix, ContrastOf of)
{
    for (size_t i = 0; i < pairs->count; i++) {
        Contrast contrast;
        char part[sizeof verdict.part];
        snprintf(part, sizeof part, "%s%s", prefix, pairs->items[i].label);
        bool found = study_contrast(pairs->items[i].terms, 2, of, &contrast);
        assert(found); /* as when it was added */
        verdict.margin = pairs->items[i].margin;
        verdict_list_add(list, verdict, part, contrast);
    }
}

bool comparisons_mean(const Comparisons *pairs, VerdictList *list, Verdict verdict,
                      const char *part, ContrastOf of)
{
    Contrast contrast;
    StudyTerm *terms = mem_alloc(2 * pairs->count + 1, sizeof *terms);
    verdict.margin = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        for (size_t j = 0; j < 2; j++) {
            terms[2 * i + j] = pairs->items[i].terms[j];
            terms[2 * i + j].weight /= (double)pairs->count;
        }
        verdict.margin += pairs->items[i].margin / (double)pairs->count;
    }
    bool found = study_contrast(terms, 2 * pairs->count, of, &contrast);
    if (found)
        verdict_list_add(list, verdict, part, contrast);
    free(terms);
    return found;
}
