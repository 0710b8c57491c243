/* Llama: RMSNorm, grouped-query attention, SwiGLU, no biases.
 *
 *   middle = h + output(attention(norm1(h)))      out = middle + down(swiglu(norm2(middle)))
 *
 * Touvron et al. 2023, as published in Hugging Face layout. */
#include "family.h"
#include "mem.h"
#include "ops.h"

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
    memcpy(parameters, all, sizeof all);
    return sizeof all / sizeof *all;
}

static void project(const Model *model, const Block *block, size_t T, const float *h,
                    BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    norm_forward(&block->input_norm, cache->norm1, cache->moments1, h, c->norm_eps, T, c->width);
    matrix_forward(cache->q, cache->norm1, &block->query, T);
    matrix_forward(cache->k, cache->norm1, &block->key, T);
    matrix_forward(cache->v, cache->norm1, &block->value, T);
}

static void finish(const Model *model, const Block *block, size_t T, float *out, const float *h,
                   BlockCache *cache)
{
    const ModelConfig *c = &model->config;
    size_t d = c->width;
    matrix_forward(cache->middle, cache->mixed, &block->output, T);
    add_forward(cache->middle, h, T * d);
    norm_forward(&block->mlp_norm, cache->norm2, cache->moments2, cache->middle, c->norm_eps, T, d);
    matrix_forward(cache->gate, cache->norm2, &block->gate, T);
    matrix_forward(cache->up, cache->norm2, &block->up, T);
    swiglu_forward(cache->active, cache->gate, cache->up, T * c->hidden);
    matrix_forward(out, cache->active, &block->down, T);
    add_forward(out, cache->middle, T * d);
}

static void finish_backward(const Model *model, const Block *block, Block *gradient, size_t T,
                            float *dh, float *dmixed, const float *h, const BlockCache *cache)
{
    size_t d = model->config.width, hidden = model->config.hidden;
    float *dactive = mem_scratch(T, (3 * hidden + d) * sizeof *dactive);
    float *dgate = dactive + T * hidden, *dup = dgate + T * hidden, *dnorm = dup + T * hidden;
    (void)h;
    matrix_backward(dactive, gradient ? &gradient->down : NULL, dh, cache->active, &block->down, T,
                    0);
    swiglu_backward(dgate, dup, dactive, cache->gate, cache->up, T * hidden);
    matrix_backward(dnorm, gradient ? &gradient->gate : NULL, dgate, cache->norm2, &block->gate, T,
                    0);
    matrix_backward(dnorm, gradient ? &gradient->up : NULL, dup, cache->norm2, &block->up, T, 1);
    norm_backward(&block->mlp_norm, gradient ? &gradient->mlp_norm : NULL, dh, dnorm, cache->middle,
                  cache->moments2, T, d); /* dh is now the gradient of `middle` */
    matrix_backward(dmixed, gradient ? &gradient->output : NULL, dh, cache->mixed, &block->output,
                    T, 0);
    free(dactive);
}

static void project_backward(const Model *model, const Block *block, Block *gradient, size_t T,
                             float *dh, float *dq, float *dk, float *dv, const float *h,
                             const BlockCache *cache)
{
    size_t d = model->config.width;
    float *dnorm = mem_scratch(T, d * sizeof *dnorm);
    matrix_backward(dnorm, gradient ? &gradient->query : NULL, dq, cache->norm1, &block->query, T,
                    0);
    matrix_backward(dnorm, gradient ? &gradient->key : NULL, dk, cache->norm1, &block->key, T, 1);
    matrix_backward(dnorm, gradient ? &gradient->value : NULL, dv, cache->norm1, &block->value, T,
                    1);
    norm_backward(&block->input_norm, gradient ? &gradient->input_norm : NULL, dh, dnorm, h,
                  cache->moments1, T, d);
    free(dnorm);
}

const FamilyRules llama_rules = {
    .type = "llama",
    .embedding = "model.embed_tokens.weight",
    .unembedding = "lm_head.weight",
    .final_norm_weight = "model.norm.weight",
    .blocks = "model.layers",
    .of_block = of_block,
    .project = project,
    .finish = finish,
    .finish_backward = finish_backward,
    .project_backward = project_backward,
};
