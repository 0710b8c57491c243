/* The differentiable operations of a transformer block, each with its gradient beside it. */
#include "ops.h"

#include "vmath.h"

#include <math.h>

/* Sixteen partial sums: vector code for the compiler, and one fixed order for everyone. */
enum { LANES = 16 };

static float lanes_sum(const float s[LANES])
{
    float four[4];
    for (int j = 0; j < 4; j++)
        four[j] = (s[j] + s[j + 8]) + (s[j + 4] + s[j + 12]);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

float ops_dot(const float *a, const float *b, size_t n)
{
    float s[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++)
            s[j] += a[i + j] * b[i + j];
    for (size_t j = 0; i + j < n; j++)
        s[j] += a[i + j] * b[i + j];
    return lanes_sum(s);
}

float ops_sum(const float *a, size_t n)
{
    float s[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++)
            s[j] += a[i + j];
    for (size_t j = 0; i + j < n; j++)
        s[j] += a[i + j];
    return lanes_sum(s);
}

/* Sum of a[i] b[i] c[i], same order. */
static float dot_three(const float *a, const float *b, const float *c, size_t n)
{
    float s[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++)
            s[j] += a[i + j] * b[i + j] * c[i + j];
    for (size_t j = 0; i + j < n; j++)
        s[j] += a[i + j] * b[i + j] * c[i + j];
    return lanes_sum(s);
}

float ops_max(const float *a, size_t n)
{
    float s[LANES], largest = a[0];
    for (int j = 0; j < LANES; j++)
        s[j] = a[0];
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++)
            s[j] = a[i + j] > s[j] ? a[i + j] : s[j];
    for (; i < n; i++)
        largest = a[i] > largest ? a[i] : largest;
    for (int j = 0; j < LANES; j++)
        largest = s[j] > largest ? s[j] : largest;
    return largest;
}

void rmsnorm_forward(float *y, float *rstd, const float *x, const float *weight, float eps,
                     size_t T, size_t d)
{
    for (size_t t = 0; t < T; t++, x += d, y += d) {
        float r = 1.0f / sqrtf(ops_dot(x, x, d) / (float)d + eps);
        for (size_t i = 0; i < d; i++)
            y[i] = weight[i] * (x[i] * r);
        rstd[t] = r;
    }
}

void rmsnorm_backward(float *dx, float *dweight, const float *dy, const float *x, const float *rstd,
                      const float *weight, size_t T, size_t d)
{
    for (size_t t = 0; t < T; t++, dx += d, dy += d, x += d) {
        float r = rstd[t], mean = dot_three(dy, weight, x, d) * r * r / (float)d;
        for (size_t i = 0; i < d; i++)
            dx[i] += r * (dy[i] * weight[i] - x[i] * mean);
        if (dweight)
            for (size_t i = 0; i < d; i++)
                dweight[i] += dy[i] * (x[i] * r);
    }
}

void layernorm_forward(float *y, float *mean, float *rstd, const float *x, const float *weight,
                       const float *bias, float eps, size_t T, size_t d)
{
    for (size_t t = 0; t < T; t++, x += d, y += d) {
        float m = ops_sum(x, d) / (float)d;
        for (size_t i = 0; i < d; i++)
            y[i] = x[i] - m;
        float r = 1.0f / sqrtf(ops_dot(y, y, d) / (float)d + eps);
        for (size_t i = 0; i < d; i++)
            y[i] = weight[i] * (y[i] * r) + bias[i];
        mean[t] = m;
        rstd[t] = r;
    }
}

void layernorm_backward(float *dx, float *dweight, float *dbias, const float *dy, const float *x,
                        const float *mean, const float *rstd, const float *weight, size_t T,
                        size_t d)
{
    for (size_t t = 0; t < T; t++, dx += d, dy += d, x += d) {
        float m = mean[t], r = rstd[t];
        float sum_g = ops_dot(dy, weight, d), sum_gx = dot_three(dy, weight, x, d) - m * sum_g;
        float mean_g = sum_g / (float)d, mean_gx = r * sum_gx / (float)d;
        for (size_t i = 0; i < d; i++) {
            float normal = (x[i] - m) * r;
            dx[i] += r * (dy[i] * weight[i] - mean_g - normal * mean_gx);
            if (dweight)
                dweight[i] += dy[i] * normal;
            if (dbias)
                dbias[i] += dy[i];
        }
    }
}

static inline float normal_cdf(float x)
{
    return 0.5f * (1.0f + vm_erf(x * 0.70710678f));
}

void gelu_forward(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * normal_cdf(x[i]);
}

void gelu_backward(float *dx, const float *dy, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float density = 0.39894228f * vm_exp(-0.5f * x[i] * x[i]);
        dx[i] += dy[i] * (normal_cdf(x[i]) + x[i] * density);
    }
}

void swiglu_forward(float *y, const float *gate, const float *up, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = gate[i] * vm_sigmoid(gate[i]) * up[i];
}

void swiglu_backward(float *dgate, float *dup, const float *dy, const float *gate, const float *up,
                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float s = vm_sigmoid(gate[i]), silu = gate[i] * s;
        dup[i] = dy[i] * silu;
        dgate[i] = dy[i] * up[i] * (s + silu * (1.0f - s));
    }
}

void rope_table(float *cosine, float *sine, double theta, size_t positions, size_t rotary)
{
    double log_theta = vm_log(theta);
    for (size_t i = 0; i < rotary / 2; i++) {
        double frequency = vm_exp_double(-2.0 * (double)i / (double)rotary * log_theta), c, s;
        for (size_t p = 0; p < positions; p++) {
            vm_cos_sin((double)p * frequency, &c, &s);
            cosine[p * (rotary / 2) + i] = (float)c;
            sine[p * (rotary / 2) + i] = (float)s;
        }
    }
}

/* direction +1 turns forward, −1 back */
static void rope_turn(float *x, const float *cosine, const float *sine, const int32_t *position,
                      size_t T, size_t heads, size_t size, size_t rotary, float direction)
{
    size_t half = rotary / 2;
    for (size_t t = 0; t < T; t++) {
        if (position[t] < 0)
            continue;
        const float *c = cosine + (size_t)position[t] * half;
        const float *s = sine + (size_t)position[t] * half;
        for (size_t h = 0; h < heads; h++) {
            float *low = x + (t * heads + h) * size, *high = low + half;
            for (size_t i = 0; i < half; i++) {
                float a = low[i], b = high[i], turn = direction * s[i];
                low[i] = a * c[i] - b * turn;
                high[i] = b * c[i] + a * turn;
            }
        }
    }
}

void rope_forward(float *x, const float *cosine, const float *sine, const int32_t *position,
                  size_t T, size_t heads, size_t size, size_t rotary)
{
    rope_turn(x, cosine, sine, position, T, heads, size, rotary, 1.0f);
}

void rope_backward(float *dx, const float *cosine, const float *sine, const int32_t *position,
                   size_t T, size_t heads, size_t size, size_t rotary)
{
    rope_turn(dx, cosine, sine, position, T, heads, size, rotary, -1.0f);
}

void add_forward(float *y, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

void bias_forward(float *y, const float *bias, size_t T, size_t d)
{
    for (size_t t = 0; t < T; t++)
        add_forward(y + t * d, bias, d);
}

void bias_backward(float *dbias, const float *dy, size_t T, size_t d)
{
    for (size_t t = 0; t < T; t++)
        add_forward(dbias, dy + t * d, d);
}
