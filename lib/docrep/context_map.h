/* Context vectors: a document's vector is a linear map of its mean activation. All documents share
 * the map.
 *
 *   K_i = U h̄_i      h̄_i the mean of the residual stream that enters the memory, over the rows of
 *                    document i's text
 *
 * n documents, k numbers a vector, d width of the model. The model is frozen, so h̄ is constant; U
 * is trained. */
#ifndef DOCMEM_CONTEXT_MAP_H
#define DOCMEM_CONTEXT_MAP_H
#include "memory/pack.h"

#include <stdint.h>

typedef struct {
    size_t documents, dimension, width; /* n, k, d */
    float *means;                       /* (n,d) h̄ */
    float *map, *dmap;                  /* (k,d) U, and its gradient */
} ContextMap;

/* Allocates everything, zeroed; context_map_free frees it. */
void context_map_make(ContextMap *context, size_t documents, size_t dimension, size_t width);
void context_map_free(ContextMap *context);

/* Initializes U as other linear layers are: orthogonal with gain √2, from the stream ("context
 * map", seed). */
void context_map_draw(ContextMap *context, uint64_t seed);
/* Computes h̄ from the documents' texts (n), whose h is not NULL. All rows count, BOS's too. */
void context_map_read(ContextMap *context, const MemoryText *texts);

/* vectors (n,k) = K. */
void context_map_forward(const ContextMap *context, float *vectors);
/* Sets dmap to Σ dK_i h̄_iᵀ, with dK in dvectors (n,k). */
void context_map_backward(ContextMap *context, const float *dvectors);

#endif
