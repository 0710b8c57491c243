/* GPT-NeoX, Pythia's family: LayerNorm, partial RoPE, a fused projection, GELU, biases.
 *
 *   parallel     out = h + output(attention(norm1(h))) + down(gelu(up(norm2(h))))
 *   sequential   middle = h + output(attention(norm1(h)))
 *                out = middle + down(gelu(up(norm2(middle))))
 *
 * Black et al. 2022, in Hugging Face's layout; attention may lack its biases. The fused
 * projection's rows go head by head: each head's query rows, then its key rows, then its value
 * rows. */
#include "base/alloc.h"
#include "base/parallel.h"
#include "model/family.h"
#include "tensor/ops.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static size_t of_block(const ModelConfig *c, Parameter parameters[PARAMETERS])
{
    size_t d = c->width, q = c->heads.heads * c->heads.size;
    const Parameter all[] = {
        {"input_layernorm.weight", offsetof(Block, input_norm.weight), d, 0},
        {"input_layernorm.bias", offsetof(Block, input_norm.bias), d, 0},
        {"post_attention_layernorm.weight", offsetof(Block, mlp_norm.weight), d, 0},
        {"post_attention_layernorm.bias", offsetof(Block, mlp_norm.bias), d, 0},
        {"attention.query_key_value.weight", offsetof(Block, fused), 3 * q, d},
        {"attention.query_key_value.bias", offsetof(Block, fused_bias), 3 * q, 0},
        {"attention.dense.weight", offsetof(Block, output), d, q},
        {"attention.dense.bias", offsetof(Block, output_bias), d, 0},
        {"mlp.dense_h_to_4h.weight", offsetof(Block, up), c->hidden, d},
        {"mlp.dense_h_to_4h.bias", offsetof(Block, up_bias), c->hidden, 0},
        {"mlp.dense_4h_to_h.weight", offsetof(Block, down), d, c->hidden},
        {"mlp.dense_4h_to_h.bias", offsetof(Block, down_bias), d, 0},
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool of_attention = all[i].place == offsetof(Block, fused_bias) ||
                            all[i].place == offsetof(Block, output_bias);
        if (!of_attention || !c->unbiased_attention)
            parameters[n++] = all[i];
    }
    return n;
}

/* The fused projection of T rows and its three parts. */
typedef struct {
    float *parts[3], *fused; /* q, k, v (T,heads·size); (T,heads·3·size) */
    const float *bias;       /* (heads·3·size), or NULL */
    Heads heads;
} Fused;

/* q, k, v = the three parts of `fused` in rows first … end-1, plus the bias. */
static void split_rows(const void *context, size_t first, size_t end)
{
    const Fused *f = context;
    size_t heads = f->heads.heads, size = f->heads.size;
    for (size_t t = first; t < end; t++)
        for (size_t h = 0; h < heads; h++)
            for (size_t p = 0; p < 3; p++) {
                const float *from = f->fused + ((t * heads + h) * 3 + p) * size;
                float *to = f->parts[p] + (t * heads + h) * size;
                memcpy(to, from, size * sizeof *to);
                for (size_t i = 0; f->bias && i < size; i++)
                    to[i] += f->bias[(h * 3 + p) * size + i];
            }
}

/* `fused` = its three parts in rows first … end-1, joined; no bias. */
static void join_rows(const void *context, size_t first, size_t end)
{
    const Fused *f = context;
    size_t heads = f->heads.heads, size = f->heads.size;
    for (size_t t = first; t < end; t++)
        for (size_t h = 0; h < heads; h++)
            for (size_t p = 0; p < 3; p++)
                memcpy(f->fused + ((t * heads + h) * 3 + p) * size,
                       f->parts[p] + (t * heads + h) * size, size * sizeof(float));
}

static void project(const Model *model, const Block *block, size_t T, const float *h,
                    BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    float *fused = alloc_scratch(T, block->fused.rows * sizeof *fused);
    norm_forward(&block->input_norm, cache->norm1, cache->moments1, h, c->norm_eps, T, c->width);
    matrix_forward(fused, cache->norm1, &block->fused, T);
    const Fused parts = {{cache->q, cache->k, cache->v}, fused, block->fused_bias, c->heads};
    parallel_for(T, 1, T * block->fused.rows, split_rows, &parts);
    free(fused);
}

static void finish(const Model *model, const Block *block, size_t T, float *out, const float *h,
                   BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    size_t d = c->width;
    matrix_forward(cache->middle, cache->mixed, &block->output, T);
    if (block->output_bias)
        bias_forward(cache->middle, block->output_bias, T, d);
    add_forward(cache->middle, h, T * d);
    norm_forward(&block->mlp_norm, cache->norm2, cache->moments2, c->parallel ? h : cache->middle,
                 c->norm_eps, T, d);
    matrix_forward(cache->up, cache->norm2, &block->up, T);
    bias_forward(cache->up, block->up_bias, T, c->hidden);
    (c->gelu_tanh ? gelu_tanh_forward : gelu_forward)(cache->active, cache->up, T * c->hidden);
    matrix_forward(out, cache->active, &block->down, T);
    bias_forward(out, block->down_bias, T, d);
    add_forward(out, cache->middle, T * d);
}

