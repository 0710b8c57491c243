/* Fills the arrays of Interventions by forward passes of a memory on documents' texts. */
#ifndef DOCMEM_INTERVENTIONS_MEASURE_H
#define DOCMEM_INTERVENTIONS_MEASURE_H
#include "docrep/interventions.h"
#include "docrep/stance.h"

/* Draws the contexts: the stream ("contexts", seed) shuffles the documents, the first C of them
 * are taken, in rising order, and the next C held apart; D is at least 2 C. */
void interventions_draw(Interventions *all, uint64_t seed);

/* All that predicts: the short lens, and of every entry mean activation and linear path, on `held`,
 * the texts held apart. */
void interventions_predict(Interventions *all, Stance *held);
/* All that concerns entry j on the contexts, seven passes; `own`, a pass with every document's own
 * selection there, is what it compares with. The selection is left as it was. */
void interventions_entry(Interventions *all, Stance *stance, const StanceMeans *own, size_t j);

/* What whole pools do: `stance` holds documents first … first + its contexts − 1. */
void interventions_pools(Interventions *all, Stance *stance, size_t first);

#endif
