/* Llama: RMSNorm, grouped-query attention, SwiGLU; biases where the configuration says so.
 *
 *   middle = h + output(attention(norm1(h)))      out = middle + down(swiglu(norm2(middle)))
 *
 * Touvron et al. 2023, in Hugging Face's layout. Two more models compute the same: Mistral, on
 * texts within its sliding window, and Qwen2, which has biases on queries, keys and values. */
#include "base/alloc.h"
#include "model/family.h"
#include "tensor/ops.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static size_t of_block(const ModelConfig *c, Parameter parameters[PARAMETERS])
{
    size_t d = c->width, q = c->heads.heads * c->heads.size, kv = c->heads.kv_heads * c->heads.size;
    const Parameter all[] = {
        {"input_layernorm.weight", offsetof(Block, input_norm.weight), d, 0},
        {"post_attention_layernorm.weight", offsetof(Block, mlp_norm.weight), d, 0},
        {"self_attn.q_proj.weight", offsetof(Block, query), q, d},
        {"self_attn.k_proj.weight", offsetof(Block, key), kv, d},
        {"self_attn.v_proj.weight", offsetof(Block, value), kv, d},
        {"self_attn.o_proj.weight", offsetof(Block, output), d, q},
        {"mlp.gate_proj.weight", offsetof(Block, gate), c->hidden, d},
        {"mlp.up_proj.weight", offsetof(Block, up), c->hidden, d},
        {"mlp.down_proj.weight", offsetof(Block, down), d, c->hidden},
    };
    const Parameter qkv[] = {
        {"self_attn.q_proj.bias", offsetof(Block, query_bias), q, 0},
        {"self_attn.k_proj.bias", offsetof(Block, key_bias), kv, 0},
        {"self_attn.v_proj.bias", offsetof(Block, value_bias), kv, 0},
    };
    const Parameter output = {"self_attn.o_proj.bias", offsetof(Block, output_bias), d, 0};
    const Parameter mlp[] = {
        {"mlp.gate_proj.bias", offsetof(Block, gate_bias), c->hidden, 0},
        {"mlp.up_proj.bias", offsetof(Block, up_bias), c->hidden, 0},
        {"mlp.down_proj.bias", offsetof(Block, down_bias), d, 0},
    };
    size_t n = sizeof all / sizeof *all;
    memcpy(parameters, all, sizeof all);
    for (size_t i = 0; c->qkv_bias && i < 3; i++)
        parameters[n++] = qkv[i];
    if (c->output_bias)
        parameters[n++] = output;
    for (size_t i = 0; c->mlp_bias && i < 3; i++)
        parameters[n++] = mlp[i];
    return n;
}

/* y (T,rows) = x (T,columns) · weightᵀ + bias (rows), unless bias is NULL. */
static void linear(float *y, const float *x, const Matrix *weight, const float *bias, size_t T)
{
    matrix_forward(y, x, weight, T);
    if (bias)
        bias_forward(y, bias, T, weight->rows);
}

static void project(const Model *model, const Block *block, size_t T, const float *h,
                    BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    norm_forward(&block->input_norm, cache->norm1, cache->moments1, h, c->norm_eps, T, c->width);
    linear(cache->q, cache->norm1, &block->query, block->query_bias, T);
    linear(cache->k, cache->norm1, &block->key, block->key_bias, T);
    linear(cache->v, cache->norm1, &block->value, block->value_bias, T);
}

static void finish(const Model *model, const Block *block, size_t T, float *out, const float *h,
                   BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    size_t d = c->width;
    linear(cache->middle, cache->mixed, &block->output, block->output_bias, T);
    add_forward(cache->middle, h, T * d);
    norm_forward(&block->mlp_norm, cache->norm2, cache->moments2, cache->middle, c->norm_eps, T, d);
    linear(cache->gate, cache->norm2, &block->gate, block->gate_bias, T);
    linear(cache->up, cache->norm2, &block->up, block->up_bias, T);
    swiglu_forward(cache->active, cache->gate, cache->up, T * c->hidden);
    linear(out, cache->active, &block->down, block->down_bias, T);
    add_forward(out, cache->middle, T * d);
}

