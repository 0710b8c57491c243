/* Contrasts: a comparison between cells of a grid, unit by unit, so that it can be tested in pairs.
 *
 * Whatever is claimed about layers and epochs as a difference of means is a
 * weighted sum over (layer, epoch) of what one seed shows on one unit, a document's
 * loss or a claim's answer. Weights that sum to zero cancel what the unit itself
 * brings along. */
#ifndef DOCMEM_CONTRAST_H
#define DOCMEM_CONTRAST_H
#include "grid.h"

typedef enum {
    CONTRAST_LOSS,   /* units: documents; nats a token */
    CONTRAST_CHOICE, /* units: claims, by their main prompts; 1 when the likeliest letter is right
                      */
} ContrastOf;

typedef struct {
    size_t seeds, units;
    double *values; /* (seeds, units) */
} Contrast;

/* Units of a kind in the grid: documents or claims. */
size_t contrast_units(const Grid *grid, ContrastOf of);
/* values (units) += weight × what the place `at` (grid_at) of the grid shows on each unit. */
void contrast_add(double *values, const Grid *grid, ContrastOf of, size_t at, double weight);

/* Sums over the grid with weights (layers, epochs); the caller frees it. */
void contrast_sum(Contrast *contrast, const Grid *grid, ContrastOf of, const double *weights);
double contrast_mean(const Contrast *contrast);
void contrast_free(Contrast *contrast);

/* A contrast of a grid in the making: weights are 0 until set, and again once it is taken. */
typedef struct {
    const Grid *grid; /* borrowed */
    double *weights;  /* (layers, epochs) */
} GridSum;

void grid_sum_begin(GridSum *sum, const Grid *grid);
/* The weight of a (layer, epoch), by their places. */
double *grid_sum_weight(GridSum *sum, size_t layer, size_t epoch);
/* The contrast, which the caller frees. */
Contrast grid_sum_take(GridSum *sum, ContrastOf of);
void grid_sum_free(GridSum *sum);

#endif
