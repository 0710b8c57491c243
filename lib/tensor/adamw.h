/* AdamW with its schedule and clipping (Loshchilov & Hutter 2019), over one flat array of
 * parameters. */
#ifndef DOCMEM_ADAMW_H
#define DOCMEM_ADAMW_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t count;
    uint64_t step;         /* steps taken */
    float *first, *second; /* (count) running means of gradient and squared gradient */
    double beta1, beta2, eps, decay;
} Adamw;

/* betas 0.9 and beta2, eps 1e-8; `decay` is the decoupled weight decay. */
void adamw_begin(Adamw *adamw, size_t count, double beta2, double decay);
void adamw_free(Adamw *adamw);

/* One step at rate lr with gradients × scale, in PyTorch's order: decay, means, update. */
void adamw_step(Adamw *adamw, float *parameters, const float *gradients, double scale, double lr);

/* Plain gradient descent at rate lr with gradients × scale, the decay added to the gradient:
 * PyTorch's SGD without momentum. */
void sgd_step(float *parameters, const float *gradients, size_t count, double scale, double lr,
              double decay);

/* √ Σ g²; and the factor that brings that norm down to `limit` at most (1 if it is below). */
double gradient_norm(const float *gradients, size_t count);
double gradient_clip(double norm, double limit);

/* Rate of step 0, 1, …: linear from 0 over `warmup` steps, then a half cosine to 0 at `total`. */
double cosine_schedule(double lr, uint64_t step, uint64_t warmup, uint64_t total);

#endif
