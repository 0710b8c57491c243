/* The four passes of the textbook, for each sequence and head, t a query's row, j a key's:
 *
 *   score[t][j] = q[t] · k[j] / sqrt(size)               for j = 0 … t          gemm_nt
 *   largest     = max over j of score[t][j]
 *   p[t][j]     = exp(score[t][j] - largest) / their sum over j                 softmax_causal
 *   out[t]      = sum over j of p[t][j] v[j]                                    gemm_nn
 *
 * One task is a sequence with one key-value head. It copies keys and values out of the packed rows
 * once, then takes the query heads that share them one by one. Matrix products do the first
 * and the last pass for many t at once; the softmax scales, and sets what t must not see to 0.
 * Rows of a long sequence are taken in blocks, each with the columns that its last row sees: no
 * more than half of the square, and a little, is computed. */
#include "tensor/attention.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/vmath.h"
#include "tensor/gemm.h"
#include "tensor/ops.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t attention_probabilities(const Batch *batch, Heads heads)
{
    size_t total = 0;
    for (size_t i = 0; i < batch->count; i++)
        total += heads.heads * batch->sequences[i].length * batch->sequences[i].length;
    return total;
}

/* Head `h` of `heads`: (n,size) out of rows (n, heads·size) from `start`, and back. */
static void head_take(float *head, const float *x, size_t start, size_t n, size_t heads, size_t h,
                      size_t size)
{
    for (size_t t = 0; t < n; t++)
        memcpy(head + t * size, x + ((start + t) * heads + h) * size, size * sizeof *head);
}

/* The same of all rows of sequence i, those that it shares included. */
static void head_take_all(float *head, const float *x, const Batch *batch, size_t i, size_t heads,
                          size_t h, size_t size)
{
    for (size_t t = 0; t < batch->sequences[i].length; t++)
        memcpy(head + t * size, x + (batch_row(batch, i, t) * heads + h) * size,
               size * sizeof *head);
}

static void head_put(float *x, const float *head, size_t start, size_t n, size_t heads, size_t h,
                     size_t size)
{
    for (size_t t = 0; t < n; t++)
        memcpy(x + ((start + t) * heads + h) * size, head + t * size, size * sizeof *head);
}

/* Softmax of row[0 … n-1] scaled by `scale`, in place. */
static void softmax_row(float *row, size_t n, float scale)
{
    float largest = ops_max(row, n);
    for (size_t j = 0; j < n; j++)
        row[j] = vm_exp((row[j] - largest) * scale);
    float inverse = 1.0f / ops_sum(row, n);
    for (size_t j = 0; j < n; j++)
        row[j] *= inverse;
}

/* Scores (n,n) to probabilities: row t sees rows 0 … t; a sibling sees the
 * common rows and its own branch up to itself. */
static void softmax_causal(float *scores, const Sequence *s, float scale)
{
    size_t n = s->length, common = n - s->siblings;
    for (size_t t = 0; t < n; t++) {
        float *row = scores + t * n;
        size_t first = t > common ? sequence_branch(s, t) : common;
        size_t gap = first - common, seen = t + 1 - gap; /* gap: the branches before t's own */
        if (gap) /* bring the branch's own scores next to the common ones */
            memmove(row + common, row + first, (seen - common) * sizeof *row);
        softmax_row(row, seen, scale);
        memset(row + seen, 0, (n - seen) * sizeof *row);
        if (gap) { /* and back; the two places do not overlap, for the gap is a branch at least */
            memcpy(row + first, row + common, (seen - common) * sizeof *row);
            memset(row + common, 0, (seen - common) * sizeof *row);
        }
    }
}

/* The end of the block of rows that begins with row t of n: all of them in a short sequence, and
 * where a block would be one of OpenBLAS's small products, which round otherwise (gemm.h). */
static size_t block_end(size_t t, size_t n, size_t size)
{
    enum { ROWS = 128, SIZE = 64 };
    return size < SIZE || n - t < 2 * ROWS ? n : t + ROWS;
}

