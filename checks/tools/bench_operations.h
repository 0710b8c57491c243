/* Operations of the bench's jobs: additions and multiplications of all matrix products.
 *
 * A product of (T,K) and (K,N) has 2 T N K. Attention is counted as its whole square, 4 n² of each
 * head's columns forward and twice that backward. Norms, activations and the optimiser are not
 * counted, and neither is padding. Frozen weights want no gradients: a backward pass has as many
 * operations as the forward one, and twice as many in attention and in the memory. */
#ifndef DOCMEM_BENCH_OPERATIONS_H
#define DOCMEM_BENCH_OPERATIONS_H
#include "model.h"

/* Weights of one block's matrices. */
static inline double bench_weights(const ModelConfig *c)
{
    double d = (double)c->width, q = (double)(c->heads.heads * c->heads.size);
    double kv = (double)(c->heads.kv_heads * c->heads.size);
    return d * (2 * q + 2 * kv) + 3 * d * (double)c->hidden;
}

/* Attention of a sequence of n rows, forward. */
static inline double bench_attention(const ModelConfig *c, size_t n)
{
    return 4.0 * (double)n * (double)n * (double)(c->heads.heads * c->heads.size);
}

/* A block's forward pass over a sequence of n rows. */
static inline double bench_block(const ModelConfig *c, size_t n)
{
    return 2 * (double)n * bench_weights(c) + bench_attention(c, n);
}

/* Logits of n rows. */
static inline double bench_head(const ModelConfig *c, size_t n)
{
    return 2.0 * (double)n * (double)c->vocabulary * (double)c->width;
}

/* A memory of m entries over n rows, forward. */
static inline double bench_memory(const ModelConfig *c, size_t m, size_t n)
{
    return 4.0 * (double)n * (double)m * (double)c->width;
}

/* A step of training the memory after block `layer` on a text of n tokens. */
static inline double bench_step(const ModelConfig *c, size_t layer, size_t m, size_t n)
{
    double blocks = (double)(c->blocks - 1 - layer);
    return blocks * (2 * bench_block(c, n) + bench_attention(c, n)) + 2 * bench_head(c, n) +
           3 * bench_memory(c, m, n);
}

/* A prompt of n rows, its letters among them, answered: five rows of logits. */
static inline double bench_answer(const ModelConfig *c, size_t layer, size_t m, size_t n)
{
    return (double)(c->blocks - 1 - layer) * bench_block(c, n) + bench_head(c, 5) +
           bench_memory(c, m, n);
}

#endif
