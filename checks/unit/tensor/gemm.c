/* Matrix products: right values, and bits of a row that do not depend on the rows beside it. */
#include "tensor/gemm.h"

#include "base/parallel.h"
#include "numbers.h"

enum { SHAPES = 240, UNITS_LIMIT = 24 };

/* --- values ------------------------------------------------------------------ */

static void test_values(void **state)
{
    (void)state;
    Rng rng = rng_stream("gemm values", 0, 0);
    for (int round = 0; round < 40; round++) {
        size_t T = 1 + rng_below(&rng, 30), N = 1 + rng_below(&rng, 50);
        size_t K = 1 + rng_below(&rng, 90);
        float *x = draw(&rng, T * K, 1), *w = draw(&rng, N * K, 1), *dy = draw(&rng, T * N, 1);
        float *y = draw(&rng, T * N, 1), *dx = draw(&rng, T * K, 1), *dw = draw(&rng, N * K, 1);
        double *exact_y = widen(y, T * N), *exact_dx = widen(dx, T * K);
        double *exact_dw = widen(dw, N * K);
        for (size_t i = 0; i < T * N; i++) /* beta = 0.5, 1, 2 */
            exact_y[i] *= 0.5;
        for (size_t i = 0; i < N * K; i++)
            exact_dw[i] *= 2;
        for (size_t t = 0; t < T; t++)
            for (size_t n = 0; n < N; n++)
                for (size_t k = 0; k < K; k++) {
                    exact_y[t * N + n] += (double)x[t * K + k] * (double)w[n * K + k];
                    exact_dx[t * K + k] += (double)dy[t * N + n] * (double)w[n * K + k];
                    exact_dw[n * K + k] += (double)dy[t * N + n] * (double)x[t * K + k];
                }
        gemm_nt(y, x, w, T, N, K, 0.5f);
        gemm_nn(dx, dy, w, T, K, N, 1);
        gemm_tn(dw, dy, x, N, K, T, 2);
        assert_near("y = x wᵀ", y, exact_y, T * N, 1e-6);
        assert_near("dx = dy w", dx, exact_dx, T * K, 1e-6);
        assert_near("dw = dyᵀ x", dw, exact_dw, N * K, 1e-6);
        free(x), free(w), free(dy), free(y), free(dx), free(dw);
        free(exact_y), free(exact_dx), free(exact_dw);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    /* No rows: nothing is written, and beta = 1 keeps what is there. */
    float a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8}, c[4] = {9, 9, 9, 9};
    gemm_nt(c, a, b, 0, 2, 2, 0);
    gemm_nn(c, a, b, 0, 2, 2, 1);
    gemm_tn(c, a, b, 2, 2, 0, 1);
    for (int i = 0; i < 4; i++)
        assert_true(c[i] == 9);
}

/* --- the promise ------------------------------------------------------------- */

/* A product of T rows a with a weight b (N,K), by every way that gemm.h has. */
typedef enum { NT, NT_PART, NN, NN_PART, WAYS } Way;
static const char *const way_names[] = {"gemm_nt", "gemm_nt_part", "gemm_nn", "gemm_nn_part"};

typedef struct {
    Way way;
    size_t in, out, stride; /* columns of a, of c; row length of the part */
    const float *b;
    float beta;
} Product;

static void multiply(const Product *p, float *c, const float *a, size_t T)
{
    switch (p->way) {
    case NT:
        gemm_nt(c, a, p->b, T, p->out, p->in, p->beta);
        break;
    case NT_PART:
        gemm_nt_part(c, a, p->b, T, p->out, p->in, p->stride, 0);
        break;
    case NN:
        gemm_nn(c, a, p->b, T, p->out, p->in, p->beta);
        break;
    default:
        gemm_nn_part(c, a, p->b, T, p->out, p->in, p->stride, p->beta);
    }
}