/* scores (n,n) = beta scores + a (n,size) · b (n,size)ᵀ, but for what lies above all blocks */
static void pairs_of_rows(float *scores, const float *a, const float *b, size_t n, size_t size,
                          float beta)
{
    for (size_t t = 0, end; t < n; t = end) {
        end = block_end(t, n, size);
        gemm_nt_part(scores + t * n, a + t * size, b, end - t, end, size, n, beta);
    }
}

/* out (n,size) = beta out + weights (n,n) · x (n,size), of weights that are 0 above the diagonal */
static void weigh(float *out, const float *weights, const float *x, size_t n, size_t size,
                  float beta)
{
    for (size_t t = 0, end; t < n; t = end) {
        end = block_end(t, n, size);
        gemm_nn_part(out + t * size, weights + t * n, x, end - t, size, end, n, beta);
    }
}

/* out (n,size) = beta out + weightsᵀ · x */
static void weigh_back(float *out, const float *weights, const float *x, size_t n, size_t size,
                       float beta)
{
    for (size_t t = 0, end; t < n; t = end) {
        end = block_end(t, n, size);
        gemm_tn_part(out + t * size, weights + t * n + t, x + t * size, end - t, size, n - t, n,
                     beta);
    }
}

/* What one pass over the batch works with; backward also the gradients, tangent the steps. */
typedef struct {
    float *out, *probabilities;
    const float *q, *k, *v;
    float *dq, *dk, *dv;
    const float *dout, *known, *step_q, *step_k, *step_v;
    const size_t *first; /* (sequences) where each one's probabilities begin */
    const Batch *batch;
    Heads heads;
    float scale;
} Pass;

/* The pass over all pairs of a sequence and a key-value head, which do not touch each other. */
static void each_pair(ParallelBody *body, Pass *pass)
{
    const Batch *batch = pass->batch;
    size_t *first = alloc_scratch(batch->count, sizeof *first), all = 0;
    for (size_t i = 0; i < batch->count; i++) {
        first[i] = all;
        all += pass->heads.heads * batch->sequences[i].length * batch->sequences[i].length;
    }
    pass->first = first;
    pass->scale = 1.0f / sqrtf((float)pass->heads.size);
    parallel_for(batch->count * pass->heads.kv_heads, 1, all * 4, body, pass);
    free(first);
}

static void forward_pairs(const void *context, size_t from, size_t end)
{
    const Pass *p = context;
    Heads heads = p->heads;
    size_t size = heads.size, group = heads.heads / heads.kv_heads, L = p->batch->longest;
    float *scratch = alloc_scratch(4 * L * size, sizeof *scratch);
    float *qh = scratch, *kh = qh + L * size, *vh = kh + L * size, *oh = vh + L * size;
    for (size_t pair = from; pair < end; pair++) {
        size_t i = pair / heads.kv_heads, shared = pair % heads.kv_heads;
        const Sequence *s = &p->batch->sequences[i];
        size_t n = s->length;
        head_take_all(kh, p->k, p->batch, i, heads.kv_heads, shared, size);
        head_take_all(vh, p->v, p->batch, i, heads.kv_heads, shared, size);
        for (size_t h = shared * group; h < (shared + 1) * group; h++) {
            float *probabilities = p->probabilities + p->first[i] + h * n * n;
            head_take_all(qh, p->q, p->batch, i, heads.heads, h, size);
            pairs_of_rows(probabilities, qh, kh, n, size, 0);
            softmax_causal(probabilities, s, p->scale);
            weigh(oh, probabilities, vh, n, size, 0);
            head_put(p->out, oh + s->shared * size, s->start, n - s->shared, heads.heads, h, size);
        }
    }
    free(scratch);
}

void attention_forward(float *out, float *probabilities, const float *q, const float *k,
                       const float *v, const Batch *batch, Heads heads)
{
    Pass pass = {.out = out,
                 .probabilities = probabilities,
                 .q = q,
                 .k = k,
                 .v = v,
                 .batch = batch,
                 .heads = heads};
    memset(out, 0, batch->rows * heads.heads * heads.size * sizeof *out);
    each_pair(forward_pairs, &pass);
}

