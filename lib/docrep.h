/* Trains a DocRep memory: a memory whose entries each document selects by its own trainable vector,
 * vectors and all, with the forgetting loss beside the memorising one.
 *
 *   h' = h + Mem(h; s_i), s_i = φ(G(K_i)) the mask of all rows of document i's text */
#ifndef DOCMEM_DOCREP_H
#define DOCMEM_DOCREP_H
#include "docrep_parts.h"

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
    const Model *model;
    DocRepSettings settings;
    Memory memory, memory_gradients; /* gradients: of the last step, before clipping */
    Selection selection, selection_gradients;
    Adamw memory_adamw, selection_adamw;
    Stack with, without; /* the upper blocks with the memory, and as they are */
    Batch batch;
    SelectionCache cache;
    size_t rows, texts;
    float *packed, *dh, *mask, *dmask, *weight;   /* (rows,d) (rows,d) (rows,m) (rows,m) (rows) */
    int32_t *target;                              /* (rows) */
    double *nll;                                  /* (rows) */
    float *vectors, *dvectors, *chosen, *dchosen; /* (texts,k) twice, (texts,m) twice */
} DocRep;

/* Memory and selection with their first parameters, drawn by settings->seed. */
void docrep_begin(DocRep *docrep, const Model *model, const DocRepSettings *settings);
void docrep_free(DocRep *docrep);

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
