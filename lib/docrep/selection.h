/* How a document selects memory entries: its vector K_i, a map G and an activation φ.
 *
 *   s_i = φ(G(K_i))      φ = tanh or ReLU
 *   linear   G(v) = W v + b
 *   mlp      G(v) = W_2 gelu(W_1 v + b_1) + b_2, as many hidden units as entries
 *
 * n documents, k numbers a vector, m entries, R vectors in a call. The vectors are trained with the
 * rest. */
#ifndef DOCMEM_SELECTION_H
#define DOCMEM_SELECTION_H
#include "memory/memory.h"

typedef enum { PHI_TANH, PHI_RELU, PHIS } Phi;
typedef enum { SELECTION_LINEAR, SELECTION_MLP, SELECTION_KINDS } SelectionKind;

/* Its parameters lie one after another in `parameters`; a Selection of the same shape holds their
 * gradients. */
typedef struct {
    size_t documents, dimension, entries, count; /* n, k, m, number of parameters */
    SelectionKind kind;
    Phi phi;
    float *parameters;
    float *vectors;            /* (n,k) K */
    float *inner, *inner_bias; /* (m,k) (m) W_1, b_1; NULL unless mlp */
    float *outer, *outer_bias; /* (m,k), in mlp (m,m), and (m): W, b or W_2, b_2 */
} Selection;

/* What the forward pass leaves for the backward pass, and the backward pass for those who measure
 * the gradient's parts. Starts zeroed, grows by itself. */
typedef struct {
    size_t rows;
    float *before, *slope;         /* (R,m) G(v), φ'(G(v)) */
    float *dbefore;                /* (R,m) gradient of G(v), set by the backward pass */
    float *raw, *hidden, *dhidden; /* (R,m) W_1 v + b_1, gelu of it, gradient of that */
} SelectionCache;

/* "tanh", "relu"; "linear", "mlp". PHIS, SELECTION_KINDS if the name is unknown. */
const char *phi_name(Phi phi);
Phi phi_parse(const char *name);
const char *selection_kind_name(SelectionKind kind);
SelectionKind selection_kind_parse(const char *name);

/* The parts in the order they lie in `parameters`, the vectors first; returns their number. */
enum { SELECTION_PARTS = 5 };
int selection_parts(const Selection *selection, MemoryPart parts[SELECTION_PARTS]);

/* Allocates zeroed parameters of this shape; selection_free frees them. */
void selection_make(Selection *selection, size_t documents, size_t dimension, size_t entries,
                    SelectionKind kind, Phi phi);
void selection_free(Selection *selection);
/* Draws the initial parameters: vector i standard normal from the stream ("document vector", seed,
 * i), so that it does not depend on the number of documents; weights orthogonal with gain √2 from
 * ("selection", seed), biases 0. */
void selection_draw(Selection *selection, uint64_t seed);

/* Draws the vectors anew, as rows of an orthogonal matrix with gain √2 from ("document vectors",
 * seed); if n > k its columns are orthogonal. */
void selection_draw_orthogonal(Selection *selection, uint64_t seed);

/* s (R,m) of the vectors (R,k). The bits of a row do not depend on the others. */
void selection_forward(const Selection *selection, float *s, const float *vectors, size_t R,
                       SelectionCache *cache);
/* Given ds (R,m), the gradient of s: adds to the gradients of G, and sets dvectors (R,k) to those
 * of the vectors, which the caller adds to their documents'. `cache` is that of the forward
 * pass. */
void selection_backward(const Selection *selection, Selection *gradients, float *dvectors,
                        const float *ds, const float *vectors, size_t R, SelectionCache *cache);
void selection_cache_free(SelectionCache *cache);

#endif
