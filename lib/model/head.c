/* The logits of all rows would not fit in memory. So a chunk of rows at a time is computed, reduced
 * to losses and gradients, and dropped. */
#include "model/head.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/vmath.h"
#include "tensor/gemm.h"
#include "tensor/ops.h"

#include <stdlib.h>
#include <string.h>

/* Rows in a chunk: those of 128 MiB of float32 logits, from 48 to 480, in multiples of 48, which
 * gemm_unit() divides. */
static size_t chunk_rows(size_t V)
{
    enum { UNIT = 48, MOST = 10 };
    size_t units = ((size_t)32 << 20) / V / UNIT;
    return UNIT * (units < 1 ? 1 : units > MOST ? MOST : units);
}

size_t head_argmax(const float *logits, size_t V)
{
    size_t best = 0;
    for (size_t i = 1; i < V; i++)
        if (logits[i] > logits[best])
            best = i;
    return best;
}

/* exp[i] = exp(logits[i] − largest), *sum = Σ exp[i]; returns log Σ exp(logits[i]). `exp` may be
 * `logits`. */
static double exponentials(float *exp, const float *logits, size_t V, double *sum)
{
    enum { SPAN = 1024 }; /* summed in float within a span, in double over spans */
    float largest = ops_max(logits, V);
    *sum = 0;
    for (size_t i = 0; i < V; i += SPAN) {
        size_t n = V - i < SPAN ? V - i : SPAN;
        for (size_t j = i; j < i + n; j++)
            exp[j] = vm_exp(logits[j] - largest);
        *sum += (double)ops_sum(exp + i, n);
    }
    return (double)largest + vm_log(*sum);
}

double head_logsumexp(const float *logits, size_t V)
{
    double sum;
    float *scratch = alloc_scratch(V, sizeof *scratch);
    double result = exponentials(scratch, logits, V, &sum);
    free(scratch);
    return result;
}

void head_logits(const Model *model, float *logits, const float *h, size_t rows)
{
    size_t d = model->config.width;
    float *normal = alloc_scratch(rows, (d + 2) * sizeof *normal);
    norm_forward(&model->final_norm, normal, normal + rows * d, h, model->config.norm_eps, rows, d);
    matrix_forward(logits, normal, &model->unembedding, rows);
    free(normal);
}

/* A chunk of logits and its targets. */
typedef struct {
    float *logits; /* (rows,V) */
    const int32_t *target;
    const float *weight; /* (rows) */
    double *nll;         /* (rows) */
    size_t V;
    bool gradient; /* turn logits into the gradient of Σ weight nll */
} CrossEntropy;

static void cross_entropy_rows(const void *context, size_t first, size_t end)
{
    const CrossEntropy *c = context;
    size_t V = c->V;
    for (size_t t = first; t < end; t++) {
        float *row = c->logits + t * V;
        c->nll[t] = 0;
        if (c->target[t] < 0) {
            if (c->gradient)
                memset(row, 0, V * sizeof *row);
            continue;
        }
        double sum, own = (double)row[c->target[t]];
        c->nll[t] = exponentials(row, row, V, &sum) - own;
        if (!c->gradient)
            continue;
        float scale = (float)((double)c->weight[t] / sum);
        for (size_t i = 0; i < V; i++)
            row[i] *= scale;
        row[c->target[t]] -= c->weight[t];
    }
}

void head_loss(const Model *model, Model *gradients, const float *h, const int32_t *target,
               const float *weight, size_t T, double *nll, float *dh)
{
    size_t d = model->config.width, V = model->config.vocabulary, chunk = chunk_rows(V);
    float *normal = alloc_scratch(T, (2 * d + 2) * sizeof *normal), *dnormal = normal + T * d;
    float *moments = dnormal + T * d;
    float *logits = alloc_scratch(chunk < T ? chunk : T, V * sizeof *logits);
    norm_forward(&model->final_norm, normal, moments, h, model->config.norm_eps, T, d);
    for (size_t t = 0; t < T; t += chunk) {
        size_t n = T - t < chunk ? T - t : chunk;
        matrix_forward(logits, normal + t * d, &model->unembedding, n);
        const CrossEntropy loss = {logits,  target + t, weight ? weight + t : NULL,
                                   nll + t, V,          dh != NULL};
        parallel_for(n, 1, 4 * n * V, cross_entropy_rows, &loss);
        if (dh)
            matrix_backward(dnormal + t * d, gradients ? &gradients->unembedding : NULL, logits,
                            normal + t * d, &model->unembedding, n, 0);
    }
    if (dh) {
        memset(dh, 0, T * d * sizeof *dh);
        norm_backward(&model->final_norm, gradients ? &gradients->final_norm : NULL, dh, dnormal, h,
                      moments, T, d);
    }
    free(normal);
    free(logits);
}
