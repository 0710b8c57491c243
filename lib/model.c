/* A model's parameters and the products with them. */
#include "model.h"

#include "gemm.h"
#include "mem.h"
#include "ops.h"
#include "parallel.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a weight that are widened to float32 at a time: each panel packs all activations anew, so
 * it had better be large. */
enum { PANEL_ROWS = 1920 };

/* Hands out the next `rows` × `columns` of the model's own parameters; with
 * `owned` still NULL it only counts them. */
static float *take(Model *model, size_t rows, size_t columns)
{
    size_t count, first = model->owned_count;
    bool fits = mem_mul(rows, columns, &count) && mem_add(first, count, &model->owned_count);
    assert(fits && "a configuration is bounded when it is read");
    return model->owned ? model->owned + first : NULL;
}

static Matrix take_matrix(Model *model, size_t rows, size_t columns)
{
    return (Matrix){.values = take(model, rows, columns), .rows = rows, .columns = columns};
}

static void lay_out(Model *model)
{
    const ModelConfig *c = &model->config;
    size_t d = c->width, q = c->heads.heads * c->heads.size, kv = c->heads.kv_heads * c->heads.size;
    model->owned_count = 0;
    model->embedding = take_matrix(model, c->vocabulary, d);
    model->unembedding = c->tied ? model->embedding : take_matrix(model, c->vocabulary, d);
    model->final_norm = take(model, 1, d);
    for (size_t i = 0; i < c->blocks; i++)
        model->block[i] = (Block){
            .input_norm = take(model, 1, d),
            .mlp_norm = take(model, 1, d),
            .query = take_matrix(model, q, d),
            .key = take_matrix(model, kv, d),
            .value = take_matrix(model, kv, d),
            .output = take_matrix(model, d, q),
            .gate = take_matrix(model, c->hidden, d),
            .up = take_matrix(model, c->hidden, d),
            .down = take_matrix(model, d, c->hidden),
        };
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

void model_tables(Model *model)
{
    const ModelConfig *c = &model->config;
    size_t half = c->heads.size / 2;
    model->cosine = mem_alloc(c->positions, half * sizeof *model->cosine);
    model->sine = mem_alloc(c->positions, half * sizeof *model->sine);
    rope_table(model->cosine, model->sine, c->rope_theta, c->positions, c->heads.size);
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
    size_t rows = weight->rows < PANEL_ROWS ? weight->rows : PANEL_ROWS;
    return mem_scratch(rows, weight->columns * sizeof(float));
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
    size_t count = weight->rows - first < PANEL_ROWS ? weight->rows - first : PANEL_ROWS;
    parallel_for(count, 1, count * weight->columns, widen_rows, &panel);
    return count;
}

void matrix_forward(float *y, const float *x, const Matrix *weight, size_t T)
{
    if (weight->values) {
        gemm_nt(y, x, weight->values, T, weight->rows, weight->columns, 0);
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
    float *panel = panel_begin(weight);
    for (size_t first = 0, count; first < weight->rows; first += count, beta = 1) {
        count = panel_fill(panel, weight, first);
        gemm_nn_part(dx, dy + first, panel, T, weight->columns, count, weight->rows, beta);
    }
    free(panel);
}
