/* Each function hands a loop over rows or elements to parallel_for. Sums run in sixteen lanes that
 * are added in one fixed order, so that vector code and plain code agree. */
#include "tensor/ops.h"

#include "base/parallel.h"
#include "base/vmath.h"

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

/* A norm over rows, forward or backward: what one of the four functions below was given. */
typedef struct {
    float *y, *mean, *rstd; /* forward */
    float *dx, *dweight, *dbias;
    const float *dy, *known_mean, *known_rstd; /* backward */
    const float *x, *weight, *bias;
    float eps;
    size_t d;
} NormPass;

/* Rows go over the threads, but for sums over them: gradients of the parameters. */
static void norm_rows(ParallelBody *body, const NormPass *norm, size_t T)
{
    if (norm->dweight || norm->dbias)
        body(norm, 0, T);
    else
        parallel_for(T, 1, 2 * T * norm->d, body, norm);
}

static void rmsnorm_forward_rows(const void *context, size_t first, size_t end)
{
    const NormPass *n = context;
    size_t d = n->d;
    for (size_t t = first; t < end; t++) {
        const float *x = n->x + t * d;
        float *y = n->y + t * d, r = 1.0f / sqrtf(ops_dot(x, x, d) / (float)d + n->eps);
        for (size_t i = 0; i < d; i++)
            y[i] = n->weight[i] * (x[i] * r);
        n->rstd[t] = r;
    }
}

void rmsnorm_forward(float *y, float *rstd, const float *x, const float *weight, float eps,
                     size_t T, size_t d)
{
    const NormPass norm = {.y = y, .rstd = rstd, .x = x, .weight = weight, .eps = eps, .d = d};
    norm_rows(rmsnorm_forward_rows, &norm, T);
}

static void rmsnorm_backward_rows(const void *context, size_t first, size_t end)
{
    const NormPass *n = context;
    size_t d = n->d;
    for (size_t t = first; t < end; t++) {
        const float *x = n->x + t * d, *dy = n->dy + t * d, *weight = n->weight;
        float *dx = n->dx + t * d, r = n->known_rstd[t];
        float mean = dot_three(dy, weight, x, d) * r * r / (float)d;
        for (size_t i = 0; i < d; i++)
            dx[i] += r * (dy[i] * weight[i] - x[i] * mean);
        if (n->dweight)
            for (size_t i = 0; i < d; i++)
                n->dweight[i] += dy[i] * (x[i] * r);
    }
}

void rmsnorm_backward(float *dx, float *dweight, const float *dy, const float *x, const float *rstd,
                      const float *weight, size_t T, size_t d)
{
    const NormPass norm = {.dx = dx,
                           .dweight = dweight,
                           .dy = dy,
                           .x = x,
                           .known_rstd = rstd,
                           .weight = weight,
                           .d = d};
    norm_rows(rmsnorm_backward_rows, &norm, T);
}

static void layernorm_forward_rows(const void *context, size_t first, size_t end)
{
    const NormPass *n = context;
    size_t d = n->d;
    for (size_t t = first; t < end; t++) {
        const float *x = n->x + t * d;
        float *y = n->y + t * d, m = ops_sum(x, d) / (float)d;
        for (size_t i = 0; i < d; i++)
            y[i] = x[i] - m;
        float r = 1.0f / sqrtf(ops_dot(y, y, d) / (float)d + n->eps);
        for (size_t i = 0; i < d; i++)
            y[i] = n->weight[i] * (y[i] * r) + n->bias[i];
        n->mean[t] = m;
        n->rstd[t] = r;
    }
}

void layernorm_forward(float *y, float *mean, float *rstd, const float *x, const float *weight,
                       const float *bias, float eps, size_t T, size_t d)
{
    const NormPass norm = {.y = y,
                           .mean = mean,
                           .rstd = rstd,
                           .x = x,
                           .weight = weight,
                           .bias = bias,
                           .eps = eps,
                           .d = d};
    norm_rows(layernorm_forward_rows, &norm, T);
}

static void layernorm_backward_rows(const void *context, size_t first, size_t end)
{
    const NormPass *n = context;
    size_t d = n->d;
    for (size_t t = first; t < end; t++) {
        const float *x = n->x + t * d, *dy = n->dy + t * d, *weight = n->weight;
        float *dx = n->dx + t * d, m = n->known_mean[t], r = n->known_rstd[t];
        float sum_g = ops_dot(dy, weight, d), sum_gx = dot_three(dy, weight, x, d) - m * sum_g;
        float mean_g = sum_g / (float)d, mean_gx = r * sum_gx / (float)d;
        for (size_t i = 0; i < d; i++) {
            float normal = (x[i] - m) * r;
            dx[i] += r * (dy[i] * weight[i] - mean_g - normal * mean_gx);
            if (n->dweight)
                n->dweight[i] += dy[i] * normal;
            if (n->dbias)
                n->dbias[i] += dy[i];
        }
    }
}

