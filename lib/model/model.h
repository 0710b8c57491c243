/* A causal language model: configuration, weights, and the forward and backward pass of its blocks.
 *
 * Opens Hugging Face folders (config.json with model.safetensors or shards) and GGUF files. Letters
 * in shapes: N blocks, d width, V vocabulary, T rows of a batch, h heads of size s, kv key-value
 * heads. */
#ifndef DOCMEM_MODEL_H
#define DOCMEM_MODEL_H
#include "base/error.h"
#include "file/safetensors.h"
#include "tensor/attention.h"
#include "tensor/batch.h"
#include "tensor/norm.h"
#include "tensor/ops.h"
#include <stdbool.h>

/* Llama (Touvron et al. 2023), which covers Mistral (Jiang et al. 2023) and Qwen2 (Yang et al.
 * 2024); and GPT-NeoX (Black et al. 2022), which covers Pythia (Biderman et al. 2023). */
typedef enum { FAMILY_LLAMA, FAMILY_NEOX, FAMILIES } Family;

typedef struct {
    Family family;
    size_t blocks, width, hidden, vocabulary, positions; /* N, d, MLP width, V, longest text */
    Heads heads;
    size_t rotary; /* columns of each head that RoPE rotates; 0: all of them */
    double rope_theta;
    RopeScaling rope_scaling;
    float norm_eps;
    bool tied;               /* embedding and unembedding are one matrix */
    bool parallel;           /* GPT-NeoX: attention and MLP both read the block's input */
    bool gelu_tanh;          /* GPT-NeoX: the tanh approximation of GELU, as in the 20B model */
    bool unbiased_attention; /* GPT-NeoX: attention's projections have no biases */
    bool qkv_bias, output_bias, mlp_bias; /* Llama: which projections have biases */
    size_t window;  /* sliding window of attention, 0: none; positions is at most that */
    char other[64]; /* the name of an unsupported architecture, or empty */
} ModelConfig;

/* A weight (rows, columns), either in float32 or mapped in the checkpoint's own dtype. It owns
 * nothing: the memory belongs to the Model. */
typedef struct {
    float *values;        /* float32, or NULL; read-only in an opened model */
    const Tensor *tensor; /* the mapped tensor where values is NULL */
    size_t rows, columns;
    const void *bf16; /* for the bf16 engine: mapped or rounded, unaligned; or NULL */
} Matrix;

typedef struct {
    Norm input_norm, mlp_norm; /* (d) */
    Matrix query, key, value;  /* Llama: (heads·size, d) (kv·size, d) (kv·size, d) */
    Matrix fused;              /* GPT-NeoX: (heads·3·size, d), head by head query, key, value */
    Matrix output;             /* (d, heads·size) */
    Matrix gate, up, down;     /* (hidden, d), Llama only; (hidden, d) (d, hidden) */
    float *fused_bias;         /* GPT-NeoX: (heads·3·size); every bias is NULL where absent */
    float *query_bias, *key_bias, *value_bias, *gate_bias; /* Llama: (heads·size) (kv·size) twice
                                                            * (hidden) */
    float *output_bias, *up_bias, *down_bias;              /* (d) (hidden) (d) */
} Block;

typedef struct {
    ModelConfig config;
    TensorFile file;               /* the mapped checkpoint; unused after model_make */
    Matrix embedding, unembedding; /* (V,d) */
    Norm final_norm;               /* (d) */
    Block *block;                  /* (N) */
    float *cosine, *sine;          /* RoPE tables (positions, rotary/2) */
    double *rope_divisor; /* (rotary/2) what RoPE's frequencies are divided by, or NULL for 1 */
    float *owned;         /* (owned_count) parameters that the model holds in float32, or NULL */
    size_t owned_count;
    uint16_t *rounded; /* weights rounded to BF16 for the bf16 engine, or NULL */
    Error note;        /* a warning about the checkpoint, which the caller should print, or empty */
} Model;

/* Inputs of a block's matrix products. The backward pass reads them only for weight gradients. */
typedef struct {
    size_t rows;
    float *norm1, *mixed, *norm2, *active; /* (T,d) (T,h·s) (T,d) (T,hidden) */
} BlockWork;

