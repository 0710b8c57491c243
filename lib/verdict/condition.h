/* The condition of a cell: which memory was trained, on what, after which layer; all but its seed.
 */
#ifndef DOCMEM_CONDITION_H
#define DOCMEM_CONDITION_H
#include "file/csvfile.h"
#include "memory/cell.h"

/* `variant` is followed by "-without-first" where the memory leaves a text's first row as it is. */
typedef struct {
    char allocation[32], variant[32], target[32];
    double strength; /* 0 … 1 */
    int64_t layer;
} Condition;

/* Columns allocation, strength, variant, target and layer, the first of a table. */
enum { CONDITION_COLUMNS = 5, CONDITION_TEXT = 160 };

/* From a cell's metadata, and from the first columns of a row; false, with file and place, where
 * one is missing, empty, longer than the field, or no number in its range. */
bool condition_of_cell(Condition *condition, const TensorFile *file, Error *error);
bool condition_of_row(Condition *condition, const CsvRow *row, Error *error);

/* Writes the last four of a table and ends the row: value, low, high (none where `interval`, (2),
 * is NULL) and n. */
void interval_put(CsvWriter *writer, double value, const double *interval, size_t n);

/* Writes the five columns; those of a cell, and its seed. */
void condition_put(CsvWriter *writer, const Condition *condition);
void condition_put_cell(CsvWriter *writer, const Cell *cell);

/* Below, at or above 0 in the order of the columns. */
int condition_compare(const Condition *a, const Condition *b);

/* "none 1 plain document, layer 4", for messages; returns `text`. */
const char *condition_text(const Condition *condition, char text[CONDITION_TEXT]);

#endif
