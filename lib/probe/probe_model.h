/* A model under the probe: one sequence at a time, with a trained memory attached or without. */
#ifndef DOCMEM_PROBE_MODEL_H
#define DOCMEM_PROBE_MODEL_H
#include "memory/allocation.h"
#include "memory/stack.h"
#include "tokenizer/bpe.h"

typedef struct {
    Model model;
    Memory memory;
    Allocation allocation; /* of the memory's entries; the kind none where none is attached */
    Stack stack;           /* the whole model; its memory is NULL where none is attached */
} ProbeModel;

/* Which memory: a cell file of the memorize stage, NULL for none. */
typedef struct {
    const char *cell;
    int64_t epoch; /* the state saved after it, 0 for the model without; PROBE_DEFAULT: the last */
    int64_t layer; /* the block it follows; PROBE_DEFAULT: the one it was trained after */
} ProbeMemory;
#define PROBE_DEFAULT INT64_MIN

/* Opens the model of `folder`, held as float32 up to 1 GiB, and attaches the
 * memory. False where either cannot be read, they differ in width, no state
 * was saved after the epoch, or the layer is not a block of the model. The
 * ProbeModel may not be moved afterwards. */
bool probe_model_open(ProbeModel *probe, const char *folder, const ProbeMemory *memory,
                      Error *error);
void probe_model_close(ProbeModel *probe);

/* Whether the model can take the sequence: not empty, no longer than its
 * positions, every id in its vocabulary; and the document, which must be one of the memory's
 * where its entries are theirs, and is not looked at elsewhere. Messages name no file. */
bool probe_model_takes(const ProbeModel *probe, const Tokens *ids, int64_t document, Error *error);

/* nll (count−1): −log p of each id after the first given those before it, in
 * nats; last (V): the logits after the whole sequence. False if the sequence
 * cannot be taken or a result is not a finite number. */
bool probe_model_score(ProbeModel *probe, const Tokens *ids, int64_t document, double *nll,
                       float *last, Error *error);

/* Appends up to `count` ids, each the most probable next one (the lowest among equals), and stops
 * after `end` (−1: never) or at the model's longest context. False as above. */
bool probe_model_generate(ProbeModel *probe, Tokens *ids, int64_t document, size_t count,
                          int32_t end, Error *error);

#endif
