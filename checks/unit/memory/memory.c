/* The memory module: its start, its formula and its gradients against double precision. */
#include "memory/memory.h"
#include "tensor/gemm.h"

#include "numbers.h"

/* --- the start of training ----------------------------------------------------- */

/* The shorter side of matrix (rows,columns): orthogonal vectors of length √2. */
static void check_orthogonal(const float *matrix, size_t rows, size_t columns)
{
    bool wide = rows < columns;
    size_t count = wide ? rows : columns, size = wide ? columns : rows;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = 0; k < size; k++)
                sum += (double)matrix[wide ? i * columns + k : k * columns + i] *
                       (double)matrix[wide ? j * columns + k : k * columns + j];
            assert_true(fabs(sum - (i == j ? 2 : 0)) < 1e-6);
        }
}

static void check_start(size_t d, size_t m, MemoryVariant variant)
{
    Memory memory, same, other;
    memory_make(&memory, d, m, variant), memory_make(&same, d, m, variant);
    memory_make(&other, d, m, variant);
    for (size_t i = 0; i < same.count; i++)
        same.parameters[i] = NAN; /* whatever was there before */
    memory_draw(&memory, 3), memory_draw(&same, 3), memory_draw(&other, 4);
    assert_same_bits("parameters", memory.parameters, same.parameters, memory.count);
    assert_memory_not_equal(memory.up, other.up, m * d * sizeof *memory.up);
    check_orthogonal(memory.up, m, d);
    if (variant != MEMORY_ZERO)
        check_orthogonal(memory.down, d, m);
    for (size_t i = 0; variant == MEMORY_ZERO && i < d * m; i++)
        assert_true(memory.down[i] == 0);
    for (size_t i = 0; i < m; i++)
        assert_true(memory.up_bias[i] == 0);
    for (size_t i = 0; i < d; i++)
        assert_true(memory.down_bias[i] == 0);
    for (size_t i = 0; variant == MEMORY_NORM_GATE && i < d; i++)
        assert_true(memory.norm_weight[i] == 1 && memory.norm_bias[i] == 0 && *memory.gate == 1);
    if (variant == MEMORY_LM)
        check_orthogonal(memory.lm, d, d);
    memory_free(&memory), memory_free(&same), memory_free(&other);
    assert_null(memory.parameters);
}

static void test_start(void **state)
{
    (void)state;
    check_start(64, 16, MEMORY_PLAIN);
    check_start(128, 128, MEMORY_NORM_GATE);
    check_start(24, 40, MEMORY_PLAIN); /* more entries than columns */
    check_start(5, 1, MEMORY_NORM_GATE);
    check_start(20, 8, MEMORY_LM);
    check_start(12, 8, MEMORY_ZERO);
}

static void test_start_is_haar(void **state)
{
    (void)state;
    /* Directions are uniform: over many seeds each coordinate has mean 0 and mean square 2/d. */
    enum { D = 6, SEEDS = 3000 };
    double mean[D] = {0}, square[D] = {0};
    Memory memory;
    memory_make(&memory, D, 2, MEMORY_PLAIN);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        memory_draw(&memory, seed);
        for (int i = 0; i < D; i++) {
            double x = (double)memory.up[D + i]; /* of the second entry */
            mean[i] += x / SEEDS, square[i] += x * x / SEEDS;
        }
    }
    for (int i = 0; i < D; i++) { /* five deviations of the means */
        assert_true(fabs(mean[i]) < 5 * 0.577 / sqrt(SEEDS));
        assert_true(fabs(square[i] - 2.0 / D) < 5 * 0.4 / sqrt(SEEDS));
    }
    memory_free(&memory);
}

static void test_layout(void **state)
{
    (void)state;
    Memory m;
    memory_make(&m, 7, 3, MEMORY_PLAIN);
    assert_int_equal(m.count, 2 * 21 + 3 + 7);
    assert_null(m.gate);
    memory_free(&m);
    memory_make(&m, 7, 3, MEMORY_NORM_GATE);
    assert_int_equal(m.count, 2 * 21 + 3 + 7 + 14 + 1);
    assert_ptr_equal(m.gate, m.parameters + m.count - 1);
    memory_free(&m);
    assert_string_equal(memory_variant_name(MEMORY_PLAIN), "plain");
    for (int v = 0; v < MEMORY_VARIANTS; v++)
        assert_int_equal(memory_variant_parse(memory_variant_name((MemoryVariant)v)), v);
    assert_int_equal(memory_variant_parse("Plain"), MEMORY_VARIANTS);
    assert_int_equal(memory_variant_parse(""), MEMORY_VARIANTS);
}

/* --- gradients ----------------------------------------------------------------- */

