/* What a DocRep memory consists of: its settings, groups of weights and parts of the gradient,
 * with their names. */
#ifndef DOCMEM_DOCREP_PARTS_H
#define DOCMEM_DOCREP_PARTS_H
#include "docrep/guidance.h"
#include "docrep/selection.h"
#include "memory/train.h"

/* How vectors start:
 *
 *   normal       standard normal numbers
 *   orthogonal   the rows of an orthogonal (n,k) matrix with gain √2, so that their norm is
 *                √(2 · min(1, k / n)), a root mean square over the documents
 *   frozen       as orthogonal, and never trained: what the public code does
 *   context      context vectors (docrep/context_map.h), whose map is trained in their place */
typedef enum {
    START_NORMAL,
    START_ORTHOGONAL,
    START_FROZEN,
    START_CONTEXT,
    VECTOR_STARTS
} VectorStart;
/* The names above; VECTOR_STARTS if the name is unknown. */
const char *vector_start_name(VectorStart start);
VectorStart vector_start_parse(const char *name);

typedef struct {
    size_t layer, documents, dimension, entries; /* n, k, m */
    size_t tokens; /* most tokens of each text that are trained on, BOS included; 0: all */
    Phi phi;
    SelectionKind selection;
    bool lm; /* the memory ends in gelu(W_lm · …): MEMORY_LM, else MEMORY_PLAIN */
    Guidance guidance;
    TrainSettings train;
    VectorStart start;
    bool constant; /* the learning rate stays at its peak, without warmup or cosine */
    bool sgd;      /* SGD in AdamW's place, with the weight decay in the gradient */
    bool in_order; /* texts in the corpus's order in every epoch, not shuffled */
    bool rounded;  /* the stream below the memory was kept in BF16 (Frozen) */
    size_t epochs, batch;
    uint64_t seed;
} DocRepSettings;

/* Norms of parts of the gradient of L, a mean over the batch's tokens.
 *
 *   OWN_S, …_SLOPE, …_G, …_K   of ∂L/∂s, of φ' (root mean square), of ∂L/∂G(·) and of ∂L/∂(vector),
 *                              for a document under its own vector
 *   NEGATIVE_S, …              the same under the negative vector; absent if α = 0
 *   K                          of ∂L/∂K_i, through all paths
 *   WEIGHTS + w                of ∂L/∂W, W the weights of group w
 *
 * The first nine are means over the documents of a step. All of them but the slopes shrink as the
 * batch grows, since L is a mean over its tokens. */
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
    GRADIENT_WEIGHTS /* from here on, one for each DocRepWeight */
} DocRepGradient;

/* Groups of weights, biases left out: up, down, lm (where there is one), G (all its layers). */
typedef enum { WEIGHT_UP, WEIGHT_DOWN, WEIGHT_LM, WEIGHT_G, DOCREP_WEIGHTS } DocRepWeight;
enum { DOCREP_GRADIENTS = GRADIENT_WEIGHTS + DOCREP_WEIGHTS };

/* Gradients: "own.s", "own.slope", "own.G", "own.K", "negative.s" …, "K", then the groups' names:
 * "up", "down", "lm", "G". */
const char *docrep_gradient_name(int gradient);
const char *docrep_weight_name(DocRepWeight weight);

/* Whether a memory of these settings has this group of weights; this part of the gradient. */
bool docrep_has_weight(const DocRepSettings *settings, DocRepWeight weight);
bool docrep_has_gradient(const DocRepSettings *settings, int gradient);

/* √ Σ (a − b)² over a group of weights; b = 0 if `other…` are NULL. */
double docrep_weight_distance(DocRepWeight weight, const Memory *memory, const Selection *selection,
                              const Memory *other_memory, const Selection *other_selection);

#endif
