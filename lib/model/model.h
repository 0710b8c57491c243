/* A frozen causal language model: configuration, weights, and the walk through its blocks.
 *
 * Loads Hugging Face folders (config.json, model.safetensors or shards) and GGUF files.
 * Letters in shapes: N blocks, d width, V vocabulary, T rows of a batch. */
#ifndef DOCMEM_MODEL_H
#define DOCMEM_MODEL_H
#include "base/error.h"
#include "file/safetensors.h"
#include "tensor/attention.h"
#include "tensor/batch.h"
#include "tensor/norm.h"
#include "tensor/ops.h"
#include <stdbool.h>

/* Llama (Touvron et al. 2023), with Mistral (Jiang et al. 2023) and Qwen2 (Yang et al. 2024) as
 * forms of it, and GPT-NeoX (Black et al. 2022; Pythia, Biderman et al. 2023). */
typedef enum { FAMILY_LLAMA, FAMILY_NEOX, FAMILIES } Family;

typedef struct {
    Family family;
    size_t blocks, width, hidden, vocabulary, positions; /* N, d, MLP width, V, longest context */
    Heads heads;
    size_t rotary; /* columns of each head that RoPE turns; 0: all of them */
    double rope_theta;
    RopeScaling rope_scaling;
    float norm_eps;
    bool tied;               /* the unembedding is the embedding */
    bool parallel;           /* GPT-NeoX: attention and MLP both read the block's input */
    bool gelu_tanh;          /* GPT-NeoX: GELU by tanh, as the 20B model has it */
    bool unbiased_attention; /* GPT-NeoX: attention's products have no biases */
    bool qkv_bias, output_bias, mlp_bias; /* Llama: attention's and the MLP's products have them */
    size_t window;  /* most rows that a block's attention sees, 0: all; positions is within it */
    char other[64]; /* an architecture that is none of ours, or empty */
} ModelConfig;

/* A weight (rows, columns): in float32, or mapped in its checkpoint's own dtype. */
typedef struct {
    float *values;        /* float32, or NULL; never written for a loaded model */
    const Tensor *tensor; /* the mapped tensor where values is NULL */
    size_t rows, columns;
    const void *bf16; /* for the bf16 engine: mapped or rounded, at any address; NULL without it */
} Matrix;

typedef struct {
    Norm input_norm, mlp_norm; /* (d) */
    Matrix query, key, value;  /* Llama: (heads·size, d) (kv·size, d) (kv·size, d) */
    Matrix fused;              /* GPT-NeoX: (heads·3·size, d), by head query, key, value */
    Matrix output;             /* (d, heads·size) */
    Matrix gate, up, down;     /* (hidden, d), Llama only; (hidden, d) (d, hidden) */
    float *fused_bias;         /* GPT-NeoX: (heads·3·size); NULL where there is none, as all */
    float *query_bias, *key_bias, *value_bias, *gate_bias; /* Llama: (heads·size) (kv·size) twice
                                                            * (hidden) */
    float *output_bias, *up_bias, *down_bias;              /* (d) (hidden) (d) */
} Block;

typedef struct {
    ModelConfig config;
    TensorFile file;               /* mapped checkpoint; unused for a model made in memory */
    Matrix embedding, unembedding; /* (V,d) */
    Norm final_norm;               /* (d) */
    Block *block;                  /* (N) */
    float *cosine, *sine;          /* RoPE tables (positions, rotary/2) */
    double
        *rope_divisor; /* (rotary/2) of RoPE's frequencies, or NULL; scaled, or GGUF's rope_freqs */
    float *owned;      /* parameters held in float32 by this model, or NULL */
    size_t owned_count;
    uint16_t *rounded; /* weights that were rounded for the bf16 engine, or NULL */
    Error note;        /* what the caller should tell of a checkpoint that was taken, or empty */
} Model;

/* Inputs of a block's products, which only the gradients of weights look at again. */
typedef struct {
    size_t rows;
    float *norm1, *mixed, *norm2, *active; /* (T,d) (T,h·s) (T,d) (T,hidden) */
} BlockWork;

