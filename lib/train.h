/* Trains a memory on texts whose activations below it are known, and scores what it has stored. */
#ifndef DOCMEM_TRAIN_H
#define DOCMEM_TRAIN_H
#include "adamw.h"
#include "allocation.h"
#include "error.h"
#include "pack.h"
#include "stack.h"

typedef struct {
    double lr, decay, clip;       /* peak rate, weight decay, largest gradient norm */
    uint64_t warmup, steps;       /* of the cosine schedule */
    const Allocation *allocation; /* of the memory's entries, borrowed; NULL: all to all */
} TrainSettings;

typedef struct {
    const Model *model;
    Memory *memory;   /* borrowed; trained in place */
    Memory gradients; /* of the last step, before clipping */
    Adamw adamw;
    TrainSettings settings;
    Stack with, without; /* the upper blocks with the memory, and as they are */
    Batch batch;
    size_t rows;
    float *packed, *dh, *weight; /* (rows,d) (rows,d) (rows) */
    float *mask;                 /* (rows,m), NULL where nothing is masked */
    int32_t *target;             /* (rows) */
    double *nll;                 /* (rows) */
    double norm;                 /* gradient norm of the last step, before clipping */
} Train;

/* Training of `memory` after block `layer`. */
void train_begin(Train *train, const Model *model, Memory *memory, size_t layer,
                 const TrainSettings *settings);
void train_free(Train *train);

/* One step on `count` texts; returns their mean loss a token before the step. */
double train_step(Train *train, const MemoryText *const *texts, size_t count);

/* One pass over all texts, `batch` at a step, in the order that ("order", seed,
 * epoch) shuffles them to; *loss is the mean a token. False where the loss is no
 * longer a finite number; the message names no file. */
bool train_epoch(Train *train, const MemoryText *texts, size_t count, size_t batch, uint64_t seed,
                 uint64_t epoch, double *loss, Error *error);

/* Summed loss of each of `count` texts into nll (count), with the memory or,
 * where `detached`, without it. A text's loss does not depend on the others. */
void train_score(Train *train, const MemoryText *texts, size_t count, bool detached, double *nll);

/* Where numbers that are not finite begin on the text's way through the blocks, in words (see
 * stack_where). */
const char *train_where(Train *train, const MemoryText *text, bool detached, char words[64]);

/* Whether the memory is in the path at all: its logits on the text must differ
 * from those without it, and those without it must be the same bits before and
 * after. False with the reason. */
bool train_check_path(Train *train, const MemoryText *text, Error *error);

#endif