/* The first row of `part` whose bits differ from the same row of `whole`, or `rows`. */
static size_t changed_row(const float *whole, const float *part, size_t rows, size_t columns)
{
    for (size_t t = 0; t < rows; t++)
        if (memcmp(whole + t * columns, part + t * columns, columns * sizeof *whole) != 0)
            return t;
    return rows;
}

/* Multiplies `units` × `unit` rows at once, then some of them alone, `least` units or more, at a
 * place and in a number drawn from *rng. Whether every row came out with the same bits. */
static bool rows_stand_alone(const Product *p, size_t unit, size_t units, size_t least, Rng *rng)
{
    size_t first = rng_below(rng, (uint32_t)(units - least + 1));
    size_t rows = unit * (least + rng_below(rng, (uint32_t)(units - least - first + 1)));
    size_t T = unit * units;
    size_t in = p->way == NN_PART ? p->stride : p->in, out = p->way == NT_PART ? p->stride : p->out;
    float *a = draw(rng, T * in, 1), *whole = draw(rng, T * out, 1);
    float *part = alloc_zeroed(rows * out, sizeof *part);
    memcpy(part, whole + first * unit * out, rows * out * sizeof *part);
    multiply(p, whole, a, T);
    multiply(p, part, a + first * unit * in, rows);
    bool same = changed_row(whole + first * unit * out, part, rows, out) == rows;
    free(a), free(whole), free(part);
    return same;
}

/* Multiplies `units` × `unit` rows, of which one stands in each gemm_place. Whether it came out
 * with the same bits in all of them. */
static bool places_are_alike(const Product *p, size_t unit, size_t units, size_t least, Rng *rng)
{
    (void)least;
    size_t T = unit * units;
    size_t in = p->way == NN_PART ? p->stride : p->in, out = p->way == NT_PART ? p->stride : p->out;
    float *a = draw(rng, T * in, 1), *c = draw(rng, T * out, 1);
    bool same = true;
    for (size_t i = 1; gemm_place(i) < T; i++) {
        memcpy(a + gemm_place(i) * in, a, in * sizeof *a);
        memcpy(c + gemm_place(i) * out, c, out * sizeof *c);
    }
    multiply(p, c, a, T);
    for (size_t i = 1; gemm_place(i) < T; i++)
        same = same && changed_row(c, c + gemm_place(i) * out, 1, out) == 1;
    free(a), free(c);
    return same;
}

/* Log-uniform in 1 … limit: small sizes meet the edges of kernels, large ones their blocks. */
static size_t draw_size(Rng *rng, double limit)
{
    return (size_t)exp(rng_uniform(rng) * log(limit + 1));
}

typedef bool Promise(const Product *p, size_t unit, size_t units, size_t least, Rng *rng);

/* Tries `count` random shapes; the number that break the promise for rows in `unit`s, the first of
 * them told in *which. */
static int broken_shapes(Promise *promise, size_t unit, int count, char which[128])
{
    Rng rng = rng_stream("gemm shapes", unit, 0);
    float *b = draw(&rng, 512 * 4096, 1);
    int broken = 0;
    for (int i = 0; i < count; i++) {
        Product p = {.way = (Way)(i % WAYS),
                     .in = draw_size(&rng, 4096),
                     .out = draw_size(&rng, 512),
                     .b = b,
                     .beta = (float)(i / WAYS % 2)};
        if (i % 3 == 0) { /* tall as well as wide weights, and multiples of eight */
            size_t in = p.in;
            p.in = (p.out + 7) / 8 * 8;
            p.out = (in + 7) / 8 * 8;
        }
        if (unit == 1 && p.in * p.out < GEMM_SMALL_WEIGHT) { /* as gemm_least promises */
            p.in = (p.in + 127) / 128 * 128;
            p.out = (p.out + 127) / 128 * 128;
        }
        p.stride = (p.way == NT_PART ? p.out : p.in) + rng_below(&rng, 100);
        size_t least = unit > 1 ? 1 : gemm_least(GEMM_SMALL_WEIGHT);
        size_t units = least + rng_below(&rng, p.in * p.out > 100000 ? 6 : UNITS_LIMIT);
        if (promise(&p, unit, units, least, &rng))
            continue;
        if (broken++ == 0)
            snprintf(which, 128, "%s of up to %zu rows, %zu columns to %zu", way_names[p.way],
                     unit * units, p.in, p.out);
    }
    free(b);
    return broken;
}

