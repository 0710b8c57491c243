/* What an entry of a memory does to words: its stance by the weights, by the true path, and as a
 * measured intervention.
 *
 * Entry j adds v_j, column j of `down`, to the memory's output, times its activation a_j = gelu(…)
 * and its selection s_j. Two lenses predict what selecting it does to the logit of word w:
 *
 *   short   u_w · (γ ⊙ v_j), u_w the unembedding of w and γ the final norm's weight (if it is a
 *           LayerNorm, v_j less its mean). It leaves out lm and its gelu, all blocks in between and
 *           the norm's division. It is per unit of activation: times the mean activation, it
 *           predicts the effect of s_j > 0.
 *   true,   d logit_w / d s_j at s_j = 0, all else as the document selects it, through all that
 *   linear  follows: lm and its gelu, blocks, final norm. The activation is part of it.
 *
 * The linear path is that derivative exactly, a Jacobian-vector product carried forward through the
 * blocks (stack_tangent). It is taken on held-out contexts, so that it predicts the interventions.
 * The true path is the same derivative by a finite difference, on the interventions' own contexts,
 * to compare.
 *
 * Why the derivative at 0, not the effect of s_j = 1: that effect is the measurement itself. A
 * derivative predicts opposite effects at s_j = ±1 and can be wrong. Every number is a mean over
 * the positions of a context that have a next token.
 *
 * d width, m entries, C contexts, V vocabulary, W words. */
#ifndef DOCMEM_STANCE_H
#define DOCMEM_STANCE_H
#include "memory/stack.h"
#include "memory/train.h"

/* A memory and the texts it runs on, its contexts; each context selects entries for itself. */
typedef struct {
    const Model *model;
    const Memory *memory;
    Stack stack;
    Batch batch;
    size_t contexts;
    const float *selection; /* (C,m) */
    float *packed;          /* (rows,d) the residual stream that enters the memory */
    float *mask;            /* (rows,m) */
    int32_t *target;        /* (rows) next id, −1 where there is none */
} Stance;

/* What a forward pass gives: means over each context's positions. */
typedef struct {
    double *normal;    /* (C,d) the stream after the final norm; unembedded, the mean logits */
    double *logsumexp; /* (C) log Σ exp of the logits */
    double *next;      /* (C) logit of the next token */
} StanceMeans;

/* Begins a memory after block `layer` on `count` texts of two tokens or more; all is borrowed, also
 * selection (count,m), what each document selects at all its tokens. stance_free frees. */
void stance_begin(Stance *stance, const Model *model, const Memory *memory, size_t layer,
                  const MemoryText *const *texts, const float *selection, size_t count);
void stance_free(Stance *stance);

/* Sets s_j of entry `entry` at all tokens: to `value`; back to what each document selects. */
void stance_set(Stance *stance, size_t entry, float value);
void stance_own(Stance *stance, size_t entry);

void stance_means_make(StanceMeans *means, const Stance *stance);
void stance_means_free(StanceMeans *means);
/* One forward pass with the entries as they are set; fills *means. */
void stance_pass(Stance *stance, StanceMeans *means);
/* Mean log p of the next token (C), by the loss that training uses. */
void stance_next(Stance *stance, double *log_p);

/* out (C,W) = the mean logits of these words in pass a less those in pass b. */
void stance_logits(const Stance *stance, const StanceMeans *a, const StanceMeans *b,
                   const int32_t *ids, size_t words, float *out);
/* out (m,W): the short lens. */
void stance_short(const Model *model, const Memory *memory, const int32_t *ids, size_t words,
                  float *out);
/* The true path of one entry, a central difference of step 1/256 around s_j = 0: out (C,W) for the
 * words' logits, sum (C) for log Σ exp, so that out − sum is that of log p. The entry is left as
 * the documents select it. */
void stance_true(Stance *stance, size_t entry, const int32_t *ids, size_t words, float *out,
                 double *sum);
/* The linear path of one entry, exact: out (C,W). The entry is left as the documents select it. */
void stance_linear(Stance *stance, size_t entry, const int32_t *ids, size_t words, float *out);
/* out (C,m): mean activation a_j in the last forward pass. */
void stance_activation(const Stance *stance, float *out);

/* Whether the residual stream after the last block is the same, bit for bit, with s_j = 0 as with
 * the entry erased: its row of `up`, its bias and its column of `down` 0, its selection as it
 * was. */
bool stance_removed(Stance *stance, size_t entry);

#endif
