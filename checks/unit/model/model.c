/* Parameters of a model: weights kept in their checkpoint's type, and how a made one is laid out.
 */
#include "model/model.h"
#include "tensor/gemm.h"

#include "numbers.h"

/* The same weight (rows, columns) in BF16, as it would lie in a file, and widened. */
typedef struct {
    uint16_t *bits;
    Tensor tensor;
    Matrix mapped, wide;
} Pair;

static Pair make_pair(Rng *rng, size_t rows, size_t columns)
{
    size_t count = rows * columns;
    Pair p = {.bits = alloc_zeroed(count, sizeof *p.bits)};
    for (size_t i = 0; i < count; i++) /* sign, an exponent near that of 1, and seven bits */
        p.bits[i] = (uint16_t)(rng_below(rng, 2) << 15 | (120 + rng_below(rng, 8)) << 7 |
                               rng_below(rng, 128));
    p.tensor = (Tensor){.name = "w",
                        .file = "none",
                        .dtype = DTYPE_BF16,
                        .rank = 2,
                        .shape = {rows, columns},
                        .data = p.bits,
                        .count = count,
                        .bytes = 2 * count};
    p.wide =
        (Matrix){.values = alloc_zeroed(count, sizeof(float)), .rows = rows, .columns = columns};
    tensors_to_float(&p.tensor, 0, count, p.wide.values);
    return p;
}

static void free_pair(Pair *p)
{
    free(p->bits), free(p->wide.values);
}

static void check_panels(size_t T, size_t rows, size_t columns)
{
    Rng rng = rng_stream("panels", rows, columns);
    Pair p = make_pair(&rng, rows, columns);
    p.mapped = (Matrix){.tensor = &p.tensor, .rows = rows, .columns = columns};
    float *x = draw(&rng, T * columns, 1), *dy = draw(&rng, T * rows, 1);
    float *y = draw(&rng, T * rows, 1), *other = draw(&rng, T * rows, 1);
    matrix_forward(y, x, &p.wide, T);
    matrix_forward(other, x, &p.mapped, T);
    double *exact = widen(y, T * rows);
    assert_near("y by panels", other, exact, T * rows, 1e-6);
    for (int beta = 0; beta < 2; beta++) {
        float *dx = draw(&rng, T * columns, 1), *by_panels = alloc_zeroed(T * columns, sizeof *dx);
        memcpy(by_panels, dx, T * columns * sizeof *dx);
        matrix_backward(dx, NULL, dy, x, &p.wide, T, (float)beta);
        matrix_backward(by_panels, NULL, dy, x, &p.mapped, T, (float)beta);
        double *exact_dx = widen(dx, T * columns);
        assert_near("dx by panels", by_panels, exact_dx, T * columns, 2e-6);
        free(dx), free(by_panels), free(exact_dx);
    }
    free(x), free(dy), free(y), free(other), free(exact);
    free_pair(&p);
}

static void test_panels(void **state)
{
    (void)state;
    /* One panel and less, just more than one, several, and a last one of a single row. */
    static const size_t rows[] = {1, 1919, 1920, 1921, 3840, 3841};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_panels(12 * (1 + i), rows[i], 37);
}

static void test_embed(void **state)
{
    (void)state;
    Rng rng = rng_stream("embed", 0, 0);
    Pair p = make_pair(&rng, 50, 6);
    Model model = {.config = {.width = 6, .vocabulary = 50}};
    Batch batch = {.unit = 12, .least = 12};
    int32_t ids[24] = {49, 0, 7};
    float h[24 * 6];
    batch_add(&batch, 3, 0);
    ids[batch_add(&batch, 1, 0)] = 21;
    for (int mapped = 0; mapped < 2; mapped++) {
        model.embedding = mapped ? (Matrix){.tensor = &p.tensor, .rows = 50, .columns = 6} : p.wide;
        for (int i = 0; i < 24 * 6; i++)
            h[i] = NAN;
        model_embed(&model, h, ids, &batch);
        for (int t = 0; t < 24; t++)
            for (int i = 0; i < 6; i++)
                assert_true(h[t * 6 + i] ==
                            (batch.position[t] < 0 ? 0 : p.wide.values[ids[t] * 6 + i]));
    }
    batch_free(&batch);
    free_pair(&p);
}

