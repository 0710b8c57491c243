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

/* The first three columns of the rows being written. */
typedef struct {
    CsvWriter *writer;
    int64_t layer, seed, epoch;
} Rows;

/* `interval` (2): low and high, or NULL for none. */
static void put(const Rows *rows, const char *name, const char *unit, double value,
                const double *interval, size_t units)
{
    csvfile_put_int(rows->writer, rows->layer);
    csvfile_put_int(rows->writer, rows->seed);
    csvfile_put_int(rows->writer, rows->epoch);
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

static void put_seed(const Rows *rows, const Grid *grid, size_t at)
{
    double values[MEASURES], mean = 0;
    for (size_t i = 0; i < grid->documents; i++)
        mean += grid->document_nll[at * grid->documents + i] / (double)grid->documents;
    put(rows, "nll", "document", mean, NULL, grid->documents);
    put(rows, "nll", "token", grid->nll[at], NULL, grid->documents);
    measures_of(grid, at, NULL, values);
    for (int i = 0; i < MEASURES; i++)
        put(rows, measure_kinds[i].name, measure_kinds[i].unit, values[i], NULL,
            measures_units(grid, &measure_kinds[i]));
}

/* The loss of a layer and epoch, by their places, over seeds. */
static void put_mean_loss(const Rows *rows, const Grid *grid, size_t layer, size_t epoch,
                          size_t resamples, uint64_t seed)
{
    double *weights = mem_alloc(grid->layers_count * grid->epochs_count, sizeof *weights);
    double interval[2], mean = 0, tokens = 0;
    Contrast loss;
    weights[layer * grid->epochs_count + epoch] = 1;
    contrast_sum(&loss, grid, CONTRAST_LOSS, weights);
    for (size_t i = 0; i < loss.seeds * loss.units; i++)
        mean += loss.values[i] / (double)(loss.seeds * loss.units);
    for (size_t i = 0; i < loss.seeds; i++)
        tokens += grid->nll[grid_at(grid, layer, i, epoch)] / (double)loss.seeds;
    stats_bootstrap(loss.values, loss.seeds, loss.units, resamples, seed, &interval[0],
                    &interval[1]);
    put(rows, "nll", "document", mean, interval, grid->documents);
    put(rows, "nll", "token", tokens, NULL, grid->documents);
    contrast_free(&loss);
    free(weights);
}

static void put_mean(const Rows *rows, const Grid *grid, size_t layer, size_t epoch,
                     size_t resamples, uint64_t seed)
{
    double values[MEASURES], low[MEASURES], high[MEASURES];
    put_mean_loss(rows, grid, layer, epoch, resamples, seed);
    measures_interval(grid, layer, epoch, resamples, seed, values, low, high);
    for (int i = 0; i < MEASURES; i++)
        put(rows, measure_kinds[i].name, measure_kinds[i].unit, values[i],
            (double[]){low[i], high[i]}, measures_units(grid, &measure_kinds[i]));
}

void measures_write(CsvWriter *writer, const Grid *grid, size_t resamples, uint64_t seed)
{
    Rows rows = {.writer = writer, .layer = PRETRAINED, .seed = MEAN, .epoch = 0};
    put(&rows, "majority_rate", "claim", measures_majority(grid, "claim"), NULL,
        grid->claims_count);
    put(&rows, "majority_rate", "row", measures_majority(grid, "row"), NULL,
        measures_units(grid, &(MeasureKind){"", "row"}));
    put_mean(&rows, grid, 0, 0, resamples, seed);
    for (size_t layer = 0; layer < grid->layers_count; layer++)
        for (size_t epoch = 1; epoch < grid->epochs_count; epoch++) {
            rows.layer = grid->layers[layer];
            rows.epoch = grid->epochs[epoch];
            for (size_t i = 0; i < grid->seeds_count; i++) {
                rows.seed = grid->seeds[i];
                put_seed(&rows, grid, grid_at(grid, layer, i, epoch));
            }
            rows.seed = MEAN;
            put_mean(&rows, grid, layer, epoch, resamples, seed);
        }
}
