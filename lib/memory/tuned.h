/* Baselines of a memory: weights of the block itself, trained instead of what is added after it.
 *
 *   lora-mlp        W + scale · B A of the block's gate, up and down (Hu et al. 2021)
 *   lora-attention  the same of its queries, keys, values and output
 *   mlp             gate, up and down themselves, from the model's own on
 *
 * Rank r is such that the trained parameters come nearest to a plain memory's. B starts at zero and
 * A uniform within ±1/√(its columns), as PEFT draws it; the scale, alpha / r, is 1. They are
 * Memories of variants of their own, whose entries are r (of mlp the block's hidden units): files,
 * training and asking are a memory's. As the block changes, the stream before it enters.
 *
 * Weights are made whole before each pass, so that the block runs as any other, and its backward
 * pass gives the gradient G of each whole weight: those of B and A are scale · G Aᵀ and
 * scale · Bᵀ G. */
#ifndef DOCMEM_TUNED_H
#define DOCMEM_TUNED_H
#include "memory/memory.h"
#include "model/model.h"

enum { TUNED_MATRICES = 4 };

/* A model whose block `layer` has trained weights; or, where there is no memory or one that is
 * added after the block, the model as it is. */
typedef struct {
    Model model;                                  /* shallow: only what is below is its own */
    Model gradients;                              /* of the trained weights alone */
    const Memory *memory;                         /* borrowed; NULL where nothing is tuned */
    Block *blocks, *gradient_blocks;              /* (N) */
    float *base[TUNED_MATRICES], *whole, *dwhole; /* of LoRA: (all weights); base behind `whole` */
    size_t layer;
} Tuned;

/* Whether this model's blocks can be trained so: a Llama whose trained products have no biases.
 * False with the reason, which names no file. */
bool tuned_fits(const Model *model, Error *error);
/* A memory of this variant for the model: of LoRA of the rank at which it comes nearest to as many
 * parameters as a plain one of `entries`. Zeroed; freed with memory_free. */
void tuned_make(Memory *memory, const Model *model, size_t entries, MemoryVariant variant);
/* The start of training, from the stream ("memory", seed). */
void tuned_draw(Memory *memory, const Model *model, size_t layer, uint64_t seed);
/* Whether a memory that was read is of the shape of this model, whose blocks can be trained. */
bool tuned_of_model(const Memory *memory, const Model *model);

/* Borrows model and memory (or NULL); `train`: room for gradients. */
void tuned_begin(Tuned *tuned, const Model *model, const Memory *memory, size_t layer, bool train);
/* Takes the memory's parameters as they are now. */
void tuned_update(Tuned *tuned);
/* Makes tuned->gradients ready for the block's backward pass; after it adds to *gradients what
 * follows from them. For one that trains. */
void tuned_gradients(Tuned *tuned, Memory *gradients);
void tuned_gather(const Tuned *tuned, Memory *gradients);
void tuned_free(Tuned *tuned);

#endif