/* Adds one to each number of a vector, or of a matrix; one that is absent has no numbers. */
static void count_vector(float *values, size_t count)
{
    for (size_t i = 0; values && i < count; i++)
        values[i] += 1;
}

static void count_matrix(const Matrix *matrix)
{
    count_vector(matrix->values, matrix->rows * matrix->columns);
}

static void count_block(const Block *b, size_t d, size_t hidden)
{
    count_vector(b->input_norm.weight, d), count_vector(b->input_norm.bias, d);
    count_vector(b->mlp_norm.weight, d), count_vector(b->mlp_norm.bias, d);
    count_matrix(&b->query), count_matrix(&b->key), count_matrix(&b->value);
    count_matrix(&b->fused), count_matrix(&b->output);
    count_matrix(&b->gate), count_matrix(&b->up), count_matrix(&b->down);
    count_vector(b->fused_bias, b->fused.rows), count_vector(b->output_bias, d);
    count_vector(b->up_bias, hidden), count_vector(b->down_bias, d);
}

/* Every parameter of the model is some tensor's, once: their sizes add up to the whole, `block`
 * numbers in each block and `norm` in the final norm. */
static void check_layout(Family family, Heads heads, bool tied, size_t block, size_t norm)
{
    const ModelConfig c = {.family = family,
                           .blocks = 3,
                           .width = 6,
                           .hidden = 10,
                           .vocabulary = 7,
                           .positions = 5,
                           .heads = heads,
                           .rope_theta = 10,
                           .norm_eps = 1,
                           .tied = tied};
    Model model;
    model_make(&model, &c);
    assert_int_equal(model.owned_count, (tied ? 1 : 2) * 7 * 6 + norm + 3 * block);
    for (size_t i = 0; i < model.owned_count; i++)
        assert_true(model.owned[i] == 0);
    assert_int_equal(model.unembedding.values == model.embedding.values, tied);
    for (size_t i = 0; i < 3; i++)
        count_block(&model.block[i], 6, 10);
    count_matrix(&model.embedding);
    if (!tied)
        count_matrix(&model.unembedding);
    count_vector(model.final_norm.weight, 6), count_vector(model.final_norm.bias, 6);
    for (size_t i = 0; i < model.owned_count; i++)
        assert_true(model.owned[i] == 1);
    model_close(&model);
}

static void test_layout(void **state)
{
    (void)state;
    const size_t llama = 2 * 6 + 8 * 6 + 4 * 6 + 4 * 6 + 6 * 8 + 3 * 10 * 6;
    const size_t neox = 4 * 6 + 18 * 7 + 6 * 7 + 10 * 7 + 6 * 11;
    for (int tied = 0; tied < 2; tied++) {
        check_layout(FAMILY_LLAMA, (Heads){4, 2, 2}, tied, llama, 6);
        check_layout(FAMILY_NEOX, (Heads){3, 3, 2}, tied, neox, 12);
    }
}

/* Ids and lengths that the model has no rows for are told in one line, the last that it has are
 * not. */
static void test_fits(void **state)
{
    (void)state;
    static const struct {
        int32_t id;
        size_t longest;
        const char *words; /* NULL where it fits */
    } cases[] = {
        {6, 5, NULL},
        {0, 1, NULL},
        {7, 5, "its vocabulary of 7 has no id 7; "},
        {-1, 5, "its vocabulary of 7 has no id -1; "},
        {6, 6, "its context of 5 tokens is too short for a text of 6; "},
    };
    const ModelConfig c = {.blocks = 1,
                           .width = 4,
                           .hidden = 4,
                           .vocabulary = 7,
                           .positions = 5,
                           .heads = {2, 1, 2},
                           .rope_theta = 100,
                           .norm_eps = 1e-5f};
    Model model;
    model_make(&model, &c);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Error error = {""};
        assert_int_equal(model_fits(&model, cases[i].id, cases[i].longest, &error),
                         cases[i].words == NULL);
        assert_true(!cases[i].words || strstr(error.text, cases[i].words));
    }
    model_close(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panels),
        cmocka_unit_test(test_embed),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_fits),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
