/* The functions of docrep.h that train nothing: selections, losses, the check for an effect. */
#include "base/alloc.h"
#include "docrep/docrep.h"

#include <stdlib.h>

double docrep_select(DocRep *docrep, float *s)
{
    size_t n = docrep->settings.documents, count = n * docrep->settings.entries, dead = 0;
    selection_forward(&docrep->selection, s, docrep->selection.vectors, n, &docrep->cache);
    for (size_t i = 0; i < count; i++)
        dead += docrep->cache.slope[i] == 0;
    return (double)dead / (double)count;
}

void docrep_score_under(DocRep *docrep, const MemoryText *const *texts, const float *vectors,
                        size_t count, double *nll)
{
    docrep->under = vectors;
    train_score_list(&docrep->train, texts, count, !vectors, nll);
}

/* Sets vectors (n,k) to each document's negative as drawn for epoch 0. */
static void draw_negatives(const DocRep *docrep, float *vectors)
{
    const DocRepSettings *s = &docrep->settings;
    size_t k = s->dimension;
    float *noise = alloc_zeroed(k, sizeof *noise);
    for (size_t i = 0; i < s->documents; i++) {
        uint32_t other;
        guidance_draw(&s->guidance, s->seed, 0, i, s->documents, &other, noise, k);
        guidance_vector(&s->guidance, vectors + i * k, docrep->selection.vectors, i, other, noise,
                        k);
    }
    free(noise);
}

void docrep_score(DocRep *docrep, const MemoryText *texts, DocRepScore score, double *nll)
{
    size_t n = docrep->settings.documents, k = docrep->settings.dimension;
    const MemoryText **all = pack_list(texts, n);
    float *negative = alloc_zeroed(n, k * sizeof *negative);
    const float *vectors = score == DOCREP_OWN        ? docrep->selection.vectors
                           : score == DOCREP_NEGATIVE ? negative
                                                      : NULL;
    if (score == DOCREP_NEGATIVE)
        draw_negatives(docrep, negative);
    docrep_score_under(docrep, all, vectors, n, nll);
    free(all), free(negative);
}

bool docrep_check_path(DocRep *docrep, const MemoryText *texts, Error *error)
{
    docrep->under = docrep->selection.vectors;
    return train_check_path(&docrep->train, texts, docrep->settings.documents, error);
}