void layernorm_backward(float *dx, float *dweight, float *dbias, const float *dy, const float *x,
                        const float *mean, const float *rstd, const float *weight, size_t T,
                        size_t d)
{
    const NormPass norm = {.dx = dx,
                           .dweight = dweight,
                           .dbias = dbias,
                           .dy = dy,
                           .x = x,
                           .known_mean = mean,
                           .known_rstd = rstd,
                           .weight = weight,
                           .d = d};
    norm_rows(layernorm_backward_rows, &norm, T);
}

/* An operation on each of n elements: y and dx, dgate and dup are written, the rest is read. */
typedef struct {
    float *y, *dgate, *dup;
    const float *x, *dy, *gate, *up;
} Pointwise;

/* Elements go over the threads; the functions have an exponential in them. */
static void pointwise(ParallelBody *body, const Pointwise *operation, size_t n)
{
    enum { LINE = 16, EXPONENTIAL = 4 };
    parallel_for(n, LINE, EXPONENTIAL * n, body, operation);
}

static inline float normal_cdf(float x)
{
    return 0.5f * (1.0f + vm_erf(x * 0.70710678f));
}

static void gelu_forward_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *x = p->x;
    float *y = p->y;
    for (size_t i = first; i < end; i++)
        y[i] = x[i] * normal_cdf(x[i]);
}

void gelu_forward(float *y, const float *x, size_t n)
{
    const Pointwise operation = {.y = y, .x = x};
    pointwise(gelu_forward_part, &operation, n);
}

static void gelu_backward_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *x = p->x, *dy = p->dy;
    float *dx = p->y;
    for (size_t i = first; i < end; i++) {
        float density = 0.39894228f * vm_exp(-0.5f * x[i] * x[i]);
        dx[i] += dy[i] * (normal_cdf(x[i]) + x[i] * density);
    }
}

void gelu_backward(float *dx, const float *dy, const float *x, size_t n)
{
    const Pointwise operation = {.y = dx, .dy = dy, .x = x};
    pointwise(gelu_backward_part, &operation, n);
}

/* tanh of √(2/π) (x + 0.044715 x³), which the tanh form of GELU has in place of erf(x/√2). */
static inline float gelu_bend(float x)
{
    return vm_tanh(0.79788456f * x * (1.0f + 0.044715f * x * x));
}

static void gelu_tanh_forward_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *x = p->x;
    float *y = p->y;
    for (size_t i = first; i < end; i++)
        y[i] = 0.5f * x[i] * (1.0f + gelu_bend(x[i]));
}

void gelu_tanh_forward(float *y, const float *x, size_t n)
{
    const Pointwise operation = {.y = y, .x = x};
    pointwise(gelu_tanh_forward_part, &operation, n);
}

static void gelu_tanh_backward_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *x = p->x, *dy = p->dy;
    float *dx = p->y;
    for (size_t i = first; i < end; i++) {
        float near = x[i] < -10.0f ? -10.0f : x[i]; /* beyond, `bend` is flat */
        near = near > 10.0f ? 10.0f : near;
        float bend = gelu_bend(near);
        float slope = 0.79788456f * (1.0f + 3.0f * 0.044715f * near * near);
        dx[i] += dy[i] * 0.5f * (1.0f + bend + x[i] * (1.0f - bend * bend) * slope);
    }
}

void gelu_tanh_backward(float *dx, const float *dy, const float *x, size_t n)
{
    const Pointwise operation = {.y = dx, .dy = dy, .x = x};
    pointwise(gelu_tanh_backward_part, &operation, n);
}

static void swiglu_forward_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *gate = p->gate, *up = p->up;
    float *y = p->y;
    for (size_t i = first; i < end; i++)
        y[i] = gate[i] * vm_sigmoid(gate[i]) * up[i];
}

void swiglu_forward(float *y, const float *gate, const float *up, size_t n)
{
    const Pointwise operation = {.y = y, .gate = gate, .up = up};
    pointwise(swiglu_forward_part, &operation, n);
}

static void swiglu_backward_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *gate = p->gate, *up = p->up, *dy = p->dy;
    float *dgate = p->dgate, *dup = p->dup;
    for (size_t i = first; i < end; i++) {
        float s = vm_sigmoid(gate[i]), silu = gate[i] * s;
        dup[i] = dy[i] * silu;
        dgate[i] = dy[i] * up[i] * (s + silu * (1.0f - s));
    }
}

void swiglu_backward(float *dgate, float *dup, const float *dy, const float *gate, const float *up,
                     size_t n)
{
    const Pointwise operation = {.dgate = dgate, .dup = dup, .dy = dy, .gate = gate, .up = up};
    pointwise(swiglu_backward_part, &operation, n);
}

