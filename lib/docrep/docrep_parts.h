/* What a DocRep memory consists of: its settings, groups of weights and parts of the gradient,
 * with their names. */
#ifndef DOCMEM_DOCREP_PARTS_H
#define DOCMEM_DOCREP_PARTS_H
#include "docrep/guidance.h"
#include "docrep/selection.h"
#include "memory/train.h"

/* How vectors start: each standard normal; as the rows of an orthogonal (n,k) matrix with gain √2,
 * and so of norm √(2 · min(1, k / n)) on average; as the latter, and never trained: what the public
 * code does; not as numbers of their own, but as context vectors (docrep/context_map.h), whose map
 * is trained in their place. */
typedef enum {
    START_NORMAL,
    START_ORTHOGONAL,
    START_FROZEN,
    START_CONTEXT,
    VECTOR_STARTS
} VectorStart;
/* "normal", "orthogonal", "frozen", "context"; VECTOR_STARTS where the name is unknown. */
const char *vector_start_name(VectorStart start);
VectorStart vector_start_parse(const char *name);

typedef struct {
    size_t layer, documents, dimension, entries; /* n, k, m */
    size_t tokens; /* of each text that are trained on at most, BOS included; 0: all */
    Phi phi;
    SelectionKind selection;
    bool lm; /* the memory ends in gelu(W_lm · …): variant lm, else plain */
    Guidance guidance;
    TrainSettings train;
    VectorStart start;
    bool constant; /* the rate stays at its peak from the first step on */
    bool sgd;      /* plain gradient descent, the decay in the gradient, in AdamW's place */
    bool in_order; /* texts in the corpus's order in every epoch, not shuffled */
    size_t epochs, batch;
    uint64_t seed;
} DocRepSettings;

/* Norms that take the gradient of L apart. Of the first nine each document of a step gives
 * one: ∂L/∂s, φ' (root mean square), ∂L/∂G(·), ∂L/∂(vector) under its own vector; the same
 * under the negative one (none where α = 0); ∂L/∂K_i, all ways together. Of the rest each
 * step gives one: ∂L/∂W of the memory's weights and of G's. L is a mean over the
 * batch's tokens, so the first nine shrink with the batch. */
typedef enum {
    GRADIENT_OWN_S,
    GRADIENT_OWN_SLOPE,
    GRADIENT_OWN_G,
    GRADIENT_OWN_K,
    GRADIENT_NEGATIVE_S,
    GRADIENT_NEGATIVE_SLOPE,
    GRADIENT_NEGATIVE_G,
    GRADIENT_NEGATIVE_K,
    GRADIENT_K,
    GRADIENT_WEIGHTS /* and from here on one a DocRepWeight */
} DocRepGradient;

/* Groups of weights, biases left out: up, down, lm (where there is one), G (all its layers). */
typedef enum { WEIGHT_UP, WEIGHT_DOWN, WEIGHT_LM, WEIGHT_G, DOCREP_WEIGHTS } DocRepWeight;
enum { DOCREP_GRADIENTS = GRADIENT_WEIGHTS + DOCREP_WEIGHTS };

/* "own.s", "own.slope", "own.G", "own.K", "negative.s" …, "K", "up", "down", "lm", "G"; a
 * group's name. */
const char *docrep_gradient_name(int gradient);
const char *docrep_weight_name(DocRepWeight weight);

/* Whether a memory of these settings has the group at all, and the gradient of this number. */
bool docrep_has_weight(const DocRepSettings *settings, DocRepWeight weight);
bool docrep_has_gradient(const DocRepSettings *settings, int gradient);

/* √ Σ (a − b)² over a group of weights, b = 0 where `other…` are NULL. */
double docrep_weight_distance(DocRepWeight weight, const Memory *memory, const Selection *selection,
                              const Memory *other_memory, const Selection *other_selection);

#endif
