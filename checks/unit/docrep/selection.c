/* How documents select entries: the start, the formula, the gradients against double precision. */
#include "docrep/selection.h"
#include "tensor/gemm.h"

#include "numbers.h"

typedef struct {
    Selection selection;
    size_t rows;
    float *vectors, *ds; /* (R,k) (R,m) */
    double *parameters, *exact_vectors, *exact_ds;
} Case;

static const double *at(const Case *c, const float *values)
{
    return c->parameters + (values - c->selection.parameters);
}

static void exact_linear(double *y, const double *x, const double *w, const double *bias, size_t N,
                         size_t K)
{
    for (size_t i = 0; i < N; i++) {
        y[i] = bias[i];
        for (size_t j = 0; j < K; j++)
            y[i] += w[i * K + j] * x[j];
    }
}

/* s (m) of a row by the formula, in double precision. */
static void exact_row(const Case *c, size_t row, double *s)
{
    const Selection *g = &c->selection;
    size_t k = g->dimension, m = g->entries;
    double *hidden = alloc_zeroed(m, sizeof *hidden);
    const double *x = c->exact_vectors + row * k;
    if (g->inner) {
        exact_linear(hidden, x, at(c, g->inner), at(c, g->inner_bias), m, k);
        for (size_t i = 0; i < m; i++)
            hidden[i] *= 0.5 * erfc(-hidden[i] / sqrt(2));
        x = hidden;
        k = m;
    }
    exact_linear(s, x, at(c, g->outer), at(c, g->outer_bias), m, k);
    for (size_t i = 0; i < m; i++)
        s[i] = g->phi == PHI_TANH ? tanh(s[i]) : s[i] > 0 ? s[i] : 0;
    free(hidden);
}

static double weigh(const void *context)
{
    const Case *c = context;
    size_t m = c->selection.entries;
    double *s = alloc_zeroed(m, sizeof *s), sum = 0;
    for (size_t r = 0; r < c->rows; r++) {
        exact_row(c, r, s);
        for (size_t j = 0; j < m; j++)
            sum += c->exact_ds[r * m + j] * s[j];
    }
    free(s);
    return sum;
}

static void make_case(Case *c, size_t k, size_t m, SelectionKind kind, Phi phi, uint64_t seed)
{
    Rng rng = rng_stream("selection check", seed, 0);
    *c = (Case){.rows = 4};
    selection_make(&c->selection, 3, k, m, kind, phi);
    selection_draw(&c->selection, seed);
    for (size_t i = 0; i < m; i++) { /* biases that show */
        c->selection.outer_bias[i] = (float)(0.3 * rng_normal(&rng));
        if (c->selection.inner)
            c->selection.inner_bias[i] = (float)(0.3 * rng_normal(&rng));
    }
    c->vectors = draw(&rng, c->rows * k, 1);
    c->ds = draw(&rng, c->rows * m, 1);
    c->parameters = widen(c->selection.parameters, c->selection.count);
    c->exact_vectors = widen(c->vectors, c->rows * k);
    c->exact_ds = widen(c->ds, c->rows * m);
}

static void free_case(Case *c)
{
    selection_free(&c->selection);
    free(c->vectors), free(c->ds), free(c->parameters);
    free(c->exact_vectors), free(c->exact_ds);
}

/* The cache's own numbers: slope = φ'(before), dbefore = ds ⊙ slope. */
static void check_cache(const Case *c, const SelectionCache *cache)
{
    for (size_t i = 0; i < c->rows * c->selection.entries; i++) {
        double x = (double)cache->before[i], t = tanh(x);
        double slope = c->selection.phi == PHI_TANH ? 1 - t * t : x > 0;
        assert_true(fabs((double)cache->slope[i] - slope) < 2e-6);
        assert_true(cache->dbefore[i] == c->ds[i] * cache->slope[i]);
    }
}

static void check_gradients(size_t k, size_t m, SelectionKind kind, Phi phi)
{
    Case c;
    Selection gradients;
    SelectionCache cache = {0};
    make_case(&c, k, m, kind, phi, k * 100 + m);
    size_t count = c.rows * m, vectors = c.selection.documents * k;
    float *s = alloc_zeroed(count, sizeof *s),
          *dvectors = alloc_zeroed(c.rows * k, sizeof *dvectors);
    double *exact = alloc_zeroed(count, sizeof *exact);
    for (size_t r = 0; r < c.rows; r++)
        exact_row(&c, r, exact + r * m);
    selection_forward(&c.selection, s, c.vectors, c.rows, &cache);
    assert_near("s", s, exact, count, 2e-6);
    selection_make(&gradients, 3, k, m, kind, phi);
    for (int twice = 0; twice < 2; twice++) /* G's gradients add up, the vectors' are set */
        selection_backward(&c.selection, &gradients, dvectors, c.ds, c.vectors, c.rows, &cache);
    check_cache(&c, &cache);
    for (size_t i = 0; i < gradients.count; i++)
        gradients.parameters[i] /= 2;
    for (size_t i = 0; i < vectors; i++)
        assert_true(gradients.vectors[i] == 0); /* whose rows these are, only the caller knows */
    assert_gradient("G", gradients.parameters + vectors, weigh, &c, c.parameters + vectors,
                    gradients.count - vectors, 1e-5);
    assert_gradient("vectors", dvectors, weigh, &c, c.exact_vectors, c.rows * k, 1e-5);
    free(s), free(dvectors), free(exact);
    selection_free(&gradients);
    selection_cache_free(&cache);
    free_case(&c);
}

