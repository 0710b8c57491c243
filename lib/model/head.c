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

/* The rows of a call: what head_loss says of them. */
typedef struct {
    const float *normal; /* (T,d) behind the final norm */
    const int32_t *target;
    const float *weight; /* (T), or NULL */
    size_t T;
    double *nll;    /* (T) */
    float *dnormal; /* (T,d), or NULL */
} Rows;

/* Losses of all rows, and their gradients, a chunk at a time. */
static void all_losses(const Model *model, Model *gradients, const Rows *r)
{
    size_t d = model->config.width, V = model->config.vocabulary, chunk = chunk_rows(V);
    float *logits = alloc_scratch(chunk < r->T ? chunk : r->T, V * sizeof *logits);
    for (size_t t = 0; t < r->T; t += chunk) {
        size_t n = r->T - t < chunk ? r->T - t : chunk;
        matrix_forward(logits, r->normal + t * d, &model->unembedding, n);
        const CrossEntropy loss = {
            logits, r->target + t,     r->weight ? r->weight + t : NULL, r->nll + t,
            V,      r->dnormal != NULL};
        parallel_for(n, 1, 4 * n * V, cross_entropy_rows, &loss);
        if (r->dnormal)
            matrix_backward(r->dnormal + t * d, gradients ? &gradients->unembedding : NULL, logits,
                            r->normal + t * d, &model->unembedding, n, 0);
    }
    free(logits);
}

/* Whether the row's loss is wanted, or its gradient. */
static bool counts(const Rows *r, size_t t)
{
    return r->target[t] >= 0 && (!r->dnormal || r->weight[t] != 0);
}

/* Rows that `few` take, with padding. */
static size_t few_rows(const Model *model, size_t few)
{
    size_t least = gemm_least(model->config.vocabulary * model->config.width);
    return gemm_pad(few > least ? few : least);
}

/* The same of the rows that count, `few` of them, brought together; nothing of the others. */
static void few_losses(const Model *model, const Rows *r, size_t few)
{
    size_t d = model->config.width, T = few_rows(model, few), k = 0;
    float *normal = alloc_zeroed(T, (2 * d + 1) * sizeof *normal), *dnormal = normal + T * d;
    float *weight = dnormal + T * d;
    int32_t *target = alloc_scratch(T, sizeof *target);
    double *nll = alloc_scratch(T, sizeof *nll);
    memset(target, -1, T * sizeof *target);
    for (size_t t = 0; t < r->T; t++)
        if (counts(r, t)) {
            memcpy(normal + k * d, r->normal + t * d, d * sizeof *normal);
            weight[k] = r->weight ? r->weight[t] : 0;
            target[k++] = r->target[t];
        }
    all_losses(model, NULL, &(Rows){normal, target, weight, T, nll, r->dnormal ? dnormal : NULL});
    memset(r->nll, 0, r->T * sizeof *nll);
    if (r->dnormal)
        memset(r->dnormal, 0, r->T * d * sizeof *dnormal);
    k = 0;
    for (size_t t = 0; t < r->T; t++)
        if (counts(r, t)) {
            if (r->dnormal)
                memcpy(r->dnormal + t * d, dnormal + k * d, d * sizeof *dnormal);
            r->nll[t] = nll[k++];
        }
    free(normal), free(target), free(nll);
}

void head_loss(const Model *model, Model *gradients, const float *h, const int32_t *target,
               const float *weight, size_t T, double *nll, float *dh)
{
    size_t d = model->config.width, few = 0;
    float *normal = alloc_scratch(T, (2 * d + 2) * sizeof *normal), *dnormal = normal + T * d;
    float *moments = dnormal + T * d;
    const Rows rows = {normal, target, weight, T, nll, dh ? dnormal : NULL};
    norm_forward(&model->final_norm, normal, moments, h, model->config.norm_eps, T, d);
    for (size_t t = 0; t < T; t++)
        few += counts(&rows, t);
    if (few_rows(model, few) < T / 2 && !gradients) /* as where a letter alone is trained */
        few_losses(model, &rows, few);
    else
        all_losses(model, gradients, &rows);
    if (dh) {
        memset(dh, 0, T * d * sizeof *dh);
        norm_backward(&model->final_norm, gradients ? &gradients->final_norm : NULL, dh, dnormal, h,
                      moments, T, d);
    }
    free(normal);
}
