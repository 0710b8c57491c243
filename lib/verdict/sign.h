/* Signs of memories: the interventions on one memory as one number a unit, to be averaged, tested
 * in pairs and printed.
 *
 * An entry's stance on a word is the sign that a lens gives it; its prediction for s_j = −1 is the
 * opposite. The short lens is taken times the sign of the entry's mean activation, since gelu can
 * be negative. Effects are means over the contexts. */
#ifndef DOCMEM_SIGN_H
#define DOCMEM_SIGN_H
#include "docrep/interventions.h"
#include <stddef.h>

/* The linear path was taken on documents held apart, the true path on those of the effects. The
 * last is the true path to log p, log Σ exp included; the others are about logits. */
typedef enum { LENS_SHORT, LENS_LINEAR, LENS_TRUE, LENS_TRUE_LOG_P, LENSES } SignLens;
typedef enum { OUTCOME_LOGIT, OUTCOME_LOG_P, OUTCOMES } SignOutcome;

/* Which words an entry is asked about. Strong: the five that the linear path raises most and
 * the five it lowers most; drawn: ten of the stream ("drawn words", seed, entry). */
typedef enum {
    PAIRS_EVERY,
    PAIRS_STRONG,
    PAIRS_DRAWN,
    PAIRS_RAISING, /* the lens is above 0 */
    PAIRS_LOWERING,
    PAIRS_STRONG_RAISING, /* both */
    PAIRS_STRONG_LOWERING,
    PAIRS
} SignPairs;
enum { STRONG_EACH = 5, DRAWN = 10, TOP_WORDS = 20 };

/* What is measured. Units in brackets. */
typedef enum {
    SIGN_AGREEMENT,    /* [entry] share of words whose effect has the sign the lens predicts */
    SIGN_EFFECT,       /* [entry] mean effect */
    SIGN_STANCE,       /* [entry] mean effect times the sign of the stance */
    SIGN_FLIP,         /* [entry] share of words whose effects at −1 and +1 have opposite signs */
    SIGN_DISAGREEMENT, /* [entry] share of words on which short lens and linear path differ */
    SIGN_NORMALISER,   /* [entry] mean share of |Δ log Σ exp| in |Δ logit| + |Δ log Σ exp| */
    SIGN_REMOVED,      /* [entry] 1 where s_j = 0 gives the bits of the memory without the entry */
    SIGN_INACTIVE,     /* [entry] 1 where the mean activation is below 0 */
    SIGN_ACTS,         /* [run] share of the training's steps in which the forgetting loss acts */
    SIGN_ABOVE,        /* [document] share of s > 0, */
    SIGN_ZERO,         /* = 0, */
    SIGN_BELOW,        /* < 0 */
    SIGN_WORD,  /* [context] effect on the word asked about of the entry whose linear path raises it
                 * most (PAIRS_RAISING) or lowers it most (PAIRS_LOWERING) */
    SIGN_NEXT,  /* [document] effect of the pool on the next token */
    SIGN_SUM,   /* [document] on log Σ exp */
    SIGN_OWN,   /* [document] on its words, at every position */
    SIGN_OTHER, /* [document] on those of another document */
    SIGN_ALL,   /* [document] on all words */
    SIGN_PRECISION,       /* [document] share of its words among the 20 raised most */
    SIGN_OTHER_PRECISION, /* [document] share of the other document's words among them */
    SIGN_MEASURES
} SignMeasure;

/* A measure with what it is asked for; fields that it does not use are ignored. With SET_OWN
 * an effect is taken times the sign of the document's own s_j. */
typedef struct {
    SignMeasure measure;
    SignLens lens;
    SignOutcome outcome;
    SignPairs pairs;
    int set; /* SET_MINUS … */
} SignWish;

/* Names as in the tables. */
extern const char *const sign_measure_names[SIGN_MEASURES], *const sign_lens_names[LENSES];
extern const char *const sign_outcome_names[OUTCOMES], *const sign_pairs_names[PAIRS];
extern const char *const sign_set_names[SETS];

/* Interventions on one memory, digested; m entries, W words, D documents. */
typedef struct {
    const Interventions *all;       /* borrowed */
    size_t word;                    /* place of the word asked about */
    double *lens[LENSES];           /* (m,W) */
    double *effect[OUTCOMES][SETS]; /* (m,W) mean over contexts */
    double *oriented[OUTCOMES];     /* (m,W) SET_OWN's times the sign of each context's s_j */
    uint8_t *strong, *drawn;        /* (m,W) flags */
    size_t *other;                  /* (D) the other document, stream ("other words", seed, i) */
    uint32_t *raised;               /* (D,W) words by the pool's effect, the most raised first */
} Signs;

/* `all` must outlive the signs; `word` is a place among its words. */
void signs_make(Signs *signs, const Interventions *all, size_t word, uint64_t seed);
void signs_free(Signs *signs);

/* Units of a measure, and what is found on each, into values (units). */
size_t sign_units(const Signs *signs, SignMeasure measure);
void sign_values(const Signs *signs, const SignWish *wish, double *values);

#endif
