/* The document memory: a small trainable module added to the residual stream after one block. */
#include "memory.h"

#include "gemm.h"
#include "mem.h"
#include "ops.h"
#include "orthogonal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float NORM_EPS = 1e-5f;
static const char *const variant_names[] = {"plain", "norm-gate", "lm"};

const char *memory_variant_name(MemoryVariant variant)
{
    return variant_names[variant];
}

MemoryVariant memory_variant_parse(const char *name)
{
    int variant = 0;
    while (variant < MEMORY_VARIANTS && strcmp(name, variant_names[variant]) != 0)
        variant++;
    return (MemoryVariant)variant;
}

int memory_parts(size_t width, size_t entries, MemoryVariant variant,
                 MemoryPart parts[MEMORY_PARTS])
{
    size_t d = width, m = entries;
    int count = 4;
    parts[0] = (MemoryPart){"up.weight", 2, {m, d}, m * d};
    parts[1] = (MemoryPart){"up.bias", 1, {m, 0}, m};
    parts[2] = (MemoryPart){"down.weight", 2, {d, m}, d * m};
    parts[3] = (MemoryPart){"down.bias", 1, {d, 0}, d};
    if (variant == MEMORY_NORM_GATE) {
        parts[count++] = (MemoryPart){"norm.weight", 1, {d, 0}, d};
        parts[count++] = (MemoryPart){"norm.bias", 1, {d, 0}, d};
        parts[count++] = (MemoryPart){"gate", 1, {1, 0}, 1};
    } else if (variant == MEMORY_LM) {
        parts[count++] = (MemoryPart){"lm.weight", 2, {d, d}, d * d};
        parts[count++] = (MemoryPart){"lm.bias", 1, {d, 0}, d};
    }
    return count;
}

void memory_make(Memory *memory, size_t width, size_t entries, MemoryVariant variant)
{
    size_t d = width, m = entries;
    *memory = (Memory){.width = d, .entries = m, .variant = variant};
    MemoryPart parts[MEMORY_PARTS];
    for (int i = memory_parts(d, m, variant, parts); i-- > 0;)
        memory->count += parts[i].count;
    memory->parameters = mem_alloc(memory->count, sizeof *memory->parameters);
    memory->up = memory->parameters;
    memory->up_bias = memory->up + m * d;
    memory->down = memory->up_bias + m;
    memory->down_bias = memory->down + d * m;
    if (variant == MEMORY_NORM_GATE) {
        memory->norm_weight = memory->down_bias + d;
        memory->norm_bias = memory->norm_weight + d;
        memory->gate = memory->norm_bias + d;
    } else if (variant == MEMORY_LM) {
        memory->lm = memory->down_bias + d;
        memory->lm_bias = memory->lm + d * d;
    }
}

void memory_free(Memory *memory)
{
    free(memory->parameters);
    *memory = (Memory){0};
}

void memory_draw(Memory *memory, uint64_t seed)
{
    size_t d = memory->width, m = memory->entries;
    Rng rng = rng_stream("memory", seed, 0);
    memset(memory->parameters, 0, memory->count * sizeof *memory->parameters);
    orthogonal_draw(memory->up, m, d, sqrt(2), &rng);
    orthogonal_draw(memory->down, d, m, sqrt(2), &rng);
    if (memory->variant == MEMORY_NORM_GATE) {
        for (size_t i = 0; i < d; i++)
            memory->norm_weight[i] = 1;
        *memory->gate = 1;
    } else if (memory->variant == MEMORY_LM) {
        orthogonal_draw(memory->lm, d, d, sqrt(2), &rng);
    }
}

void memory_cache_free(MemoryCache *cache)
{
    free(cache->before);
    *cache = (MemoryCache){0};
}

static void cache_fit(MemoryCache *cache, size_t d, size_t m, size_t T)
{
    if (T <= cache->rows)
        return;
    free(cache->before);
    float *p = mem_scratch(T, (3 * m + 3 * d + 2) * sizeof *p);
    cache->rows = T;
    cache->before = p;
    cache->active = p += T * m;
    cache->chosen = p += T * m;
    cache->written = p += T * m;
    cache->normal = p += T * d;
    cache->added = p += T * d;
    cache->mean = p += T * d;
    cache->rstd = p + T;
}

/* What is added to the stream up to a factor: `written` (T,d) after the variant's last part. */
static const float *finish(const Memory *memory, const float *written, size_t T, MemoryCache *cache)
{
    size_t d = memory->width;
    if (memory->variant == MEMORY_NORM_GATE) {
        layernorm_forward(cache->normal, cache->mean, cache->rstd, written, memory->norm_weight,
                          memory->norm_bias, NORM_EPS, T, d);
        return cache->normal;
    }
    if (memory->variant == MEMORY_LM) {
        gemm_nt(cache->normal, written, memory->lm, T, d, d, 0);
        bias_forward(cache->normal, memory->lm_bias, T, d);
        gelu_forward(cache->added, cache->normal, T * d);
        return cache->added;
    }
    return written;
}