/* dscores = probabilities (dprobabilities − row sum of their product) scale, in place */
static void softmax_backward(float *dscores, const float *probabilities, size_t n, size_t size,
                             float scale)
{
    for (size_t t = 0, end = 0; t < n; t++, dscores += n, probabilities += n) {
        end = t == end ? block_end(t, n, size) : end;
        float mean = ops_dot(dscores, probabilities, end);
        for (size_t j = 0; j < end; j++)
            dscores[j] = probabilities[j] * (dscores[j] - mean) * scale;
    }
}

/* Rows of one head, side by side, and their gradients or steps (longest, size), and of the scores
 * (longest, longest); `q` holds them all. */
typedef struct {
    float *q, *k, *v, *dout, *dq, *dk, *dv, *dscores;
} Gathered;

static Gathered gathered_make(size_t longest, size_t size)
{
    size_t rows = longest * size;
    float *q = alloc_scratch(7 * rows + longest * longest, sizeof *q);
    return (Gathered){
        q,           q + rows, q + 2 * rows, q + 3 * rows, q + 4 * rows, q + 5 * rows, q + 6 * rows,
        q + 7 * rows};
}

static void backward_pairs(const void *context, size_t from, size_t end)
{
    const Pass *p = context;
    Heads heads = p->heads;
    size_t size = heads.size, group = heads.heads / heads.kv_heads;
    Gathered g = gathered_make(p->batch->longest, size);
    for (size_t pair = from; pair < end; pair++) {
        size_t i = pair / heads.kv_heads, shared = pair % heads.kv_heads;
        size_t start = p->batch->sequences[i].start, n = p->batch->sequences[i].length;
        assert(p->batch->sequences[i].shared == 0);
        head_take(g.k, p->k, start, n, heads.kv_heads, shared, size);
        head_take(g.v, p->v, start, n, heads.kv_heads, shared, size);
        for (size_t h = shared * group; h < (shared + 1) * group; h++) {
            const float *probabilities = p->known + p->first[i] + h * n * n;
            float more = h == shared * group ? 0 : 1; /* keys gather over their group */
            head_take(g.q, p->q, start, n, heads.heads, h, size);
            head_take(g.dout, p->dout, start, n, heads.heads, h, size);
            weigh_back(g.dv, probabilities, g.dout, n, size, more);
            pairs_of_rows(g.dscores, g.dout, g.v, n, size, 0);
            softmax_backward(g.dscores, probabilities, n, size, p->scale);
            weigh(g.dq, g.dscores, g.k, n, size, 0);
            weigh_back(g.dk, g.dscores, g.q, n, size, more);
            head_put(p->dq, g.dq, start, n, heads.heads, h, size);
        }
        head_put(p->dk, g.dk, start, n, heads.kv_heads, shared, size);
        head_put(p->dv, g.dv, start, n, heads.kv_heads, shared, size);
    }
    free(g.q);
}

void attention_backward(float *dq, float *dk, float *dv, const float *dout, const float *q,
                        const float *k, const float *v, const float *probabilities,
                        const Batch *batch, Heads heads)
{
    Pass pass = {.q = q,
                 .k = k,
                 .v = v,
                 .dq = dq,
                 .dk = dk,
                 .dv = dv,
                 .dout = dout,
                 .known = probabilities,
                 .batch = batch,
                 .heads = heads};
    memset(dq, 0, batch->rows * heads.heads * heads.size * sizeof *dq);
    memset(dk, 0, batch->rows * heads.kv_heads * heads.size * sizeof *dk);
    memset(dv, 0, batch->rows * heads.kv_heads * heads.size * sizeof *dv);
    each_pair(backward_pairs, &pass);
}

/* Of one head: doh = dp vh + p dvh, where dp is the tangent of the softmax, whose Jacobian is
 * symmetric, along qh dkhᵀ + dqh khᵀ. */
