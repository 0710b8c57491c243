/* The document memory: a small trainable module added to the residual stream after one block.
 *
 *   plain      Mem(h) = down · gelu(up · h + up_bias) + down_bias
 *   norm+gate  Mem(h) = gate · LayerNorm(the same)
 *   lm         Mem(h) = gelu(lm · (the same) + lm_bias)
 *   zero       plain, whose down starts at zero, so that training starts from the model as it is
 *
 * Variants that are not added, but are the block's own weights, are in tuned.h.
 *
 * It may leave a text's first row as it is: pretrained Llamas carry massive activations there (Sun
 * et al., "Massive activations in large language models", COLM 2024), which a memory with
 * orthogonal weights amplifies.
 *
 * A structured memory multiplies the activation gelu(…) by a mask, entry by entry:
 * which entries a document owns, or how it selects them.
 *
 * d width, m entries, T rows. As a key-value store (Geva et al. 2021): row j of
 * `up` is entry j's key, column j of `down` what it writes. */
#ifndef DOCMEM_MEMORY_H
#define DOCMEM_MEMORY_H
#include "tensor/batch.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    MEMORY_PLAIN,
    MEMORY_NORM_GATE,
    MEMORY_LM,
    MEMORY_ZERO,
    MEMORY_ADDED, /* those before are added after the block, the others are its own weights */
    MEMORY_LORA_MLP = MEMORY_ADDED,
    MEMORY_LORA_ATTENTION,
    MEMORY_MLP,
    MEMORY_VARIANTS
} MemoryVariant;

/* Its parameters lie one after another in `parameters`; a Memory of the same
 * shape holds their gradients. */
typedef struct {
    size_t width, entries, count; /* d, m, number of parameters */
    MemoryVariant variant;
    bool without_first; /* a text's first row is left as it is */
    float *parameters;
    float *up, *up_bias, *down, *down_bias; /* (m,d) (m) (d,m) (d) */
    float *norm_weight, *norm_bias, *gate;  /* (d) (d) (1), NULL but in norm+gate */
    float *lm, *lm_bias;                    /* (d,d) (d), NULL but in lm */
    size_t hidden, query, key; /* of the block: MLP's units, columns of queries and of keys; 0 where
                                * the memory is added */
    float *tuned[8]; /* of LoRA A (m,columns) and B (rows,m) of each matrix, of mlp the matrices */
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
    size_t member;    /* that points to it: offsetof(Memory, up) … */
    int rank;
    size_t shape[2], count;
} MemoryPart;
enum { MEMORY_PARTS = 8 };

/* The parts in the order they lie in `parameters`; returns their number. */
int memory_parts(size_t width, size_t entries, MemoryVariant variant,
                 MemoryPart parts[MEMORY_PARTS]);
/* The same of any variant: *shape is read but for its parameters. */
int memory_parts_of(const Memory *shape, MemoryPart parts[MEMORY_PARTS]);

/* Zeroed parameters for all parts; the members of `owner`, the struct that they name, point to
 * theirs. *size of them in all; owned by the caller. */
float *memory_place(void *owner, const MemoryPart *parts, int count, size_t *size);

/* "all", or "without-first" where a text's first row is left as it is; false for another name. */
const char *memory_rows_name(bool without_first);
bool memory_rows_parse(const char *name, bool *without_first);

/* "plain", "norm-gate", "lm", "zero", "lora-mlp", "lora-attention", "mlp"; MEMORY_VARIANTS where
 * the name is unknown. */
const char *memory_variant_name(MemoryVariant variant);
MemoryVariant memory_variant_parse(const char *name);
/* Whether it is the block's own weights; and the lowest block that is then run. */
bool memory_tunes(MemoryVariant variant);
size_t memory_first(MemoryVariant variant, size_t layer);

/* Zeroed parameters of this shape. */
void memory_make(Memory *memory, size_t width, size_t entries, MemoryVariant variant);
/* The same of *shape's, whatever its variant. */
void memory_make_like(Memory *memory, const Memory *shape);
void memory_free(Memory *memory);
/* Draws the start of training from the stream ("memory", seed): up, down and lm
 * orthogonal with gain √2 (Saxe et al. 2014), biases 0, norm 1 and 0, gate 1; zero's down is 0.
 * Of those that are added. */
void memory_draw(Memory *memory, uint64_t seed);
/* Whether a memory so drawn leaves the stream as it is. */
bool memory_starts_silent(MemoryVariant variant);

/* out (T,d) = h + Mem(h), the activation times mask (T,m), NULL: all ones; out may be h
 * only if no gradient is asked for later. */
void memory_forward(const Memory *memory, float *out, const float *h, const float *mask, size_t T,
                    MemoryCache *cache);
/* The same for a batch, whose first rows stay as they are where the memory leaves them so; out is
 * not h. And before memory_backward: what the first rows of dout (rows,d) then do not tell the
 * memory. */
void memory_apply(const Memory *memory, const Batch *batch, float *out, const float *h,
                  const float *mask, MemoryCache *cache);
void memory_drop_first(const Memory *memory, const Batch *batch, float *dout);
/* Adds to *gradients; dh (T,d) and dmask (T,m), unless NULL, are set to the gradients of
 * h and of the mask given dout, that of out. */
void memory_backward(const Memory *memory, Memory *gradients, float *dh, float *dmask,
                     const float *dout, const float *h, const float *mask, size_t T,
                     const MemoryCache *cache);
/* Sets dout (T,d) to the tangent of out along dmask (T,m), a step of the mask; not of the variant
 * norm+gate. */
void memory_tangent(const Memory *memory, float *dout, const float *dmask, size_t T,
                    const MemoryCache *cache);
void memory_cache_free(MemoryCache *cache);

#endif
