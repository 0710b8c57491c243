/* Models in double precision, straight from their formulas: what the float code is held against.
 *
 * It reads the parameters of a model made by model_make from an array of doubles laid out as
 * model->owned, so that central differences can move any of them. */
#ifndef DOCMEM_EXACT_H
#define DOCMEM_EXACT_H
#include "model/model.h"

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
        model->final_norm.weight[i] = 1 + 0.5f * model->final_norm.weight[i];
        for (size_t l = 0; l < config->blocks; l++) {
            model->block[l].input_norm.weight[i] = 1 + 0.5f * model->block[l].input_norm.weight[i];
            model->block[l].mlp_norm.weight[i] = 1 + 0.5f * model->block[l].mlp_norm.weight[i];
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
    return alloc_zeroed(rows * columns, sizeof(double));
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

/* The same with a bias (out), unless NULL, both by their places in the model. */
static inline void exact_linear(const Exact *exact, double *y, const double *x,
                                const Matrix *weight, const float *bias, size_t T)
{
    exact_matrix(y, x, exact_at(exact, weight->values), T, weight->rows, weight->columns);
    for (size_t i = 0; bias && i < T * weight->rows; i++)
        y[i] += exact_at(exact, bias)[i % weight->rows];
}

/* y (T,d) = RMSNorm of x (T,d), or LayerNorm where the norm has a bias. */
static inline void exact_norm(const Exact *exact, double *y, const double *x, const Norm *norm,
                              size_t T)
{
    const ModelConfig *c = &exact->model->config;
    size_t d = c->width;
    const double *weight = exact_at(exact, norm->weight);
    const double *bias = norm->bias ? exact_at(exact, norm->bias) : NULL;
    for (size_t t = 0; t < T; t++, x += d, y += d) {
        double mean = 0, square = 0;
        for (size_t i = 0; bias && i < d; i++)
            mean += x[i] / (double)d;
        for (size_t i = 0; i < d; i++)
            square += (x[i] - mean) * (x[i] - mean) / (double)d;
        for (size_t i = 0; i < d; i++)
            y[i] = weight[i] * (x[i] - mean) / sqrt(square + (double)c->norm_eps) +
                   (bias ? bias[i] : 0);
    }
}

static inline void exact_rope(double *x, const ModelConfig *c, const int32_t *position, size_t T,
                              size_t heads)
{
    size_t size = c->heads.size, rotary = model_rotary(c);
    for (size_t t = 0; t < T; t++)
        for (size_t h = 0; h < heads; h++)
            for (size_t i = 0; position[t] >= 0 && i < rotary / 2; i++) {
                double angle = position[t] * pow(c->rope_theta, -2.0 * (double)i / (double)rotary);
                double *a = x + (t * heads + h) * size + i, *b = a + rotary / 2, low = *a;
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

/* q (T,heads·size), k and v (T,kv_heads·size) of the normed rows x (T,d), not turned yet. */
static inline void exact_project(const Exact *exact, const Block *b, const double *x, double *q,
                                 double *k, double *v, size_t T)
{
    Heads n = exact->model->config.heads;
    if (exact->model->config.family == FAMILY_LLAMA) {
        exact_linear(exact, q, x, &b->query, NULL, T);
        exact_linear(exact, k, x, &b->key, NULL, T);
        exact_linear(exact, v, x, &b->value, NULL, T);
        return;
    }
    double *fused = exact_rows(T, b->fused.rows), *parts[3] = {q, k, v};
    exact_linear(exact, fused, x, &b->fused, b->fused_bias, T);
    for (size_t i = 0; i < T * b->fused.rows; i++) { /* row, head, part, column */
        size_t column = i % n.size, part = i / n.size % 3, head = i / n.size / 3;
        parts[part][head * n.size + column] = fused[i];
    }
    free(fused);
}

/* out (T,d) = output(attention(norm(h))) */
static inline void exact_mix(const Exact *exact, const Block *b, const Batch *batch,
                             const double *h, double *out)
{
    const ModelConfig *c = &exact->model->config;
    Heads n = c->heads;
    size_t T = batch->rows, wide = n.heads * n.size, narrow = n.kv_heads * n.size;
    double *x = exact_rows(T, c->width), *q = exact_rows(T, wide), *mixed = exact_rows(T, wide);
    double *k = exact_rows(T, narrow), *v = exact_rows(T, narrow);
    exact_norm(exact, x, h, &b->input_norm, T);
    exact_project(exact, b, x, q, k, v, T);
    exact_rope(q, c, batch->position, T, n.heads);
    exact_rope(k, c, batch->position, T, n.kv_heads);
    exact_attention(mixed, q, k, v, batch, n);
    exact_linear(exact, out, mixed, &b->output, b->output_bias, T);
    free(x), free(q), free(mixed), free(k), free(v);
}

/* out (T,d) = the MLP of norm(h): SwiGLU, or in GPT-NeoX the exact GELU. */
static inline void exact_mlp(const Exact *exact, const Block *b, const double *h, double *out,
                             size_t T)
{
    const ModelConfig *c = &exact->model->config;
    bool gated = c->family == FAMILY_LLAMA;
    double *x = exact_rows(T, c->width), *up = exact_rows(T, c->hidden);
    double *gate = exact_rows(T, c->hidden);
    exact_norm(exact, x, h, &b->mlp_norm, T);
    exact_linear(exact, up, x, &b->up, b->up_bias, T);
    if (gated)
        exact_linear(exact, gate, x, &b->gate, NULL, T);
    for (size_t i = 0; i < T * c->hidden; i++)
        up[i] *= gated ? gate[i] / (1 + exp(-gate[i])) : 0.5 * erfc(-up[i] / sqrt(2));
    exact_linear(exact, out, up, &b->down, b->down_bias, T);
    free(x), free(gate), free(up);
}

/* h (T,d) becomes what block `index` makes of it. */
static inline void exact_block(const Exact *exact, size_t index, const Batch *batch, double *h)
{
    const Block *b = &exact->model->block[index];
    size_t T = batch->rows, count = T * exact->model->config.width;
    double *mixed = exact_rows(count, 1), *middle = exact_rows(count, 1);
    double *mlp = exact_rows(count, 1);
    exact_mix(exact, b, batch, h, mixed);
    for (size_t i = 0; i < count; i++)
        middle[i] = h[i] + mixed[i];
    exact_mlp(exact, b, exact->model->config.parallel ? h : middle, mlp, T);
    for (size_t i = 0; i < count; i++)
        h[i] = middle[i] + mlp[i];
    free(mixed), free(middle), free(mlp);
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
        exact_norm(exact, x, h + t * d, &exact->model->final_norm, 1);
        exact_matrix(logits, x, exact_at(exact, exact->model->unembedding.values), 1, V, d);
        double sum = 0;
        for (size_t i = 0; i < V; i++)
            sum += exp(logits[i] - logits[target[t]]);
        /* cppcheck-suppress invalidFunctionArg; V is not 0. */
        nll[t] = log(sum);
    }
    free(x), free(logits);
}

#endif
