#include "tensor/norm.h"

#include "base/alloc.h"
#include "tensor/ops.h"

#include <stdlib.h>
#include <string.h>

void norm_forward(const Norm *norm, float *y, float *moments, const float *x, float eps, size_t T,
                  size_t d)
{
    if (norm->bias)
        layernorm_forward(y, moments + T, moments, x, norm->weight, norm->bias, eps, T, d);
    else
        rmsnorm_forward(y, moments, x, norm->weight, eps, T, d);
}

void norm_backward(const Norm *norm, Norm *gradient, float *dx, const float *dy, const float *x,
                   const float *moments, size_t T, size_t d)
{
    float *dweight = gradient ? gradient->weight : NULL;
    if (norm->bias)
        layernorm_backward(dx, dweight, gradient ? gradient->bias : NULL, dy, x, moments + T,
                           moments, norm->weight, T, d);
    else
        rmsnorm_backward(dx, dweight, dy, x, moments, norm->weight, T, d);
}

/* The Jacobian is diag(weight) S with a symmetric S, the gradient's S diag(weight): so S dx is the
 * gradient at weight 1. */
void norm_tangent(const Norm *norm, float *dy, const float *dx, const float *x,
                  const float *moments, size_t T, size_t d)
{
    float *one = alloc_scratch(d, sizeof *one);
    for (size_t i = 0; i < d; i++)
        one[i] = 1;
    const Norm plain = {one, norm->bias ? one : NULL}; /* a gradient does not read the bias */
    memset(dy, 0, T * d * sizeof *dy);
    norm_backward(&plain, NULL, dy, dx, x, moments, T, d);
    for (size_t i = 0; i < T * d; i++)
        dy[i] *= norm->weight[i % d];
    free(one);
}

void norm_direction(const Norm *norm, float *y, const float *v, size_t d)
{
    float mean = norm->bias ? ops_sum(v, d) / (float)d : 0;
    for (size_t i = 0; i < d; i++)
        y[i] = norm->weight[i] * (v[i] - mean);
}
