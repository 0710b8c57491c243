/* The bf16 engine: right values, bits of a row that are its own, and what it refuses. */
#include "tensor/gemm_bf16.h"

#include "base/parallel.h"
#include "model/model.h"
#include "tensor/gemm.h"

#include "bf16.h"
#include "numbers.h"

/* Sums are float32: of a product's largest entry, with a margin over the rounding of 8192 terms. */
static const double TOLERANCE = 2e-6;

/* The nearest BF16 number (8 significant bits), found in double precision; ties to even. */
static double nearest_bf16(float x)
{
    int exponent;
    double mantissa = frexp((double)x, &exponent);
    return ldexp(nearbyint(ldexp(mantissa, 8)), exponent - 8);
}

/* `count` normal numbers that BF16 holds, as such and in *exact; both freed by the caller. */
static uint16_t *draw_bf16(Rng *rng, size_t count, double **exact)
{
    uint16_t *values = alloc_zeroed(count, sizeof *values);
    *exact = alloc_zeroed(count, sizeof **exact);
    for (size_t i = 0; i < count; i++) {
        float x = (float)((*exact)[i] = nearest_bf16((float)rng_normal(rng)));
        uint32_t bits;
        memcpy(&bits, &x, sizeof bits);
        assert_int_equal(bits & 0xffff, 0);
        values[i] = (uint16_t)(bits >> 16);
    }
    return values;
}

/* The unit that a test is run with, or its skip. */
#define UNIT_OR_SKIP(state)                                                                        \
    do {                                                                                           \
        if (!bf16_begins(*(state)))                                                                \
            skip();                                                                                \
    } while (0)

/* --- values ------------------------------------------------------------------ */

/* Both products of one shape, with the weight at an odd address when `odd`. */
static void check_values(Rng *rng, size_t T, size_t N, size_t K, bool odd)
{
    double *wide;
    uint16_t *w = draw_bf16(rng, N * K, &wide);
    float *x = draw(rng, T * K, 1), *dy = draw(rng, T * N, 1);
    float *y = draw(rng, T * N, 1), *dx = draw(rng, T * K, 1);
    double *exact_y = alloc_zeroed(T * N, sizeof *exact_y), *exact_dx = widen(dx, T * K);
    char *bytes = alloc_zeroed(N * K + 1, sizeof *w);
    memcpy(bytes + odd, w, N * K * sizeof *w);
    for (size_t t = 0; t < T; t++)
        for (size_t n = 0; n < N; n++) {
            double d = nearest_bf16(dy[t * N + n]), sum = 0;
            for (size_t k = 0; k < K; k++) {
                sum += nearest_bf16(x[t * K + k]) * wide[n * K + k];
                exact_dx[t * K + k] += d * wide[n * K + k];
            }
            exact_y[t * N + n] = sum;
        }
    gemm_bf16_nt(y, x, bytes + odd, T, N, K);
    gemm_bf16_nn(dx, dy, bytes + odd, T, K, N, true);
    assert_near("y = x wᵀ", y, exact_y, T * N, TOLERANCE);
    assert_near("dx + dy w", dx, exact_dx, T * K, TOLERANCE);
    free(w), free(wide), free(x), free(dy), free(y), free(dx), free(exact_y), free(exact_dx);
    free(bytes);
}

static void test_values(void **state)
{
    UNIT_OR_SKIP(state);
    Rng rng = rng_stream("gemm_bf16 values", 0, 0);
    for (int round = 0; round < 40; round++)
        check_values(&rng, 1 + rng_below(&rng, 30), 1 + rng_below(&rng, 50),
                     1 + rng_below(&rng, 90), round % 2 == 1);
    check_values(&rng, 515, 31, 40, false);
    check_values(&rng, 3, 1030, 1100, false);
    check_values(&rng, 2, 5, 8192, false);
    check_values(&rng, 33, 290, 2080, true); /* more than a block each way */
    gemm_bf16_end();
}

/* What is multiplied is rounded to nearest, ties to even; infinities and NaN stay what they are. */
static void test_rounding(void **state)
{
    UNIT_OR_SKIP(state);
    const uint16_t one = 0x3f80;
    const struct {
        float x, y;
    } cases[] = {
        {1 + 0x1p-8f, 1},       {1 + 0x3p-8f, 1 + 0x1p-6f}, {1 + 0x1p-8f + 0x1p-20f, 1 + 0x1p-7f},
        {-1 - 0x1p-8f, -1},     {0x1.fffp10f, 0x1p11f},     {1e30f, 0x1.94p99f},
        {-INFINITY, -INFINITY}, {0x1.ffffp127f, INFINITY}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float y = 0, dx = 0;
        gemm_bf16_nt(&y, &cases[i].x, &one, 1, 1, 1);
        gemm_bf16_nn(&dx, &cases[i].x, &one, 1, 1, 1, false);
        if (y != cases[i].y || dx != cases[i].y)
            fail_msg("%a became %a and %a, not %a", (double)cases[i].x, (double)y, (double)dx,
                     (double)cases[i].y);
    }
    static const uint32_t nans[] = {0x7fc00000, 0x7f800001, 0xffffffff, 0xff80ffff};
    for (size_t i = 0; i < 4; i++) {
        float x, y = 0;
        memcpy(&x, &nans[i], sizeof x);
        gemm_bf16_nt(&y, &x, &one, 1, 1, 1);
        assert_true(isnan(y));
    }
    gemm_bf16_end();
}

