/* A frozen causal language model: configuration, weights, and the walk through its blocks.
 *
 * Loads Hugging Face folders (config.json, model.safetensors or shards). Letters
 * in shapes: N blocks, d width, V vocabulary, T rows of a batch. */
#ifndef DOCMEM_MODEL_H
#define DOCMEM_MODEL_H
#include "attention.h"
#include "batch.h"
#include "error.h"
#include "safetensors.h"
#include <stdbool.h>

typedef struct {
    size_t blocks, width, hidden, vocabulary, positions; /* N, d, MLP width, V, longest context */
    Heads heads;
    double rope_theta;
    float norm_eps;
    bool tied; /* the unembedding is the embedding */
} ModelConfig;

/* A weight (rows, columns): in float32, or mapped in its checkpoint's own dtype. */
typedef struct {
    float *values;        /* float32, or NULL; never written for a loaded model */
    const Tensor *tensor; /* the mapped tensor where values is NULL */
    size_t rows, columns;
} Matrix;

typedef struct {
    float *input_norm, *mlp_norm; /* (d) */
    Matrix query, key, value,
        output;            /* (heads·size, d) (kv·size, d) (kv·size, d) (d, heads·size) */
    Matrix gate, up, down; /* (hidden, d) (hidden, d) (d, hidden) */
} Block;

typedef struct {
    ModelConfig config;
    TensorFile file;               /* mapped checkpoint; unused for a model made in memory */
    Matrix embedding, unembedding; /* (V,d) */
    float *final_norm;             /* (d) */
    Block *block;                  /* (N) */
    float *cosine, *sine;          /* RoPE tables (positions, size/2) */
    float *owned;                  /* parameters held in float32 by this model, or NULL */
    size_t owned_count;
} Model;

/* What a block's forward pass leaves for its backward pass. Shapes with T rows. */
typedef struct {
    size_t rows, probability_count;
    float *norm1, *rstd1, *q, *k, *v, *probabilities, *mixed; /* (T,d) (T) (T,h·s) (T,kv·s) … */
    float *middle, *norm2, *rstd2, *gate, *up, *active;       /* (T,d) (T,d) (T) (T,hidden) … */
} BlockCache;

/* Opens the model folder. Checkpoints that take at most `float_budget` bytes
 * as float32 are widened at once; larger ones stay mapped in their dtype. */
bool model_open(Model *model, const char *folder, size_t float_budget, Error *error);
/* A model of this shape with zeroed parameters, all in `owned` (for training
 * from nothing, or for the gradients of such a model). */
void model_make(Model *model, const ModelConfig *config);
void model_close(Model *model);
/* Fills the RoPE tables of a model whose config is set. */
void model_tables(Model *model);

/* Whether ids up to `largest_id` have a row in the embedding, and texts of up to
 * `longest` rows are within the model's context. */
bool model_fits(const Model *model, int32_t largest_id, size_t longest, Error *error);

/* h (T,d) = embedding rows of ids (T), zero where the position is −1. */
void model_embed(const Model *model, float *h, const int32_t *ids, const Batch *batch);

/* y (T,rows) = x (T,columns) · weightᵀ */
void matrix_forward(float *y, const float *x, const Matrix *weight, size_t T);
/* dx (T,columns) = beta dx + dy · weight; and dweight += dyᵀ x unless NULL. */
void matrix_backward(float *dx, Matrix *dweight, const float *dy, const float *x,
                     const Matrix *weight, size_t T, float beta);

/* out (T,d) = block `index` of h (T,d); out may not be h. Keeps what the
 * gradient needs in *cache, growing it as necessary (a zeroed one is empty). */
void block_forward(const Model *model, size_t index, const Batch *batch, float *out, const float *h,
                   BlockCache *cache);
/* dh (T,d): in, the gradient of the block's output; out, of its input `h`. Adds
 * weight gradients to block `index` of *gradients unless NULL. */
void block_backward(const Model *model, Model *gradients, size_t index, const Batch *batch,
                    float *dh, const float *h, const BlockCache *cache);
void block_cache_free(BlockCache *cache);

/* The same for sequences that go on: the batch holds one new row of each,
 * position past->length of its sequence, whose key and value are stored there. */
void block_continue(const Model *model, size_t index, const Batch *batch, Past *past, float *out,
                    const float *h, BlockCache *cache);

#endif
