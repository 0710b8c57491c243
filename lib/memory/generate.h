/* Greedy continuation of token sequences by a model, with a memory or without. */
#ifndef DOCMEM_GENERATE_H
#define DOCMEM_GENERATE_H
#include "memory/allocation.h"
#include "memory/memory.h"
#include "model/model.h"
#include "tokenizer/bpe.h"

/* Asked after each new id of a sequence: whether it is complete. */
typedef bool GenerateStop(void *context, size_t sequence, const Tokens *ids);

/* Who continues: a model, unless NULL with a memory after block `layer`, unless NULL or the kind
 * none with its activations masked; `below`: rows of a prefix enter that block itself, not the one
 * above it, as they do where it is tuned. All borrowed. */
typedef struct {
    const Model *model;
    const Memory *memory;
    size_t layer;
    const Allocation *allocation;
    bool below;
} Speaker;

/* The block that rows of a prefix enter. */
size_t speaker_first(const Speaker *speaker);

/* Appends to each of `sequences` (count, none empty) up to `tokens` ids, each the most
 * probable next one (the lowest id among equals), until `stop` says so (NULL:
 * never) or the model's longest context is reached. Keys and values so far are
 * kept, so that a new token costs one row. documents (count) says whose
 * entries each uses; NULL where masks do not depend on it. */
void generate_greedy(const Speaker *speaker, Tokens *sequences, const size_t *documents,
                     size_t count, size_t tokens, GenerateStop *stop, void *context);

#endif
