/* The end of the model: final norm, unembedding, and the loss, a few rows of logits at a time. */
#ifndef DOCMEM_HEAD_H
#define DOCMEM_HEAD_H
#include "model/model.h"

/* logits (rows,V) of the residual stream h (rows,d). `rows` must be a multiple of gemm_unit(), so
 * that a row's bits do not depend on the other rows (gemm.h). */
void head_logits(const Model *model, float *logits, const float *h, size_t rows);

/* Next-token losses of T rows: nll[t] = −log p(target[t] | row t), or 0 where target[t] is −1. T is
 * the number of rows of a Batch.
 *
 * With dh (T,d) not NULL, sets it to the gradient of Σ weight[t] nll[t] with respect to h (T,d),
 * and adds the gradients of final norm and unembedding to *gradients unless that is NULL. weight
 * (T) may be NULL only if dh is; nll may then be 0 where a weight is. The logits of all rows are
 * never in memory at once, and where few rows count, no others have any. */
void head_loss(const Model *model, Model *gradients, const float *h, const int32_t *target,
               const float *weight, size_t T, double *nll, float *dh);

/* log Σ exp of logits (V), summed in double. */
double head_logsumexp(const float *logits, size_t V);
/* Index of the largest of logits (V), the first where several are equal. */
size_t head_argmax(const float *logits, size_t V);

#endif