typedef struct {
    Memory memory;
    size_t T;
    float *h, *dout, *mask; /* mask (T,m) or NULL */
    double *exact_h, *exact_mask, *parameters;
} Case;

static const double *at(const Case *c, const float *values)
{
    return c->parameters + (values - c->memory.parameters);
}

static double exact_gelu(double x)
{
    return 0.5 * x * erfc(-x / sqrt(2));
}

/* y (d) = down (d,m) · (gelu(up x + up_bias) ⊙ mask (m)) + down_bias */
static void exact_write(const Case *c, const double *x, const double *mask, double *y)
{
    size_t d = c->memory.width, m = c->memory.entries;
    for (size_t i = 0; i < d; i++)
        y[i] = at(c, c->memory.down_bias)[i];
    for (size_t j = 0; j < m; j++) {
        double before = at(c, c->memory.up_bias)[j];
        for (size_t i = 0; i < d; i++)
            before += at(c, c->memory.up)[j * d + i] * x[i];
        for (size_t i = 0; i < d; i++)
            y[i] += at(c, c->memory.down)[i * m + j] * exact_gelu(before) * (mask ? mask[j] : 1);
    }
}

/* z (d) = gelu(lm y + lm_bias) */
static void exact_lm(const Case *c, const double *y, double *z)
{
    size_t d = c->memory.width;
    for (size_t i = 0; i < d; i++) {
        double sum = at(c, c->memory.lm_bias)[i];
        for (size_t k = 0; k < d; k++)
            sum += at(c, c->memory.lm)[i * d + k] * y[k];
        z[i] = exact_gelu(sum);
    }
}

/* out (T,d) = h + Mem(h) */
static void exact_forward(const Case *c, double *out)
{
    size_t d = c->memory.width;
    double *y = alloc_zeroed(d, sizeof *y), *z = alloc_zeroed(d, sizeof *z);
    for (size_t t = 0; t < c->T; t++) {
        const double *x = c->exact_h + t * d;
        double mean = 0, variance = 0;
        exact_write(c, x, c->exact_mask ? c->exact_mask + t * c->memory.entries : NULL, y);
        for (size_t i = 0; i < d; i++)
            mean += y[i] / (double)d;
        for (size_t i = 0; i < d; i++)
            variance += (y[i] - mean) * (y[i] - mean) / (double)d;
        if (c->memory.variant == MEMORY_LM)
            exact_lm(c, y, z);
        for (size_t i = 0; i < d; i++) {
            if (c->memory.variant == MEMORY_NORM_GATE)
                y[i] = *at(c, c->memory.gate) *
                       (at(c, c->memory.norm_weight)[i] * (y[i] - mean) / sqrt(variance + 1e-5) +
                        at(c, c->memory.norm_bias)[i]);
            out[t * d + i] = x[i] + (c->memory.variant == MEMORY_LM ? z[i] : y[i]);
        }
    }
    free(y), free(z);
}

static double weigh(const void *context)
{
    const Case *c = context;
    size_t count = c->T * c->memory.width;
    double *out = alloc_zeroed(count, sizeof *out);
    exact_forward(c, out);
    double sum = product(c->dout, out, count);
    free(out);
    return sum;
}

static void check_gradients(size_t d, size_t m, MemoryVariant variant, bool masked)
{
    Case c = {.T = 24};
    Rng rng = rng_stream("memory gradients", d, m);
    size_t count = c.T * d;
    Memory gradients;
    MemoryCache cache = {0};
    memory_make(&c.memory, d, m, variant), memory_make(&gradients, d, m, variant);
    for (size_t i = 0; i < c.memory.count; i++)
        c.memory.parameters[i] = (float)(0.7 * rng_normal(&rng));
    c.h = draw(&rng, count, 1), c.dout = draw(&rng, count, 1);
    if (masked) {
        c.mask = draw(&rng, c.T * m, 1), c.mask[0] = 0;
        c.exact_mask = widen(c.mask, c.T * m);
    }
    c.exact_h = widen(c.h, count), c.parameters = widen(c.memory.parameters, c.memory.count);
    float *out = alloc_zeroed(count, sizeof *out), *dh = alloc_zeroed(count, sizeof *dh);
    double *exact = alloc_zeroed(count, sizeof *exact);
    memory_forward(&c.memory, out, c.h, c.mask, c.T, &cache);
    exact_forward(&c, exact);
    assert_near("out", out, exact, count, 3e-6);
    float *dmask = alloc_zeroed(c.T * m, sizeof *dmask);
    memory_backward(&c.memory, &gradients, dh, dmask, c.dout, c.h, c.mask, c.T, &cache);
    if (masked)
        assert_gradient("dmask", dmask, weigh, &c, c.exact_mask, c.T * m, 2e-6);
    /* Sums over 24 rows, and a norm that divides by small deviations: 2e-6 of the largest. */
    assert_gradient("dh", dh, weigh, &c, c.exact_h, count, 2e-6);
    assert_gradient("parameters", gradients.parameters, weigh, &c, c.parameters, c.memory.count,
                    2e-6);
    memory_backward(&c.memory, &gradients, NULL, NULL, c.dout, c.h, c.mask, c.T, &cache); /* adds */
    double *twice = alloc_zeroed(c.memory.count, sizeof *twice);
    differences(twice, weigh, &c, c.parameters, c.memory.count);
    for (size_t i = 0; i < c.memory.count; i++)
        twice[i] *= 2;
    assert_near("parameters, twice", gradients.parameters, twice, c.memory.count, 2e-6);
    float *in_place = alloc_zeroed(count, sizeof *in_place);
    memcpy(in_place, c.h, count * sizeof *in_place);
    memory_forward(&c.memory, in_place, in_place, c.mask, c.T, &cache);
    assert_same_bits("out, in place", in_place, out, count);
    free(c.mask), free(c.exact_mask), free(dmask);
    free(c.h), free(c.dout), free(c.exact_h), free(c.parameters);
    free(out), free(dh), free(exact), free(twice), free(in_place);
    memory_cache_free(&cache);
    memory_free(&c.memory), memory_free(&gradients);
}

