/* A model's parameters and the products with them. */
#include "model.h"

#include "family.h"
#include "gemm.h"
#include "gemm_bf16.h"
#include "mem.h"
#include "ops.h"
#include "parallel.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Most rows of a weight that are widened to float32 at a time: each panel packs all activations
 * anew, so it had better be large. */
enum { PANEL_ROWS = 1920 };

/* Rows of a panel: a weight's panels are alike, lest the last one's products be small (see
 * gemm_least). */
static size_t panel_rows(const Matrix *weight)
{
    enum { LINE = 16 };
    size_t panels = (weight->rows + PANEL_ROWS - 1) / PANEL_ROWS;
    size_t rows = (weight->rows + panels - 1) / panels;
    return panels == 1 ? rows : (rows + LINE - 1) / LINE * LINE;
}

/* Gives a parameter its place among the model's own, one after another; with
 * `owned` still NULL they are only counted. */
static bool lay_out_one(void *context, const Parameter *parameter, void *base, size_t index)
{
    Model *model = context;
    size_t count, first = model->owned_count, columns = parameter->columns;
    bool fits = mem_mul(parameter->rows, columns ? columns : 1, &count) &&
                mem_add(first, count, &model->owned_count);
    assert(fits && "a configuration is bounded when it is read");
    (void)index;
    float *values = model->owned ? model->owned + first : NULL;
    if (columns)
        *family_matrix(parameter, base) = (Matrix){values, NULL, parameter->rows, columns};
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
    model->block = mem_alloc(config->blocks, sizeof *model->block);
    lay_out(model); /* counts */
    model->owned = mem_alloc(model->owned_count, sizeof *model->owned);
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
    model->cosine = mem_alloc(c->positions, half * sizeof *model->cosine);
    model->sine = mem_alloc(c->positions, half * sizeof *model->sine);
    rope_table(model->cosine, model->sine, c->rope_theta, c->positions, rotary);
}

void model_close(Model *model)
{
    tensors_close(&model->file);
    free(model->block);
    free(model->cosine);
    free(model->sine);
    free(model->owned);
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
                    "%s: its context of %zu tokens is too short for a text of %zu; encode "
                    "documents with a smaller --max-tokens, or drop the longest claims",
                    model->file.path, c->positions, longest);
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

/* Calls for each panel of a mapped weight: rows first … first+count-1 widened. */
static float *panel_begin(const Matrix *weight)
{
    return mem_scratch(panel_rows(weight), weight->columns * sizeof(float));
}

/* A panel being filled from the weight's row `first` on. */
typedef struct {
    float *values;
    const Matrix *weight;
    size_t first;
} Panel;

static void widen_rows(const void *context, size_t first, size_t end)
{
    const Panel *panel = context;
    size_t columns = panel->weight->columns;
    tensors_to_float(panel->weight->tensor, (panel->first + first) * columns,
                     (end - first) * columns, panel->values + first * columns);
}

static size_t panel_fill(float *values, const Matrix *weight, size_t first)
{
    const Panel panel = {values, weight, first};
    size_t rest = weight->rows - first, most = panel_rows(weight),
           count = rest < most ? rest : most;
    parallel_for(count, 1, count * weight->columns, widen_rows, &panel);
    return count;
}

/* Whether products with this weight are the bf16 engine's. */
static bool is_for_bf16(const Matrix *weight)
{
    return !weight->values && weight->tensor->dtype == DTYPE_BF16 && gemm_bf16_on();
}

void matrix_forward(float *y, const float *x, const Matrix *weight, size_t T)
{
    if (weight->values) {
        gemm_nt(y, x, weight->values, T, weight->rows, weight->columns, 0);
        return;
    }
    if (is_for_bf16(weight)) {
        gemm_bf16_nt(y, x, weight->tensor->data, T, weight->rows, weight->columns);
        return;
    }
    float *panel = panel_begin(weight);
    for (size_t first = 0, count; first < weight->rows; first += count) {
        count = panel_fill(panel, weight, first);
        gemm_nt_part(y + first, x, panel, T, count, weight->columns, weight->rows);
    }
    free(panel);
}

void matrix_backward(float *dx, Matrix *dweight, const float *dy, const float *x,
                     const Matrix *weight, size_t T, float beta)
{
    if (dweight)
        gemm_tn(dweight->values, dy, x, weight->rows, weight->columns, T, 1);
    if (weight->values) {
        gemm_nn(dx, dy, weight->values, T, weight->columns, weight->rows, beta);
        return;
    }
    if (is_for_bf16(weight)) {
        gemm_bf16_nn(dx, dy, weight->tensor->data, T, weight->columns, weight->rows, beta);
        return;
    }
    float *panel = panel_begin(weight);
    for (size_t first = 0, count; first < weight->rows; first += count, beta = 1) {
        count = panel_fill(panel, weight, first);
        gemm_nn_part(dx, dy + first, panel, T, weight->columns, count, weight->rows, beta);
    }
    free(panel);
}