static void test_rows_stand_alone(void **state)
{
    (void)state;
    char which[128];
    gemm_begin();
    int broken = broken_shapes(rows_stand_alone, gemm_unit(), SHAPES, which);
    if (broken)
        fail_msg("with the BLAS in use, %s, the bits of a row depend on the rows beside it: in %d "
                 "of %d shapes, first in %s. Results then change with the batch. Run under make, "
                 "or with OPENBLAS_CORETYPE=Haswell on x86-64; or raise gemm_unit() in "
                 "lib/tensor/gemm.c (now %zu) until this check passes",
                 gemm_engine(), broken, SHAPES, which, gemm_unit());
}

/* What a step of generation relies on. */
static void test_places(void **state)
{
    (void)state;
    char which[128];
    int broken = broken_shapes(places_are_alike, gemm_unit(), SHAPES, which);
    if (broken)
        fail_msg(
            "with the BLAS in use, %s, the bits of a row depend on its gemm_place: in %d of %d "
            "shapes, first in %s",
            gemm_engine(), broken, SHAPES, which);
}

/* Products of any kind have the same bits on one thread and on several. */
static void test_threads(void **state)
{
    (void)state;
    Rng rng = rng_stream("gemm threads", 0, 0);
    for (int round = 0; round < 12; round++) {
        size_t T = 4 * gemm_unit() * (10 + rng_below(&rng, 10)), N = 200 + rng_below(&rng, 500);
        size_t K = 200 + rng_below(&rng, 500);
        float *x = draw(&rng, T * K, 1), *w = draw(&rng, N * K, 1), *dy = draw(&rng, T * N, 1);
        float *y[3], *dx[3], *dw[3];
        for (size_t threads = 1; threads <= 3; threads++) {
            size_t i = threads - 1;
            y[i] = alloc_zeroed(T * N, sizeof **y), dx[i] = alloc_zeroed(T * K, sizeof **dx);
            dw[i] = alloc_zeroed(N * K, sizeof **dw);
            parallel_begin(threads);
            gemm_nt(y[i], x, w, T, N, K, 0);
            gemm_nn(dx[i], dy, w, T, K, N, 1);
            gemm_tn(dw[i], dy, x, N, K, T, 1);
            assert_memory_equal(y[i], y[0], T * N * sizeof **y);
            assert_memory_equal(dx[i], dx[0], T * K * sizeof **dx);
            assert_memory_equal(dw[i], dw[0], N * K * sizeof **dw);
        }
        for (int i = 0; i < 3; i++)
            free(y[i]), free(dx[i]), free(dw[i]);
        free(x), free(w), free(dy);
    }
    parallel_begin(1);
}

static void test_a_change_is_seen(void **state)
{
    (void)state;
    float whole[3 * 5] = {0}, part[3 * 5] = {0};
    assert_int_equal(changed_row(whole, part, 3, 5), 3);
    part[2 * 5 + 4] = -0.0f; /* one bit */
    assert_int_equal(changed_row(whole, part, 3, 5), 2);
    /* The unit is there for a reason: OpenBLAS's Haswell kernels change bits with odd numbers of
     * rows, and the search finds it. On a BLAS that never does there is nothing to find. */
    char which[128];
    if (strstr(gemm_engine(), "Haswell"))
        assert_true(broken_shapes(rows_stand_alone, 1, SHAPES, which) > 0);
    assert_non_null(strstr(gemm_engine(), "core "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),           cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_rows_stand_alone), cmocka_unit_test(test_places),
        cmocka_unit_test(test_threads),          cmocka_unit_test(test_a_change_is_seen),
    };
    return cmocka_run_group_tests_name("gemm", tests, NULL, NULL);
}
