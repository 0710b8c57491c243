#include "verdict/grid_units.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void condition_keys(UnitsSeries *series, const Condition *condition)
{
    units_key(series, "allocation", condition->allocation);
    units_key_real(series, "strength", condition->strength);
    static const char rows[] = "-without-first";
    char *variant = alloc_text(condition->variant), *end = strstr(variant, rows);
    bool without = end && end != variant && strlen(end) == strlen(rows);
    if (without)
        *end = 0;
    units_key(series, "variant", variant);
    units_key(series, "target", condition->target);
    units_key_real(series, "layer", (double)condition->layer);
    if (without)
        units_key(series, "rows", rows + 1);
    free(variant);
}

/* Of each claim, by its index, the main prompt's place; the caller frees. */
static size_t *main_prompts(const Grid *grid)
{
    size_t *places = alloc_zeroed(grid->claims_count + 1, sizeof *places);
    for (size_t i = 0; i < grid->prompts_count; i++)
        if (grid->prompts[i].main)
            places[grid->prompts[i].claim_index] = i;
    return places;
}

/* Whether each claim's answer, of `answers` (prompts), is right. */
static void put_answers(CsvWriter *writer, const UnitsSeries *series, const Grid *grid,
                        const uint8_t *answers)
{
    size_t *places = main_prompts(grid);
    for (size_t i = 0; i < grid->claims_count; i++) {
        const AskedPrompt *prompt = &grid->prompts[places[i]];
        units_put(writer, series, prompt->page, prompt->claim, answers[places[i]] == prompt->label);
    }
    free(places);
}

void grid_units_put(CsvWriter *writer, UnitsSeries series, const Grid *grid, size_t at)
{
    series.measure = "nll", series.unit = "document";
    units_put_all(writer, &series, grid->document_nll + at * grid->documents, grid->documents,
                  true);
    series.measure = "accuracy", series.unit = "claim";
    put_answers(writer, &series, grid, grid->choice + at * grid->prompts_count);
    series.measure = "free_accuracy";
    put_answers(writer, &series, grid, grid->free + at * grid->prompts_count);
}
