/* The short lens multiplies weights. All else comes from forward passes of the contexts through the
 * memory and the blocks above it. */
#include "docrep/stance.h"

#include "base/alloc.h"
#include "model/head.h"
#include "tensor/gemm.h"
#include "tensor/ops.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 240 }; /* rows of logits in memory at once */
static const float STEP = 1.0f / 256;

/* The rows of context c that have a next token: from *first on; returns their number. */
static size_t positions(const Stance *stance, size_t c, size_t *first)
{
    *first = stance->batch.sequences[c].start;
    return stance->batch.sequences[c].length - 1;
}

void stance_begin(Stance *stance, const Model *model, const Memory *memory, size_t layer,
                  const MemoryText *const *texts, const float *selection, size_t count)
{
    *stance = (Stance){.model = model, .memory = memory, .contexts = count, .selection = selection};
    stack_begin(&stance->stack, model, memory, layer, layer + 1, false);
    pack_lay(&stance->batch, texts, count, count);
    size_t rows = stance->batch.rows;
    stance->packed = alloc_scratch(rows, model->config.width * sizeof *stance->packed);
    stance->mask = alloc_zeroed(rows, memory->entries * sizeof *stance->mask);
    stance->target = alloc_scratch(rows, sizeof *stance->target);
    pack_fill(&stance->batch, texts, count, model->config.width, stance->packed, stance->target);
    for (size_t j = 0; j < memory->entries; j++)
        stance_own(stance, j);
}

void stance_free(Stance *stance)
{
    stack_free(&stance->stack);
    batch_free(&stance->batch);
    free(stance->packed), free(stance->mask), free(stance->target);
    *stance = (Stance){0};
}

void stance_set(Stance *stance, size_t entry, float value)
{
    size_t m = stance->memory->entries;
    for (size_t t = 0; t < stance->batch.rows; t++)
        stance->mask[t * m + entry] = value;
}

void stance_own(Stance *stance, size_t entry)
{
    size_t m = stance->memory->entries;
    for (size_t c = 0; c < stance->contexts; c++) {
        const Sequence *s = &stance->batch.sequences[c];
        for (size_t t = s->start; t < s->start + s->length; t++)
            stance->mask[t * m + entry] = stance->selection[c * m + entry];
    }
}

void stance_means_make(StanceMeans *means, const Stance *stance)
{
    size_t C = stance->contexts;
    means->normal = alloc_zeroed(C, stance->model->config.width * sizeof *means->normal);
    means->logsumexp = alloc_zeroed(C, sizeof *means->logsumexp);
    means->next = alloc_zeroed(C, sizeof *means->next);
}

void stance_means_free(StanceMeans *means)
{
    free(means->normal), free(means->logsumexp), free(means->next);
    *means = (StanceMeans){0};
}

static const float *forward(Stance *stance)
{
    return stack_forward(&stance->stack, &stance->batch, stance->packed, stance->mask);
}

/* Sets of_row (rows) and next (rows): logsumexp and the next token's logit of each row, 0 for a row
 * without one. */
static void row_logits(const Stance *stance, const float *normal, double *of_row, double *next)
{
    size_t rows = stance->batch.rows, V = stance->model->config.vocabulary;
    size_t d = stance->model->config.width;
    float *logits = alloc_scratch(CHUNK < rows ? CHUNK : rows, V * sizeof *logits);
    for (size_t first = 0; first < rows; first += CHUNK) {
        size_t n = rows - first < CHUNK ? rows - first : CHUNK;
        matrix_forward(logits, normal + first * d, &stance->model->unembedding, n);
        for (size_t t = first; t < first + n; t++) {
            const float *row = logits + (t - first) * V;
            of_row[t] = stance->target[t] < 0 ? 0 : head_logsumexp(row, V);
            next[t] = stance->target[t] < 0 ? 0 : (double)row[stance->target[t]];
        }
    }
    free(logits);
}

