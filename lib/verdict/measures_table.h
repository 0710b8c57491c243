/* The measures of a whole grid as a long table, one number a row. */
#ifndef DOCMEM_MEASURES_TABLE_H
#define DOCMEM_MEASURES_TABLE_H
#include "file/csvfile.h"
#include "verdict/grid.h"
#include "verdict/stats.h"

/* Rows of a table whose last columns are measure, unit, value, low and high (95 %, with means over
 * seeds only), n (units); `lead` writes the columns before them. The measures are those of
 * measures.h, and "nll" in nats a token, by "document" (mean over documents) and by "token" (over
 * all tokens). */
typedef struct {
    CsvWriter *writer;
    void (*lead)(CsvWriter *writer, const void *user, int64_t seed);
    const void *user;
} MeasuresRows;

/* The measures of one place of the grid (grid_at); `seed` is for the lead. */
void measures_put_seed(const MeasuresRows *rows, const Grid *grid, size_t at, int64_t seed);
/* Their means over the seeds at a layer and epoch, by their places, with their intervals; the lead
 * is given seed -1. */
void measures_put_mean(const MeasuresRows *rows, const Grid *grid, size_t layer, size_t epoch,
                       Draws draws);
/* Any one number; `interval` (2): low and high, or NULL for none. */
void measures_put(const MeasuresRows *rows, int64_t seed, const char *name, const char *unit,
                  double value, const double *interval, size_t units);

/* layer (-1: the pretrained model), seed (-1: the mean over seeds), epoch, measure, unit, value,
 * low, high, n; NULL at the end. */
extern const char *const measures_columns[];

/* Writes all rows of a grid: the pretrained model and its majority class, then each layer and saved
 * epoch with each seed and their mean. */
void measures_write(CsvWriter *writer, const Grid *grid, Draws draws);
/* The unit effects (units.h) of the pretrained model, and of each layer, seed and saved epoch. */
void measures_units_write(CsvWriter *writer, const Grid *grid);

#endif
