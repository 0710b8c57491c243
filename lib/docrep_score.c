/* Looks at a DocRep memory without training it: selections, losses, whether it is in the path. */
#include "docrep_batch.h"
#include "head.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

double docrep_select(DocRep *docrep, float *s)
{
    size_t n = docrep->settings.documents, count = n * docrep->settings.entries, dead = 0;
    selection_forward(&docrep->selection, s, docrep->selection.vectors, n, &docrep->cache);
    for (size_t i = 0; i < count; i++)
        dead += docrep->cache.slope[i] == 0;
    return (double)dead / (double)count;
}

/* The stream after the last block of the texts, packed, each under its vector (count,k); NULL:
 * without a memory. */
static const float *carry(DocRep *docrep, const MemoryText *const *texts, const float *vectors,
                          size_t count)
{
    docrep_batch_pack(docrep, texts, count, count);
    if (!vectors)
        return stack_forward(&docrep->without, &docrep->batch, docrep->packed, NULL);
    docrep_batch_fit(docrep, count);
    memcpy(docrep->vectors, vectors, count * docrep->settings.dimension * sizeof *vectors);
    docrep_batch_choose(docrep, count);
    return stack_forward(&docrep->with, &docrep->batch, docrep->packed, docrep->mask);
}

void docrep_score_under(DocRep *docrep, const MemoryText *const *texts, const float *vectors,
                        size_t count, double *nll)
{
    size_t k = docrep->settings.dimension;
    for (size_t first = 0, next; first < count; first = next) {
        next = pack_round(texts, first, count);
        const float *h =
            carry(docrep, texts + first, vectors ? vectors + first * k : NULL, next - first);
        head_loss(docrep->model, NULL, h, docrep->target, NULL, docrep->batch.rows, docrep->nll,
                  NULL);
        for (size_t i = first; i < next; i++)
            nll[i] = docrep_batch_nll(docrep, docrep->batch.sequences[i - first].start,
                                      texts[i]->length);
    }
}

/* vectors (n,k): each document's negative as drawn for epoch 0. */
static void draw_negatives(const DocRep *docrep, float *vectors)
{
    const DocRepSettings *s = &docrep->settings;
    size_t k = s->dimension;
    float *noise = mem_alloc(k, sizeof *noise);
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
    const MemoryText **all = mem_alloc(n, sizeof *all);
    float *negative = mem_alloc(n, k * sizeof *negative);
    const float *vectors = score == DOCREP_OWN        ? docrep->selection.vectors
                           : score == DOCREP_NEGATIVE ? negative
                                                      : NULL;
    for (size_t i = 0; i < n; i++)
        all[i] = &texts[i];
    if (score == DOCREP_NEGATIVE)
        draw_negatives(docrep, negative);
    docrep_score_under(docrep, all, vectors, n, nll);
    free(all), free(negative);
}

bool docrep_check_path(DocRep *docrep, const MemoryText *texts, Error *error)
{
    size_t V = docrep->model->config.vocabulary, n = docrep->settings.documents;
    bool changes = false, returns = true;
    for (size_t i = 0; i < n && !changes && returns; i++) { /* one may select nothing at all */
        float *logits[3];
        size_t bytes = 0;
        const MemoryText *text = &texts[i];
        const float *vector = docrep->selection.vectors + i * docrep->settings.dimension;
        for (int way = 0; way < 3; way++) {
            const float *h = carry(docrep, &text, way == 1 ? vector : NULL, 1);
            bytes = docrep->batch.rows * V * sizeof(float);
            logits[way] = mem_scratch(bytes, 1);
            head_logits(docrep->model, logits[way], h, docrep->batch.rows);
        }
        changes = memcmp(logits[0], logits[1], bytes) != 0;
        returns = memcmp(logits[0], logits[2], bytes) == 0;
        free(logits[0]), free(logits[1]), free(logits[2]);
    }
    if (!returns)
        return fail(error,
                    "layer %zu: without the memory the logits do not come back bit for bit; check "
                    "the BLAS library with build/bin/check-gemm",
                    docrep->settings.layer);
    return changes || fail(error,
                           "layer %zu: the memory leaves the logits as they are, so it is not in "
                           "the path; check the layer and the model",
                           docrep->settings.layer);
}
