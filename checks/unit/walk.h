/* A packed batch of token sequences through a whole model and back, keeping every stream. */
#ifndef DOCMEM_WALK_H
#define DOCMEM_WALK_H
#include "model/head.h"
#include "model/model.h"

#include "numbers.h"

/* What is asked of batch_add. */
typedef struct {
    size_t length, siblings;
} Piece;

typedef struct {
    const Model *model;
    Batch batch;
    int32_t *ids, *target; /* (rows) */
    float *weight;         /* (rows) 1 */
    float **h;             /* (N+1) h[i] (rows,d): input of block i; h[N] the end */
    float **dh;            /* (N+1) gradients of Σ nll to them */
    double *nll;           /* (rows) of the next token of each row, 0 where there is none */
} Walk;

/* Sequences with ids from `ids`, one after another (each takes its `length` of them). Rows before
 * the siblings predict the next id; siblings predict nothing. */
static inline void walk(Walk *w, const Model *model, const int32_t *ids, const Piece *pieces,
                        size_t count)
{
    size_t N = model->config.blocks, d = model->config.width;
    BlockCache *cache = alloc_zeroed(N, sizeof *cache);
    *w = (Walk){.model = model};
    for (size_t i = 0; i < count; i++)
        batch_add(&w->batch, pieces[i].length, pieces[i].siblings);
    size_t rows = w->batch.rows;
    w->ids = alloc_zeroed(rows, sizeof *w->ids), w->target = alloc_zeroed(rows, sizeof *w->target);
    w->weight = alloc_zeroed(rows, sizeof *w->weight), w->nll = alloc_zeroed(rows, sizeof *w->nll);
    w->h = alloc_zeroed(N + 1, sizeof *w->h), w->dh = alloc_zeroed(N + 1, sizeof *w->dh);
    memset(w->target, -1, rows * sizeof *w->target);
    for (size_t i = 0; i < count; i++) {
        const Sequence *s = &w->batch.sequences[i];
        for (size_t t = 0; t < s->length; t++) {
            w->ids[s->start + t] = *ids++;
            if (t > 0 && t < s->length - s->siblings)
                w->target[s->start + t - 1] = w->ids[s->start + t];
        }
    }
    for (size_t t = 0; t < rows; t++)
        w->weight[t] = 1;
    for (size_t i = 0; i <= N; i++) {
        w->h[i] = alloc_zeroed(rows, d * sizeof(float));
        w->dh[i] = alloc_zeroed(rows, d * sizeof(float));
    }
    model_embed(model, w->h[0], w->ids, &w->batch);
    for (size_t i = 0; i < N; i++)
        block_forward(model, i, &w->batch, w->h[i + 1], w->h[i], &cache[i]);
    head_loss(model, NULL, w->h[N], w->target, w->weight, rows, w->nll, w->dh[N]);
    for (size_t i = N; i-- > 0;) {
        memcpy(w->dh[i], w->dh[i + 1], rows * d * sizeof(float));
        block_backward(model, NULL, i, &w->batch, w->dh[i], w->h[i], &cache[i]);
        block_cache_free(&cache[i]);
    }
    free(cache);
}

static inline void walk_free(Walk *w)
{
    for (size_t i = 0; i <= w->model->config.blocks; i++)
        free(w->h[i]), free(w->dh[i]);
    free(w->h), free(w->dh), free(w->ids), free(w->target), free(w->weight), free(w->nll);
    batch_free(&w->batch);
}

#endif