/* AMX's order of sums, by the words of gemm_bf16.h: of 32 after 32 of the summed dimension the even
 * elements and the odd ones by fused multiply-adds from 0, their sum on to the result. Numbers are
 * normal here: AMX takes denormal ones for zero. */
static float as_amx(float sum, const float *x, const double *w, size_t depth, size_t step)
{
    for (size_t first = 0; first < depth; first += 32) {
        float part[2] = {0, 0};
        for (size_t k = first; k < first + 32 && k < depth; k++)
            part[k % 2] = fmaf((float)nearest_bf16(x[k]), (float)w[k * step], part[k % 2]);
        sum += part[0] + part[1];
    }
    return sum;
}

static void check_amx_bits(Rng *rng, size_t T, size_t N, size_t K)
{
    double *wide;
    uint16_t *w = draw_bf16(rng, N * K, &wide);
    float *x = draw(rng, T * K, 1), *dy = draw(rng, T * N, 1);
    float *y = draw(rng, T * N, 1), *dx = draw(rng, T * K, 1), *before = draw(rng, T * K, 0);
    memcpy(before, dx, T * K * sizeof *dx);
    gemm_bf16_nt(y, x, w, T, N, K);
    gemm_bf16_nn(dx, dy, w, T, K, N, true);
    for (size_t t = 0; t < T; t++) {
        for (size_t n = 0; n < N; n++)
            assert_true(y[t * N + n] == as_amx(0, x + t * K, wide + n * K, K, 1));
        for (size_t k = 0; k < K; k++)
            assert_true(dx[t * K + k] == as_amx(before[t * K + k], dy + t * N, wide + k, N, K));
    }
    free(w), free(wide), free(x), free(dy), free(y), free(dx), free(before);
}

static void test_amx_bits(void **state)
{
    UNIT_OR_SKIP(state);
    Rng rng = rng_stream("gemm_bf16 order", 0, 0);
    for (int round = 0; round < 40; round++)
        check_amx_bits(&rng, 1 + rng_below(&rng, 70), 1 + rng_below(&rng, 150),
                       1 + rng_below(&rng, 150));
    check_amx_bits(&rng, 3, 2080, 37); /* more than a block each way */
    check_amx_bits(&rng, 3, 37, 2080);
    gemm_bf16_end();
}

static void test_nothing(void **state)
{
    UNIT_OR_SKIP(state);
    const uint16_t w[4] = {0x3f80, 0x3f80, 0x3f80, 0x3f80};
    float a[4] = {1, 2, 3, 4}, c[4] = {9, 9, 9, 9};
    gemm_bf16_nt(c, a, w, 0, 2, 2); /* no rows */
    gemm_bf16_nn(c, a, w, 0, 2, 2, false);
    for (int i = 0; i < 4; i++)
        assert_true(c[i] == 9);
    gemm_bf16_end();
    gemm_bf16_end(); /* twice is safe */
    assert_false(gemm_bf16_on());
}

/* --- the promises ------------------------------------------------------------ */

/* One product of T rows with a weight: forward, or to the input, on to what is there. */
typedef struct {
    bool back;
    size_t in, out;
    const uint16_t *w;
} Shape;

/* c (T,out), which holds ones beforehand. */
static float *multiply(const Shape *s, const float *a, size_t T)
{
    float *c = alloc_zeroed(T, s->out * sizeof *c);
    for (size_t i = 0; i < T * s->out; i++)
        c[i] = 1;
    if (s->back)
        gemm_bf16_nn(c, a, s->w, T, s->out, s->in, true);
    else
        gemm_bf16_nt(c, a, s->w, T, s->out, s->in);
    return c;
}

/* Of `rows` rows multiplied at once, some multiplied without the others, and over three threads:
 * the same bits. */