static void tangent_pairs(const void *context, size_t from, size_t end)
{
    const Pass *p = context;
    Heads heads = p->heads;
    size_t size = heads.size, group = heads.heads / heads.kv_heads;
    Gathered g = gathered_make(p->batch->longest, size);
    for (size_t pair = from; pair < end; pair++) {
        size_t i = pair / heads.kv_heads, shared = pair % heads.kv_heads;
        size_t start = p->batch->sequences[i].start, n = p->batch->sequences[i].length;
        assert(p->batch->sequences[i].shared == 0);
        head_take(g.k, p->k, start, n, heads.kv_heads, shared, size);
        head_take(g.v, p->v, start, n, heads.kv_heads, shared, size);
        head_take(g.dk, p->step_k, start, n, heads.kv_heads, shared, size);
        head_take(g.dv, p->step_v, start, n, heads.kv_heads, shared, size);
        for (size_t h = shared * group; h < (shared + 1) * group; h++) {
            const float *probabilities = p->known + p->first[i] + h * n * n;
            head_take(g.q, p->q, start, n, heads.heads, h, size);
            head_take(g.dq, p->step_q, start, n, heads.heads, h, size);
            pairs_of_rows(g.dscores, g.q, g.dk, n, size, 0);
            pairs_of_rows(g.dscores, g.dq, g.k, n, size, 1);
            softmax_backward(g.dscores, probabilities, n, size, p->scale);
            weigh(g.dout, g.dscores, g.v, n, size, 0);
            weigh(g.dout, probabilities, g.dv, n, size, 1);
            head_put(p->out, g.dout, start, n, heads.heads, h, size);
        }
    }
    free(g.q);
}

void attention_tangent(float *dout, const float *dq, const float *dk, const float *dv,
                       const float *q, const float *k, const float *v, const float *probabilities,
                       const Batch *batch, Heads heads)
{
    Pass pass = {.out = dout,
                 .q = q,
                 .k = k,
                 .v = v,
                 .step_q = dq,
                 .step_k = dk,
                 .step_v = dv,
                 .known = probabilities,
                 .batch = batch,
                 .heads = heads};
    memset(dout, 0, batch->rows * heads.heads * heads.size * sizeof *dout);
    each_pair(tangent_pairs, &pass);
}

/* One query q (size) over n positions, keys and values `stride` apart. scores (n) */
static void attend(float *out, float *scores, const float *q, const float *keys,
                   const float *values, size_t n, size_t stride, size_t size)
{
    for (size_t t = 0; t < n; t++)
        scores[t] = ops_dot(q, keys + t * stride, size);
    softmax_row(scores, n, 1.0f / sqrtf((float)size));
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < size; i++)
            out[i] += scores[t] * values[t * stride + i];
}

/* What attention_continue works with. */
typedef struct {
    float *out;
    const float *q, *k, *v;
    const Batch *batch;
    Past *past;
    Heads heads;
} Step;

static void continue_sequences(const void *context, size_t first, size_t end)
{
    const Step *s = context;
    const Past *past = s->past;
    size_t heads = s->heads.heads, size = s->heads.size, group = heads / s->heads.kv_heads;
    size_t kv = s->heads.kv_heads * size;
    float *scores = alloc_scratch(past->capacity, sizeof *scores);
    for (size_t i = first; i < end; i++) {
        size_t row = s->batch->sequences[i].start, n = past->length[i];
        float *keys = past->keys + i * past->capacity * kv;
        float *values = past->values + i * past->capacity * kv;
        memcpy(keys + n * kv, s->k + row * kv, kv * sizeof *keys);
        memcpy(values + n * kv, s->v + row * kv, kv * sizeof *values);
        for (size_t h = 0; h < heads; h++)
            attend(s->out + (row * heads + h) * size, scores, s->q + (row * heads + h) * size,
                   keys + h / group * size, values + h / group * size, n + 1, kv, size);
    }
    free(scores);
}

void attention_continue(float *out, const float *q, const float *k, const float *v,
                        const Batch *batch, Past *past, Heads heads)
{
    const Step step = {out, q, k, v, batch, past, heads};
    size_t wide = heads.heads * heads.size, read = 0;
    for (size_t i = 0; i < batch->count; i++)
        read += past->length[i] + 1;
    memset(out, 0, batch->rows * wide * sizeof *out);
    parallel_for(batch->count, 1, read * wide, continue_sequences, &step);
}
