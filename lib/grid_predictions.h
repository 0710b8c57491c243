/* The predictions half of a grid: prompts and answers from CSV files; see grid.h. */
#ifndef DOCMEM_GRID_PREDICTIONS_H
#define DOCMEM_GRID_PREDICTIONS_H
#include "grid.h"

/* Fills prompts, choice and free of a grid whose layers, seeds and epochs are known, from `count`
 * files. False with the reason; the grid still owns what was allocated. */
bool grid_read_predictions(Grid *grid, char *const *paths, size_t count, Error *error);

#endif
