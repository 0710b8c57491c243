/* Gradients by hand: of each product both, and the mask's beside them. */
#include "memory/memory.h"

#include "base/alloc.h"
#include "base/text.h"
#include "tensor/gemm.h"
#include "tensor/ops.h"
#include "tensor/orthogonal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float NORM_EPS = 1e-5f;
static const char *const variant_names[] = {"plain",    "norm-gate",      "lm", "zero",
                                            "lora-mlp", "lora-attention", "mlp"};

const char *memory_variant_name(MemoryVariant variant)
{
    return variant_names[variant];
}

MemoryVariant memory_variant_parse(const char *name)
{
    return (MemoryVariant)text_which(name, variant_names, MEMORY_VARIANTS);
}

bool memory_tunes(MemoryVariant variant)
{
    return variant >= MEMORY_ADDED;
}

size_t memory_first(MemoryVariant variant, size_t layer)
{
    return memory_tunes(variant) ? layer : layer + 1;
}

const char *memory_rows_name(bool without_first)
{
    return without_first ? "without-first" : "all";
}

bool memory_rows_parse(const char *name, bool *without_first)
{
    *without_first = strcmp(name, "without-first") == 0;
    return *without_first || strcmp(name, "all") == 0;
}

int memory_parts(size_t width, size_t entries, MemoryVariant variant,
                 MemoryPart parts[MEMORY_PARTS])
{
    size_t d = width, m = entries;
    int count = 4;
    parts[0] = (MemoryPart){"up.weight", offsetof(Memory, up), 2, {m, d}, m * d};
    parts[1] = (MemoryPart){"up.bias", offsetof(Memory, up_bias), 1, {m, 0}, m};
    parts[2] = (MemoryPart){"down.weight", offsetof(Memory, down), 2, {d, m}, d * m};
    parts[3] = (MemoryPart){"down.bias", offsetof(Memory, down_bias), 1, {d, 0}, d};
    if (variant == MEMORY_NORM_GATE) {
        parts[count++] = (MemoryPart){"norm.weight", offsetof(Memory, norm_weight), 1, {d, 0}, d};
        parts[count++] = (MemoryPart){"norm.bias", offsetof(Memory, norm_bias), 1, {d, 0}, d};
        parts[count++] = (MemoryPart){"gate", offsetof(Memory, gate), 1, {1, 0}, 1};
    } else if (variant == MEMORY_LM) {
        parts[count++] = (MemoryPart){"lm.weight", offsetof(Memory, lm), 2, {d, d}, d * d};
        parts[count++] = (MemoryPart){"lm.bias", offsetof(Memory, lm_bias), 1, {d, 0}, d};
    }
    return count;
}

/* A matrix of the block: the names of its parts, and its shape. */
typedef struct {
    const char *weight, *a, *b;
    size_t rows, columns;
} TunedMatrix;

int memory_parts_of(const Memory *shape, MemoryPart parts[MEMORY_PARTS])
{
    size_t d = shape->width, m = shape->entries, hidden = shape->hidden, n = 0;
    if (!memory_tunes(shape->variant))
        return memory_parts(d, m, shape->variant, parts);
    bool attention = shape->variant == MEMORY_LORA_ATTENTION;
    const TunedMatrix of_mlp[] = {{"gate.weight", "gate.lora_A", "gate.lora_B", hidden, d},
                                  {"up.weight", "up.lora_A", "up.lora_B", hidden, d},
                                  {"down.weight", "down.lora_A", "down.lora_B", d, hidden}};
    const TunedMatrix of_attention[] = {
        {"query.weight", "query.lora_A", "query.lora_B", shape->query, d},
        {"key.weight", "key.lora_A", "key.lora_B", shape->key, d},
        {"value.weight", "value.lora_A", "value.lora_B", shape->key, d},
        {"output.weight", "output.lora_A", "output.lora_B", d, shape->query}};
    for (size_t i = 0; i < (attention ? 4 : 3); i++) {
        const TunedMatrix *of = attention ? &of_attention[i] : &of_mlp[i];
        size_t place = offsetof(Memory, tuned) + n * sizeof *shape->tuned,
               next = sizeof *shape->tuned;
        if (shape->variant == MEMORY_MLP) {
            parts[n++] =
                (MemoryPart){of->weight, place, 2, {of->rows, of->columns}, of->rows * of->columns};
            continue;
        }
        parts[n++] = (MemoryPart){of->a, place, 2, {m, of->columns}, m * of->columns};
        parts[n++] = (MemoryPart){of->b, place + next, 2, {of->rows, m}, of->rows * m};
    }
    return (int)n;
}

