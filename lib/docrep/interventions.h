/* Interventions on one DocRep memory in a file: what selecting each entry at −1, 0 and +1 does to
 * every word, what two lenses say it would do, and what each document's whole pool does.
 *
 * C contexts (documents on which entries were set) and as many others, held apart, on which the
 * lenses predict; D documents, m entries, W words. Effects on
 * logits and on log Σ exp are differences of means over a text's positions; that on log p is
 * logit − logsumexp. The file (safetensors): the arrays below, under the names of fields in
 * interventions.c, and metadata phi, lm (yes, no), seed, layer. */
#ifndef DOCMEM_INTERVENTIONS_H
#define DOCMEM_INTERVENTIONS_H
#include "docrep/selection.h"
#include "docrep/words.h"
#include "file/out.h"

/* What an entry is set to, against 0: −1, +1, and what each document itself selects. */
enum { SET_MINUS, SET_PLUS, SET_OWN, SETS };

typedef struct {
    Phi phi;
    bool lm;
    uint64_t seed;
    size_t layer, contexts, documents, entries; /* …, C, D, m */
    Words words;
    int64_t *context;   /* (C) documents, rising */
    int64_t *held;      /* (C) documents held apart, rising; none is in context */
    float *selection;   /* (D,m) s */
    float *activation;  /* (C,m) mean gelu(…) on the held */
    float *narrow;      /* (m,W) the short lens (stance.h) */
    float *linear;      /* (m,C,W) the linear path of the logits, on the held */
    float *path;        /* (m,C,W) the true path of the logits, on the contexts */
    double *path_sum;   /* (m,C) the same of log Σ exp */
    float *logit;       /* (SETS,m,C,W) */
    double *logsumexp;  /* (SETS,m,C) */
    uint8_t *removed;   /* (m) 1: at 0 the bits are those without the entry */
    float *pool_logit;  /* (D,W) the document's selection against s = 0, on its own text */
    double *pool_sum;   /* (D) the same of log Σ exp */
    double *next_logit; /* (D) the same of the next token's logit */
    double *next_log_p; /* (D) the same of its log p, by the training loss */
    double *own_log_p;  /* (D) mean log p of the next token with the selection */
    double *acts;       /* (1) share of the training's steps in which the forgetting loss acts */
    uint8_t *contains;  /* (D,W) 1: the document holds the word */
} Interventions;

/* Room for everything, zeroed; takes over `words`. The caller sets phi, lm, seed and layer. */
void interventions_make(Interventions *all, size_t contexts, size_t documents, size_t entries,
                        Words *words);
/* Writes a complete file; false where a number is not finite, or as tensor_writer_write. */
bool interventions_write(const Interventions *all, Out *out, Error *error);
/* Reads a whole file; freed with interventions_free. False with the reason. */
bool interventions_read(Interventions *all, const char *path, Error *error);
void interventions_free(Interventions *all);

/* Whether two files are about the same words, documents and contexts. */
bool interventions_alike(const Interventions *a, const Interventions *b);

/* Place of the effects of entry j set to `set` in context c: times W in `logit`. */
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