/* What a block's forward pass leaves for its backward pass. Shapes with T rows. */
typedef struct {
    size_t rows, probability_count;
    float *q, *k, *v, *probabilities;      /* (T,h·s) (T,kv·s) (T,kv·s) Σ h·length² */
    float *middle, *gate, *up;             /* (T,d) (T,hidden) (T,hidden) */
    float *moments1, *moments2;            /* (2,T) of each norm */
    float *norm1, *mixed, *norm2, *active; /* those of `own` or `shared` */
    BlockWork own, *shared; /* `shared`, unless NULL, serves the caches of many blocks in turn,
                             * where no gradient of weights will be asked for; borrowed */
} BlockCache;

/* Reads the config.json at `path`, or the same from a GGUF file; every field that is used is
 * checked. An architecture that is none of ours is put into config->other; model_open, which sees
 * its tensors too, refuses it. */
bool model_config_read(ModelConfig *config, const char *path, Error *error);
/* Opens the model's folder, or its GGUF file. Checkpoints that take at most `float_budget` bytes
 * as float32 are widened at once; larger ones stay mapped in their dtype. For the bf16 engine BF16
 * weights stay mapped, and those of other types are rounded to BF16 once. Refused is a file that
 * holds more than parameters and known buffers: a result would leave the rest out. */
bool model_open(Model *model, const char *path, size_t float_budget, Error *error);
/* A model of this shape with zeroed parameters, all in `owned` (for training
 * from nothing, or for the gradients of such a model). */
void model_make(Model *model, const ModelConfig *config);
void model_close(Model *model);
/* False, naming file, tensor and element, where a weight is not a finite number. model_open has
 * asked it of a checkpoint that takes at most `float_budget` bytes; of others the prefix stage asks
 * it. */
bool model_finite(Model *model, Error *error);
/* Columns of each head that RoPE turns. */
size_t model_rotary(const ModelConfig *config);
/* Fills the RoPE tables of a model whose config is set. */
void model_tables(Model *model);

/* Whether ids up to `largest_id` have a row in the embedding, and texts of up to
 * `longest` rows are within the model's context. */
bool model_fits(const Model *model, int32_t largest_id, size_t longest, Error *error);

/* h (T,d) = embedding rows of ids (T), zero where the position is −1. */
void model_embed(const Model *model, float *h, const int32_t *ids, const Batch *batch);

/* values (rows,columns) = the weight's, as float32. */
void matrix_widen(float *values, const Matrix *weight);
/* y (T,rows) = x (T,columns) · weightᵀ */
void matrix_forward(float *y, const float *x, const Matrix *weight, size_t T);
/* dx (T,columns) = beta dx + dy · weight; and dweight += dyᵀ x unless it is NULL or has no values.
 */
void matrix_backward(float *dx, Matrix *dweight, const float *dy, const float *x,
                     const Matrix *weight, size_t T, float beta);

/* out (T,d) = block `index` of h (T,d); out may not be h. Keeps what the
 * gradient needs in *cache, growing it as necessary (a zeroed one is empty). */
void block_forward(const Model *model, size_t index, const Batch *batch, float *out, const float *h,
                   BlockCache *cache);
/* dh (T,d): in, the gradient of the block's output; out, of its input `h`. Adds
 * weight gradients to block `index` of *gradients unless NULL, which it must be
 * for GPT-NeoX: only a Llama's blocks are trained. Weights that have no values there get none. */
void block_backward(const Model *model, Model *gradients, size_t index, const Batch *batch,
                    float *dh, const float *h, const BlockCache *cache);
/* dh (T,d): in, a step of the block's input `h`; out, the tangent of its output along it. */
void block_tangent(const Model *model, size_t index, const Batch *batch, float *dh, const float *h,
                   const BlockCache *cache);
void block_cache_free(BlockCache *cache);
void block_work_free(BlockWork *work);

/* The same for sequences that go on: the batch holds one new row of each,
 * position past->length of its sequence, whose key and value are stored there. */
void block_continue(const Model *model, size_t index, const Batch *batch, Past *past, float *out,
                    const float *h, BlockCache *cache);

#endif
