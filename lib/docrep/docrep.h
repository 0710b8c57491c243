/* Trains a DocRep memory, whose entries each document selects by a trainable vector of its own.
 * Memory and vectors are trained together, on a loss for memorising and one for forgetting.
 *
 *   h' = h + Mem(h; s_i), s_i = φ(G(K_i)) the mask of all rows of document i's text
 *
 * n documents, k numbers a vector, m entries. */
#ifndef DOCMEM_DOCREP_H
#define DOCMEM_DOCREP_H
#include "docrep/context_map.h"
#include "docrep/docrep_parts.h"

/* A document's text in a step, and what guidance_draw drew for it. */
typedef struct {
    const MemoryText *text;
    uint32_t document, other;
    const float *noise; /* (k) */
} DocRepText;

/* What a step did: the losses before it, in nats a token, and norms of its gradient. */
typedef struct {
    double loss, positive, negative, dnegative; /* dnegative: ∂L/∂L_neg */
    double norm;                                /* of all gradients, before clipping */
    double gradient[DOCREP_GRADIENTS];
} DocRepStep;

typedef struct {
    Train train; /* of the memory; its masks are selections */
    DocRepSettings settings;
    Memory memory;
    Selection selection, selection_gradients; /* gradients: of the last step, not clipped */
    Adamw selection_adamw;
    ContextMap context; /* if vectors are context vectors; else zero */
    Adamw context_adamw;
    SelectionCache cache;
    const float *under; /* (…,k) vectors of the texts that are scored, borrowed */
    size_t texts;
    float *vectors, *dvectors, *chosen, *dchosen; /* (texts,k) twice, (texts,m) twice */
} DocRep;

/* Draws the first parameters of memory and selection from settings->seed. The model is borrowed. */
void docrep_begin(DocRep *docrep, const Model *model, const DocRepSettings *settings);
void docrep_free(DocRep *docrep);

/* Computes context vectors from the documents' texts (n): call it once, before training. Does
 * nothing if vectors are not context vectors. */
void docrep_read_contexts(DocRep *docrep, const MemoryText *texts);

/* One training step on `count` texts; *step = what it did. */
void docrep_step(DocRep *docrep, const DocRepText *texts, size_t count, DocRepStep *step);

/* One pass over the texts (n), text i that of document i, in the order into which the stream
 * ("order", seed, epoch) shuffles them (unless settings.in_order); epoch ≥ 1. *mean has means: of
 * losses by token, of norms by document or step; `dnegative` is the share of steps in which it is
 * not 0. False if a loss is no longer finite; *error names no file. */
bool docrep_epoch(DocRep *docrep, const MemoryText *texts, uint64_t epoch, DocRepStep *mean,
                  Error *error);

/* Computes s (n,m) of all documents; returns the share of its elements with φ' = 0. */
double docrep_select(DocRep *docrep, float *s);

/* The loss of each document's text, in nats summed over its tokens, into nll (n): under its own
 * vector, under the negative one drawn for epoch 0, or without a memory. A text's loss does not
 * depend on the others. */
typedef enum { DOCREP_OWN, DOCREP_NEGATIVE, DOCREP_DETACHED } DocRepScore;
void docrep_score(DocRep *docrep, const MemoryText *texts, DocRepScore score, double *nll);

/* The same for `count` texts into nll (count), under any vectors (count,k); NULL: without a
 * memory. */
void docrep_score_under(DocRep *docrep, const MemoryText *const *texts, const float *vectors,
                        size_t count, double *nll);

/* Checks that the memory changes the model's logits at all (train_check_path). */
bool docrep_check_path(DocRep *docrep, const MemoryText *texts, Error *error);

#endif
