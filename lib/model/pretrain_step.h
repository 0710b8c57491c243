/* Trains a whole model from scratch on token sequences: how the shipped base model is made. */
#ifndef DOCMEM_PRETRAIN_STEP_H
#define DOCMEM_PRETRAIN_STEP_H
#include "model/model.h"
#include "tensor/adamw.h"

/* One token sequence with the weight of each token's loss; the arrays are the caller's. A step sets
 * nll[i] to the loss of predicting ids[i], for i ≥ 1. */
typedef struct {
    const int32_t *ids;  /* (length), ids[0] is not predicted */
    const float *weight; /* (length) */
    double *nll;         /* (length) */
    size_t length;
} TrainText;

/* A batch is split into this many shards. Their gradients are added in a fixed order, so that the
 * bits do not depend on the number of threads. */
enum { PRETRAIN_SHARDS = 2 };
/* The row unit of its batches (batch.h), fixed because the shipped model was trained with it. */
enum { PRETRAIN_UNIT = 12 };

typedef struct {
    Model *model; /* borrowed */
    Model gradients[PRETRAIN_SHARDS];
    Adamw adamw;
} Pretrain;

/* Starts training `model`, a Llama without biases made by model_make, with AdamW; `decay` is the
 * weight decay. Free with pretrain_free, which leaves the model alone. */
void pretrain_begin(Pretrain *pretrain, Model *model, double beta2, double decay);
void pretrain_free(Pretrain *pretrain);

/* Writes the losses of `count` texts into their nll, with the shards spread over the threads of
 * parallel.h. With lr > 0 it also makes one AdamW step on their weighted mean, its gradient clipped
 * to norm 1. False, and no step, where a loss or the gradient's norm is not finite. */
bool pretrain_step(Pretrain *pretrain, const TrainText *texts, size_t count, double lr);

#endif
