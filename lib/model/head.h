/* The end of the model: final norm, unembedding, and the loss, a few rows of logits at a time. */
#ifndef DOCMEM_HEAD_H
#define DOCMEM_HEAD_H
#include "model/model.h"

/* logits (rows,V) of the residual rows h (rows,d); as many as a gemm_pad gives. */
void head_logits(const Model *model, float *logits, const float *h, size_t rows);

/* Next-token losses of T rows. nll[t] = −log p(target[t] | row t), 0 where
 * target[t] is −1. Where dh (T,d) is not NULL it is set to the gradient of
 * Σ weight[t] nll[t] to h (T,d), and the gradients of final norm and unembedding are
 * added to *gradients unless that is NULL; `weight` (T) may be NULL when dh is.
 * Logits of all rows never exist at once. T as a batch has them. */
void head_loss(const Model *model, Model *gradients, const float *h, const int32_t *target,
               const float *weight, size_t T, double *nll, float *dh);

/* log Σ exp of logits (V), in double; and the place of the largest (the first, if equal). */
double head_logsumexp(const float *logits, size_t V);
size_t head_argmax(const float *logits, size_t V);

#endif
