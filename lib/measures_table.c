/* The measures of a whole grid as a long table, one number a row. */
#include "measures_table.h"

#include "contrast.h"
#include "measures.h"
#include "mem.h"
#include "stats.h"

#include <stdlib.h>

enum { PRETRAINED = -1, MEAN = -1 };

const char *const measures_columns[] = {"layer", "seed", "epoch", "measure", "unit",
                                        "value", "low",  "high",  "n",       NULL};

void measures_put(const MeasuresRows *rows, int64_t seed, const char *name, const char *unit,
                  double value, const double *interval, size_t units)
{
    rows->lead(rows->writer, rows->user, seed);
    csvfile_put_text(rows->writer, name);
    csvfile_put_text(rows->writer, unit);
    csvfile_put_real(rows->writer, value);
    for (int end = 0; end < 2; end++)
        if (interval)
            csvfile_put_real(rows->writer, interval[end]);
        else
            csvfile_put_none(rows->writer);
    csvfile_put_int(rows->writer, (int64_t)units);
    csvfile_end_row(rows->writer);
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
                          size_t resamples, uint64_t seed)
{
    double interval[2], tokens = 0;
    GridSum sum;
    grid_sum_begin(&sum, grid);
    *grid_sum_weight(&sum, layer, epoch) = 1;
    Contrast loss = grid_sum_take(&sum, CONTRAST_LOSS);
    for (size_t i = 0; i < loss.seeds; i++)
        tokens += grid->nll[grid_at(grid, layer, i, epoch)] / (double)loss.seeds;
    stats_bootstrap(loss.values, loss.seeds, loss.units, resamples, seed, &interval[0],
                    &interval[1]);
    measures_put(rows, MEAN, "nll", "document", contrast_mean(&loss), interval, grid->documents);
    measures_put(rows, MEAN, "nll", "token", tokens, NULL, grid->documents);
    contrast_free(&loss);
    grid_sum_free(&sum);
}

void measures_put_mean(const MeasuresRows *rows, const Grid *grid, size_t layer, size_t epoch,
                       size_t resamples, uint64_t seed)
{
    double values[MEASURES], low[MEASURES], high[MEASURES];
    put_mean_loss(rows, grid, layer, epoch, resamples, seed);
    measures_interval(grid, layer, epoch, resamples, seed, values, low, high);
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

void measures_write(CsvWriter *writer, const Grid *grid, size_t resamples, uint64_t seed)
{
    Place place = {.layer = PRETRAINED, .epoch = 0};
    const MeasuresRows rows = {.writer = writer, .lead = lead, .user = &place};
    measures_put(&rows, MEAN, "majority_rate", "claim", measures_majority(grid, "claim"), NULL,
                 grid->claims_count);
    measures_put(&rows, MEAN, "majority_rate", "row", measures_majority(grid, "row"), NULL,
                 measures_units(grid, &(MeasureKind){"", "row"}));
    measures_put_mean(&rows, grid, 0, 0, resamples, seed);
    for (size_t layer = 0; layer < grid->layers_count; layer++)
        for (size_t epoch = 1; epoch < grid->epochs_count; epoch++) {
            place = (Place){.layer = grid->layers[layer], .epoch = grid->epochs[epoch]};
            for (size_t i = 0; i < grid->seeds_count; i++)
                measures_put_seed(&rows, grid, grid_at(grid, layer, i, epoch), grid->seeds[i]);
            measures_put_mean(&rows, grid, layer, epoch, resamples, seed);
        }
}
