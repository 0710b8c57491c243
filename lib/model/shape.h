/* The sizes of a published model, read from its config.json alone (no weights needed) or from its
 * GGUF file. */
#ifndef DOCMEM_SHAPE_H
#define DOCMEM_SHAPE_H
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

/* Sizes: `blocks` N, `width` d, `hidden` of the MLP, `vocabulary` V. `query` = heads · size and
 * `key` = kv_heads · size are the widths of queries and of keys. */
typedef struct {
    size_t blocks, width, hidden, vocabulary, heads, query, key;
    bool neox;          /* GPT-NeoX; otherwise Llama */
    bool tied;          /* the unembedding is the embedding */
    bool bf16;          /* all weights are BF16 in the published checkpoint */
    double weight_size; /* bytes per weight in the published checkpoint; in GGUF the mean */
} Shape;

/* Reads a config.json, a GGUF file, or a file of data/shapes, which has the fields of a
 * config.json. False, with *error set, where it cannot be read, or a field is missing or out of
 * docmem's bounds. */
bool shape_read(Shape *shape, const char *path, Error *error);

/* Elements of a block's weight matrices. Each is used by one multiplication per token. */
double shape_block(const Shape *shape);
/* Elements of all weight matrices; vectors (norms, biases) are not counted. */
double shape_parameters(const Shape *shape);

#endif
