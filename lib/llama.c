/* The Llama block, forward and backward: RMSNorm, RoPE, grouped-query attention, SwiGLU.
 *
 *   middle = h + output(attention(norm1(h)))      out = middle + down(swiglu(norm2(middle)))
 *
 * Touvron et al. 2023, as published in Hugging Face layout. */
#include "mem.h"
#include "model.h"
#include "ops.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void block_cache_free(BlockCache *cache)
{
    free(cache->norm1); /* one block holds all but the probabilities */
    free(cache->probabilities);
    *cache = (BlockCache){0};
}

/* Room for T rows and `count` attention probabilities. */
static void cache_fit(BlockCache *cache, const ModelConfig *c, size_t T, size_t count)
{
    if (T > cache->rows) {
        size_t d = c->width, q = c->heads.heads * c->heads.size;
        size_t kv = c->heads.kv_heads * c->heads.size;
        free(cache->norm1);
        float *p = mem_scratch(T, (3 * d + 2 * q + 2 * kv + 3 * c->hidden + 2) * sizeof *p);
        cache->rows = T;
        cache->norm1 = p;
        cache->q = p += T * d;
        cache->k = p += T * q;
        cache->v = p += T * kv;
        cache->mixed = p += T * kv;
        cache->middle = p += T * q;
        cache->norm2 = p += T * d;
        cache->gate = p += T * d;
        cache->up = p += T * c->hidden;
        cache->active = p += T * c->hidden;
        cache->rstd1 = p += T * c->hidden;
        cache->rstd2 = p + T;
    }
    if (count > cache->probability_count) {
        free(cache->probabilities);
        cache->probabilities = mem_scratch(count, sizeof *cache->probabilities);
        cache->probability_count = count;
    }
}

/* Queries, keys and values of the block's input, turned to their positions. */
static void project(const Model *model, const Block *block, const int32_t *position, size_t T,
                    const float *h, BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    rmsnorm_forward(cache->norm1, cache->rstd1, h, block->input_norm, c->norm_eps, T, c->width);
    matrix_forward(cache->q, cache->norm1, &block->query, T);
    matrix_forward(cache->k, cache->norm1, &block->key, T);
    matrix_forward(cache->v, cache->norm1, &block->value, T);
    rope_forward(cache->q, model->cosine, model->sine, position, T, c->heads.heads, c->heads.size);
    rope_forward(cache->k, model->cosine, model->sine, position, T, c->heads.kv_heads,
                 c->heads.size);
}

/* From what attention has mixed to the block's output. */
static void finish(const Model *model, const Block *block, size_t T, float *out, const float *h,
                   BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    size_t d = c->width;
    matrix_forward(cache->middle, cache->mixed, &block->output, T);
    add_forward(cache->middle, h, T * d);
    rmsnorm_forward(cache->norm2, cache->rstd2, cache->middle, block->mlp_norm, c->norm_eps, T, d);
    matrix_forward(cache->gate, cache->norm2, &block->gate, T);
    matrix_forward(cache->up, cache->norm2, &block->up, T);
    swiglu_forward(cache->active, cache->gate, cache->up, T * c->hidden);
    matrix_forward(out, cache->active, &block->down, T);
    add_forward(out, cache->middle, T * d);
}

void block_forward(const Model *model, size_t index, const Batch *batch, float *out, const float *h,
                   BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    const Block *block = &model->block[index];
    assert(batch->longest <= c->positions); /* as far as the tables of RoPE reach */
    cache_fit(cache, c, batch->rows, attention_probabilities(batch, c->heads));
    project(model, block, batch->position, batch->rows, h, cache);
    attention_forward(cache->mixed, cache->probabilities, cache->q, cache->k, cache->v, batch,
                      c->heads);
    finish(model, block, batch->rows, out, h, cache);
}