/* mean (C) = the mean of of_row (rows) over each context's positions. */
static void means_of(const Stance *stance, const double *of_row, double *mean)
{
    for (size_t c = 0; c < stance->contexts; c++) {
        size_t first, n = positions(stance, c, &first);
        mean[c] = 0;
        for (size_t t = first; t < first + n; t++)
            mean[c] += of_row[t] / (double)n;
    }
}

/* out (C,width) = the same for rows (rows,width). */
static void mean_rows(const Stance *stance, const float *rows, size_t width, double *out)
{
    memset(out, 0, stance->contexts * width * sizeof *out);
    for (size_t c = 0; c < stance->contexts; c++) {
        size_t first, n = positions(stance, c, &first);
        for (size_t t = first; t < first + n; t++)
            for (size_t i = 0; i < width; i++)
                out[c * width + i] += (double)rows[t * width + i] / (double)n;
    }
}

void stance_pass(Stance *stance, StanceMeans *means)
{
    const ModelConfig *config = &stance->model->config;
    size_t rows = stance->batch.rows, d = config->width;
    const float *h = forward(stance);
    float *normal = alloc_scratch(rows, (d + 2) * sizeof *normal);
    double *of_row = alloc_scratch(rows, 2 * sizeof *of_row);
    norm_forward(&stance->model->final_norm, normal, normal + rows * d, h, config->norm_eps, rows,
                 d);
    row_logits(stance, normal, of_row, of_row + rows);
    mean_rows(stance, normal, d, means->normal);
    means_of(stance, of_row, means->logsumexp);
    means_of(stance, of_row + rows, means->next);
    free(normal);
    free(of_row);
}

void stance_next(Stance *stance, double *log_p)
{
    size_t rows = stance->batch.rows;
    double *nll = alloc_scratch(rows, sizeof *nll);
    head_loss(stance->model, NULL, forward(stance), stance->target, NULL, rows, nll, NULL);
    for (size_t t = 0; t < rows; t++)
        nll[t] = -nll[t];
    means_of(stance, nll, log_p);
    free(nll);
}

/* out (rows,words) = the words' logits of `rows` vectors (rows,d) after the final norm. */
static void unembed(const Model *model, const float *vectors, size_t rows, const int32_t *ids,
                    size_t words, float *out)
{
    size_t d = model->config.width, V = model->config.vocabulary, padded = gemm_pad(rows);
    float *some = alloc_zeroed(padded, d * sizeof *some);
    float *logits = alloc_scratch(padded, V * sizeof *logits);
    memcpy(some, vectors, rows * d * sizeof *some);
    matrix_forward(logits, some, &model->unembedding, padded);
    for (size_t r = 0; r < rows; r++)
        for (size_t w = 0; w < words; w++)
            out[r * words + w] = logits[r * V + (size_t)ids[w]];
    free(some), free(logits);
}

void stance_logits(const Stance *stance, const StanceMeans *a, const StanceMeans *b,
                   const int32_t *ids, size_t words, float *out)
{
    size_t count = stance->contexts * stance->model->config.width;
    float *difference = alloc_scratch(count, sizeof *difference);
    for (size_t i = 0; i < count; i++)
        difference[i] = (float)(a->normal[i] - b->normal[i]);
    unembed(stance->model, difference, stance->contexts, ids, words, out);
    free(difference);
}

void stance_short(const Model *model, const Memory *memory, const int32_t *ids, size_t words,
                  float *out)
{
    size_t d = memory->width, m = memory->entries;
    float *written = alloc_scratch(m + 1, d * sizeof *written), *column = written + m * d;
    for (size_t j = 0; j < m; j++) {
        for (size_t i = 0; i < d; i++)
            column[i] = memory->down[i * m + j];
        norm_direction(&model->final_norm, written + j * d, column, d);
    }
    unembed(model, written, m, ids, words, out);
    free(written);
}