static void test_gradients(void **state)
{
    (void)state;
    for (Phi phi = 0; phi < PHIS; phi++) {
        check_gradients(2, 9, SELECTION_LINEAR, phi);
        check_gradients(2, 9, SELECTION_MLP, phi);
        check_gradients(17, 5, SELECTION_LINEAR, phi);
        check_gradients(17, 5, SELECTION_MLP, phi);
        check_gradients(1, 1, SELECTION_LINEAR, phi);
    }
}

static void test_relu_at_zero(void **state)
{
    (void)state;
    /* At 0, and there alone, ReLU's slope is 0 as PyTorch's: such an entry is dead. */
    Selection selection;
    SelectionCache cache = {0};
    float s[2], dvectors[1], ds[2] = {1, 1}, vector[1] = {0};
    selection_make(&selection, 1, 1, 2, SELECTION_LINEAR, PHI_RELU);
    Selection gradients;
    selection_make(&gradients, 1, 1, 2, SELECTION_LINEAR, PHI_RELU);
    selection.outer[0] = selection.outer[1] = 1;
    selection.outer_bias[1] = 1e-30f;
    selection_forward(&selection, s, vector, 1, &cache);
    selection_backward(&selection, &gradients, dvectors, ds, vector, 1, &cache);
    assert_true(s[0] == 0 && cache.slope[0] == 0 && gradients.outer_bias[0] == 0);
    assert_true(s[1] == 1e-30f && cache.slope[1] == 1 && gradients.outer_bias[1] == 1);
    selection_cache_free(&cache);
    selection_free(&selection), selection_free(&gradients);
}

static void test_rows_stand_alone(void **state)
{
    (void)state;
    enum { R = 30, K = 5, M = 33 };
    Rng rng = rng_stream("selection rows", 0, 0);
    float *vectors = draw(&rng, R * K, 1), all[R * M], one[M];
    for (int kind = 0; kind < SELECTION_KINDS; kind++) {
        Selection selection;
        SelectionCache cache = {0};
        selection_make(&selection, 1, K, M, (SelectionKind)kind, PHI_TANH);
        selection_draw(&selection, 5);
        selection_forward(&selection, all, vectors, R, &cache);
        for (size_t r = 0; r < R; r++) {
            selection_forward(&selection, one, vectors + r * K, 1, &cache);
            assert_same_bits("s", one, all + r * M, M);
        }
        selection_cache_free(&cache);
        selection_free(&selection);
    }
    free(vectors);
}

static void test_start(void **state)
{
    (void)state;
    /* Vectors of a document are the same however many there are; other seeds give others. */
    Selection few, many, other;
    selection_make(&few, 3, 4, 8, SELECTION_MLP, PHI_TANH);
    selection_make(&many, 50, 4, 8, SELECTION_MLP, PHI_RELU);
    selection_make(&other, 3, 4, 8, SELECTION_MLP, PHI_TANH);
    for (size_t i = 0; i < few.count; i++)
        few.parameters[i] = NAN; /* whatever was there before */
    selection_draw(&few, 7), selection_draw(&many, 7), selection_draw(&other, 8);
    assert_same_bits("K", few.vectors, many.vectors, 12);
    assert_same_bits("G", few.inner, many.inner, few.count - 12);
    assert_memory_not_equal(few.vectors, other.vectors, 12 * sizeof(float));
    assert_memory_not_equal(few.outer, other.outer, 64 * sizeof(float));
    double mean = 0, square = 0;
    for (size_t i = 0; i < 200; i++) {
        double x = (double)many.vectors[i];
        mean += x / 200, square += x * x / 200;
    }
    assert_true(fabs(mean) < 5 / sqrt(200) && fabs(square - 1) < 5 * sqrt(2.0 / 200));
    for (size_t j = 0; j < 8; j++)
        assert_true(few.inner_bias[j] == 0 && few.outer_bias[j] == 0);
    for (size_t a = 0; a < 4; a++) /* columns of inner (8,4): orthogonal, of length √2 */
        for (size_t b = 0; b <= a; b++) {
            double sum = 0;
            for (size_t j = 0; j < 8; j++)
                sum += (double)few.inner[j * 4 + a] * (double)few.inner[j * 4 + b];
            assert_true(fabs(sum - (a == b ? 2 : 0)) < 1e-6);
        }
    selection_free(&few), selection_free(&many), selection_free(&other);
    assert_null(few.parameters);
}

static void test_layout(void **state)
{
    (void)state;
    for (int kind = 0; kind < SELECTION_KINDS; kind++) {
        Selection s;
        MemoryPart parts[SELECTION_PARTS];
        size_t sum = 0;
        selection_make(&s, 5, 3, 7, (SelectionKind)kind, PHI_TANH);
        int count = selection_parts(&s, parts);
        assert_int_equal(count, kind == SELECTION_MLP ? 5 : 3);
        for (int i = 0; i < count; i++)
            sum += parts[i].count;
        assert_int_equal(sum, s.count);
        assert_int_equal(s.count, 15 + 21 + 7 + (kind == SELECTION_MLP ? 49 + 7 : 0));
        assert_ptr_equal(s.vectors, s.parameters);
        assert_ptr_equal(s.outer_bias + 7, s.parameters + s.count);
        selection_free(&s);
        assert_int_equal(selection_kind_parse(selection_kind_name((SelectionKind)kind)), kind);
    }
    for (int phi = 0; phi < PHIS; phi++)
        assert_int_equal(phi_parse(phi_name((Phi)phi)), phi);
    assert_int_equal(phi_parse("Tanh"), PHIS);
    assert_int_equal(selection_kind_parse(""), SELECTION_KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients),        cmocka_unit_test(test_relu_at_zero),
        cmocka_unit_test(test_rows_stand_alone), cmocka_unit_test(test_start),
        cmocka_unit_test(test_layout),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("selection", tests, NULL, NULL);
}
