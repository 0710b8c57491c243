/* All parameters are drawn; then a few heads are overwritten by hand. They hold the steps by which
 * a model finds what it has seen before: induction heads (Olsson et al., "In-context learning and
 * induction heads", 2022), which training alone is slow to form. */
#include "model/pretrain_start.h"

#include "base/rng.h"
#include "base/vmath.h"

#include <math.h>
#include <string.h>

static void draw_matrix(Matrix *matrix, Rng *rng, double scale)
{
    double deviation = scale / sqrt((double)matrix->columns);
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++)
        matrix->values[i] = (float)(deviation * rng_normal(rng));
}

/* The hand-written heads:
 *
 *   Block 0, head 0   attends to the token before; head 1 attends to the token itself. Both use the
 *                     same values, and write what they see into columns of their own, the last ones
 *                     of the residual stream (own_place).
 *   Block 1, head 0   attends to places whose token before equals the current token, or to BOS
 * where there is none. It makes the token at that place likelier to come next. Block 2, head 0
 * attends to about the last dozen tokens: were they found, too?
 *
 * Column SAME has one value in all embeddings; column IS_BOS is 0 in all but that of BOS. */
enum { BOS = 1, SAME = 0, IS_BOS = 1 };
static const double LENGTH = 0.1, SAME_LENGTH = 1, BOS_LENGTH = 2;

/* Whether the model is large enough for the hand-written heads. */
static bool can_look(const ModelConfig *c)
{
    return c->blocks > 2 && c->heads.kv_heads == c->heads.heads && c->heads.heads > 1 &&
           2 * c->heads.size < c->width && c->heads.size >= 32 && c->vocabulary > BOS;
}

static float *matrix_row(const Matrix *matrix, size_t row)
{
    return matrix->values + row * matrix->columns;
}

static void draw_embedding(Matrix *matrix, Rng *rng)
{
    for (size_t i = 0; i < matrix->rows; i++) {
        float *row = matrix_row(matrix, i);
        for (size_t j = 0; j < matrix->columns; j++)
            row[j] = (float)(LENGTH * rng_normal(rng));
        row[SAME] = (float)SAME_LENGTH;
        row[IS_BOS] = (float)(i == BOS ? BOS_LENGTH : 0);
    }
}

static void scale_matrix(Matrix *matrix, double scale)
{
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++)
        matrix->values[i] *= (float)scale;
}

static void clear_head(Block *block, size_t h, size_t size)
{
    memset(matrix_row(&block->query, h * size), 0, size * block->query.columns * sizeof(float));
    memset(matrix_row(&block->key, h * size), 0, size * block->key.columns * sizeof(float));
}

/* Makes head h attend `back` tokens back, whatever stands there. Query and key read column SAME,
 * which all tokens share; the key is rotated so that RoPE's angles first … end-1 align at that
 * distance. Fast angles (low indices) single out one token, slower ones a neighbourhood. */
static void look_at_place(Block *block, size_t h, const ModelConfig *c, double back, size_t first,
                          size_t end, double gain)
{
    size_t half = c->heads.size / 2, row = h * c->heads.size;
    clear_head(block, h, c->heads.size);
    for (size_t i = first; i < end; i++) {
        double cosine, sine;
        double angle = back * vm_exp_double(-vm_log(c->rope_theta) * (double)i / (double)half);
        vm_cos_sin(angle, &cosine, &sine);
        matrix_row(&block->query, row + i)[SAME] = (float)gain;
        matrix_row(&block->key, row + i)[SAME] = (float)(gain * cosine);
        matrix_row(&block->key, row + half + i)[SAME] = (float)(gain * sine);
    }
}

/* The first of the `size` columns into which head h (0 or 1) of block 0 writes. */
static size_t own_place(const ModelConfig *c, size_t h)
{
    return c->width - (2 - h) * c->heads.size;
}

