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

/* Sums over the grid with weights (layers, epochs) a zeroed contrast; the caller frees it. */
void contrast_sum(Contrast *contrast, const Grid *grid, ContrastOf of, const double *weights);
void contrast_free(Contrast *contrast);

#endif
