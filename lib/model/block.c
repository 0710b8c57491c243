/* The part of a block that all families share: memory, RoPE and attention, between the family's
 * project and finish (family.h). */
#include "base/alloc.h"
#include "model/family.h"
#include "tensor/ops.h"

#include <assert.h>
#include <stdlib.h>

void block_work_free(BlockWork *work)
{
    free(work->norm1); /* one allocation holds all four */
    *work = (BlockWork){0};
}

void block_cache_free(BlockCache *cache)
{
    block_work_free(&cache->own);
    free(cache->q); /* one allocation holds all but the probabilities */
    free(cache->probabilities);
    *cache = (BlockCache){0};
}

static void work_fit(BlockWork *work, const ModelConfig *c, size_t T)
{
    size_t d = c->width, q = c->heads.heads * c->heads.size;
    if (T <= work->rows)
        return;
    free(work->norm1);
    work->rows = T;
    work->norm1 = alloc_scratch(T, (2 * d + q + c->hidden) * sizeof(float));
    work->mixed = work->norm1 + T * d;
    work->norm2 = work->mixed + T * q;
    work->active = work->norm2 + T * d;
}

/* Makes room for T rows and `count` attention probabilities. */
static void cache_fit(BlockCache *cache, const Model *model, size_t T, size_t count)
{
    const ModelConfig *c = &model->config;
    BlockWork *work = cache->shared ? cache->shared : &cache->own;
    work_fit(work, c, T);
    cache->norm1 = work->norm1, cache->mixed = work->mixed;
    cache->norm2 = work->norm2, cache->active = work->active;
    if (T > cache->rows) {
        size_t d = c->width, q = c->heads.heads * c->heads.size;
        size_t kv = c->heads.kv_heads * c->heads.size, gate = model->block[0].gate.rows;
        free(cache->q);
        float *p = alloc_scratch(T, (d + q + 2 * kv + gate + c->hidden + 4) * sizeof *p);
        cache->rows = T;
        cache->q = p;
        cache->k = p += T * q;
        cache->v = p += T * kv;
        cache->middle = p += T * kv;
        cache->gate = p += T * d;
        cache->up = p += T * gate;
        cache->moments1 = p += T * c->hidden;
        cache->moments2 = p + 2 * T;
    }
    if (count > cache->probability_count) {
        free(cache->probabilities);
        cache->probabilities = alloc_scratch(count, sizeof *cache->probabilities);
        cache->probability_count = count;
    }
}

/* Queries, keys and values of the block's input h (T,d); RoPE rotates queries and keys. */
static void project(const Model *model, const Block *block, const Batch *batch, const float *h,
                    BlockCache *cache)
{
    const Heads *n = &model->config.heads;
    size_t T = batch->rows, rotary = model_rotary(&model->config);
    family_rules(model->config.family)->project(model, block, T, h, cache);
    rope_forward(cache->q, model->cosine, model->sine, batch->position, T, n->heads, n->size,
                 rotary);
    rope_forward(cache->k, model->cosine, model->sine, batch->position, T, n->kv_heads, n->size,
                 rotary);
}

void block_forward(const Model *model, size_t index, const Batch *batch, float *out, const float *h,
                   BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    const Block *block = &model->block[index];
    assert(batch->longest <= c->positions); /* the length of the RoPE tables */
    cache_fit(cache, model, batch->rows, attention_probabilities(batch, c->heads));
    project(model, block, batch, h, cache);
    attention_forward(cache->mixed, cache->probabilities, cache->q, cache->k, cache->v, batch,
                      c->heads);
    family_rules(c->family)->finish(model, block, batch->rows, out, h, cache);
}

void block_continue(const Model *model, size_t index, const Batch *batch, Past *past, float *out,
                    const float *h, BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    const Block *block = &model->block[index];
    cache_fit(cache, model, batch->rows, 0);
    project(model, block, batch, h, cache);
    attention_continue(cache->mixed, cache->q, cache->k, cache->v, batch, past, c->heads);
    family_rules(c->family)->finish(model, block, batch->rows, out, h, cache);
}

void block_backward(const Model *model, Model *gradients, size_t index, const Batch *batch,
                    float *dh, const float *h, const BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    const FamilyRules *rules = family_rules(c->family);
    const Block *block = &model->block[index];
    Block *gradient = gradients ? &gradients->block[index] : NULL;
    Heads n = c->heads;
    size_t T = batch->rows, q = n.heads * n.size, kv = n.kv_heads * n.size;
    size_t rotary = model_rotary(c);
    float *dmixed = alloc_scratch(T, 2 * (q + kv) * sizeof *dmixed), *dq = dmixed + T * q;
    float *dk = dq + T * q, *dv = dk + T * kv;
    rules->finish_backward(model, block, gradient, T, dh, dmixed, h, cache);
    attention_backward(dq, dk, dv, dmixed, cache->q, cache->k, cache->v, cache->probabilities,
                       batch, n);
    rope_backward(dq, model->cosine, model->sine, batch->position, T, n.heads, n.size, rotary);
    rope_backward(dk, model->cosine, model->sine, batch->position, T, n.kv_heads, n.size, rotary);
    rules->project_backward(model, block, gradient, T, dh, dq, dk, dv, h, cache);
    free(dmixed);
}

void block_tangent(const Model *model, size_t index, const Batch *batch, float *dh, const float *h,
                   const BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    const FamilyRules *rules = family_rules(c->family);
    const Block *block = &model->block[index];
    Heads n = c->heads;
    size_t T = batch->rows, q = n.heads * n.size, kv = n.kv_heads * n.size;
    size_t rotary = model_rotary(c);
    float *dmixed = alloc_scratch(T, 2 * (q + kv) * sizeof *dmixed), *dq = dmixed + T * q;
    float *dk = dq + T * q, *dv = dk + T * kv;
    rules->project_tangent(model, block, T, dh, dq, dk, dv, h, cache);
    rope_forward(dq, model->cosine, model->sine, batch->position, T, n.heads, n.size, rotary);
    rope_forward(dk, model->cosine, model->sine, batch->position, T, n.kv_heads, n.size, rotary);
    attention_tangent(dmixed, dq, dk, dv, cache->q, cache->k, cache->v, cache->probabilities, batch,
                      n);
    rules->finish_tangent(model, block, T, dh, dmixed, h, cache);
    free(dmixed);
}
