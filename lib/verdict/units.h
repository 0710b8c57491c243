/* Unit effects: what a question measured on each unit (a document, a claim, an entry) of each run,
 * as one long table, whatever the claims ask of it.
 *
 * A row names its condition by `key=value` words, the stage that measured first
 * (stage=layer_choice allocation=none layer=4 …); then the run's seed (-1: none, as for the
 * pretrained model), the epoch, what was measured, on which kind of unit, the document it belongs
 * to (-1: none), the unit's number and the value. Rows of one series (all but the last three) stand
 * together, their units in ascending order. */
#ifndef DOCMEM_UNITS_H
#define DOCMEM_UNITS_H
#include "file/csvfile.h"

/* NULL at the end. */
extern const char *const units_columns[];
enum { UNITS_SEED = 1, UNITS_EPOCH, UNITS_MEASURE, UNITS_UNIT, UNITS_DOCUMENT, UNITS_ITEM };
enum { UNITS_CONDITION = 512, UNITS_NO_SEED = -1, UNITS_NO_DOCUMENT = -1 };

/* What the rows of a series have in common. */
typedef struct {
    char condition[UNITS_CONDITION];
    int64_t seed, epoch;
    const char *measure, *unit; /* borrowed */
} UnitsSeries;

/* Adds " key=value" to the condition, with a hyphen for what a word may not hold (blank, comma);
 * asserts that it fits. */
void units_key(UnitsSeries *series, const char *key, const char *value);
void units_key_real(UnitsSeries *series, const char *key, double value);

void units_put(CsvWriter *writer, const UnitsSeries *series, int64_t document, int64_t item,
               double value);
/* The same for values (count) of items 0 …, which are documents if `documents`. */
void units_put_all(CsvWriter *writer, const UnitsSeries *series, const double *values, size_t count,
                   bool documents);

#endif