void stance_true(Stance *stance, size_t entry, const int32_t *ids, size_t words, float *out,
                 double *sum)
{
    StanceMeans above, below;
    stance_means_make(&above, stance), stance_means_make(&below, stance);
    stance_set(stance, entry, STEP);
    stance_pass(stance, &above);
    stance_set(stance, entry, -STEP);
    stance_pass(stance, &below);
    stance_own(stance, entry);
    stance_logits(stance, &above, &below, ids, words, out);
    for (size_t i = 0; i < stance->contexts * words; i++)
        out[i] /= 2 * STEP;
    for (size_t c = 0; c < stance->contexts; c++)
        sum[c] = (above.logsumexp[c] - below.logsumexp[c]) / (2 * (double)STEP);
    stance_means_free(&above), stance_means_free(&below);
}

/* Sets dnormal (rows,d): the derivative, by s_j, of the stream after the final norm in the last
 * pass, whose output is h. */
static void tangent_of(Stance *stance, size_t entry, const float *h, float *dnormal)
{
    const ModelConfig *config = &stance->model->config;
    const Norm *norm = &stance->model->final_norm;
    size_t rows = stance->batch.rows, d = config->width, m = stance->memory->entries;
    float *dmask = alloc_zeroed(rows, m * sizeof *dmask);
    float *dh = alloc_scratch(rows, (2 * d + 2) * sizeof *dh), *normal = dh + rows * d;
    for (size_t t = 0; t < rows; t++)
        dmask[t * m + entry] = 1;
    stack_tangent(&stance->stack, &stance->batch, dh, dmask);
    norm_forward(norm, normal, normal + rows * d, h, config->norm_eps, rows, d);
    norm_tangent(norm, dnormal, dh, h, normal + rows * d, rows, d);
    free(dmask), free(dh);
}

void stance_linear(Stance *stance, size_t entry, const int32_t *ids, size_t words, float *out)
{
    size_t C = stance->contexts, d = stance->model->config.width;
    float *dnormal = alloc_scratch(stance->batch.rows, d * sizeof *dnormal);
    float *written = alloc_scratch(C, d * sizeof *written);
    double *mean = alloc_scratch(C, d * sizeof *mean);
    stance->stack.keep = true; /* keeps what the tangent needs of each block */
    stance_set(stance, entry, 0);
    tangent_of(stance, entry, forward(stance), dnormal);
    stance_own(stance, entry);
    mean_rows(stance, dnormal, d, mean);
    for (size_t i = 0; i < C * d; i++)
        written[i] = (float)mean[i];
    unembed(stance->model, written, C, ids, words, out);
    free(dnormal), free(written), free(mean);
}

void stance_activation(const Stance *stance, float *out)
{
    size_t count = stance->contexts * stance->memory->entries;
    double *mean = alloc_scratch(count, sizeof *mean);
    mean_rows(stance, stance->stack.memory_cache.active, stance->memory->entries, mean);
    for (size_t i = 0; i < count; i++)
        out[i] = (float)mean[i];
    free(mean);
}

bool stance_removed(Stance *stance, size_t entry)
{
    const Memory *whole = stance->memory;
    size_t d = whole->width, m = whole->entries, bytes = stance->batch.rows * d * sizeof(float);
    Memory erased;
    memory_make(&erased, d, m, whole->variant);
    memcpy(erased.parameters, whole->parameters, whole->count * sizeof *whole->parameters);
    memset(erased.up + entry * d, 0, d * sizeof *erased.up);
    erased.up_bias[entry] = 0;
    for (size_t i = 0; i < d; i++)
        erased.down[i * m + entry] = 0;
    stance_set(stance, entry, 0);
    float *zero = memcpy(alloc_scratch(bytes, 1), forward(stance), bytes);
    stance_own(stance, entry);
    stance->stack.memory = &erased;
    bool same = memcmp(zero, forward(stance), bytes) == 0;
    stance->stack.memory = whole;
    free(zero);
    memory_free(&erased);
    return same;
}
