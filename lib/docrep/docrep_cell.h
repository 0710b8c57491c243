/* One trained DocRep memory in a file: its settings, its vectors and selections epoch by epoch, its
 * losses, and the norms of its gradient.
 *
 * n documents, k numbers a vector, m entries, d width, E epochs (states 0 … E, 0 before training),
 * S epochs at which documents were scored. The file (safetensors):
 *
 *   metadata   layer seed documents tokens dimension entries width epochs batch warmup, phi
 *              selection lm (yes, no) form negative, alpha tau delta lr decay clip; parameters
 *              (their number), shared (the share of them that all documents use); only if not the
 *              default: start (orthogonal, frozen, context), schedule (constant), optimizer (sgd),
 *              order (fixed), stream (bf16: that below the memory was kept so)
 *   K F32 (E+1,n,k), s F32 (E+1,n,m)
 *   drift F64 (E+1,n)           ‖K_i − K_i at the start‖ / ‖K_i at the start‖
 *   dead F64 (E+1)              share of (document, entry) with φ'(G(K_i)) = 0
 *   distance.PART F64 (E+1)     ‖W_t − W_0‖ / ‖W_0‖ of the weights of PART
 *   epochs I64 (S)              the scored epochs, rising from 0
 *   base_nll F64 (n)            nats a token without a memory
 *   document_nll, negative_nll F64 (S,n)   nats a token under the own vector, under a fixed
 *                               negative one
 *   loss, loss_pos, loss_neg, forgot F64 (E)   while training, means over the epoch's texts;
 *              forgot: the share of steps in which some of F's gradient goes to L_neg
 *   gradient.NAME F64 (E)       means over the epoch, see docrep_parts.h
 *   up.weight …, G.weight …     last parameters of memory and selection (its vectors: K's last)
 *   U.weight F32 (k,d)          the last map, if vectors are context vectors
 *
 * With α = 0 no negative is trained on: loss_neg, forgot and gradient.negative.* are absent. */
#ifndef DOCMEM_DOCREP_CELL_H
#define DOCMEM_DOCREP_CELL_H
#include "docrep/docrep.h"
#include "file/out.h"
#include "file/safetensors.h"

typedef struct {
    DocRepSettings settings;
    size_t width, scored;                        /* d, S */
    Memory memory;                               /* after training */
    Selection selection;                         /* after training; its vectors are the last of K */
    float *map;                                  /* (k,d) U; NULL where there is none */
    float *vectors;                              /* (E+1,n,k) K */
    float *selections;                           /* (E+1,n,m) s */
    double *drift;                               /* (E+1,n) */
    double *dead;                                /* (E+1) */
    double *distance[DOCREP_WEIGHTS];            /* (E+1) each; NULL where there is no such part */
    int64_t *epoch;                              /* (S) */
    double *base_nll;                            /* (n) */
    double *document_nll, *negative_nll;         /* (S,n) */
    double *loss, *loss_pos, *loss_neg, *forgot; /* (E); the last two NULL where α = 0 */
    double *gradient[DOCREP_GRADIENTS];          /* (E) each; NULL where there is no such part */
} DocRepCell;

/* Allocates a cell of these settings, all zero; docrep_cell_free frees it. */
void docrep_cell_make(DocRepCell *cell, const DocRepSettings *settings, size_t width,
                      size_t scored);

/* Writes the cell to `out`, which the caller commits. False if a number is not finite, or as
 * tensor_writer_write. */
bool docrep_cell_write(const DocRepCell *cell, Out *out, Error *error);

/* Reads a whole file; docrep_cell_free frees the cell. False with the reason in *error. */
bool docrep_cell_read(DocRepCell *cell, const char *path, Error *error);
void docrep_cell_free(DocRepCell *cell);

/* Begins *docrep with the cell's last parameters, to be scored or trained further; docrep_free
 * frees it. False if the model has another width or too few blocks; *error names `path`. */
bool docrep_cell_load(const DocRepCell *cell, const char *path, const Model *model, DocRep *docrep,
                      Error *error);

#endif