static void test_gradients(void **state)
{
    (void)state;
    check_gradients(6, 5, MEMORY_PLAIN, false);
    check_gradients(6, 5, MEMORY_NORM_GATE, false);
    check_gradients(5, 9, MEMORY_NORM_GATE, true);
    check_gradients(7, 1, MEMORY_PLAIN, true);
    check_gradients(6, 5, MEMORY_LM, true);
    check_gradients(5, 8, MEMORY_LM, false);
    check_gradients(6, 4, MEMORY_ZERO, true);
}

static void test_rows_stand_alone(void **state)
{
    (void)state;
    enum { D = 20, M = 17, T = 120 };
    Rng rng = rng_stream("memory rows", 0, 0);
    float *h = draw(&rng, T * D, 1), *all = alloc_zeroed(T * D, sizeof *all), some[12 * D];
    for (int v = 0; v < MEMORY_ADDED; v++) {
        Memory memory;
        MemoryCache cache = {0};
        memory_make(&memory, D, M, (MemoryVariant)v);
        memory_draw(&memory, 1);
        memory_forward(&memory, all, h, NULL, T, &cache);
        for (size_t t = 0; t < T; t += 12) {
            memory_forward(&memory, some, h + t * D, NULL, 12, &cache);
            assert_same_bits("out", some, all + t * D, 12 * D);
        }
        memory_cache_free(&cache);
        memory_free(&memory);
    }
    free(h), free(all);
}

/* A mask of ones changes no bit; an entry masked out neither writes nor learns. */
static void test_mask(void **state)
{
    (void)state;
    enum { D = 8, M = 5, T = 12, OUT_ENTRY = 2 };
    Rng rng = rng_stream("memory mask", 0, 0);
    float *h = draw(&rng, T * D, 1), *dout = draw(&rng, T * D, 1), mask[T * M];
    float bare[T * D], masked[T * D];
    Memory memory, gradients;
    MemoryCache cache = {0};
    memory_make(&memory, D, M, MEMORY_PLAIN), memory_make(&gradients, D, M, MEMORY_PLAIN);
    memory_draw(&memory, 1);
    for (size_t i = 0; i < T * M; i++)
        mask[i] = 1;
    memory_forward(&memory, bare, h, NULL, T, &cache);
    memory_forward(&memory, masked, h, mask, T, &cache);
    assert_same_bits("out", masked, bare, T * D);
    for (size_t t = 0; t < T; t++)
        mask[t * M + OUT_ENTRY] = 0;
    memory_forward(&memory, masked, h, mask, T, &cache);
    assert_memory_not_equal(masked, bare, sizeof bare);
    memory_backward(&memory, &gradients, NULL, NULL, dout, h, mask, T, &cache);
    for (size_t i = 0; i < D; i++) {
        assert_true(gradients.up[OUT_ENTRY * D + i] == 0);
        assert_true(gradients.down[i * M + OUT_ENTRY] == 0);
        assert_true(gradients.up[i] != 0 && gradients.down[i * M] != 0);
    }
    memory_cache_free(&cache);
    memory_free(&memory), memory_free(&gradients);
    free(h), free(dout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_start_is_haar),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_gradients),
        cmocka_unit_test(test_rows_stand_alone),
        cmocka_unit_test(test_mask),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
