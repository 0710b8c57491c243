/* The initial parameters of the shipped base model. */
#ifndef DOCMEM_PRETRAIN_START_H
#define DOCMEM_PRETRAIN_START_H
#include "model/model.h"

/* Draws the parameters of `model`, a Llama made by model_make, from the stream ("parameters",
 * seed). Norms are 1. Matrices are normal with standard deviation 1/√columns; those that write to
 * the residual stream have 1/√(2N) of that, and an unembedding of its own has half. Embeddings have
 * deviation 0.1, but for two columns that are set.
 *
 * A model of three blocks or more, with two heads of size 32 or more (each with keys of its own)
 * and a width above two heads, also gets hand-written induction heads, which find what the text
 * held before (pretrain_start.c). What else writes to its residual stream starts at half the
 * deviation. */
void pretrain_draw(Model *model, uint64_t seed);

#endif
