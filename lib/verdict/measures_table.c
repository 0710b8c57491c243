#include "verdict/measures_table.h"

#include "base/alloc.h"
#include "verdict/grid_units.h"
#include "verdict/measures.h"

#include <stdlib.h>
#include <string.h>

enum { PRETRAINED = -1, MEAN = -1 };

const char *const measures_columns[] = {"layer", "seed", "epoch", "measure", "unit",
                                        "value", "low",  "high",  "n",       NULL};

void measures_put(const MeasuresRows *rows, int64_t seed, const char *name, const char *unit,
                  double value, const double *interval, size_t units)
{
    rows->lead(rows->writer, rows->user, seed);
    csvfile_put_text(rows->writer, name);
    csvfile_put_text(rows->writer, unit);
    interval_put(rows->writer, value, interval, units);
}

void measures_put_seed(const MeasuresRows *rows, const Grid *grid, size_t at, int64_t seed)
{
    double values[MEASURES], mean = 0;
    for (size_t i = 0; i < grid->documents; i++)
        mean += grid->document_nll[at * grid->documents + i] / (double)grid->documents;
    measures_put(rows, seed, "nll", "document", mean, NULL, grid->documents);
    measures_put(rows, seed, "nll", "token", grid->nll[at], NULL, grid->documents);
    measures_of(grid, at, NULL, values);
    for (int i = 0; i < MEASURES; i++)
        measures_put(rows, seed, measure_kinds[i].name, measure_kinds[i].unit, values[i], NULL,
                     measures_units(grid, &measure_kinds[i]));
}

/* The loss of a layer and epoch, by their places, over seeds. */
static void put_mean_loss(const MeasuresRows *rows, const Grid *grid, size_t layer, size_t epoch,
                          Draws draws)
{
    double interval[2], tokens = 0, mean = 0;
    size_t seeds = grid->seeds_count, units = grid->documents;
    double *loss = alloc_zeroed(seeds, units * sizeof *loss);
    for (size_t i = 0; i < seeds; i++) {
        size_t at = grid_at(grid, layer, i, epoch);
        memcpy(loss + i * units, grid->document_nll + at * units, units * sizeof *loss);
        tokens += grid->nll[at] / (double)seeds;
    }
    for (size_t i = 0; i < seeds * units; i++)
        mean += loss[i];
    stats_bootstrap(loss, seeds, units, draws, &interval[0], &interval[1]);
    measures_put(rows, MEAN, "nll", "document", mean / (double)seeds / (double)units, interval,
                 units);
    measures_put(rows, MEAN, "nll", "token", tokens, NULL, units);
    free(loss);
}

void measures_put_mean(const MeasuresRows *rows, const Grid *grid, size_t layer, size_t epoch,
                       Draws draws)
{
    double values[MEASURES], low[MEASURES], high[MEASURES];
    put_mean_loss(rows, grid, layer, epoch, draws);
    measures_interval(grid, layer, epoch, draws, values, low, high);
    for (int i = 0; i < MEASURES; i++)
        measures_put(rows, MEAN, measure_kinds[i].name, measure_kinds[i].unit, values[i],
                     (double[]){low[i], high[i]}, measures_units(grid, &measure_kinds[i]));
}

/* Where the rows of a grid stand. */
typedef struct {
    int64_t layer, epoch;
} Place;

static void lead(CsvWriter *writer, const void *user, int64_t seed)
{
    const Place *place = user;
    csvfile_put_int(writer, place->layer);
    csvfile_put_int(writer, seed);
    csvfile_put_int(writer, place->epoch);
}

void measures_write(CsvWriter *writer, const Grid *grid, Draws draws)
{
    Place place = {.layer = PRETRAINED, .epoch = 0};
    const MeasuresRows rows = {.writer = writer, .lead = lead, .user = &place};
    measures_put(&rows, MEAN, "majority_rate", "claim", measures_majority(grid, "claim"), NULL,
                 grid->claims_count);
    measures_put(&rows, MEAN, "majority_rate", "row", measures_majority(grid, "row"), NULL,
                 measures_units(grid, &(MeasureKind){"", "row"}));
    measures_put_mean(&rows, grid, 0, 0, draws);
    for (size_t layer = 0; layer < grid->layers_count; layer++)
        for (size_t epoch = 1; epoch < grid->epochs_count; epoch++) {
            place = (Place){.layer = grid->layers[layer], .epoch = grid->epochs[epoch]};
            for (size_t i = 0; i < grid->seeds_count; i++)
                measures_put_seed(&rows, grid, grid_at(grid, layer, i, epoch), grid->seeds[i]);
            measures_put_mean(&rows, grid, layer, epoch, draws);
        }
}

void measures_units_write(CsvWriter *writer, const Grid *grid)
{
    const UnitsSeries pretrained = {"stage=layer_choice allocation=pretrained", UNITS_NO_SEED, 0,
                                    NULL, NULL};
    grid_units_put(writer, pretrained, grid, 0);
    for (size_t layer = 0; layer < grid->layers_count; layer++)
        for (size_t seed = 0; seed < grid->seeds_count; seed++)
            for (size_t epoch = 1; epoch < grid->epochs_count; epoch++) {
                UnitsSeries series = {"stage=layer_choice", grid->seeds[seed], grid->epochs[epoch],
                                      NULL, NULL};
                Condition condition = grid->condition;
                condition.layer = grid->layers[layer];
                condition_keys(&series, &condition);
                grid_units_put(writer, series, grid, grid_at(grid, layer, seed, epoch));
            }
}
