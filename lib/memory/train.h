/* Trains a memory on texts whose activations below it are known, and scores what it has stored. */
#ifndef DOCMEM_TRAIN_H
#define DOCMEM_TRAIN_H
#include "base/error.h"
#include "memory/allocation.h"
#include "memory/pack.h"
#include "memory/stack.h"
#include "tensor/adamw.h"

typedef struct {
    double lr, decay, clip;       /* peak rate, weight decay, largest gradient norm */
    uint64_t warmup, steps;       /* of the cosine schedule */
    const Allocation *allocation; /* of the memory's entries, borrowed; NULL: all to all */
    double answer_weight;         /* share of the loss that the answers' letters bear, to 1: the
                                   * letters alone; 0: each token as much as any other */
} TrainSettings;

typedef struct Train Train;
/* Fills train->mask for texts first … first + count − 1 of a call, which are laid out as the batch.
 */
typedef void (*TrainMask)(Train *train, void *user, const MemoryText *const *texts, size_t first,
                          size_t count);

struct Train {
    const Model *model;
    Memory *memory;   /* borrowed; trained in place */
    Memory gradients; /* of the last step, before clipping */
    Adamw adamw;
    TrainSettings settings;
    TrainMask masks;     /* NULL: nothing is masked */
    void *user;          /* of masks */
    bool learned;        /* masks are trained as well, so that dmask is wanted */
    bool in_order;       /* texts are never shuffled */
    Stack with, without; /* the upper blocks with the memory, and as they are */
    Batch batch;
    size_t rows;
    float *packed, *dh, *weight; /* (rows,d) (rows,d) (rows) */
    float *mask, *dmask;         /* (rows,m) twice, NULL where not wanted */
    int32_t *target;             /* (rows) */
    double *nll;                 /* (rows) */
    double norm;                 /* gradient norm of the last step, before clipping */
};

/* Training of `memory` after block `layer`, its activations masked by the settings' allocation. */
void train_begin(Train *train, const Model *model, Memory *memory, size_t layer,
                 const TrainSettings *settings);
void train_free(Train *train);

/* One step on `count` texts; returns their mean loss a token, weighted as it was trained, before
 * the step. */
double train_step(Train *train, const MemoryText *const *texts, size_t count);

/* One pass over all texts, `batch` at a step, in the order that ("order", seed,
 * epoch) shuffles them to; *loss is the mean a token. False where the loss is no
 * longer a finite number; the message names no file. */
bool train_epoch(Train *train, const MemoryText *texts, size_t count, size_t batch, uint64_t seed,
                 uint64_t epoch, double *loss, Error *error);

/* Summed loss of each of `count` texts into nll (count), with the memory or,
 * where `detached`, without it. A text's loss does not depend on the others. */
void train_score(Train *train, const MemoryText *texts, size_t count, bool detached, double *nll);
void train_score_list(Train *train, const MemoryText *const *texts, size_t count, bool detached,
                      double *nll);

/* The same token by token: of text i the loss of ids[t + 1] after ids[0 … t] into nll[i][t], 0 at
 * its last. */
void train_score_tokens(Train *train, const MemoryText *texts, size_t count, bool detached,
                        double *const *nll);

/* Where numbers that are not finite begin on the text's way through the blocks, in words (see
 * stack_where). */
const char *train_where(Train *train, const MemoryText *text, bool detached, char words[64]);

/* Whether the memory is in the path at all: its logits on one of the texts must differ
 * from those without it, and those without it must be the same bits before and
 * after. False with the reason. A memory that starts silent is asked a little away from its start,
 * to which it is brought back. */
bool train_check_path(Train *train, const MemoryText *texts, size_t count, Error *error);

/* --- for a memory that is trained with more than itself (docrep/docrep.h) ---------------- */

/* Lays out sequences 0 … count − 1, sequence r being texts[r mod period]; returns how many tokens
 * are predicted. */
size_t train_lay(Train *train, const MemoryText *const *texts, size_t count, size_t period);
/* Losses of the rows laid out into nll, and into dh the gradient of their sum times `weight`. */
void train_forward(Train *train);
/* Sets gradients, and dmask where there is one, to those that dh gives. */
void train_backward(Train *train);
/* The losses of `count` rows from `first`, summed. */
double train_sum(const Train *train, size_t first, size_t count);

/* What a step does with texts which[0 … count − 1], in which `predicted` tokens are predicted;
 * returns the loss, and leaves the gradient's norm in train->norm. */
typedef double (*TrainTake)(void *user, const uint32_t *which, size_t count, size_t predicted);
/* train_epoch's loop, with another step. */
bool train_pass(Train *train, const MemoryText *texts, size_t count, size_t batch, uint64_t seed,
                uint64_t epoch, TrainTake take, void *user, Error *error);

#endif