/* What a block's forward pass keeps for its backward pass, over T rows. */
typedef struct {
    size_t rows, probability_count;
    float *q, *k, *v, *probabilities;      /* (T,h·s) (T,kv·s) (T,kv·s) (Σ h·length²) */
    float *middle, *gate, *up;             /* (T,d) (T,hidden) (T,hidden) */
    float *moments1, *moments2;            /* (2,T) per norm, see norm.h */
    float *norm1, *mixed, *norm2, *active; /* point into `own` or *shared */
    BlockWork own, *shared; /* `shared`: borrowed, one for the caches of many blocks, where
                             * no weight gradients are wanted; NULL: use `own` */
} BlockCache;

/* Reads the config.json at `path`, or the equal settings of a GGUF file, and checks every field
 * that is used. An unsupported architecture is stored in config->other, and no error here:
 * model_open, which also sees the tensors, refuses it with a better message. False, with *error
 * set, where the file cannot be read or a field is bad. */
bool model_config_read(ModelConfig *config, const char *path, Error *error);
/* Opens a model's folder or GGUF file; *model is freed with model_close. A checkpoint that takes at
 * most `float_budget` bytes as float32 is converted to float32 at once; a larger one stays mapped
 * in its own dtype. With the bf16 engine on, BF16 weights stay mapped; others are rounded to BF16
 * at once if that takes no more than the budget, or else each time they are used. False, with
 * *error set and *model empty, where a file is bad, or where it holds tensors that are neither
 * parameters nor known buffers: results would silently ignore them. */
bool model_open(Model *model, const char *path, size_t float_budget, Error *error);
/* Makes a model of this configuration with zeroed parameters, all in `owned`, in the order of
 * family_walk: for training from scratch, or to hold the gradients of such a model. */
void model_make(Model *model, const ModelConfig *config);
void model_close(Model *model);
/* False, with file, tensor and element in *error, where a weight is not finite. model_open has
 * already checked a checkpoint of at most `float_budget` bytes; the prefix stage checks larger
 * ones. */
bool model_finite(Model *model, Error *error);
/* Columns of each head that RoPE rotates, config->rotary resolved. */
size_t model_rotary(const ModelConfig *config);
/* Allocates and fills the RoPE tables of a model whose config is set. Call it once. */
void model_tables(Model *model);

/* False, with *error set, where `largest_id` has no row in the embedding or a text of `longest`
 * rows exceeds the model's context. */
bool model_fits(const Model *model, int32_t largest_id, size_t longest, Error *error);

/* h (T,d) = the embedding rows of ids (T); zero in padding rows (position −1). */
void model_embed(const Model *model, float *h, const int32_t *ids, const Batch *batch);

/* values (rows,columns) = the weight in float32. */
void matrix_widen(float *values, const Matrix *weight);
/* y (T,rows) = x (T,columns) · weightᵀ */
void matrix_forward(float *y, const float *x, const Matrix *weight, size_t T);
/* dx (T,columns) = beta dx + dy (T,rows) · weight. Also dweight += dyᵀ · x (T,columns), unless
 * dweight is NULL or has no values. */
void matrix_backward(float *dx, Matrix *dweight, const float *dy, const float *x,
                     const Matrix *weight, size_t T, float beta);

/* out (T,d) = block `index` of h (T,d); out must not be h. Keeps in *cache what the backward pass
 * needs, and grows it as necessary; a zeroed cache is an empty one. */
void block_forward(const Model *model, size_t index, const Batch *batch, float *out, const float *h,
                   BlockCache *cache);
/* dh (T,d) holds the gradient of the block's output on entry and of its input `h` on return. Adds
 * weight gradients to block `index` of *gradients, for the weights that have values there.
 * `gradients` is NULL for a frozen model, and must be for GPT-NeoX and for a Llama with biases. */
void block_backward(const Model *model, Model *gradients, size_t index, const Batch *batch,
                    float *dh, const float *h, const BlockCache *cache);
/* dh (T,d) holds a step of the block's input `h` on entry, and on return the tangent of the block's
 * output along it (Jacobian times step). */
void block_tangent(const Model *model, size_t index, const Batch *batch, float *dh, const float *h,
                   const BlockCache *cache);
void block_cache_free(BlockCache *cache);
void block_work_free(BlockWork *work);

/* block_forward for generation: the batch holds one new row of each sequence, at position
 * past->length of it. Its key and value are appended to *past. */
void block_continue(const Model *model, size_t index, const Batch *batch, Past *past, float *out,
                    const float *h, BlockCache *cache);

#endif
