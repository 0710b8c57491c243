/* Fills the arrays of Interventions by forward passes of a memory on documents' texts. */
#ifndef DOCMEM_INTERVENE_H
#define DOCMEM_INTERVENE_H
#include "interventions.h"
#include "stance.h"

/* Draws the contexts: the stream ("contexts", seed) shuffles the documents, the first C of them
 * are taken, in rising order. */
void intervene_draw(Interventions *all, uint64_t seed);

/* The short lens and the mean activations. `own`, a pass with every document's own
 * selection on the contexts, is set and is what intervene_entry compares with. */
void intervene_begin(Interventions *all, Stance *stance, StanceMeans *own);
/* All that concerns entry j on the contexts, seven passes. The selection is left as it was. */
void intervene_entry(Interventions *all, Stance *stance, const StanceMeans *own, size_t j);

/* What whole pools do: `stance` holds documents first … first + its contexts − 1. */
void intervene_pools(Interventions *all, Stance *stance, size_t first);

#endif