void memory_forward(const Memory *memory, float *out, const float *h, const float *mask, size_t T,
                    MemoryCache *cache)
{
    size_t d = memory->width, m = memory->entries;
    cache_fit(cache, d, m, T);
    gemm_nt(cache->before, h, memory->up, T, m, d, 0);
    bias_forward(cache->before, memory->up_bias, T, m);
    gelu_forward(cache->active, cache->before, T * m);
    for (size_t i = 0; mask && i < T * m; i++)
        cache->chosen[i] = mask[i] * cache->active[i];
    gemm_nt(cache->written, mask ? cache->chosen : cache->active, memory->down, T, d, m, 0);
    bias_forward(cache->written, memory->down_bias, T, d);
    const float *added = finish(memory, cache->written, T, cache);
    float gate = memory->variant == MEMORY_NORM_GATE ? *memory->gate : 1;
    for (size_t i = 0; i < T * d; i++)
        out[i] = h[i] + gate * added[i];
}

/* dwritten (T,d) = the gradient of `written` given dout, through gate and norm. */
static void norm_gate_backward(const Memory *memory, Memory *gradients, float *dwritten,
                               const float *dout, size_t T, const MemoryCache *cache)
{
    size_t d = memory->width;
    float *dnormal = mem_scratch(T, d * sizeof *dnormal), gate = *memory->gate;
    double dgate = 0;
    for (size_t t = 0; t < T; t++)
        dgate += (double)ops_dot(dout + t * d, cache->normal + t * d, d);
    *gradients->gate += (float)dgate;
    for (size_t i = 0; i < T * d; i++)
        dnormal[i] = gate * dout[i];
    memset(dwritten, 0, T * d * sizeof *dwritten);
    layernorm_backward(dwritten, gradients->norm_weight, gradients->norm_bias, dnormal,
                       cache->written, cache->mean, cache->rstd, memory->norm_weight, T, d);
    free(dnormal);
}

/* The same through the last gelu and lm. */
static void lm_backward(const Memory *memory, Memory *gradients, float *dwritten, const float *dout,
                        size_t T, const MemoryCache *cache)
{
    size_t d = memory->width;
    float *dnormal = mem_alloc(T, d * sizeof *dnormal);
    gelu_backward(dnormal, dout, cache->normal, T * d);
    gemm_tn(gradients->lm, dnormal, cache->written, d, d, T, 1);
    bias_backward(gradients->lm_bias, dnormal, T, d);
    gemm_nn(dwritten, dnormal, memory->lm, T, d, d, 0);
    free(dnormal);
}

/* Turns dactive (T,m), the gradient of the masked activation, into that of the activation. */
static void mask_backward(float *dactive, float *dmask, const float *mask, const float *active,
                          size_t count)
{
    for (size_t i = 0; dmask && i < count; i++)
        dmask[i] = dactive[i] * active[i];
    for (size_t i = 0; mask && i < count; i++)
        dactive[i] *= mask[i];
}

void memory_backward(const Memory *memory, Memory *gradients, float *dh, float *dmask,
                     const float *dout, const float *h, const float *mask, size_t T,
                     const MemoryCache *cache)
{
    size_t d = memory->width, m = memory->entries;
    float *scratch = mem_scratch(T, (d + 2 * m) * sizeof *scratch);
    float *dactive = scratch, *dbefore = dactive + T * m, *through = dbefore + T * m;
    const float *dwritten = memory->variant == MEMORY_PLAIN ? dout : through;
    if (memory->variant == MEMORY_NORM_GATE)
        norm_gate_backward(memory, gradients, through, dout, T, cache);
    else if (memory->variant == MEMORY_LM)
        lm_backward(memory, gradients, through, dout, T, cache);
    gemm_tn(gradients->down, dwritten, mask ? cache->chosen : cache->active, d, m, T, 1);
    bias_backward(gradients->down_bias, dwritten, T, d);
    gemm_nn(dactive, dwritten, memory->down, T, m, d, 0);
    mask_backward(dactive, dmask, mask, cache->active, T * m);
    memset(dbefore, 0, T * m * sizeof *dbefore);
    gelu_backward(dbefore, dactive, cache->before, T * m);
    gemm_tn(gradients->up, dbefore, h, m, d, T, 1);
    bias_backward(gradients->up_bias, dbefore, T, m);
    if (dh) {
        memcpy(dh, dout, T * d * sizeof *dh);
        gemm_nn(dh, dbefore, memory->up, T, d, m, 1);
    }
    free(scratch);
}
