/* Memory and matrix products of a model's parameters. A weight that is still in its checkpoint's
 * dtype is widened to float32 a panel of rows at a time. */
#include "model/model.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "model/family.h"
#include "tensor/gemm.h"
#include "tensor/gemm_bf16.h"
#include "tensor/ops.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Most rows of a weight in a panel. BLAS packs the activations again for each panel, so panels
 * should be large. */
enum { PANEL_ROWS = 1920 };

/* Gives a parameter its place in model->owned, one after another. While `owned` is NULL, only
 * counts. */
static bool lay_out_one(void *context, const Parameter *parameter, void *base, size_t index)
{
    Model *model = context;
    size_t count, first = model->owned_count, columns = parameter->columns;
    bool fits = size_mul(parameter->rows, columns ? columns : 1, &count) &&
                size_add(first, count, &model->owned_count);
    assert(fits && "a configuration is bounded when it is read");
    (void)index;
    float *values = model->owned ? model->owned + first : NULL;
    if (columns)
        *family_matrix(parameter, base) = (Matrix){values, NULL, parameter->rows, columns, NULL};
    else
        *family_vector(parameter, base) = values;
    return true;
}

static void lay_out(Model *model)
{
    model->owned_count = 0;
    family_walk(model, lay_out_one, model);
    if (model->config.tied)
        model->unembedding = model->embedding;
}

void model_make(Model *model, const ModelConfig *config)
{
    *model = (Model){.config = *config};
    model->block = alloc_zeroed(config->blocks, sizeof *model->block);
    lay_out(model); /* counts */
    model->owned = alloc_zeroed(model->owned_count, sizeof *model->owned);
    lay_out(model);
    model_tables(model);
}

size_t model_rotary(const ModelConfig *config)
{
    return config->rotary ? config->rotary : config->heads.size;
}

void model_tables(Model *model)
{
    const ModelConfig *c = &model->config;
    size_t rotary = model_rotary(c), half = rotary / 2;
    model->cosine = alloc_zeroed(c->positions, half * sizeof *model->cosine);
    model->sine = alloc_zeroed(c->positions, half * sizeof *model->sine);
    if (c->rope_scaling.factor > 0) { /* on top of the file's own divisors, if it has any */
        double *divisor = alloc_zeroed(half, sizeof *divisor);
        rope_divisors(divisor, c->rope_theta, rotary, &c->rope_scaling);
        for (size_t i = 0; model->rope_divisor && i < half; i++)
            divisor[i] *= model->rope_divisor[i];
        free(model->rope_divisor);
        model->rope_divisor = divisor;
    }
    rope_table(model->cosine, model->sine, c->rope_theta, model->rope_divisor, c->positions,
               rotary);
}

void model_close(Model *model)
{
    tensors_close(&model->file);
    free(model->block);
    free(model->cosine);
    free(model->sine);
    free(model->rope_divisor);
    free(model->owned);
    free(model->rounded);
    *model = (Model){0};
}

bool model_fits(const Model *model, int32_t largest_id, size_t longest, Error *error)
{
    const ModelConfig *c = &model->config;
    if (largest_id < 0 || (size_t)largest_id >= c->vocabulary)
        return fail(error,
                    "%s: its vocabulary of %zu has no id %d; use the tokenizer that belongs "
                    "to this model",
                    model->file.path, c->vocabulary, largest_id);
    if (longest > c->positions)
        return fail(error,
                    "%s: its %s of %zu tokens is too short for a text of %zu; encode "
                    "documents with a smaller --max-tokens, or drop the longest claims",
                    model->file.path, c->positions == c->window ? "sliding window" : "context",
                    c->positions, longest);
    return true;
}

void model_embed(const Model *model, float *h, const int32_t *ids, const Batch *batch)
{
    size_t d = model->config.width;
    const Matrix *table = &model->embedding;
    for (size_t t = 0; t < batch->rows; t++) {
        if (batch->position[t] < 0)
            memset(h + t * d, 0, d * sizeof *h);
        else if (table->values)
            memcpy(h + t * d, table->values + (size_t)ids[t] * d, d * sizeof *h);
        else
            tensors_to_float(table->tensor, (size_t)ids[t] * d, d, h + t * d);
    }
}

/* A panel being filled, whose first row is row `first` of the weight. */
typedef struct {
    float *values;
    const Matrix *weight;
    size_t first;
} Panel;

