/* The blocks of a frozen model from some block upward, with a memory on the way. */
#ifndef DOCMEM_STACK_H
#define DOCMEM_STACK_H
#include "memory/tuned.h"

/* Told after each block what it has made of a forward pass: its keys and values are in *cache. */
typedef void StackAfter(void *context, size_t block, const BlockCache *cache);

typedef struct {
    const Model *model;
    const Memory *memory; /* NULL: the model as it is */
    bool adds;            /* the memory is added after its block */
    Tuned tuned;          /* the model that is run: with the block's own weights, or as it is */
    size_t layer;         /* the memory stands after this block */
    size_t first;      /* the first block that is run; ≤ layer + 1, or layer where it is tuned */
    bool keep;         /* keep what the gradient needs */
    StackAfter *after; /* NULL: nobody is told; set by whoever wants it */
    void *context;     /* its own */
    size_t rows;
    const float *mask; /* (T,m) of the last forward pass, or NULL */
    float *raw;        /* (T,d) the stream before the memory is added */
    float **h;         /* (N+1) h[i] (T,d) is the input of block i; h[N] the end */
    BlockCache *cache; /* (N), or one for all where nothing is kept */
    BlockWork work;    /* of all of them in turn */
    MemoryCache memory_cache;
} Stack;

/* A stack over blocks first … N-1; borrowed model and memory. */
void stack_begin(Stack *stack, const Model *model, const Memory *memory, size_t layer, size_t first,
                 bool keep);
void stack_free(Stack *stack);

/* The residual stream after the last block, (rows,d), owned by the stack until
 * the next call; h (rows,d) enters block `first`: the embedding (first = 0) or
 * the stream after block first − 1; mask (rows,m) as in memory_forward, borrowed
 * until the backward pass. */
const float *stack_forward(Stack *stack, const Batch *batch, const float *h, const float *mask);
/* Where the first number that is not finite was in the last forward pass: "from block 3 on", "from
 * the memory on", "from the start on" or, where there was none, "in the head"; written to words. */
const char *stack_where(const Stack *stack, size_t rows, char words[64]);
/* dh (rows,d): the gradient of what stack_forward returned, overwritten on its
 * way down to the memory, whose gradients are added to *gradients; dmask (rows,m), unless
 * NULL, is set to that of the mask. */
void stack_backward(Stack *stack, const Batch *batch, float *dh, Memory *gradients, float *dmask);

/* The tangent of what stack_forward returned along dmask (rows,m), a step of the mask, into
 * dh (rows,d): forward mode through memory and blocks, exact at the last forward pass. */
void stack_tangent(const Stack *stack, const Batch *batch, float *dh, const float *dmask);

#endif
