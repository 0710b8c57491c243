/* Fills the arrays of Interventions by forward passes of a memory on documents' texts. */
#ifndef DOCMEM_INTERVENTIONS_MEASURE_H
#define DOCMEM_INTERVENTIONS_MEASURE_H
#include "docrep/interventions.h"
#include "docrep/stance.h"

/* Draws the contexts: the stream ("contexts", seed) shuffles the documents; the first C of them are
 * the contexts, the next C are held out, each sorted. D is at least 2 C. */
void interventions_draw(Interventions *all, uint64_t seed);

/* Fills the predictions: the short lens and, on the held-out texts in `held`, each entry's mean
 * activation and linear path. */
void interventions_predict(Interventions *all, Stance *held);
/* Fills the effects of entry j on the contexts, in seven forward passes. `own` is a pass there with
 * every document's own selection, to compare with. The selections are left as they were. */
void interventions_entry(Interventions *all, Stance *stance, const StanceMeans *own, size_t j);

/* Fills the effects of whole selections of documents first … first + stance->contexts − 1, which
 * are the contexts of `stance`. */
void interventions_pools(Interventions *all, Stance *stance, size_t first);

#endif
