/* The parameters that the shipped base model is trained from. */
#ifndef DOCMEM_PRETRAIN_START_H
#define DOCMEM_PRETRAIN_START_H
#include "model/model.h"

/* Draws the parameters of `model` (made by model_make) from the stream ("parameters", seed):
 * normal, deviation 1/√columns, outputs of the residual branches 1/√(2N) of that; norms 1;
 * embeddings 0.1. A model with three blocks, two heads of 32 and room for them starts with heads
 * that find what the text has held before, its other branches at half their deviation. */
void pretrain_draw(Model *model, uint64_t seed);

#endif