float *memory_place(void *owner, const MemoryPart *parts, int count, size_t *size)
{
    *size = 0;
    for (int i = 0; i < count; i++)
        *size += parts[i].count;
    float *parameters = alloc_zeroed(*size, sizeof *parameters), *part = parameters;
    for (int i = 0; i < count; i++) {
        memcpy((char *)owner + parts[i].member, &part, sizeof part);
        part += parts[i].count;
    }
    return parameters;
}

void memory_make(Memory *memory, size_t width, size_t entries, MemoryVariant variant)
{
    memory_make_like(memory, &(Memory){.width = width, .entries = entries, .variant = variant});
}

void memory_make_like(Memory *memory, const Memory *shape)
{
    MemoryPart parts[MEMORY_PARTS];
    int count = memory_parts_of(shape, parts);
    *memory = (Memory){.width = shape->width,
                       .entries = shape->entries,
                       .variant = shape->variant,
                       .without_first = shape->without_first,
                       .hidden = shape->hidden,
                       .query = shape->query,
                       .key = shape->key};
    memory->parameters = memory_place(memory, parts, count, &memory->count);
}

void memory_free(Memory *memory)
{
    free(memory->parameters);
    *memory = (Memory){0};
}

bool memory_starts_silent(MemoryVariant variant)
{
    return variant == MEMORY_ZERO || memory_tunes(variant);
}

void memory_draw(Memory *memory, uint64_t seed)
{
    size_t d = memory->width, m = memory->entries;
    Rng rng = rng_stream("memory", seed, 0);
    memset(memory->parameters, 0, memory->count * sizeof *memory->parameters);
    orthogonal_draw(memory->up, m, d, sqrt(2), &rng);
    if (!memory_starts_silent(memory->variant))
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
    float *p = alloc_scratch(T, (3 * m + 3 * d + 2) * sizeof *p);
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

void memory_apply(const Memory *memory, const Batch *batch, float *out, const float *h,
                  const float *mask, MemoryCache *cache)
{
    size_t d = memory->width;
    memory_forward(memory, out, h, mask, batch->rows, cache);
    for (size_t t = 0; memory->without_first && t < batch->rows; t++)
        if (batch->position[t] == 0)
            memcpy(out + t * d, h + t * d, d * sizeof *out);
}

void memory_drop_first(const Memory *memory, const Batch *batch, float *dout)
{
    size_t d = memory->width;
    for (size_t t = 0; memory->without_first && t < batch->rows; t++)
        if (batch->position[t] == 0)
            memset(dout + t * d, 0, d * sizeof *dout);
}

/* dwritten (T,d) = the gradient of `written` given dout, through gate and norm. */
static void norm_gate_backward(const Memory *memory, Memory *gradients, float *dwritten,
                               const float *dout, size_t T, const MemoryCache *cache)
{
    size_t d = memory->width;
    float *dnormal = alloc_scratch(T, d * sizeof *dnormal), gate = *memory->gate;
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
    float *dnormal = alloc_zeroed(T, d * sizeof *dnormal);
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
    float *scratch = alloc_scratch(T, (d + 2 * m) * sizeof *scratch);
    float *dactive = scratch, *dbefore = dactive + T * m, *through = dbefore + T * m;
    const float *dwritten = dout;
    if (memory->variant == MEMORY_NORM_GATE)
        norm_gate_backward(memory, gradients, through, dout, T, cache), dwritten = through;
    else if (memory->variant == MEMORY_LM)
        lm_backward(memory, gradients, through, dout, T, cache), dwritten = through;
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

void memory_tangent(const Memory *memory, float *dout, const float *dmask, size_t T,
                    const MemoryCache *cache)
{
    size_t d = memory->width, m = memory->entries;
    assert(memory->variant != MEMORY_NORM_GATE && "masks of these are not trained");
    float *dchosen = alloc_scratch(T, (m + 2 * d) * sizeof *dchosen);
    float *dwritten = dchosen + T * m, *dnormal = dwritten + T * d;
    for (size_t i = 0; i < T * m; i++)
        dchosen[i] = dmask[i] * cache->active[i];
    gemm_nt(dwritten, dchosen, memory->down, T, d, m, 0);
    if (memory->variant == MEMORY_LM) {
        gemm_nt(dnormal, dwritten, memory->lm, T, d, d, 0);
        memset(dout, 0, T * d * sizeof *dout);
        gelu_backward(dout, dnormal, cache->normal, T * d); /* by element: both ways alike */
    } else {
        memcpy(dout, dwritten, T * d * sizeof *dout);
    }
    free(dchosen);
}
