/* Contrasts: a comparison between cells of a grid, unit by unit, so that it can be tested in pairs.
 */
#include "contrast.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

size_t contrast_units(const Grid *grid, ContrastOf of)
{
    return of == CONTRAST_LOSS ? grid->documents : grid->claims_count;
}

void contrast_add(double *values, const Grid *grid, ContrastOf of, size_t at, double weight)
{
    if (of == CONTRAST_LOSS) {
        const double *nll = grid->document_nll + at * grid->documents;
        for (size_t i = 0; i < grid->documents; i++)
            values[i] += weight * nll[i];
        return;
    }
    const uint8_t *choice = grid->choice + at * grid->prompts_count;
    for (size_t i = 0; i < grid->prompts_count; i++) {
        const AskedPrompt *prompt = &grid->prompts[i];
        if (prompt->main && choice[i] == prompt->label)
            values[prompt->claim_index] += weight;
    }
}

void contrast_sum(Contrast *contrast, const Grid *grid, ContrastOf of, const double *weights)
{
    size_t units = contrast_units(grid, of);
    *contrast = (Contrast){.seeds = grid->seeds_count, .units = units};
    contrast->values = mem_alloc(contrast->seeds * units, sizeof *contrast->values);
    for (size_t layer = 0; layer < grid->layers_count; layer++)
        for (size_t epoch = 0; epoch < grid->epochs_count; epoch++) {
            double weight = weights[layer * grid->epochs_count + epoch];
            if (weight == 0)
                continue;
            for (size_t seed = 0; seed < contrast->seeds; seed++)
                contrast_add(contrast->values + seed * units, grid, of,
                             grid_at(grid, layer, seed, epoch), weight);
        }
}

double contrast_mean(const Contrast *contrast)
{
    double sum = 0;
    for (size_t i = 0; i < contrast->seeds * contrast->units; i++)
        sum += contrast->values[i];
    return sum / (double)contrast->seeds / (double)contrast->units;
}

void contrast_free(Contrast *contrast)
{
    free(contrast->values);
    *contrast = (Contrast){0};
}

void grid_sum_begin(GridSum *sum, const Grid *grid)
{
    *sum = (GridSum){.grid = grid};
    sum->weights = mem_alloc(grid->layers_count * grid->epochs_count, sizeof *sum->weights);
}

double *grid_sum_weight(GridSum *sum, size_t layer, size_t epoch)
{
    return &sum->weights[layer * sum->grid->epochs_count + epoch];
}

Contrast grid_sum_take(GridSum *sum, ContrastOf of)
{
    Contrast contrast;
    contrast_sum(&contrast, sum->grid, of, sum->weights);
    memset(sum->weights, 0,
           sum->grid->layers_count * sum->grid->epochs_count * sizeof *sum->weights);
    return contrast;
}

void grid_sum_free(GridSum *sum)
{
    free(sum->weights);
    *sum = (GridSum){0};
}
