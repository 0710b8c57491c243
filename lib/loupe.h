/* A model under the loupe: one sequence at a time, with a trained memory attached or without. */
#ifndef DOCMEM_LOUPE_H
#define DOCMEM_LOUPE_H
#include "allocation.h"
#include "bpe.h"
#include "stack.h"

typedef struct {
    Model model;
    Memory memory;
    Allocation allocation; /* of the memory's entries; the kind none where none is attached */
    Stack stack;           /* the whole model; its memory is NULL where none is attached */
} Loupe;

/* Which memory: a cell file of the memorize stage, NULL for none. */
typedef struct {
    const char *cell;
    int64_t epoch; /* the state saved after it, 0 for the model without; LOUPE_DEFAULT: the last */
    int64_t layer; /* the block it follows; LOUPE_DEFAULT: the one it was trained after */
} LoupeMemory;
#define LOUPE_DEFAULT INT64_MIN

/* Opens the model of `folder`, held as float32 up to 1 GiB, and attaches the
 * memory. False where either cannot be read, they differ in width, no state
 * was saved after the epoch, or the layer is not a block of the model. The
 * Loupe may not be moved afterwards. */
bool loupe_open(Loupe *loupe, const char *folder, const LoupeMemory *memory, Error *error);
void loupe_close(Loupe *loupe);

/* Whether the model can take the sequence: not empty, no longer than its
 * positions, every id in its vocabulary; and the document, which must be one of the memory's
 * where its entries are theirs, and is not looked at elsewhere. Messages name no file. */
bool loupe_takes(const Loupe *loupe, const Tokens *ids, int64_t document, Error *error);

/* nll (count−1): −log p of each id after the first given those before it, in
 * nats; last (V): the logits after the whole sequence. False if the sequence
 * cannot be taken or a result is not a finite number. */
bool loupe_score(Loupe *loupe, const Tokens *ids, int64_t document, double *nll, float *last,
                 Error *error);

/* Appends up to `count` ids, each the most probable next one (the lowest among equals), and stops
 * after `end` (−1: never) or at the model's longest context. False as above. */
bool loupe_generate(Loupe *loupe, Tokens *ids, int64_t document, size_t count, int32_t end,
                    Error *error);

#endif
