/* The forgetting loss ("guidance"): under a vector that is not its document's, a text should not be
 * remembered.
 *
 *   L = L_pos + α F      squared:  F = min((L_neg − τ)², L_pos)
 *                        absolute: F = |L_neg − τ|
 *
 * L_pos and L_neg are the mean losses, in nats a token, of a batch of texts under their documents'
 * vectors and under negative vectors. τ is the loss that L_neg should have. */
#ifndef DOCMEM_GUIDANCE_H
#define DOCMEM_GUIDANCE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { FORGET_SQUARED, FORGET_ABSOLUTE, FORGET_FORMS } ForgetForm;

/* What the negative vector is: zero; another document's vector, into which the gradient flows, or
 * does not (detached); the own vector plus δ × standard normal numbers; standard normal numbers. */
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

/* "squared", "absolute"; "zero", "other", "other-detached", "perturbed", "random". FORGET_FORMS,
 * NEGATIVE_KINDS if the name is unknown. */
const char *forget_form_name(ForgetForm form);
ForgetForm forget_form_parse(const char *name);
const char *negative_kind_name(NegativeKind kind);
NegativeKind negative_kind_parse(const char *name);

/* Returns L of a batch; *dpositive = ∂L/∂L_pos, *dnegative = ∂L/∂L_neg. As in PyTorch, the gradient
 * of min goes to the smaller operand, half to each if they are equal, and that of |x| is 0 at 0. */
double guidance_loss(const Guidance *guidance, double positive, double negative, double *dpositive,
                     double *dnegative);

/* Draws what the negative of one document needs in one epoch: *other, another document, uniform
 * among `documents` ≥ 2 (0 if the kind needs none), and noise (k), standard normal numbers. The
 * stream is ("negative", seed, epoch and document): neither order nor batch matters. */
void guidance_draw(const Guidance *guidance, uint64_t seed, uint64_t epoch, size_t document,
                   size_t documents, uint32_t *other, float *noise, size_t k);

/* negative (k) = the negative vector of `document`, given K (documents,k) and guidance_draw's
 * numbers. */
void guidance_vector(const Guidance *guidance, float *negative, const float *K, size_t document,
                     uint32_t other, const float *noise, size_t k);

/* *owner = the document whose vector gets the gradient of the negative; false if none does. */
bool guidance_owner(const Guidance *guidance, size_t document, uint32_t other, size_t *owner);

#endif