static void widen_rows(const void *context, size_t first, size_t end)
{
    const Panel *panel = context;
    size_t columns = panel->weight->columns;
    tensors_rows_to_float(panel->weight->tensor, panel->first + first, end - first, columns,
                          panel->values + first * columns);
}

/* values (count,columns) = rows first … first+count-1 of a mapped weight, in float32. */
static void panel_fill(float *values, const Matrix *weight, size_t first, size_t count)
{
    const Panel panel = {values, weight, first};
    parallel_for(count, 1, count * weight->columns, widen_rows, &panel);
}

void matrix_widen(float *values, const Matrix *weight)
{
    if (weight->values)
        memcpy(values, weight->values, weight->rows * weight->columns * sizeof *values);
    else
        panel_fill(values, weight, 0, weight->rows);
}

/* How many rows the panel at row `first` gets. Panels are cut at multiples of gemm_depth(), which
 * keeps the bits of the undivided product. The last panel has at least PIECES times that, so that
 * its product is not a small one (gemm_least). */
enum { PIECES = 3 };
static size_t panel_rows(const Matrix *weight, size_t first)
{
    size_t rest = weight->rows - first, most = PANEL_ROWS / gemm_depth() * gemm_depth();
    return rest < most + PIECES * gemm_depth() ? rest : most;
}

/* How many rows each panel gets where cuts may be anywhere: nearly the same for all, so that the
 * last one's product is not a small one (gemm_least). */
static size_t alike_rows(const Matrix *weight)
{
    enum { LINE = 16 };
    size_t panels = (weight->rows + PANEL_ROWS - 1) / PANEL_ROWS;
    size_t rows = (weight->rows + panels - 1) / panels;
    return panels == 1 ? rows : (rows + LINE - 1) / LINE * LINE;
}

/* Memory for the largest panel of this weight; freed by the caller. */
static float *panel_begin(const Matrix *weight)
{
    return alloc_scratch(PANEL_ROWS + PIECES * gemm_depth(), weight->columns * sizeof(float));
}

/* Part of a row of a mapped weight, for the bf16 engine (Bf16Source). */
static void read_part(const void *context, float *out, size_t row, size_t column, size_t count)
{
    const Matrix *weight = context;
    tensors_part_to_float(weight->tensor, row, weight->columns, column, count, out);
}

void matrix_forward(float *y, const float *x, const Matrix *weight, size_t T)
{
    if (weight->values) {
        gemm_nt(y, x, weight->values, T, weight->rows, weight->columns, 0);
        return;
    }
    if (weight->bf16) {
        gemm_bf16_nt(y, x, weight->bf16, T, weight->rows, weight->columns);
        return;
    }
    if (gemm_bf16_on()) {
        const Bf16Source source = {read_part, weight};
        gemm_bf16_nt_read(y, x, &source, T, weight->rows, weight->columns);
        return;
    }
    float *panel = panel_begin(weight);
    size_t alike = gemm_unit() == 1 ? alike_rows(weight) : 0;
    for (size_t first = 0, count; first < weight->rows; first += count) {
        count = alike ? alike : panel_rows(weight, first);
        count = count < weight->rows - first ? count : weight->rows - first;
        panel_fill(panel, weight, first, count);
        gemm_nt_part(y + first, x, panel, T, count, weight->columns, weight->rows, 0);
    }
    free(panel);
}

void matrix_backward(float *dx, Matrix *dweight, const float *dy, const float *x,
                     const Matrix *weight, size_t T, float beta)
{
    if (dweight && dweight->values)
        gemm_tn(dweight->values, dy, x, weight->rows, weight->columns, T, 1);
    if (weight->values) {
        gemm_nn(dx, dy, weight->values, T, weight->columns, weight->rows, beta);
        return;
    }
    if (weight->bf16) {
        gemm_bf16_nn(dx, dy, weight->bf16, T, weight->columns, weight->rows, beta != 0);
        return;
    }
    if (gemm_bf16_on()) {
        const Bf16Source source = {read_part, weight};
        gemm_bf16_nn_read(dx, dy, &source, T, weight->columns, weight->rows, beta != 0);
        return;
    }
    float *panel = panel_begin(weight);
    for (size_t first = 0, count; first < weight->rows; first += count, beta = 1) {
        count = panel_rows(weight, first);
        panel_fill(panel, weight, first, count);
        gemm_nn_part(dx, dy + first, panel, T, weight->columns, count, weight->rows, beta);
    }
    free(panel);
}
