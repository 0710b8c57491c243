/* What differs between families of models: the names of the parameters, and the two outer parts of
 * a block.
 *
 * A block runs in three steps: project (norm, then queries, keys and values), RoPE and attention
 * (block.c, the same for all families), and finish (from attention's output to the block's output).
 */
#ifndef DOCMEM_FAMILY_H
#define DOCMEM_FAMILY_H
#include "model/model.h"

/* A parameter of a model or of a block: its name in a checkpoint, its shape, and where it is
 * stored. */
typedef struct {
    const char *name;     /* for a block: without "PREFIX.NUMBER." */
    size_t place;         /* offset of a Matrix, or of a float * for a vector */
    size_t rows, columns; /* columns is 0 for a vector (rows) */
} Parameter;
enum { PARAMETERS = 20 }; /* most parameters of one block, or of a model outside its blocks */

typedef struct {
    /* Names in a checkpoint. final_norm_bias is NULL where the norm has no bias. */
    const char *embedding, *unembedding, *final_norm_weight, *final_norm_bias;
    const char *other_unembedding; /* a second name that files have, or NULL */
    const char *blocks;            /* the prefix before ".NUMBER." */

    /* Fills `parameters` with those of a block, in the order in which model_make lays them out;
     * `place` is an offset in a Block. Returns how many there are. */
    size_t (*of_block)(const ModelConfig *config, Parameter parameters[PARAMETERS]);

    /* project fills norm1, q, k and v of the cache from the block's input h (T,d). finish computes
     * the block's output `out` (T,d) from h and cache->mixed, the output of attention. */
    void (*project)(const Model *model, const Block *block, size_t T, const float *h,
                    BlockCache *cache);
    void (*finish)(const Model *model, const Block *block, size_t T, float *out, const float *h,
                   BlockCache *cache);
    /* Backward. finish_backward gets in dh (T,d) the gradient of the block's output. It leaves
     * there the gradient of h through all paths but attention, and sets dmixed (T,heads·size) to
     * the gradient of cache->mixed. project_backward adds to dh what flows back through dq, dk and
     * dv, the gradients of project's outputs. Both add weight gradients to *gradient unless it is
     * NULL. */
    void (*finish_backward)(const Model *model, const Block *block, Block *gradient, size_t T,
                            float *dh, float *dmixed, const float *h, const BlockCache *cache);
    void (*project_backward)(const Model *model, const Block *block, Block *gradient, size_t T,
                             float *dh, float *dq, float *dk, float *dv, const float *h,
                             const BlockCache *cache);
    /* Forward-mode derivatives. project_tangent sets dq, dk and dv to the tangents of q, k and v
     * along dh (T,d), a step of h. finish_tangent then turns dh into the tangent of the block's
     * output, given dmixed, the tangent of cache->mixed. */
    void (*project_tangent)(const Model *model, const Block *block, size_t T, const float *dh,
                            float *dq, float *dk, float *dv, const float *h,
                            const BlockCache *cache);
    void (*finish_tangent)(const Model *model, const Block *block, size_t T, float *dh,
                           const float *dmixed, const float *h, const BlockCache *cache);
} FamilyRules;

extern const FamilyRules llama_rules, neox_rules;
const FamilyRules *family_rules(Family family);

/* Called for each parameter: first the model's own, with `index` SIZE_MAX, then block by block,
 * with the block's number. `base` is the Model or Block that holds it. Returning false ends the
 * walk, and family_walk returns false. */
typedef bool ParameterVisit(void *context, const Parameter *parameter, void *base, size_t index);
bool family_walk(Model *model, ParameterVisit *visit, void *context);

/* Writes the parameter's full name in the model's file into `text`, and returns `text`. */
enum { PARAMETER_NAME = 96 };
const char *family_name(const Model *model, const Parameter *parameter, size_t index,
                        char text[PARAMETER_NAME]);

/* The place in `base` that the parameter describes: of a matrix (columns > 0), or of a vector. */
Matrix *family_matrix(const Parameter *parameter, void *base);
float **family_vector(const Parameter *parameter, void *base);

#endif
