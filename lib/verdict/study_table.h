/* The measures of a whole study as a long table, one number a row. */
#ifndef DOCMEM_STUDY_TABLE_H
#define DOCMEM_STUDY_TABLE_H
#include "file/csvfile.h"
#include "verdict/stats.h"
#include "verdict/study.h"

/* allocation, strength, variant, target, layer, seed (-1: the mean over seeds), measure, unit,
 * value, low and high (95 %, with the means only), n (units); NULL at the end. */
extern const char *const study_columns[];

/* Writes all rows: the pretrained model (allocation "pretrained", strength 0, layer -1), then every
 * condition's seeds and their mean. Measures are those of measures_table.h and, by "memory",
 * "shared" (share of the trained parameters that more than one document uses), "parameters" and
 * "epochs". */
void study_write(CsvWriter *writer, const Study *study, Draws draws);

/* The unit effects (units.h) of all cells and of the pretrained model. */
void study_units_write(CsvWriter *writer, const Study *study);

#endif