static void finish_backward(const Model *model, const Block *block, Block *gradient, size_t T,
                            float *dh, float *dmixed, const float *h, const BlockCache *cache)
{
    size_t d = model->config.width, hidden = model->config.hidden;
    float *dactive = alloc_scratch(T, (3 * hidden + d) * sizeof *dactive);
    float *dgate = dactive + T * hidden, *dup = dgate + T * hidden, *dnorm = dup + T * hidden;
    (void)h;
    assert((!gradient || (!model->config.qkv_bias && !model->config.mlp_bias)) &&
           "a Llama with biases is frozen");
    matrix_backward(dactive, gradient ? &gradient->down : NULL, dh, cache->active, &block->down, T,
                    0);
    swiglu_backward(dgate, dup, dactive, cache->gate, cache->up, T * hidden);
    matrix_backward(dnorm, gradient ? &gradient->gate : NULL, dgate, cache->norm2, &block->gate, T,
                    0);
    matrix_backward(dnorm, gradient ? &gradient->up : NULL, dup, cache->norm2, &block->up, T, 1);
    norm_backward(&block->mlp_norm, gradient ? &gradient->mlp_norm : NULL, dh, dnorm, cache->middle,
                  cache->moments2, T, d); /* dh is now the gradient of middle */
    matrix_backward(dmixed, gradient ? &gradient->output : NULL, dh, cache->mixed, &block->output,
                    T, 0);
    free(dactive);
}

static void project_backward(const Model *model, const Block *block, Block *gradient, size_t T,
                             float *dh, float *dq, float *dk, float *dv, const float *h,
                             const BlockCache *cache)
{
    size_t d = model->config.width;
    float *dnorm = alloc_scratch(T, d * sizeof *dnorm);
    matrix_backward(dnorm, gradient ? &gradient->query : NULL, dq, cache->norm1, &block->query, T,
                    0);
    matrix_backward(dnorm, gradient ? &gradient->key : NULL, dk, cache->norm1, &block->key, T, 1);
    matrix_backward(dnorm, gradient ? &gradient->value : NULL, dv, cache->norm1, &block->value, T,
                    1);
    norm_backward(&block->input_norm, gradient ? &gradient->input_norm : NULL, dh, dnorm, h,
                  cache->moments1, T, d);
    free(dnorm);
}

static void project_tangent(const Model *model, const Block *block, size_t T, const float *dh,
                            float *dq, float *dk, float *dv, const float *h,
                            const BlockCache *cache)
{
    size_t d = model->config.width;
    float *dnorm = alloc_scratch(T, d * sizeof *dnorm);
    norm_tangent(&block->input_norm, dnorm, dh, h, cache->moments1, T, d);
    matrix_forward(dq, dnorm, &block->query, T);
    matrix_forward(dk, dnorm, &block->key, T);
    matrix_forward(dv, dnorm, &block->value, T);
    free(dnorm);
}

static void finish_tangent(const Model *model, const Block *block, size_t T, float *dh,
                           const float *dmixed, const float *h, const BlockCache *cache)
{
    size_t d = model->config.width, hidden = model->config.hidden;
    float *dactive = alloc_scratch(T, (3 * hidden + 2 * d) * sizeof *dactive);
    float *dgate = dactive + T * hidden, *dup = dgate + T * hidden, *dnorm = dup + T * hidden;
    float *written = dnorm + T * d;
    (void)h;
    matrix_forward(written, dmixed, &block->output, T);
    add_forward(dh, written, T * d); /* dh is now the tangent of middle */
    norm_tangent(&block->mlp_norm, dnorm, dh, cache->middle, cache->moments2, T, d);
    matrix_forward(dgate, dnorm, &block->gate, T);
    matrix_forward(dup, dnorm, &block->up, T);
    swiglu_tangent(dactive, dgate, dup, cache->gate, cache->up, T * hidden);
    matrix_forward(written, dactive, &block->down, T);
    add_forward(dh, written, T * d);
    free(dactive);
}

const FamilyRules llama_rules = {
    .embedding = "model.embed_tokens.weight",
    .unembedding = "lm_head.weight",
    .final_norm_weight = "model.norm.weight",
    .blocks = "model.layers",
    .of_block = of_block,
    .project = project,
    .finish = finish,
    .finish_backward = finish_backward,
    .project_backward = project_backward,
    .project_tangent = project_tangent,
    .finish_tangent = finish_tangent,
};
