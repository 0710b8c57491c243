/* The measures of a whole grid as a long table, one number a row. */
#ifndef DOCMEM_MEASURES_TABLE_H
#define DOCMEM_MEASURES_TABLE_H
#include "csvfile.h"
#include "grid.h"

/* layer (-1: the pretrained model), seed (-1: the mean over seeds), epoch, measure, unit, value,
 * low and high (95 %, with the means only), n (units); NULL at the end. */
extern const char *const measures_columns[];

/* Writes all rows: the pretrained model and its majority class, then each layer and saved epoch
 * with each seed and their mean. Measures are those of measures.h, and "nll" in nats a token, by
 * "document" (mean over documents) and by "token" (over all tokens). `resamples` draws from `seed`
 * make the intervals. */
void measures_write(CsvWriter *writer, const Grid *grid, size_t resamples, uint64_t seed);

#endif