static void rows_stand_alone(const Shape *s, Rng *rng, size_t rows, int parts)
{
    float *a = draw(rng, rows * s->in, 1), *whole = multiply(s, a, rows);
    for (int i = 0; i < parts; i++) {
        size_t count = 1 + rng_below(rng, i % 2 ? rows : rows < 40 ? rows : 40);
        size_t first = rng_below(rng, rows - count + 1);
        float *part = multiply(s, a + first * s->in, count);
        if (memcmp(part, whole + first * s->out, count * s->out * sizeof *part) != 0)
            fail_msg("%s, %zu columns to %zu: rows %zu to %zu of %zu have other bits alone (%s)",
                     s->back ? "gemm_bf16_nn" : "gemm_bf16_nt", s->in, s->out, first,
                     first + count - 1, rows, gemm_bf16_engine());
        free(part);
    }
    parallel_begin(3);
    float *threaded = multiply(s, a, rows);
    parallel_begin(1);
    assert_same_bits("over three threads", threaded, whole, rows * s->out);
    free(a), free(whole), free(threaded);
}

/* A weight's rows, and how many numbers one has. */
typedef struct {
    const float *values;
    size_t width;
} Rows;

static void read_row(const void *context, float *out, size_t row, size_t column, size_t count)
{
    const Rows *rows = context;
    assert_int_equal(column % 256, 0);
    assert_true(column + count <= rows->width);
    memcpy(out, rows->values + row * rows->width + column, count * sizeof *out);
}

/* A weight that is read as it is needed gives the bits of the same weight rounded beforehand. */
static void check_source(Rng *rng, size_t T, size_t N, size_t K)
{
    float *w = draw(rng, N * K, 1), *x = draw(rng, T * K, 1), *dy = draw(rng, T * N, 1);
    float *y = alloc_zeroed(2 * T * N, sizeof *y), *dx = alloc_zeroed(2 * T * K, sizeof *dx);
    uint16_t *rounded = alloc_zeroed(N * K, sizeof *rounded);
    const Rows rows = {w, K};
    const Bf16Source source = {read_row, &rows};
    gemm_bf16_round(rounded, w, N * K);
    gemm_bf16_nt(y, x, rounded, T, N, K);
    gemm_bf16_nn(dx, dy, rounded, T, K, N, true);
    gemm_bf16_nt_read(y + T * N, x, &source, T, N, K);
    gemm_bf16_nn_read(dx + T * K, dy, &source, T, K, N, true);
    assert_same_bits("forward, read", y + T * N, y, T * N);
    assert_same_bits("backward, read", dx + T * K, dx, T * K);
    free(w), free(x), free(dy), free(y), free(dx), free(rounded);
}

static void test_sources(void **state)
{
    UNIT_OR_SKIP(state);
    Rng rng = rng_stream("gemm_bf16 sources", 0, 0);
    for (size_t threads = 1; threads <= 3; threads++) {
        parallel_begin(threads);
        check_source(&rng, 40, 700, 300);
        check_source(&rng, 7, 2100, 290);
        check_source(&rng, 300, 290, 2100);
    }
    parallel_begin(1);
    gemm_bf16_end();
}

/* A size up to `limit`: any, or as models have them, a multiple of 64. */
static size_t draw_size(Rng *rng, size_t limit)
{
    size_t size = 1 + rng_below(rng, limit);
    return rng_below(rng, 2) ? size : (size + 63) / 64 * 64;
}

static void test_rows_stand_alone(void **state)
{
    UNIT_OR_SKIP(state);
    enum { SHAPES = 60, LARGEST = 3072 * 1536 };
    Rng rng = rng_stream("gemm_bf16 rows", 0, 0);
    double *exact;
    uint16_t *w = draw_bf16(&rng, LARGEST, &exact);
    for (int i = 0; i < SHAPES; i++) {
        size_t limit = i % 4 == 0 ? 1536 : 300;
        Shape s = {rng_below(&rng, 2), draw_size(&rng, limit), draw_size(&rng, 2 * limit), w};
        rows_stand_alone(&s, &rng, 2 + rng_below(&rng, i % 4 == 0 ? 600 : 1300), 6);
    }
    free(w), free(exact);
    gemm_bf16_end();
}

/* Weights of the sizes that published models have. */
static void test_published_shapes(void **state)
{
    UNIT_OR_SKIP(state);
    static const size_t sizes[][2] = {{2048, 6144}, {8192, 2048}, {4096, 11008}, {5120, 2560}};
    Rng rng = rng_stream("gemm_bf16 published", 0, 0);
    size_t largest = 4096 * 11008;
    uint16_t *w = alloc_zeroed(largest, sizeof *w);
    for (size_t i = 0; i < largest; i++) /* ½ … 2 of either sign, cheaply drawn */
        w[i] = (uint16_t)(0x3f00 | (rng_u32(&rng) & 0x80ff));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int back = 0; back < 2; back++) {
            Shape s = {back, sizes[i][back], sizes[i][1 - back], w};
            rows_stand_alone(&s, &rng, 130, 2);
        }
    free(w);
    gemm_bf16_end();
}

