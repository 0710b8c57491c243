/* The norm of a residual stream: RMSNorm where it has a weight alone, LayerNorm where it has a
 * bias as well. */
#include "norm.h"

#include "ops.h"

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

void norm_direction(const Norm *norm, float *y, const float *v, size_t d)
{
    float mean = norm->bias ? ops_sum(v, d) / (float)d : 0;
    for (size_t i = 0; i < d; i++)
        y[i] = norm->weight[i] * (v[i] - mean);
}
