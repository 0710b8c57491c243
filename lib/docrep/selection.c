/* φ' stays in the cache: the backward pass needs it, and others count where it is 0. */
#include "docrep/selection.h"

#include "base/alloc.h"
#include "base/text.h"
#include "base/vmath.h"
#include "tensor/ops.h"
#include "tensor/orthogonal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const phi_names[] = {"tanh", "relu"};
static const char *const kind_names[] = {"linear", "mlp"};

const char *phi_name(Phi phi)
{
    return phi_names[phi];
}

Phi phi_parse(const char *name)
{
    return (Phi)text_which(name, phi_names, PHIS);
}

const char *selection_kind_name(SelectionKind kind)
{
    return kind_names[kind];
}

SelectionKind selection_kind_parse(const char *name)
{
    return (SelectionKind)text_which(name, kind_names, SELECTION_KINDS);
}

int selection_parts(const Selection *selection, MemoryPart parts[SELECTION_PARTS])
{
    size_t n = selection->documents, k = selection->dimension, m = selection->entries;
    const MemoryPart linear[] = {{"K", offsetof(Selection, vectors), 2, {n, k}, n * k},
                                 {"G.weight", offsetof(Selection, outer), 2, {m, k}, m * k},
                                 {"G.bias", offsetof(Selection, outer_bias), 1, {m, 0}, m}};
    const MemoryPart mlp[] = {{"K", offsetof(Selection, vectors), 2, {n, k}, n * k},
                              {"G.1.weight", offsetof(Selection, inner), 2, {m, k}, m * k},
                              {"G.1.bias", offsetof(Selection, inner_bias), 1, {m, 0}, m},
                              {"G.2.weight", offsetof(Selection, outer), 2, {m, m}, m * m},
                              {"G.2.bias", offsetof(Selection, outer_bias), 1, {m, 0}, m}};
    bool two = selection->kind == SELECTION_MLP;
    memcpy(parts, two ? mlp : linear, two ? sizeof mlp : sizeof linear);
    return two ? 5 : 3;
}

void selection_make(Selection *selection, size_t documents, size_t dimension, size_t entries,
                    SelectionKind kind, Phi phi)
{
    MemoryPart parts[SELECTION_PARTS];
    *selection = (Selection){documents, dimension, entries, .kind = kind, .phi = phi};
    int count = selection_parts(selection, parts);
    selection->parameters = memory_place(selection, parts, count, &selection->count);
}

void selection_free(Selection *selection)
{
    free(selection->parameters);
    *selection = (Selection){0};
}

void selection_draw(Selection *selection, uint64_t seed)
{
    size_t n = selection->documents, k = selection->dimension, m = selection->entries;
    Rng rng = rng_stream("selection", seed, 0);
    memset(selection->parameters, 0, selection->count * sizeof *selection->parameters);
    if (selection->inner)
        orthogonal_draw(selection->inner, m, k, sqrt(2), &rng);
    orthogonal_draw(selection->outer, m, selection->inner ? m : k, sqrt(2), &rng);
    for (size_t i = 0; i < n; i++) {
        rng = rng_stream("document vector", seed, i);
        for (size_t j = 0; j < k; j++)
            selection->vectors[i * k + j] = (float)rng_normal(&rng);
    }
}

void selection_draw_orthogonal(Selection *selection, uint64_t seed)
{
    Rng rng = rng_stream("document vectors", seed, 0);
    orthogonal_draw(selection->vectors, selection->documents, selection->dimension, sqrt(2), &rng);
}

void selection_cache_free(SelectionCache *cache)
{
    free(cache->before);
    *cache = (SelectionCache){0};
}

static void cache_fit(SelectionCache *cache, size_t m, size_t R)
{
    if (R <= cache->rows)
        return;
    free(cache->before);
    float *p = alloc_scratch(R, 6 * m * sizeof *p);
    cache->rows = R;
    cache->before = p;
    cache->slope = p += R * m;
    cache->dbefore = p += R * m;
    cache->raw = p += R * m;
    cache->hidden = p += R * m;
    cache->dhidden = p + R * m;
}

/* y (R,N) = x (R,K) · wᵀ + bias, w (N,K): row by row, not as one matrix product, so that a row's
 * bits do not depend on its place. The matrices are so small that it costs little. */
static void linear_forward(float *y, const float *x, const float *w, const float *bias, size_t R,
                           size_t N, size_t K)
{
    for (size_t r = 0; r < R; r++)
        for (size_t i = 0; i < N; i++)
            y[r * N + i] = ops_dot(x + r * K, w + i * K, K) + bias[i];
}

/* Sets dx (R,K); adds to dw (N,K) and dbias (N). */
static void linear_backward(float *dx, float *dw, float *dbias, const float *dy, const float *x,
                            const float *w, size_t R, size_t N, size_t K)
{
    memset(dx, 0, R * K * sizeof *dx);
    for (size_t r = 0; r < R; r++)
        for (size_t i = 0; i < N; i++) {
            float g = dy[r * N + i];
            dbias[i] += g;
            for (size_t j = 0; j < K; j++) {
                dw[i * K + j] += g * x[r * K + j];
                dx[r * K + j] += g * w[i * K + j];
            }
        }
}

/* y = φ(x), slope = φ'(x); ReLU's slope at 0 is 0. x, y, slope (count) */
static void phi_forward(float *y, float *slope, const float *x, Phi phi, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float positive = x[i] > 0 ? 1.0f : 0.0f, t = vm_tanh(x[i]);
        y[i] = phi == PHI_TANH ? t : positive * x[i];
        slope[i] = phi == PHI_TANH ? 1 - t * t : positive;
    }
}

void selection_forward(const Selection *selection, float *s, const float *vectors, size_t R,
                       SelectionCache *cache)
{
    size_t k = selection->dimension, m = selection->entries;
    cache_fit(cache, m, R);
    const float *into = vectors;
    if (selection->inner) {
        linear_forward(cache->raw, vectors, selection->inner, selection->inner_bias, R, m, k);
        gelu_forward(cache->hidden, cache->raw, R * m);
        into = cache->hidden;
        k = m;
    }
    linear_forward(cache->before, into, selection->outer, selection->outer_bias, R, m, k);
    phi_forward(s, cache->slope, cache->before, selection->phi, R * m);
}

void selection_backward(const Selection *selection, Selection *gradients, float *dvectors,
                        const float *ds, const float *vectors, size_t R, SelectionCache *cache)
{
    size_t k = selection->dimension, m = selection->entries;
    for (size_t i = 0; i < R * m; i++)
        cache->dbefore[i] = ds[i] * cache->slope[i];
    if (!selection->inner) {
        linear_backward(dvectors, gradients->outer, gradients->outer_bias, cache->dbefore, vectors,
                        selection->outer, R, m, k);
        return;
    }
    linear_backward(cache->dhidden, gradients->outer, gradients->outer_bias, cache->dbefore,
                    cache->hidden, selection->outer, R, m, m);
    float *draw = alloc_zeroed(R * m, sizeof *draw); /* gelu_backward adds */
    gelu_backward(draw, cache->dhidden, cache->raw, R * m);
    linear_backward(dvectors, gradients->inner, gradients->inner_bias, draw, vectors,
                    selection->inner, R, m, k);
    free(draw);
}
