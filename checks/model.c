/* Parameters of a model: weights kept in their checkpoint's type, and how a made one is laid out.
 */
#include "model.h"
#include "gemm.h"

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
    Pair p = {.bits = mem_alloc(count, sizeof *p.bits)};
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
    p.wide = (Matrix){.values = mem_alloc(count, sizeof(float)), .rows = rows, .columns = columns};
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
        float *dx = draw(&rng, T * columns, 1), *by_panels = mem_alloc(T * columns, sizeof *dx);
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

/* Every parameter of the model is some tensor's, once: their sizes add up to the whole. */
static void check_layout(bool tied)
{
    const ModelConfig c = {.blocks = 3,
                           .width = 6,
                           .hidden = 10,
                           .vocabulary = 7,
                           .positions = 5,
                           .heads = {4, 2, 2},
                           .rope_theta = 10,
                           .norm_eps = 1,
                           .tied = tied};
    Model model;
    model_make(&model, &c);
    size_t block = 2 * 6 + 8 * 6 + 4 * 6 + 4 * 6 + 6 * 8 + 3 * 10 * 6;
    assert_int_equal(model.owned_count, (tied ? 1 : 2) * 7 * 6 + 6 + 3 * block);
    for (size_t i = 0; i < model.owned_count; i++)
        assert_true(model.owned[i] == 0);
    assert_int_equal(model.unembedding.values == model.embedding.values, tied);
    for (size_t i = 0; i < 3; i++) {
        const Block *b = &model.block[i];
        const Matrix *all[] = {&b->query, &b->key, &b->value, &b->output,
                               &b->gate,  &b->up,  &b->down};
        for (size_t k = 0; k < 7; k++)
            for (size_t j = 0; j < all[k]->rows * all[k]->columns; j++)
                all[k]->values[j] += 1;
        for (size_t j = 0; j < 6; j++)
            b->input_norm[j] += 1, b->mlp_norm[j] += 1;
    }
    for (size_t i = 0; i < 42; i++) {
        model.embedding.values[i] += 1;
        if (!tied)
            model.unembedding.values[i] += 1;
        if (i < 6)
            model.final_norm[i] += 1;
    }
    for (size_t i = 0; i < model.owned_count; i++)
        assert_true(model.owned[i] == 1);
    model_close(&model);
}

static void test_layout(void **state)
{
    (void)state;
    check_layout(true);
    check_layout(false);
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
