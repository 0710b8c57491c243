/* Context vectors: what a document says, in the model's own terms, through a map that all
 * documents share.
 *
 *   K_i = U h̄_i      h̄_i the mean over document i's rows of the stream that enters the memory
 *
 * n documents, k numbers a vector, d width. The model is frozen, so h̄ is too; U is trained. */
#ifndef DOCMEM_CONTEXT_MAP_H
#define DOCMEM_CONTEXT_MAP_H
#include "memory/pack.h"

#include <stdint.h>

typedef struct {
    size_t documents, dimension, width; /* n, k, d */
    float *means;                       /* (n,d) h̄ */
    float *map, *dmap;                  /* (k,d) U, and its gradient */
} ContextMap;

/* Zeroed numbers of this shape. */
void context_map_make(ContextMap *context, size_t documents, size_t dimension, size_t width);
void context_map_free(ContextMap *context);

/* Draws U as linear layers start: orthogonal with gain √2, from ("context map", seed). */
void context_map_draw(ContextMap *context, uint64_t seed);
/* Takes h̄ from the documents' texts (n), which have h; the rows that begin them count too. */
void context_map_read(ContextMap *context, const MemoryText *texts);

/* K (n,k) of h̄ and U. */
void context_map_forward(const ContextMap *context, float *vectors);
/* Sets dmap to Σ dK_i h̄_iᵀ, given dK (n,k). */
void context_map_backward(ContextMap *context, const float *dvectors);

#endif