/* Makes head h of block 0 copy its values into columns of its own. Both heads take head 0's values,
 * so that a token looks the same to both. */
static void write_aside(Block *block, size_t h, const ModelConfig *c)
{
    size_t size = c->heads.size;
    for (size_t row = 0; row < c->width; row++)
        memset(matrix_row(&block->output, row) + h * size, 0, size * sizeof(float));
    for (size_t i = 0; i < size; i++) {
        matrix_row(&block->output, own_place(c, h) + i)[h * size + i] = 1;
        memcpy(matrix_row(&block->value, h * size + i), matrix_row(&block->value, i),
               c->width * sizeof(float));
        matrix_row(&block->value, h * size + i)[SAME] = 0;
    }
}

/* Block 1, head 0: queries compare the token itself with the keys' token before. Fast angles are
 * left out, since they rotate too far over the distance; the slowest angle attends to BOS. */
static void look_for_like(Block *block, const Block *below, const ModelConfig *c)
{
    size_t size = c->heads.size, half = size / 2;
    const double like = 1.25, bos = 3.8;
    clear_head(block, 0, size);
    memset(block->value.values, 0, size * c->width * sizeof(float));
    for (size_t i = 0; i < size; i++) {
        bool slow = i % half >= half * 5 / 16 && i != half - 1;
        matrix_row(&block->query, i)[own_place(c, 1) + i] = (float)(slow ? like : 0);
        matrix_row(&block->key, i)[own_place(c, 0) + i] = (float)(slow ? like : 0);
        matrix_row(&block->value, i)[own_place(c, 1) + i] = 1;
        for (size_t j = 0; j < c->width; j++)
            matrix_row(&block->output, j)[i] = 0.6f * matrix_row(&below->value, i)[j];
    }
    matrix_row(&block->query, half - 1)[SAME] = (float)bos;
    matrix_row(&block->key, half - 1)[IS_BOS] = (float)bos;
}

static void draw_looking(Model *model)
{
    const ModelConfig *c = &model->config;
    size_t eighth = c->heads.size / 8;
    for (size_t i = 0; i < c->blocks; i++) { /* so that other output does not drown these heads */
        scale_matrix(&model->block[i].output, 0.5);
        scale_matrix(&model->block[i].down, 0.5);
    }
    look_at_place(&model->block[0], 0, c, 1, 0, eighth, 0.6);
    look_at_place(&model->block[0], 1, c, 0, 0, eighth, 0.6);
    write_aside(&model->block[0], 0, c);
    write_aside(&model->block[0], 1, c);
    look_for_like(&model->block[1], &model->block[0], c);
    look_at_place(&model->block[2], 0, c, 4, eighth, 2 * eighth, 2.4);
}

static void draw_ones(float *vector, size_t d)
{
    for (size_t i = 0; i < d; i++)
        vector[i] = 1;
}

void pretrain_draw(Model *model, uint64_t seed)
{
    const ModelConfig *c = &model->config;
    Rng rng = rng_stream("parameters", seed, 0);
    double branch = 1 / sqrt(2.0 * (double)c->blocks);
    draw_embedding(&model->embedding, &rng);
    if (!c->tied)
        draw_matrix(&model->unembedding, &rng, 0.5);
    draw_ones(model->final_norm.weight, c->width);
    for (size_t i = 0; i < c->blocks; i++) {
        Block *block = &model->block[i];
        draw_ones(block->input_norm.weight, c->width);
        draw_ones(block->mlp_norm.weight, c->width);
        draw_matrix(&block->query, &rng, 1);
        draw_matrix(&block->key, &rng, 1);
        draw_matrix(&block->value, &rng, 1);
        draw_matrix(&block->output, &rng, branch);
        draw_matrix(&block->gate, &rng, 1);
        draw_matrix(&block->up, &rng, 1);
        draw_matrix(&block->down, &rng, branch);
    }
    if (can_look(c))
        draw_looking(model);
}
