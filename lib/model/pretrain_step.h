/* Training a whole model from nothing on token sequences: how the shipped base model is made. */
#ifndef DOCMEM_PRETRAIN_STEP_H
#define DOCMEM_PRETRAIN_STEP_H
#include "model/model.h"
#include "tensor/adamw.h"

/* One token sequence with the weight of each token's loss; owned by the caller.
 * After a step, nll[i] is the loss of predicting ids[i], i ≥ 1. */
typedef struct {
    const int32_t *ids;  /* (length), ids[0] is not predicted */
    const float *weight; /* (length) */
    double *nll;         /* (length) */
    size_t length;
} TrainText;

/* A batch is split into PRETRAIN_SHARDS parts whose gradients are added in a
 * fixed order, so that the bits do not depend on how many threads there are. */
enum { PRETRAIN_SHARDS = 2 };
/* Sequences begin at multiples of this many rows; the shipped model was made so. */
enum { PRETRAIN_UNIT = 12 };

typedef struct {
    Model *model;
    Model gradients[PRETRAIN_SHARDS];
    Adamw adamw;
} Pretrain;

void pretrain_begin(Pretrain *pretrain, Model *model, double beta2, double decay);
void pretrain_free(Pretrain *pretrain);

/* Losses of `count` texts into their nll, the shards over the threads of parallel.h; with
 * lr > 0 also one AdamW step on their weighted mean, clipped to norm 1. False where a loss or the
 * gradient is not a finite number; then there is no step. */
bool pretrain_step(Pretrain *pretrain, const TrainText *texts, size_t count, double lr);

#endif
