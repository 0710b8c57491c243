/* The measures of a whole study as a long table, one number a row. */
#include "study_table.h"

#include "measures_table.h"

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

void study_write(CsvWriter *writer, const Study *study, size_t resamples, uint64_t seed)
{
    MeasuresRows rows = {.writer = writer, .lead = lead, .user = &study->pretrained.condition};
    measures_put_mean(&rows, &study->pretrained.grid, 0, 0, resamples, seed);
    for (size_t i = 0; i < study->count; i++) {
        const StudyCell *cell = &study->cells[i];
        rows.user = &cell->condition;
        for (size_t j = 0; j < cell->grid.seeds_count; j++)
            measures_put_seed(&rows, &cell->grid, j, cell->grid.seeds[j]);
        measures_put_mean(&rows, &cell->grid, 0, 0, resamples, seed);
        put_memory(&rows, cell);
    }
}