void block_continue(const Model *model, size_t index, const Batch *batch, Past *past, float *out,
                    const float *h, BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    const Block *block = &model->block[index];
    cache_fit(cache, c, batch->rows, 0);
    project(model, block, batch->position, batch->rows, h, cache);
    attention_continue(cache->mixed, cache->q, cache->k, cache->v, batch, past, c->heads);
    finish(model, block, batch->rows, out, h, cache);
}

/* dh, the gradient of the block's output, becomes that of `middle`. scratch (T, 3 hidden + d) */
static void mlp_backward(const Model *model, const Block *block, Block *gradient, size_t T,
                         float *dh, const BlockCache *cache, float *scratch)
{
    size_t d = model->config.width, hidden = model->config.hidden;
    float *dactive = scratch, *dgate = dactive + T * hidden, *dup = dgate + T * hidden;
    float *dnorm = dup + T * hidden;
    matrix_backward(dactive, gradient ? &gradient->down : NULL, dh, cache->active, &block->down, T,
                    0);
    swiglu_backward(dgate, dup, dactive, cache->gate, cache->up, T * hidden);
    matrix_backward(dnorm, gradient ? &gradient->gate : NULL, dgate, cache->norm2, &block->gate, T,
                    0);
    matrix_backward(dnorm, gradient ? &gradient->up : NULL, dup, cache->norm2, &block->up, T, 1);
    rmsnorm_backward(dh, gradient ? gradient->mlp_norm : NULL, dnorm, cache->middle, cache->rstd2,
                     block->mlp_norm, T, d);
}

/* dh, the gradient of `middle`, becomes that of the block's input. scratch (T, 2 q + 2 kv + d) */
static void mix_backward(const Model *model, const Block *block, Block *gradient,
                         const Batch *batch, float *dh, const float *h, const BlockCache *cache,
                         float *scratch)
{
    const ModelConfig *c = &model->config;
    size_t T = batch->rows, q = c->heads.heads * c->heads.size;
    size_t kv = c->heads.kv_heads * c->heads.size;
    float *dmixed = scratch, *dq = dmixed + T * q, *dk = dq + T * q, *dv = dk + T * kv;
    float *dnorm = dv + T * kv;
    matrix_backward(dmixed, gradient ? &gradient->output : NULL, dh, cache->mixed, &block->output,
                    T, 0);
    attention_backward(dq, dk, dv, dmixed, cache->q, cache->k, cache->v, cache->probabilities,
                       batch, c->heads);
    rope_backward(dq, model->cosine, model->sine, batch->position, T, c->heads.heads,
                  c->heads.size);
    rope_backward(dk, model->cosine, model->sine, batch->position, T, c->heads.kv_heads,
                  c->heads.size);
    matrix_backward(dnorm, gradient ? &gradient->query : NULL, dq, cache->norm1, &block->query, T,
                    0);
    matrix_backward(dnorm, gradient ? &gradient->key : NULL, dk, cache->norm1, &block->key, T, 1);
    matrix_backward(dnorm, gradient ? &gradient->value : NULL, dv, cache->norm1, &block->value, T,
                    1);
    rmsnorm_backward(dh, gradient ? gradient->input_norm : NULL, dnorm, h, cache->rstd1,
                     block->input_norm, T, c->width);
}

void block_backward(const Model *model, Model *gradients, size_t index, const Batch *batch,
                    float *dh, const float *h, const BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    const Block *block = &model->block[index];
    Block *gradient = gradients ? &gradients->block[index] : NULL;
    size_t T = batch->rows, mlp = 3 * c->hidden + c->width;
    size_t mix = 2 * c->heads.size * (c->heads.heads + c->heads.kv_heads) + c->width;
    float *scratch = mem_scratch(T, (mlp > mix ? mlp : mix) * sizeof *scratch);
    mlp_backward(model, block, gradient, T, dh, cache, scratch);
    mix_backward(model, block, gradient, batch, dh, h, cache, scratch);
    free(scratch);
}
