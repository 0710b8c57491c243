/* The unit effects of a grid: losses by document, answers by claim. */
#ifndef DOCMEM_GRID_UNITS_H
#define DOCMEM_GRID_UNITS_H
#include "verdict/grid.h"
#include "verdict/units.h"

/* The condition's keys, all but the stage; rows where the memory leaves out a text's first. */
void condition_keys(UnitsSeries *series, const Condition *condition);

/* The series of one place of the grid (grid_at): nll (documents; nats a token), accuracy and
 * free_accuracy (claims, by their main prompts; 1 where the likeliest letter, or the one written,
 * is right). Condition, seed and epoch are the caller's. */
void grid_units_put(CsvWriter *writer, UnitsSeries series, const Grid *grid, size_t at);

#endif