/* --- with models --------------------------------------------------------------- */

/* What the model's second block gives of a few rows, (4,rows of `up`); freed by the caller. */
static float *multiplied(const Model *model)
{
    const Matrix *up = &model->block[1].up;
    Rng rng = rng_stream("gemm_bf16 checkpoint", 0, 0);
    float *x = draw(&rng, 4 * up->columns, 1), *y = alloc_zeroed(4 * up->rows, sizeof *y);
    matrix_forward(y, x, up, 4);
    free(x);
    return y;
}

/* Each weight of a checkpoint in another type is the BF16 nearest to it; without room for that it
 * is rounded each time, to the same bits. */
static void rounded_once(const char *name)
{
    Model model, small;
    Error error;
    char folder[64];
    snprintf(folder, sizeof folder, "checks/reference/%s", name);
    assert_true(model_open(&model, folder, SIZE_MAX, &error));
    assert_true(model_open(&small, folder, 0, &error));
    assert_null(small.block[1].up.bf16);
    assert_null(small.rounded);
    float *y = multiplied(&model), *again = multiplied(&small);
    assert_same_bits("without room", again, y, 4 * model.block[1].up.rows);
    free(y), free(again);
    model_close(&small);
    const Matrix *up = &model.block[1].up;
    assert_null(up->values);
    for (size_t i = 0; i < up->rows * up->columns; i++) {
        uint16_t nearest;
        float value, found;
        tensors_to_float(up->tensor, i, 1, &value);
        uint32_t bits = (uint32_t)((const uint16_t *)up->bf16)[i] << 16;
        memcpy(&found, &bits, sizeof found);
        assert_true(fabsf(found - value) <= fabsf(value) * 0x1p-8f);
        gemm_bf16_round(&nearest, &value, 1);
        assert_int_equal(nearest, bits >> 16);
    }
    model_close(&model);
}

static void test_checkpoints(void **state)
{
    (void)state;
    BF16_OR_SKIP();
    Model model;
    Error error;
    assert_true(model_open(&model, "checks/reference/llama-bf16", SIZE_MAX, &error));
    assert_null(model.block[0].up.values); /* not widened, whatever the budget */
    assert_null(model.embedding.values);
    assert_non_null(model.block[0].mlp_norm.weight);
    model_close(&model);
    rounded_once("llama-mha"); /* F32 */
    rounded_once("llama-f16");
    rounded_once("neox-f16");
    gemm_bf16_end();
    assert_true(model_open(&model, "checks/reference/llama-bf16", SIZE_MAX, &error));
    assert_non_null(model.block[0].up.values);
    model_close(&model);
}

/* On, the engine names itself; else the reason says what to do. */
static void test_begin(void **state)
{
    (void)state;
    Error error = {""};
    for (size_t i = 0; i < 2; i++)
        if (gemm_bf16_begin(BF16_UNITS[i], &error)) {
            assert_true(gemm_bf16_on());
            assert_ptr_equal(strstr(gemm_bf16_engine(), BF16_UNITS[i]), gemm_bf16_engine());
            gemm_bf16_end();
        } else {
            assert_false(gemm_bf16_on());
            assert_non_null(strstr(error.text, BF16_UNITS[i]));
            assert_non_null(strstr(error.text, "use ENGINE=float32"));
        }
    bool amx = gemm_bf16_begin("bf16-amx", &error), any = gemm_bf16_begin("bf16", &error);
    assert_true(any || !amx); /* the quicker one goes first */
    if (amx)
        assert_non_null(strstr(gemm_bf16_engine(), "bf16-amx"));
    gemm_bf16_end();
    assert_false(gemm_bf16_begin("bf17", &error));
    assert_string_equal(error.text, "engine bf17: there is none; choose float32, bf16, bf16-amx or "
                                    "bf16-avx512");
    assert_false(gemm_bf16_on());
}

#define OF(test, unit)                                                                             \
    {                                                                                              \
#test " " unit, test, NULL, NULL, (void *)(uintptr_t)(unit)                                \
    }
#define OF_EACH(test) OF(test, "bf16-amx"), OF(test, "bf16-avx512")

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begin),   OF_EACH(test_values),
        OF_EACH(test_rounding),         OF_EACH(test_nothing),
        OF(test_amx_bits, "bf16-amx"),  cmocka_unit_test(test_checkpoints),
        OF_EACH(test_rows_stand_alone), OF_EACH(test_published_shapes),
        OF_EACH(test_sources),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("gemm_bf16", tests, NULL, NULL);
}
