/* Trains a DocRep memory, whose entries each document selects by a trainable vector of its own.
 * Memory and vectors are trained together, on a loss for memorising and one for forgetting.
 *
 *   h' = h + Mem(h; s_i), s_i = φ(G(K_i)) the mask of all rows of document i's text */
#ifndef DOCMEM_DOCREP_H
#define DOCMEM_DOCREP_H
#include "docrep/context_map.h"
#include "docrep/docrep_parts.h"

/* A document's text in a step, and what was drawn for it by guidance_draw. */
typedef struct {
    const MemoryText *text;
    uint32_t document, other;
    const float *noise; /* (k) */
} DocRepText;

/* What a step did: losses before it, in nats a token, and the gradient's norms. */
typedef struct {
    double loss, positive, negative, dnegative; /* dnegative: ∂L/∂L_neg */
    double norm;                                /* of all gradients, before clipping */
    double gradient[DOCREP_GRADIENTS];
} DocRepStep;

typedef struct {
    Train train; /* of the memory, its masks being selections */
    DocRepSettings settings;
    Memory memory;
    Selection selection, selection_gradients; /* gradients: of the last step, before clipping */
    Adamw selection_adamw;
    ContextMap context; /* where vectors are made by it, else all zero */
    Adamw context_adamw;
    SelectionCache cache;
    const float *under; /* (…,k) vectors of the texts that are scored, borrowed */
    size_t texts;
    float *vectors, *dvectors, *chosen, *dchosen; /* (texts,k) twice, (texts,m) twice */
} DocRep;

/* Memory and selection with their first parameters, drawn by settings->seed. */
void docrep_begin(DocRep *docrep, const Model *model, const DocRepSettings *settings);
void docrep_free(DocRep *docrep);

/* Where vectors are context vectors: makes them of the documents' texts (n), as is due once before
 * training. */
void docrep_read_contexts(DocRep *docrep, const MemoryText *texts);

/* One step on `count` texts. */
void docrep_step(DocRep *docrep, const DocRepText *texts, size_t count, DocRepStep *step);

/* One pass over the texts, text i being document i's, in the order that ("order", seed, epoch)
 * shuffles them to, epoch ≥ 1; *mean (losses by token, norms by document or step; `dnegative`:
 * the share of steps where it is not 0). False where a loss is no longer a finite
 * number; the message names no file. */
bool docrep_epoch(DocRep *docrep, const MemoryText *texts, uint64_t epoch, DocRepStep *mean,
                  Error *error);

/* s (n,m) of all documents; returns the share of entries with φ' = 0. */
double docrep_select(DocRep *docrep, float *s);

/* Summed loss of each document's text into nll (n): under its own vector, under the negative
 * one drawn for epoch 0, or without a memory. A text's loss does not depend on the others. */
typedef enum { DOCREP_OWN, DOCREP_NEGATIVE, DOCREP_DETACHED } DocRepScore;
void docrep_score(DocRep *docrep, const MemoryText *texts, DocRepScore score, double *nll);

/* Summed loss of each of `count` texts into nll (count) under vectors (count,k), whatever they
 * are; NULL: without a memory. */
void docrep_score_under(DocRep *docrep, const MemoryText *const *texts, const float *vectors,
                        size_t count, double *nll);

/* Whether the memory is in the path at all, as train_check_path. */
bool docrep_check_path(DocRep *docrep, const MemoryText *texts, Error *error);

#endif
