/* The document memory: a small trainable module added to the residual stream after one block.
 *
 *   plain      Mem(h) = down · gelu(up · h + up_bias) + down_bias
 *   norm+gate  Mem(h) = gate · LayerNorm(the same)
 *   lm         Mem(h) = gelu(lm · (the same) + lm_bias)
 *
 * A structured memory multiplies the activation gelu(…) by a mask, entry by entry:
 * which entries a document owns, or how it selects them.
 *
 * d width, m entries, T rows. As a key-value store (Geva et al. 2021): row j of
 * `up` is entry j's key, column j of `down` what it writes. */
#ifndef DOCMEM_MEMORY_H
#define DOCMEM_MEMORY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { MEMORY_PLAIN, MEMORY_NORM_GATE, MEMORY_LM, MEMORY_VARIANTS } MemoryVariant;

/* Its parameters lie one after another in `parameters`; a Memory of the same
 * shape holds their gradients. */
typedef struct {
    size_t width, entries, count; /* d, m, number of parameters */
    MemoryVariant variant;
    float *parameters;
    float *up, *up_bias, *down, *down_bias; /* (m,d) (m) (d,m) (d) */
    float *norm_weight, *norm_bias, *gate;  /* (d) (d) (1), NULL but in norm+gate */
    float *lm, *lm_bias;                    /* (d,d) (d), NULL but in lm */
} Memory;

/* What a forward pass leaves for the gradient. */
typedef struct {
    size_t rows;
    float *before, *active, *chosen; /* (T,m) each: up's output, gelu of it, masked */
    float *written, *normal, *added; /* (T,d) each: down's output, after norm or lm, Mem(h) of lm */
    float *mean, *rstd;              /* (T) */
} MemoryCache;

/* A named tensor of a memory. */
typedef struct {
    const char *name; /* "up.weight" … */
    int rank;
    size_t shape[2], count;
} MemoryPart;
enum { MEMORY_PARTS = 7 };

/* The parts in the order they lie in `parameters`; returns their number. */
int memory_parts(size_t width, size_t entries, MemoryVariant variant,
                 MemoryPart parts[MEMORY_PARTS]);

/* "plain", "norm-gate", "lm"; MEMORY_VARIANTS where the name is unknown. */
const char *memory_variant_name(MemoryVariant variant);
MemoryVariant memory_variant_parse(const char *name);

/* Zeroed parameters of this shape. */
void memory_make(Memory *memory, size_t width, size_t entries, MemoryVariant variant);
void memory_free(Memory *memory);
/* Draws the start of training from the stream ("memory", seed): up, down and lm
 * orthogonal with gain √2 (Saxe et al. 2014), biases 0, norm 1 and 0, gate 1. */
void memory_draw(Memory *memory, uint64_t seed);

/* out (T,d) = h + Mem(h), the activation times mask (T,m), NULL: all ones; out may be h
 * only if no gradient is asked for later. */
void memory_forward(const Memory *memory, float *out, const float *h, const float *mask, size_t T,
                    MemoryCache *cache);
/* Adds to *gradients; dh (T,d) and dmask (T,m), unless NULL, are set to the gradients of
 * h and of the mask given dout, that of out. */
void memory_backward(const Memory *memory, Memory *gradients, float *dh, float *dmask,
                     const float *dout, const float *h, const float *mask, size_t T,
                     const MemoryCache *cache);
void memory_cache_free(MemoryCache *cache);

#endif
