/* A Llama in double precision, straight from its formulas: what the float code is held against.
 *
 * It reads the parameters of a model made by model_make from an array of doubles laid out as
 * model->owned, so that central differences can move any of them. */
#ifndef DOCMEM_EXACT_H
#define DOCMEM_EXACT_H
#include "model.h"

#include "numbers.h"

typedef struct {
    const Model *model;
    double *parameters; /* (model->owned_count) */
} Exact;

/* A model of this shape with norm weights near 1 and other weights of deviation 0.4, all drawn. */
static inline void draw_model(Model *model, const ModelConfig *config, Rng *rng)
{
    model_make(model, config);
    for (size_t i = 0; i < model->owned_count; i++)
        model->owned[i] = (float)(0.4 * rng_normal(rng));
    for (size_t i = 0; i < config->width; i++) {
        model->final_norm[i] = 1 + 0.5f * model->final_norm[i];
        for (size_t l = 0; l < config->blocks; l++) {
            model->block[l].input_norm[i] = 1 + 0.5f * model->block[l].input_norm[i];
            model->block[l].mlp_norm[i] = 1 + 0.5f * model->block[l].mlp_norm[i];
        }
    }
}

/* Where the model's parameters at `values` lie in double precision. */
static inline const double *exact_at(const Exact *exact, const float *values)
{
    return exact->parameters + (values - exact->model->owned);
}

static inline double *exact_rows(size_t rows, size_t columns)
{
    return mem_alloc(rows * columns, sizeof(double));
}

/* y (T,out) = x (T,in) · weightᵀ */
static inline void exact_matrix(double *y, const double *x, const double *weight, size_t T,
                                size_t out, size_t in)
{
    for (size_t t = 0; t < T; t++)
        for (size_t o = 0; o < out; o++) {
            double sum = 0;
            for (size_t i = 0; i < in; i++)
                sum += x[t * in + i] * weight[o * in + i];
            y[t * out + o] = sum;
        }
}

static inline void exact_norm(double *y, const double *x, const double *weight, double eps,
                              size_t T, size_t d)
{
    for (size_t t = 0; t < T; t++, x += d, y += d) {
        double square = 0;
        for (size_t i = 0; i < d; i++)
            square += x[i] * x[i] / (double)d;
        for (size_t i = 0; i < d; i++)
            y[i] = weight[i] * x[i] / sqrt(square + eps);
    }
}

static inline void exact_rope(double *x, double theta, const int32_t *position, size_t T,
                              size_t heads, size_t size)
{
    for (size_t t = 0; t < T; t++)
        for (size_t h = 0; h < heads; h++)
            for (size_t i = 0; position[t] >= 0 && i < size / 2; i++) {
                double angle = position[t] * pow(theta, -2.0 * (double)i / (double)size);
                double *a = x + (t * heads + h) * size + i, *b = a + size / 2, low = *a;
                *a = low * cos(angle) - *b * sin(angle);
                *b = *b * cos(angle) + low * sin(angle);
            }
}

/* One query row `t` of a sequence, over the rows of it that it may see: those before, but of the
 * siblings only its own branch. scores (s->length) is scratch. */
static inline void exact_attend(double *out, double *scores, const double *q, const double *k,
                                const double *v, const Sequence *s, size_t t, size_t columns,
                                size_t size)
{
    size_t common = s->length - s->siblings;
    double largest = -INFINITY, total = 0;
    for (size_t u = 0; u <= t; u++) {
        scores[u] = -INFINITY;
        if (u >= common && (u - common) / s->branch != (t - common) / s->branch)
            continue;
        scores[u] = 0;
        for (size_t i = 0; i < size; i++)
            scores[u] += q[i] * k[(s->start + u) * columns + i] / sqrt((double)size);
        largest = fmax(largest, scores[u]);
    }
    for (size_t u = 0; u <= t; u++)
        total += scores[u] = exp(scores[u] - largest);
    for (size_t i = 0; i < size; i++) {
        out[i] = 0;
        for (size_t u = 0; u <= t; u++)
            out[i] += scores[u] / total * v[(s->start + u) * columns + i];
    }
}

