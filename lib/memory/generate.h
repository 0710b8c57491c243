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

/* Keys and values of `count` sequences in each block (blocks), up to `capacity` positions of each;
 * length (count), which is borrowed, says how many are filled. */
Past *pasts_make(const ModelConfig *config, const size_t *length, size_t count, size_t capacity);
void pasts_free(Past *pasts, size_t blocks);
/* How many sequences of that capacity go together: those of 2 GiB, one at least. */
size_t pasts_room(const ModelConfig *config, size_t capacity);
/* Fills place `slot` of one block's past with what the block has just made of sequence `index`. */
void past_take(Past *past, size_t slot, const Batch *batch, size_t index, const BlockCache *cache,
               const Heads *heads);

/* Appends to each of `sequences` (count, none empty) up to `tokens` ids, each the most
 * probable next one (the lowest id among equals), until `stop` says so (NULL:
 * never) or the model's longest context is reached. Keys and values so far are
 * kept, so that a new token costs one row. documents (count) says whose
 * entries each uses; NULL where masks do not depend on it. */
void generate_greedy(const Speaker *speaker, Tokens *sequences, const size_t *documents,
                     size_t count, size_t tokens, GenerateStop *stop, void *context);

/* The same of sequences that have been read, so that it goes on with their next row: place slot[i]
 * of pasts (blocks) holds all ids of sequence i but the last, which is the first of the `tokens`.
 */
void generate_on(const Speaker *speaker, const Past *pasts, const size_t *slot, Tokens *sequences,
                 const size_t *documents, size_t count, size_t tokens, GenerateStop *stop,
                 void *context);

#endif
