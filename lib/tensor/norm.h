/* The norm of a residual stream: RMSNorm where it has a weight alone, LayerNorm where it has a
 * bias as well. */
#ifndef DOCMEM_NORM_H
#define DOCMEM_NORM_H
#include <stddef.h>

typedef struct {
    float *weight, *bias; /* (d); bias NULL: RMSNorm */
} Norm;

/* y (T,d) = norm of x (T,d); moments (2,T) keeps what the gradient needs. */
void norm_forward(const Norm *norm, float *y, float *moments, const float *x, float eps, size_t T,
                  size_t d);
/* Adds to dx (T,d) and, unless NULL, to *gradient. */
void norm_backward(const Norm *norm, Norm *gradient, float *dx, const float *dy, const float *x,
                   const float *moments, size_t T, size_t d);

/* dy (T,d) = the tangent of y along dx (T,d), a step of x: the Jacobian times dx. dy is not dx. */
void norm_tangent(const Norm *norm, float *dy, const float *dx, const float *x,
                  const float *moments, size_t T, size_t d);

/* y (d) = what the norm makes of a small step v (d) of its input, up to the factor 1 / deviation
 * and to the change of that factor: weight ⊙ v, where LayerNorm first takes the mean from v. */
void norm_direction(const Norm *norm, float *y, const float *v, size_t d);

#endif
