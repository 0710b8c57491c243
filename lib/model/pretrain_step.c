/* Each shard runs forward and backward by itself, through the same block functions as a frozen
 * model, but with gradients of its own. */
#include "model/pretrain_step.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "model/head.h"
#include "tensor/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void pretrain_begin(Pretrain *pretrain, Model *model, double beta2, double decay)
{
    pretrain->model = model;
    for (int i = 0; i < PRETRAIN_SHARDS; i++)
        model_make(&pretrain->gradients[i], &model->config);
    adamw_begin(&pretrain->adamw, model->owned_count, beta2, decay);
}

void pretrain_free(Pretrain *pretrain)
{
    for (int i = 0; i < PRETRAIN_SHARDS; i++)
        model_close(&pretrain->gradients[i]);
    adamw_free(&pretrain->adamw);
}

/* One shard: its texts, packed into a batch, and its gradients. */
typedef struct {
    const Model *model;
    Model *gradients; /* NULL: losses only */
    const TrainText *texts;
    size_t count;
    double total_weight; /* of the whole batch */
    Batch batch;
    int32_t *ids, *target;
    float *weight;
} Shard;

static void shard_pack(Shard *shard)
{
    size_t rows = 0;
    for (size_t i = 0; i < shard->count; i++)
        batch_add(&shard->batch, shard->texts[i].length, 0);
    rows = shard->batch.rows;
    shard->ids = alloc_zeroed(rows, sizeof *shard->ids);
    shard->target = alloc_zeroed(rows, sizeof *shard->target);
    shard->weight = alloc_zeroed(rows, sizeof *shard->weight);
    memset(shard->target, -1, rows * sizeof *shard->target);
    for (size_t i = 0; i < shard->count; i++) {
        const TrainText *text = &shard->texts[i];
        size_t start = shard->batch.sequences[i].start;
        for (size_t t = 0; t < text->length; t++)
            shard->ids[start + t] = text->ids[t];
        for (size_t t = 0; t + 1 < text->length; t++) {
            shard->target[start + t] = text->ids[t + 1];
            shard->weight[start + t] = (float)(text->weight[t + 1] / shard->total_weight);
        }
    }
}

static void shard_backward(Shard *shard, float *const *h, BlockCache *caches, float *dh)
{
    const ModelConfig *c = &shard->model->config;
    Model *gradients = shard->gradients;
    for (size_t i = c->blocks; i-- > 0;)
        block_backward(shard->model, gradients, i, &shard->batch, dh, h[i], &caches[i]);
    for (size_t t = 0; t < shard->batch.rows; t++)
        if (shard->batch.position[t] >= 0)
            add_forward(gradients->embedding.values + (size_t)shard->ids[t] * c->width,
                        dh + t * c->width, c->width);
}

static void shard_run(Shard *shard)
{
    const ModelConfig *c = &shard->model->config;
    if (shard->count == 0)
        return;
    shard_pack(shard);
    size_t rows = shard->batch.rows, d = c->width;
    float **h = alloc_zeroed(c->blocks + 1, sizeof *h);
    BlockCache *caches = alloc_zeroed(c->blocks, sizeof *caches);
    double *nll = alloc_scratch(rows, sizeof *nll);
    float *dh = shard->gradients ? alloc_scratch(rows, d * sizeof *dh) : NULL;
    for (size_t i = 0; i <= c->blocks; i++)
        h[i] = alloc_scratch(rows, d * sizeof **h);
    model_embed(shard->model, h[0], shard->ids, &shard->batch);
    for (size_t i = 0; i < c->blocks; i++)
        block_forward(shard->model, i, &shard->batch, h[i + 1], h[i], &caches[i]);
    head_loss(shard->model, shard->gradients, h[c->blocks], shard->target, shard->weight, rows, nll,
              dh);
    if (dh)
        shard_backward(shard, h, caches, dh);
    for (size_t i = 0; i < shard->count; i++)
        for (size_t t = 1; t < shard->texts[i].length; t++)
            shard->texts[i].nll[t] = nll[shard->batch.sequences[i].start + t - 1];
    for (size_t i = 0; i <= c->blocks; i++)
        free(h[i]);
    for (size_t i = 0; i < c->blocks; i++)
        block_cache_free(&caches[i]);
    free(h), free(caches), free(nll), free(dh);
    batch_free(&shard->batch);
    free(shard->ids), free(shard->target), free(shard->weight);
}

static void run_shards(const void *context, size_t first, size_t end)
{
    Shard *const *shards = context;
    for (size_t i = first; i < end; i++)
        shard_run(shards[i]);
}

static double total_weight(const TrainText *texts, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t t = 1; t < texts[i].length; t++)
            total += (double)texts[i].weight[t];
    return total > 0 ? total : 1;
}

/* Whether all losses of the texts are finite. */
static bool is_finite(const TrainText *texts, size_t count)
{
    bool finite = true;
    for (size_t i = 0; i < count; i++)
        for (size_t t = 1; t < texts[i].length; t++)
            finite = finite && isfinite(texts[i].nll[t]);
    return finite;
}

bool pretrain_step(Pretrain *pretrain, const TrainText *texts, size_t count, double lr)
{
    Model *gradients = pretrain->gradients;
    size_t parameters = pretrain->model->owned_count, half = count / PRETRAIN_SHARDS;
    double weight = total_weight(texts, count);
    Shard shards[PRETRAIN_SHARDS] = {0}, *list[PRETRAIN_SHARDS];
    for (int i = 0; i < PRETRAIN_SHARDS; i++) {
        size_t first = (size_t)i * half, end = i + 1 < PRETRAIN_SHARDS ? first + half : count;
        shards[i] = (Shard){.model = pretrain->model,
                            .gradients = lr > 0 ? &gradients[i] : NULL,
                            .texts = texts + first,
                            .count = end - first,
                            .total_weight = weight,
                            .batch = {.unit = PRETRAIN_UNIT}};
        list[i] = &shards[i];
        if (lr > 0)
            memset(gradients[i].owned, 0, parameters * sizeof(float));
    }
    parallel_for(PRETRAIN_SHARDS, 1, SIZE_MAX, run_shards, list);
    if (!is_finite(texts, count))
        return false;
    if (lr <= 0)
        return true;
    add_forward(gradients[0].owned, gradients[1].owned, parameters);
    double norm = gradient_norm(gradients[0].owned, parameters);
    if (!isfinite(norm))
        return false;
    adamw_step(&pretrain->adamw, pretrain->model->owned, gradients[0].owned, gradient_clip(norm, 1),
               lr);
    return true;
}
