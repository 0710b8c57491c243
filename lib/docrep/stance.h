/* What an entry of a memory does to words: its stance by the weights, by the true path, and as a
 * measured intervention.
 *
 * Entry j writes v_j, column j of `down`, into the memory's output, times its
 * activation a_j = gelu(…) and its selection s_j. Two lenses predict what selecting it does to
 * the logit of word w:
 *
 *   short   u_w · (γ ⊙ v_j), the unembedding of w on v_j and γ the final norm's weight (where it
 *           is a LayerNorm, v_j without its mean): no lm, no gelu, no block in between, and of
 *           the norm no division. Per unit of positive activation; times the mean activation it
 *           predicts what s_j > 0 does.
 *   true,   d logit_w / d s_j at s_j = 0, all else as the document selects it, through all that
 *   linear  follows: lm and its gelu, blocks, final norm. The activation is part of it.
 *
 * The linear path is that derivative exactly: the Jacobian of the logits at the memory's output, on
 * what the entry writes there, carried forward through the blocks (stack_tangent). Taken on
 * contexts apart from those of the interventions, it predicts them; the true path of the same
 * contexts is a finite step, and stands beside.
 *
 * Reading: the derivative at 0, not the finite effect of writing +v_j, for the latter is the
 * measurement itself; a derivative predicts opposite effects at s_j = ±1 and can be wrong.
 * Every number is a mean over the positions of a context that have a next token.
 *
 * d width, m entries, C contexts, V vocabulary, W words. */
#ifndef DOCMEM_STANCE_H
#define DOCMEM_STANCE_H
#include "memory/stack.h"
#include "memory/train.h"

/* A memory on its contexts, each selecting entries for itself. */
typedef struct {
    const Model *model;
    const Memory *memory;
    Stack stack;
    Batch batch;
    size_t contexts;
    const float *selection; /* (C,m) */
    float *packed;          /* (rows,d) the stream below the memory */
    float *mask;            /* (rows,m) */
    int32_t *target;        /* (rows) next id, −1 where there is none */
} Stance;

/* What a forward pass leaves: means over each context's positions. */
typedef struct {
    double *normal;    /* (C,d) the stream after the final norm: its logits are the mean logits */
    double *logsumexp; /* (C) log Σ exp of the logits */
    double *next;      /* (C) logit of the next token */
} StanceMeans;

/* A memory after block `layer` on `count` texts of two tokens or more; all borrowed. Every
 * document selects its own entries, `selection` (count,m), at every token. */
void stance_begin(Stance *stance, const Model *model, const Memory *memory, size_t layer,
                  const MemoryText *const *texts, const float *selection, size_t count);
void stance_free(Stance *stance);

/* Sets s_j of entry `entry` to `value` at every token; own: back to what each document selects. */
void stance_set(Stance *stance, size_t entry, float value);
void stance_own(Stance *stance, size_t entry);

void stance_means_make(StanceMeans *means, const Stance *stance);
void stance_means_free(StanceMeans *means);
/* One forward pass with the entries as they are set. */
void stance_pass(Stance *stance, StanceMeans *means);
/* Mean log p of the next token (C), by the loss that training uses. */
void stance_next(Stance *stance, double *log_p);

/* out (C,W) = the mean logits of these words in pass a less those in pass b. */
void stance_logits(const Stance *stance, const StanceMeans *a, const StanceMeans *b,
                   const int32_t *ids, size_t words, float *out);
/* out (m,W): the short lens. */
void stance_short(const Model *model, const Memory *memory, const int32_t *ids, size_t words,
                  float *out);
/* The true path of one entry, a central difference of 1/256 about s_j = 0: out (C,W) of the words'
 * logits, sum (C) of log Σ exp, so that out − sum is that of log p. The entry is left as the
 * documents select it. */
void stance_true(Stance *stance, size_t entry, const int32_t *ids, size_t words, float *out,
                 double *sum);
/* The linear path of one entry, exact: out (C,W). The entry is left as the documents select it. */
void stance_linear(Stance *stance, size_t entry, const int32_t *ids, size_t words, float *out);
/* out (C,m): mean activation a_j; after a pass. */
void stance_activation(const Stance *stance, float *out);

/* Whether the stream behind the last block is, bit for bit, the same with s_j = 0 as without the
 * entry: its key, bias and column of `down` erased, its selection as it was. */
bool stance_removed(Stance *stance, size_t entry);

#endif
