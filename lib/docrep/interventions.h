/* Interventions on one DocRep memory, in a file: how setting each entry's selection to −1, 0 and +1
 * changes every word's log p, how two lenses say it would (stance.h), and what each document's
 * whole selection (its pool) does.
 *
 * C contexts, documents on which entries were set; C held-out documents, on which the lenses
 * predict; D documents, m entries, W words. An effect on a logit or on log Σ exp is a difference of
 * means over a text's positions; that on log p is logit − logsumexp. The file (safetensors) has the
 * arrays below, under the names of list_fields in interventions.c, and metadata phi, lm (yes, no),
 * seed, layer. */
#ifndef DOCMEM_INTERVENTIONS_H
#define DOCMEM_INTERVENTIONS_H
#include "docrep/selection.h"
#include "docrep/words.h"
#include "file/out.h"

/* What an entry is set to, and compared with 0: −1, +1, and what each document itself selects. */
enum { SET_MINUS, SET_PLUS, SET_OWN, SETS };

typedef struct {
    Phi phi;
    bool lm;
    uint64_t seed;
    size_t layer, contexts, documents, entries; /* …, C, D, m */
    Words words;
    int64_t *context;   /* (C) documents, sorted */
    int64_t *held;      /* (C) held-out documents, sorted; none is in context */
    float *selection;   /* (D,m) s */
    float *activation;  /* (C,m) mean gelu(…) on the held-out documents */
    float *narrow;      /* (m,W) the short lens (stance.h) */
    float *linear;      /* (m,C,W) the linear path of the logits, on the held-out documents */
    float *path;        /* (m,C,W) the true path of the logits, on the contexts */
    double *path_sum;   /* (m,C) the same of log Σ exp */
    float *logit;       /* (SETS,m,C,W) */
    double *logsumexp;  /* (SETS,m,C) */
    uint8_t *removed;   /* (m) 1: set to 0, the entry might as well be erased (stance_removed) */
    float *pool_logit;  /* (D,W) the document's selection against s = 0, on its own text */
    double *pool_sum;   /* (D) the same of log Σ exp */
    double *next_logit; /* (D) the same of the next token's logit */
    double *next_log_p; /* (D) the same of its log p, by the training loss */
    double *own_log_p;  /* (D) mean log p of the next token with the selection */
    double *acts;       /* (1) share of the training's steps in which the forgetting loss acts */
    uint8_t *contains;  /* (D,W) 1: the document holds the word */
} Interventions;

/* Allocates everything, zeroed, and takes over *words. The caller sets phi, lm, seed and layer;
 * interventions_free frees it. */
void interventions_make(Interventions *all, size_t contexts, size_t documents, size_t entries,
                        Words *words);
/* Writes a whole file to `out`, which the caller commits. False if a number is not finite, or as
 * tensor_writer_write. */
bool interventions_write(const Interventions *all, Out *out, Error *error);
/* Reads a whole file; interventions_free frees it. False with the reason in *error. */
bool interventions_read(Interventions *all, const char *path, Error *error);
void interventions_free(Interventions *all);

/* Whether two files have the same words, documents and contexts, so that they can be compared. */
bool interventions_alike(const Interventions *a, const Interventions *b);

/* Place in `logsumexp` of the effect of entry j set to `set` in context c; in `logit`, times W. */
static inline size_t interventions_at(const Interventions *all, int set, size_t j, size_t c)
{
    return ((size_t)set * all->entries + j) * all->contexts + c;
}

/* Effect of a setting on the log p of word w in context c. */
static inline double interventions_log_p(const Interventions *all, int set, size_t j, size_t c,
                                         size_t w)
{
    size_t at = interventions_at(all, set, j, c);
    return (double)all->logit[at * all->words.count + w] - all->logsumexp[at];
}

#endif
