/* Contrasts: a comparison between cells of a grid, unit by unit, so that it can be tested in pairs.
 */
#include "contrast.h"

#include "mem.h"

#include <stdlib.h>

/* values (units) += weight × what the place `at` of the grid shows on each unit. */
static void add(double *values, const Grid *grid, ContrastOf of, size_t at, double weight)
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
    size_t units = of == CONTRAST_LOSS ? grid->documents : grid->claims_count;
    *contrast = (Contrast){.seeds = grid->seeds_count, .units = units};
    contrast->values = mem_alloc(contrast->seeds * units, sizeof *contrast->values);
    for (size_t layer = 0; layer < grid->layers_count; layer++)
        for (size_t epoch = 0; epoch < grid->epochs_count; epoch++) {
            double weight = weights[layer * grid->epochs_count + epoch];
            if (weight == 0)
                continue;
            for (size_t seed = 0; seed < contrast->seeds; seed++)
                add(contrast->values + seed * units, grid, of, grid_at(grid, layer, seed, epoch),
                    weight);
        }
}

void contrast_free(Contrast *contrast)
{
    free(contrast->values);
    *contrast = (Contrast){0};
}
