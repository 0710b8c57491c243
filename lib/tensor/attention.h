/* Causal attention with grouped queries over a packed batch, one (sequence, head) at a time. */
#ifndef DOCMEM_ATTENTION_H
#define DOCMEM_ATTENTION_H
#include "tensor/batch.h"

/* heads query heads share kv_heads key-value heads, `size` columns each. */
typedef struct {
    size_t heads, kv_heads, size;
} Heads;

/* Elements that the probabilities of a batch take: Σ heads · length². */
size_t attention_probabilities(const Batch *batch, Heads heads);

/* out (rows, heads·size) = softmax(q kᵀ / √size, causal) v; q (rows,
 * heads·size), k and v (rows, kv_heads·size), turned already. Rows of padding come
 * out zero. `probabilities` is kept for the gradient, which knows of no shared rows. A sequence's
 * result does not depend on the rest of the batch. */
void attention_forward(float *out, float *probabilities, const float *q, const float *k,
                       const float *v, const Batch *batch, Heads heads);
/* Sets (not adds) dq, dk, dv. */
void attention_backward(float *dq, float *dk, float *dv, const float *dout, const float *q,
                        const float *k, const float *v, const float *probabilities,
                        const Batch *batch, Heads heads);

/* Sets dout (rows, heads·size) to the tangent of out along dq, dk, dv, steps of q, k and v. */
void attention_tangent(float *dout, const float *dq, const float *dk, const float *dv,
                       const float *q, const float *k, const float *v, const float *probabilities,
                       const Batch *batch, Heads heads);

/* Keys and values of sequences so far, for one block. */
typedef struct {
    size_t capacity;      /* positions there is room for */
    float *keys, *values; /* (sequences, capacity, kv_heads·size) */
    const size_t *length; /* (sequences) positions filled */
} Past;

/* out, q (rows, heads·size), k, v (rows, kv_heads·size): the first row of each sequence of the
 * batch is its next position, length[i] < capacity; it attends to the past and
 * itself, and its key and value join the past. Other rows come out zero. */
void attention_continue(float *out, const float *q, const float *k, const float *v,
                        const Batch *batch, Past *past, Heads heads);

#endif
