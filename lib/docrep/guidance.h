/* The forgetting loss ("guidance"): a text under another vector than its document's should not
 * be remembered.
 *
 *   L = L_pos + α F      squared:  F = min((L_neg − τ)², L_pos)
 *                        absolute: F = |L_neg − τ|
 *
 * L_pos, L_neg: mean loss a token of a batch of texts under their documents'
 * vectors, and under negative vectors; τ in nats a token. */
#ifndef DOCMEM_GUIDANCE_H
#define DOCMEM_GUIDANCE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { FORGET_SQUARED, FORGET_ABSOLUTE, FORGET_FORMS } ForgetForm;

/* zero; another document's vector, into which the gradient flows, or not (detached); the own
 * vector plus δ × normal numbers; normal numbers. */
typedef enum {
    NEGATIVE_ZERO,
    NEGATIVE_OTHER,
    NEGATIVE_OTHER_DETACHED,
    NEGATIVE_PERTURBED,
    NEGATIVE_RANDOM,
    NEGATIVE_KINDS
} NegativeKind;

typedef struct {
    double alpha, tau, delta;
    ForgetForm form;
    NegativeKind negative;
} Guidance;

/* "squared", "absolute"; "zero", "other", "other-detached", "perturbed", "random".
 * FORGET_FORMS, NEGATIVE_KINDS where the name is unknown. */
const char *forget_form_name(ForgetForm form);
ForgetForm forget_form_parse(const char *name);
const char *negative_kind_name(NegativeKind kind);
NegativeKind negative_kind_parse(const char *name);

/* L of a batch; *dpositive and *dnegative are set to its derivatives to L_pos and L_neg. The
 * minimum's go to the smaller of the two, half to each where they are equal;
 * |x| has derivative 0 at 0: as in PyTorch. */
double guidance_loss(const Guidance *guidance, double positive, double negative, double *dpositive,
                     double *dnegative);

/* What is drawn for one document in one epoch, from the stream ("negative", seed, epoch and
 * document) whatever else is in its batch: *other ≠ document, uniform among `documents`
 * ≥ 2 (unless the kind needs none), and noise (k), normal numbers. */
void guidance_draw(const Guidance *guidance, uint64_t seed, uint64_t epoch, size_t document,
                   size_t documents, uint32_t *other, float *noise, size_t k);

/* negative (k) = the negative vector of `document`, given K (documents,k) and what was drawn. */
void guidance_vector(const Guidance *guidance, float *negative, const float *K, size_t document,
                     uint32_t other, const float *noise, size_t k);

/* Whose vector the negative's gradient flows into: *owner; false: nobody's. */
bool guidance_owner(const Guidance *guidance, size_t document, uint32_t other, size_t *owner);

#endif
