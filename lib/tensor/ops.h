/* The differentiable operations of a transformer block, each with its gradient beside it.
 *
 * T rows (positions), d columns. Backward functions ADD to the input gradient
 * they are given (dx +=) and to the parameter gradient where that is not NULL. */
#ifndef DOCMEM_OPS_H
#define DOCMEM_OPS_H
#include <stddef.h>
#include <stdint.h>

/* Sum of a[i] b[i], sum of a[i], largest a[i] (n ≥ 1), each in an order that does
 * not depend on the compiler. */
float ops_dot(const float *a, const float *b, size_t n);
float ops_sum(const float *a, size_t n);
float ops_max(const float *a, size_t n);

/* y = weight x / rms(x), rms² = mean(x²) + eps; rstd (T) keeps 1 / rms.
 * Zhang & Sennrich 2019. x, y (T,d), weight (d) */
void rmsnorm_forward(float *y, float *rstd, const float *x, const float *weight, float eps,
                     size_t T, size_t d);
void rmsnorm_backward(float *dx, float *dweight, const float *dy, const float *x, const float *rstd,
                      const float *weight, size_t T, size_t d);

/* y = weight (x − mean) / sqrt(var + eps) + bias. mean, rstd (T), x, y (T,d) */
void layernorm_forward(float *y, float *mean, float *rstd, const float *x, const float *weight,
                       const float *bias, float eps, size_t T, size_t d);
void layernorm_backward(float *dx, float *dweight, float *dbias, const float *dy, const float *x,
                        const float *mean, const float *rstd, const float *weight, size_t T,
                        size_t d);

/* gelu(x) = x Φ(x), exact. x, y (n) */
void gelu_forward(float *y, const float *x, size_t n);
void gelu_backward(float *dx, const float *dy, const float *x, size_t n);

/* gelu(x) ≈ x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2 (Hendrycks & Gimpel 2016), within 5e-4. */
void gelu_tanh_forward(float *y, const float *x, size_t n);
void gelu_tanh_backward(float *dx, const float *dy, const float *x, size_t n);

/* y = silu(gate) up. gate, up, y (n) */
void swiglu_forward(float *y, const float *gate, const float *up, size_t n);
/* Sets (not adds) dgate and dup. */
void swiglu_backward(float *dgate, float *dup, const float *dy, const float *gate, const float *up,
                     size_t n);

/* Sets dy to the tangent of y along dgate and dup, steps of gate and up. */
void swiglu_tangent(float *dy, float *dgate, float *dup, const float *gate, const float *up,
                    size_t n);

/* A context longer than the one trained on divides frequencies by `factor`: all alike (`original`
 * 0, linear; Chen et al. 2023), or as Llama 3.1 those that turn fewer than `low` times in the
 * original context, and those up to `high` times in part. Factor 0: not at all. */
typedef struct {
    double factor, low, high, original;
} RopeScaling;

/* divisor (rotary/2): what the frequencies are divided by; the factor is not 0. */
void rope_divisors(double *divisor, double theta, size_t rotary, const RopeScaling *scaling);

/* Rotates the pairs (i, i + rotary/2) among the first `rotary` columns of every head by
 * position · theta^(−2i/rotary) / divisor[i] in place (Su et al. 2021, the halves layout of Hugging
 * Face); the columns after them stay. divisor (rotary/2), or NULL: all 1; cosine, sine (positions,
 * rotary/2); position (T), negative where a row is padding; x (T, heads · size). The gradient is
 * the rotation backwards. */
void rope_table(float *cosine, float *sine, double theta, const double *divisor, size_t positions,
                size_t rotary);
void rope_forward(float *x, const float *cosine, const float *sine, const int32_t *position,
                  size_t T, size_t heads, size_t size, size_t rotary);
void rope_backward(float *dx, const float *cosine, const float *sine, const int32_t *position,
                   size_t T, size_t heads, size_t size, size_t rotary);

/* y += x; y = y + bias by row; dbias += column sums of dy */
void add_forward(float *y, const float *x, size_t n);
void bias_forward(float *y, const float *bias, size_t T, size_t d);
void bias_backward(float *dbias, const float *dy, size_t T, size_t d);

#endif
