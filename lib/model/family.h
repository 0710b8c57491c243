/* What tells one family of models from another: the names of its parameters, and its block.
 *
 * A block is project (norm, queries, keys and values), then RoPE and attention, which are the same
 * for all families (block.c), then finish (to the block's output). */
#ifndef DOCMEM_FAMILY_H
#define DOCMEM_FAMILY_H
#include "model/model.h"

/* A parameter of a model, or of a block: its name in a checkpoint, its shape, and where it lies. */
typedef struct {
    const char *name;     /* of a block's: what follows the block's prefix */
    size_t place;         /* of a Matrix, or of a float * where it is a vector */
    size_t rows, columns; /* columns 0: a vector (rows) */
} Parameter;
enum { PARAMETERS = 20 };

typedef struct {
    /* Names in a checkpoint; the bias NULL where norms have none. */
    const char *embedding, *unembedding, *final_norm_weight, *final_norm_bias;
    const char *blocks; /* what stands before the number of a block */

    /* A block's parameters in the order that made models lay them out, with places in a Block;
     * returns their number. */
    size_t (*of_block)(const ModelConfig *config, Parameter parameters[PARAMETERS]);

    /* norm1, q, k and v of the cache from h (T,d); and `out` (T,d) from h and cache->mixed. */
    void (*project)(const Model *model, const Block *block, size_t T, const float *h,
                    BlockCache *cache);
    void (*finish)(const Model *model, const Block *block, size_t T, float *out, const float *h,
                   BlockCache *cache);
    /* dh (T,d), the gradient of the output, becomes that of h by all ways but through attention;
     * dmixed (T,heads·size) is set to that of what attention mixed. Then dq, dk, dv, the gradients
     * of what project gave, add to dh. `gradient` may be NULL. */
    void (*finish_backward)(const Model *model, const Block *block, Block *gradient, size_t T,
                            float *dh, float *dmixed, const float *h, const BlockCache *cache);
    void (*project_backward)(const Model *model, const Block *block, Block *gradient, size_t T,
                             float *dh, float *dq, float *dk, float *dv, const float *h,
                             const BlockCache *cache);
    /* Steps dq, dk, dv of what project gives, from dh, a step of h. Then dh becomes that of the
     * output, from dmixed, that of what attention mixed. */
    void (*project_tangent)(const Model *model, const Block *block, size_t T, const float *dh,
                            float *dq, float *dk, float *dv, const float *h,
                            const BlockCache *cache);
    void (*finish_tangent)(const Model *model, const Block *block, size_t T, float *dh,
                           const float *dmixed, const float *h, const BlockCache *cache);
} FamilyRules;

extern const FamilyRules llama_rules, neox_rules;
const FamilyRules *family_rules(Family family);

/* Called with each parameter of a model, `index` SIZE_MAX where it is not a block's; `base` is the
 * Model or Block that it lies in. False ends the walk. */
typedef bool ParameterVisit(void *context, const Parameter *parameter, void *base, size_t index);
bool family_walk(Model *model, ParameterVisit *visit, void *context);

/* The parameter's name in a checkpoint, into text. */
enum { PARAMETER_NAME = 96 };
const char *family_name(const Model *model, const Parameter *parameter, size_t index,
                        char text[PARAMETER_NAME]);

/* Where the parameter lies: as a Matrix, or as a vector. */
Matrix *family_matrix(const Parameter *parameter, void *base);
float **family_vector(const Parameter *parameter, void *base);

#endif
