/* Contrasts over a grid of DocRep trainings: weighted sums of conditions, document by document. */
#include "drift_contrast.h"

#include "mem.h"
#include "vmath.h"

#include <stdlib.h>

static const double SAME = 1e-12; /* squares of differences below this are rounding */

void drift_sum_add(DriftSum *sum, const DriftGroup *group, double weight)
{
    for (size_t i = 0; i < sum->count; i++)
        if (sum->groups[i] == group) {
            sum->weights[i] += weight;
            return;
        }
    sum->groups = mem_grow(sum->groups, &sum->groups_capacity, sum->count + 1, sizeof *sum->groups);
    sum->weights =
        mem_grow(sum->weights, &sum->weights_capacity, sum->count + 1, sizeof *sum->weights);
    sum->groups[sum->count] = group;
    sum->weights[sum->count++] = weight;
}

void drift_sum_free(DriftSum *sum)
{
    free(sum->groups);
    free(sum->weights);
    *sum = (DriftSum){0};
}

static bool chosen(const DriftGroup *group, DriftWhere where)
{
    const DocRepSettings *s = group->settings;
    return (!(where.only & DRIFT_PUBLISHED) || drift_published(s)) &&
           (!(where.only & DRIFT_LINEAR) || s->selection == SELECTION_LINEAR) &&
           (!(where.only & DRIFT_FORGETS) || s->guidance.alpha > 0) &&
           (!(where.only & DRIFT_OTHER) || s->guidance.negative == NEGATIVE_OTHER) &&
           (!(where.only & DRIFT_TANH) || s->phi == PHI_TANH) &&
           (!(where.only & DRIFT_RELU) || s->phi == PHI_RELU) &&
           (where.dimension == 0 || s->dimension == where.dimension) &&
           (where.documents == 0 || s->documents == where.documents) &&
           (where.steps == 0 || drift_steps(s) == where.steps) &&
           (where.alpha == 0 || s->guidance.alpha == where.alpha);
}

/* The group to compare `group` with, or NULL: none, or no other where there should be one. */
static const DriftGroup *partner_of(const DriftGrid *grid, const DriftGroup *group,
                                    const DriftPartner *partner)
{
    DocRepSettings s = *group->settings;
    if (partner->change & DRIFT_TO_RELU)
        s.phi = PHI_RELU;
    if (partner->change & DRIFT_TO_MLP)
        s.selection = SELECTION_MLP;
    if (partner->change & DRIFT_TO_NO_LOSS)
        s.guidance.alpha = 0;
    if (partner->change & DRIFT_TO_DETACHED)
        s.guidance.negative = NEGATIVE_OTHER_DETACHED;
    if (partner->change & DRIFT_TO_RANDOM)
        s.guidance.negative = NEGATIVE_RANDOM;
    if (partner->dimension > 0)
        s.dimension = partner->dimension;
    if (partner->documents > 0)
        s.documents = partner->documents;
    const DriftGroup *found = drift_find(grid, &s);
    bool changes = partner->change || partner->dimension > 0 || partner->documents > 0;
    return found != group || !changes ? found : NULL;
}

size_t drift_sum_matched(DriftSum *sum, const DriftGrid *grid, DriftWhere where,
                         const DriftPartner partners[DRIFT_PARTNERS])
{
    size_t matched = 0;
    for (size_t i = 0; i < grid->groups_count; i++) {
        const DriftGroup *found[DRIFT_PARTNERS] = {0};
        size_t count = 0;
        bool whole = chosen(&grid->groups[i], where);
        for (; whole && count < DRIFT_PARTNERS && partners[count].weight != 0; count++) {
            found[count] = partner_of(grid, &grid->groups[i], &partners[count]);
            whole = found[count] != NULL;
        }
        matched += whole;
        for (size_t j = 0; whole && j < count; j++)
            drift_sum_add(sum, found[j], partners[j].weight);
    }
    for (size_t i = 0; i < sum->count; i++)
        sum->weights[i] /= (double)matched;
    return matched;
}

/* Adds the slope of what is chosen; false where x has no two values. */
static bool add_slope(DriftSum *sum, const DriftGrid *grid, DriftWhere where, DriftPlace *x)
{
    double mean = 0, squares = 0, count = 0;
    for (size_t i = 0; i < grid->groups_count; i++)
        if (chosen(&grid->groups[i], where)) {
            mean += x(grid->groups[i].settings);
            count++;
        }
    mean /= count > 0 ? count : 1;
    for (size_t i = 0; i < grid->groups_count; i++)
        if (chosen(&grid->groups[i], where)) {
            double away = x(grid->groups[i].settings) - mean;
            squares += away * away;
        }
    for (size_t i = 0; squares > SAME && i < grid->groups_count; i++)
        if (chosen(&grid->groups[i], where))
            drift_sum_add(sum, &grid->groups[i], (x(grid->groups[i].settings) - mean) / squares);
    return squares > SAME;
}

size_t drift_sum_slope(DriftSum *sum, const DriftGrid *grid, DriftWhere where, DriftPlace *x)
{
    size_t slopes = 0;
    DriftWhere of_tanh = where, of_relu = where;
    of_tanh.only |= DRIFT_TANH;
    of_relu.only |= DRIFT_RELU;
    slopes += add_slope(sum, grid, of_tanh, x);
    slopes += add_slope(sum, grid, of_relu, x);
    for (size_t i = 0; i < sum->count; i++)
        sum->weights[i] /= (double)slopes;
    return slopes;
}

double drift_doublings(const DocRepSettings *settings)
{
    return vm_log((double)settings->documents) / vm_log(2);
}

double drift_doublings_of_share(const DocRepSettings *settings)
{
    return vm_log((double)settings->dimension / (double)settings->documents) / vm_log(2);
}

static bool all_have(const DriftSum *sum, uint64_t seed)
{
    for (size_t i = 0; i < sum->count; i++)
        if (!drift_cell(sum->groups[i], seed))
            return false;
    return true;
}

/* values (units) of one seed, which all groups have. */
static void sum_seed(double *values, const DriftSum *sum, uint64_t seed, DriftMeasure measure,
                     size_t units, double bound)
{
    for (size_t i = 0; i < units; i++)
        values[i] = -bound;
    for (size_t g = 0; g < sum->count; g++) {
        const double *of_document = drift_cell(sum->groups[g], seed)->of_document[measure];
        for (size_t i = 0; i < units; i++)
            values[i] += sum->weights[g] * of_document[i];
    }
}

bool drift_contrast(Contrast *contrast, const DriftSum *sum, DriftMeasure measure, double bound)
{
    *contrast = (Contrast){0};
    if (sum->count == 0)
        return false;
    const DriftGroup *first = sum->groups[0];
    size_t units = first->settings->documents;
    for (size_t i = 1; i < sum->count; i++)
        if (sum->groups[i]->settings->documents < units)
            units = sum->groups[i]->settings->documents;
    contrast->units = units;
    contrast->values = mem_alloc(first->count * units, sizeof *contrast->values);
    for (size_t i = 0; i < first->count; i++) {
        uint64_t seed = first->cells[i].settings.seed;
        if (all_have(sum, seed))
            sum_seed(contrast->values + contrast->seeds++ * units, sum, seed, measure, units,
                     bound);
    }
    if (contrast->seeds > 0)
        return true;
    contrast_free(contrast);
    return false;
}
