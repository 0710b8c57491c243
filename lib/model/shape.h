/* The sizes of a published model, read from its config.json alone, before any weight is there, or
 * from its GGUF file. */
#ifndef DOCMEM_SHAPE_H
#define DOCMEM_SHAPE_H
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

/* N blocks, d width, MLP hidden width, V vocabulary; q = heads · size and kv = kv_heads · size are
 * the widths of queries and of keys. */
typedef struct {
    size_t blocks, width, hidden, vocabulary, heads, query, key;
    bool neox;          /* GPT-NeoX; otherwise Llama */
    bool tied;          /* the unembedding is the embedding */
    double weight_size; /* bytes of a weight in the published checkpoint, on average in GGUF */
} Shape;

/* Reads a config.json, a GGUF file, or a file of data/shapes, which has the same fields. False with
 * the reason where it cannot be read, or a field is missing or beyond what docmem takes. */
bool shape_read(Shape *shape, const char *path, Error *error);

/* Numbers in a block's weight matrices: each is used once, by a product, for every token. */
double shape_block(const Shape *shape);
/* Numbers in all weights; vectors (norms, biases) are left out. */
double shape_parameters(const Shape *shape);

#endif
