#include "verdict/study_table.h"

#include "verdict/grid_units.h"
#include "verdict/measures_table.h"

enum { MEAN = -1 };

const char *const study_columns[] = {"allocation", "strength", "variant", "target", "layer",
                                     "seed",       "measure",  "unit",    "value",  "low",
                                     "high",       "n",        NULL};

static void lead(CsvWriter *writer, const void *user, int64_t seed)
{
    condition_put(writer, user);
    csvfile_put_int(writer, seed);
}

/* What the cells are, beside what they store and answer. */
static void put_memory(const MeasuresRows *rows, const StudyCell *cell)
{
    size_t seeds = cell->grid.seeds_count;
    double shared = 0;
    for (size_t i = 0; i < seeds; i++) {
        shared += cell->shared[i] / (double)seeds;
        measures_put(rows, cell->grid.seeds[i], "shared", "memory", cell->shared[i], NULL, 1);
    }
    measures_put(rows, MEAN, "shared", "memory", shared, NULL, seeds);
    measures_put(rows, MEAN, "parameters", "memory", (double)cell->parameters, NULL, seeds);
    measures_put(rows, MEAN, "epochs", "memory", (double)cell->epoch, NULL, seeds);
}

void study_write(CsvWriter *writer, const Study *study, Draws draws)
{
    MeasuresRows rows = {.writer = writer, .lead = lead, .user = &study->pretrained.condition};
    measures_put_mean(&rows, &study->pretrained.grid, 0, 0, draws);
    for (size_t i = 0; i < study->count; i++) {
        const StudyCell *cell = &study->cells[i];
        rows.user = &cell->condition;
        for (size_t j = 0; j < cell->grid.seeds_count; j++)
            measures_put_seed(&rows, &cell->grid, j, cell->grid.seeds[j]);
        measures_put_mean(&rows, &cell->grid, 0, 0, draws);
        put_memory(&rows, cell);
    }
}

/* All that a cell's condition is called, and its seed at a place. */
static UnitsSeries series_of(const StudyCell *cell, size_t seed)
{
    UnitsSeries series = {.condition = "stage=simset_vs_unstructured",
                          .seed = cell->grid.seeds[seed],
                          .epoch = cell->epoch};
    condition_keys(&series, &cell->condition);
    units_key_real(&series, "entries", (double)cell->entries);
    units_key_real(&series, "documents", (double)cell->grid.documents);
    return series;
}

void study_units_write(CsvWriter *writer, const Study *study)
{
    grid_units_put(writer,
                   (UnitsSeries){"stage=simset_vs_unstructured allocation=pretrained",
                                 UNITS_NO_SEED, 0, NULL, NULL},
                   &study->pretrained.grid, 0);
    for (size_t i = 0; i < study->count; i++)
        for (size_t j = 0; j < study->cells[i].grid.seeds_count; j++)
            grid_units_put(writer, series_of(&study->cells[i], j), &study->cells[i].grid, j);
}