static void swiglu_tangent_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *gate = p->gate, *up = p->up, *dgate = p->dgate, *dup = p->dup;
    float *dy = p->y;
    for (size_t i = first; i < end; i++) {
        float s = vm_sigmoid(gate[i]), silu = gate[i] * s;
        dy[i] = dup[i] * silu + dgate[i] * up[i] * (s + silu * (1.0f - s));
    }
}

void swiglu_tangent(float *dy, float *dgate, float *dup, const float *gate, const float *up,
                    size_t n)
{
    const Pointwise operation = {.y = dy, .dgate = dgate, .dup = dup, .gate = gate, .up = up};
    pointwise(swiglu_tangent_part, &operation, n);
}

void rope_divisors(double *divisor, double theta, size_t rotary, const RopeScaling *scaling)
{
    const double pi = 3.14159265358979323846;
    for (size_t i = 0; i < rotary / 2; i++) {
        double frequency = vm_exp_double(-2.0 * (double)i / (double)rotary * vm_log(theta));
        double turns = scaling->original * frequency / (2 * pi);
        double share = (turns - scaling->low) / (scaling->high - scaling->low);
        share = scaling->original == 0 || share < 0 ? 0 : share > 1 ? 1 : share;
        divisor[i] = 1 / (share + (1 - share) / scaling->factor);
    }
}

void rope_table(float *cosine, float *sine, double theta, const double *divisor, size_t positions,
                size_t rotary)
{
    double log_theta = vm_log(theta);
    for (size_t i = 0; i < rotary / 2; i++) {
        double frequency = vm_exp_double(-2.0 * (double)i / (double)rotary * log_theta), c, s;
        frequency /= divisor ? divisor[i] : 1;
        for (size_t p = 0; p < positions; p++) {
            vm_cos_sin((double)p * frequency, &c, &s);
            cosine[p * (rotary / 2) + i] = (float)c;
            sine[p * (rotary / 2) + i] = (float)s;
        }
    }
}

/* A turn of every head of x, T rows of them. */
typedef struct {
    float *x;
    const float *cosine, *sine;
    const int32_t *position;
    size_t heads, size, rotary;
    float direction; /* +1 turns forward, −1 back */
} Turn;

static void turn_rows(const void *context, size_t first, size_t end)
{
    const Turn *turn = context;
    size_t half = turn->rotary / 2;
    for (size_t t = first; t < end; t++) {
        if (turn->position[t] < 0)
            continue;
        const float *c = turn->cosine + (size_t)turn->position[t] * half;
        const float *s = turn->sine + (size_t)turn->position[t] * half;
        for (size_t h = 0; h < turn->heads; h++) {
            float *low = turn->x + (t * turn->heads + h) * turn->size, *high = low + half;
            for (size_t i = 0; i < half; i++) {
                float a = low[i], b = high[i], sine = turn->direction * s[i];
                low[i] = a * c[i] - b * sine;
                high[i] = b * c[i] + a * sine;
            }
        }
    }
}

void rope_forward(float *x, const float *cosine, const float *sine, const int32_t *position,
                  size_t T, size_t heads, size_t size, size_t rotary)
{
    const Turn turn = {x, cosine, sine, position, heads, size, rotary, 1};
    parallel_for(T, 1, T * heads * rotary, turn_rows, &turn);
}

void rope_backward(float *dx, const float *cosine, const float *sine, const int32_t *position,
                   size_t T, size_t heads, size_t size, size_t rotary)
{
    const Turn turn = {dx, cosine, sine, position, heads, size, rotary, -1};
    parallel_for(T, 1, T * heads * rotary, turn_rows, &turn);
}

static void add_part(const void *context, size_t first, size_t end)
{
    const Pointwise *p = context;
    const float *x = p->x;
    float *y = p->y;
    for (size_t i = first; i < end; i++)
        y[i] += x[i];
}

void add_forward(float *y, const float *x, size_t n)
{
    const Pointwise operation = {.y = y, .x = x};
    parallel_for(n, 16, n, add_part, &operation);
}

/* The same bias on each of some rows of y (T,d). */
typedef struct {
    float *y;
    const float *bias;
    size_t d;
} Bias;

static void bias_rows(const void *context, size_t first, size_t end)
{
    const Bias *b = context;
    for (size_t t = first; t < end; t++)
        for (size_t i = 0; i < b->d; i++)
            b->y[t * b->d + i] += b->bias[i];
}

void bias_forward(float *y, const float *bias, size_t T, size_t d)
{
    const Bias rows = {y, bias, d};
    parallel_for(T, 1, T * d, bias_rows, &rows);
}

void bias_backward(float *dbias, const float *dy, size_t T, size_t d)
{
    for (size_t t = 0; t < T; t++)
        add_forward(dbias, dy + t * d, d);
}