/* out, q (rows, heads·size); k, v (rows, kv_heads·size). Rows of padding stay as they are. */
static inline void exact_attention(double *out, const double *q, const double *k, const double *v,
                                   const Batch *batch, Heads n)
{
    double *scores = exact_rows(batch->longest, 1);
    for (size_t i = 0; i < batch->count; i++) {
        const Sequence *s = &batch->sequences[i];
        for (size_t t = 0; t < s->length; t++)
            for (size_t h = 0; h < n.heads; h++) {
                size_t kv = h / (n.heads / n.kv_heads) * n.size;
                size_t at = ((s->start + t) * n.heads + h) * n.size;
                exact_attend(out + at, scores, q + at, k + kv, v + kv, s, t, n.kv_heads * n.size,
                             n.size);
            }
    }
    free(scores);
}

/* h (T,d) += output(attention(norm(h))) */
static inline void exact_mix(const Exact *exact, const Block *b, const Batch *batch, double *h)
{
    const ModelConfig *c = &exact->model->config;
    Heads n = c->heads;
    size_t T = batch->rows, d = c->width, wide = n.heads * n.size, narrow = n.kv_heads * n.size;
    double *x = exact_rows(T, d), *q = exact_rows(T, wide), *mixed = exact_rows(T, wide);
    double *k = exact_rows(T, narrow), *v = exact_rows(T, narrow);
    exact_norm(x, h, exact_at(exact, b->input_norm), (double)c->norm_eps, T, d);
    exact_matrix(q, x, exact_at(exact, b->query.values), T, wide, d);
    exact_matrix(k, x, exact_at(exact, b->key.values), T, narrow, d);
    exact_matrix(v, x, exact_at(exact, b->value.values), T, narrow, d);
    exact_rope(q, c->rope_theta, batch->position, T, n.heads, n.size);
    exact_rope(k, c->rope_theta, batch->position, T, n.kv_heads, n.size);
    exact_attention(mixed, q, k, v, batch, n);
    exact_matrix(x, mixed, exact_at(exact, b->output.values), T, d, wide);
    for (size_t i = 0; i < T * d; i++)
        h[i] += x[i];
    free(x), free(q), free(mixed), free(k), free(v);
}

/* h (T,d) becomes what block `index` makes of it. */
static inline void exact_block(const Exact *exact, size_t index, const Batch *batch, double *h)
{
    const ModelConfig *c = &exact->model->config;
    const Block *b = &exact->model->block[index];
    size_t T = batch->rows, d = c->width;
    double *x = exact_rows(T, d), *gate = exact_rows(T, c->hidden), *up = exact_rows(T, c->hidden);
    exact_mix(exact, b, batch, h);
    exact_norm(x, h, exact_at(exact, b->mlp_norm), (double)c->norm_eps, T, d);
    exact_matrix(gate, x, exact_at(exact, b->gate.values), T, c->hidden, d);
    exact_matrix(up, x, exact_at(exact, b->up.values), T, c->hidden, d);
    for (size_t i = 0; i < T * c->hidden; i++)
        up[i] *= gate[i] / (1 + exp(-gate[i]));
    exact_matrix(x, up, exact_at(exact, b->down.values), T, d, c->hidden);
    for (size_t i = 0; i < T * d; i++)
        h[i] += x[i];
    free(x), free(gate), free(up);
}

/* nll (T) of the next tokens, 0 where target is −1. */
static inline void exact_nll(const Exact *exact, const double *h, const int32_t *target, size_t T,
                             double *nll)
{
    const ModelConfig *c = &exact->model->config;
    size_t d = c->width, V = c->vocabulary;
    double *x = exact_rows(1, d), *logits = exact_rows(1, V);
    for (size_t t = 0; t < T; t++) {
        nll[t] = 0;
        if (target[t] < 0)
            continue;
        exact_norm(x, h + t * d, exact_at(exact, exact->model->final_norm), (double)c->norm_eps, 1,
                   d);
        exact_matrix(logits, x, exact_at(exact, exact->model->unembedding.values), 1, V, d);
        double sum = 0;
        for (size_t i = 0; i < V; i++)
            sum += exp(logits[i] - logits[target[t]]);
        nll[t] = log(sum);
    }
    free(x), free(logits);
}

#endif