/* The MLP's part of the backward pass: adds to dh (T,d), the gradient of the block's output, that
 * of x (T,d), the input of the MLP's norm. */
static void mlp_backward(const ModelConfig *c, const Block *block, size_t T, float *dh,
                         const float *x, const BlockCache *cache)
{
    size_t d = c->width, hidden = c->hidden;
    float *dactive = alloc_scratch(T, (2 * hidden + d) * sizeof *dactive);
    float *dup = dactive + T * hidden, *dnorm = dup + T * hidden;
    matrix_backward(dactive, NULL, dh, cache->active, &block->down, T, 0);
    memset(dup, 0, T * hidden * sizeof *dup);
    (c->gelu_tanh ? gelu_tanh_backward : gelu_backward)(dup, dactive, cache->up, T * hidden);
    matrix_backward(dnorm, NULL, dup, cache->norm2, &block->up, T, 0);
    norm_backward(&block->mlp_norm, NULL, dh, dnorm, x, cache->moments2, T, d);
    free(dactive);
}

static void finish_backward(const Model *model, const Block *block, Block *gradient, size_t T,
                            float *dh, float *dmixed, const float *h, const BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    assert(!gradient && "a GPT-NeoX is frozen");
    if (c->parallel) /* attention's output feeds the block's output only */
        matrix_backward(dmixed, NULL, dh, cache->mixed, &block->output, T, 0);
    mlp_backward(c, block, T, dh, c->parallel ? h : cache->middle, cache);
    if (!c->parallel) /* it feeds the MLP too, whose gradient dh has by now */
        matrix_backward(dmixed, NULL, dh, cache->mixed, &block->output, T, 0);
}

static void project_backward(const Model *model, const Block *block, Block *gradient, size_t T,
                             float *dh, float *dq, float *dk, float *dv, const float *h,
                             const BlockCache *cache)
{
    size_t d = model->config.width, wide = block->fused.rows;
    float *dfused = alloc_scratch(T, (wide + d) * sizeof *dfused), *dnorm = dfused + T * wide;
    const Fused parts = {{dq, dk, dv}, dfused, NULL, model->config.heads};
    (void)gradient;
    parallel_for(T, 1, T * wide, join_rows, &parts);
    matrix_backward(dnorm, NULL, dfused, cache->norm1, &block->fused, T, 0);
    norm_backward(&block->input_norm, NULL, dh, dnorm, h, cache->moments1, T, d);
    free(dfused);
}

static void project_tangent(const Model *model, const Block *block, size_t T, const float *dh,
                            float *dq, float *dk, float *dv, const float *h,
                            const BlockCache *cache)
{
    size_t d = model->config.width, wide = block->fused.rows;
    float *dfused = alloc_scratch(T, (wide + d) * sizeof *dfused), *dnorm = dfused + T * wide;
    const Fused parts = {{dq, dk, dv}, dfused, NULL, model->config.heads};
    norm_tangent(&block->input_norm, dnorm, dh, h, cache->moments1, T, d);
    matrix_forward(dfused, dnorm, &block->fused, T);
    parallel_for(T, 1, T * wide, split_rows, &parts);
    free(dfused);
}

static void finish_tangent(const Model *model, const Block *block, size_t T, float *dh,
                           const float *dmixed, const float *h, const BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    size_t d = c->width, hidden = c->hidden;
    float *dactive = alloc_zeroed(T, (2 * hidden + 3 * d) * sizeof *dactive);
    float *dup = dactive + T * hidden, *dnorm = dup + T * hidden, *mixed = dnorm + T * d;
    float *written = mixed + T * d;
    matrix_forward(mixed, dmixed, &block->output, T);
    if (!c->parallel) /* the MLP reads attention's output as well */
        add_forward(dh, mixed, T * d);
    norm_tangent(&block->mlp_norm, dnorm, dh, c->parallel ? h : cache->middle, cache->moments2, T,
                 d);
    matrix_forward(dup, dnorm, &block->up, T);
    (c->gelu_tanh ? gelu_tanh_backward : gelu_backward)(dactive, dup, cache->up, T * hidden);
    matrix_forward(written, dactive, &block->down, T);
    add_forward(dh, written, T * d);
    if (c->parallel)
        add_forward(dh, mixed, T * d);
    free(dactive);
}

const FamilyRules neox_rules = {
    .embedding = "gpt_neox.embed_in.weight",
    .unembedding = "embed_out.weight",
    .other_unembedding = "lm_head.weight", /* as transformers 5 may save it */
    .final_norm_weight = "gpt_neox.final_layer_norm.weight",
    .final_norm_bias = "gpt_neox.final_layer_norm.bias",
    .blocks = "gpt_neox.layers",
    .of_block = of_block,
    .project = project,
    .finish = finish,
    .finish_backward = finish_backward,
    .project_backward = project_backward,
    .project_tangent = project_tangent,
    .finish_tangent = finish_tangent,
};
