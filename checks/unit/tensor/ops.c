/* Norms, activations, rotation and bias: values and gradients against the formulas in double
 * precision.
 *
 * Each operation is written out once more in double; central differences of that give gradients
 * good to 1e-10, so that what is left is the rounding of the float code: a few times 6e-8 an
 * operation, over sums of at most 40 terms. 1e-6 of the largest entry holds that. */
#include "tensor/ops.h"

#include "numbers.h"

static const double TOLERANCE = 1e-6;

/* One operation on x (T,d) with its parameters, and the weights dy (T,d) of the sum of outputs. */
typedef struct {
    size_t T, d;
    float *x, *weight, *bias, *dy;
    double *wide_x, *wide_weight, *wide_bias;
    double eps;
} Case;

static Case make_case(size_t T, size_t d, double offset, double eps)
{
    Rng rng = rng_stream("case", T, d);
    Case c = {T,
              d,
              draw(&rng, T * d, 1),
              draw(&rng, d, 1),
              draw(&rng, d, 1),
              draw(&rng, T * d, 1),
              NULL,
              NULL,
              NULL,
              eps};
    for (size_t i = 0; i < T * d; i++)
        c.x[i] += (float)offset;
    c.wide_x = widen(c.x, T * d);
    c.wide_weight = widen(c.weight, d);
    c.wide_bias = widen(c.bias, d);
    return c;
}

static void free_case(Case *c)
{
    free(c->x), free(c->weight), free(c->bias), free(c->dy);
    free(c->wide_x), free(c->wide_weight), free(c->wide_bias);
}

/* Σ dy y, with y (T,d) from `forward`, a row at a time. */
static double weigh(const Case *c, void forward(const Case *, size_t, double *))
{
    double sum = 0, *y = alloc_zeroed(c->d, sizeof *y);
    for (size_t t = 0; t < c->T; t++) {
        forward(c, t, y);
        sum += product(c->dy + t * c->d, y, c->d);
    }
    free(y);
    return sum;
}

static void values_near(const char *what, const Case *c, const float *y,
                        void forward(const Case *, size_t, double *))
{
    double *exact = alloc_zeroed(c->T * c->d, sizeof *exact);
    for (size_t t = 0; t < c->T; t++)
        forward(c, t, exact + t * c->d);
    assert_near(what, y, exact, c->T * c->d, TOLERANCE);
    free(exact);
}

/* `again`, made by a second call on top of `once`, is twice as large: backward adds. */
static void added(const char *what, const float *again, const float *once, size_t count)
{
    double *twice = widen(once, count);
    for (size_t i = 0; i < count; i++)
        twice[i] *= 2;
    assert_near(what, again, twice, count, TOLERANCE);
    free(twice);
}

/* --- norms ------------------------------------------------------------------- */

static void exact_rmsnorm(const Case *c, size_t t, double *y)
{
    const double *x = c->wide_x + t * c->d;
    double square = 0;
    for (size_t i = 0; i < c->d; i++)
        square += x[i] * x[i] / (double)c->d;
    for (size_t i = 0; i < c->d; i++)
        y[i] = c->wide_weight[i] * x[i] / sqrt(square + c->eps);
}

static double rmsnorm_sum(const void *c)
{
    return weigh(c, exact_rmsnorm);
}

static void check_rmsnorm(size_t T, size_t d, double eps)
{
    Case c = make_case(T, d, 0, eps);
    float *y = alloc_zeroed(T * d, sizeof *y), *rstd = alloc_zeroed(T, sizeof *rstd);
    float *dx = alloc_zeroed(T * d, sizeof *dx), *dweight = alloc_zeroed(d, sizeof *dweight);
    float *again = alloc_zeroed(T * d, sizeof *again);
    rmsnorm_forward(y, rstd, c.x, c.weight, (float)eps, T, d);
    values_near("rmsnorm", &c, y, exact_rmsnorm);
    rmsnorm_backward(dx, dweight, c.dy, c.x, rstd, c.weight, T, d);
    assert_gradient("rmsnorm dx", dx, rmsnorm_sum, &c, c.wide_x, T * d, TOLERANCE);
    assert_gradient("rmsnorm dweight", dweight, rmsnorm_sum, &c, c.wide_weight, d, TOLERANCE);
    rmsnorm_backward(again, NULL, c.dy, c.x, rstd, c.weight, T, d); /* no gradient of the weight */
    rmsnorm_backward(again, dweight, c.dy, c.x, rstd, c.weight, T, d);
    added("rmsnorm dx", again, dx, T * d);
    free(y), free(rstd), free(dx), free(dweight), free(again);
    free_case(&c);
}

static void test_rmsnorm(void **state)
{
    (void)state;
    check_rmsnorm(1, 1, 1); /* with a small eps its gradient is all cancellation */
    check_rmsnorm(5, 19, 1e-5);
    check_rmsnorm(3, 32, 0.3); /* an eps that counts */
    check_rmsnorm(2, 40, 1e-6);
}

static void exact_layernorm(const Case *c, size_t t, double *y)
{
    const double *x = c->wide_x + t * c->d;
    double mean = 0, variance = 0;
    for (size_t i = 0; i < c->d; i++)
        mean += x[i] / (double)c->d;
    for (size_t i = 0; i < c->d; i++)
        variance += (x[i] - mean) * (x[i] - mean) / (double)c->d;
    for (size_t i = 0; i < c->d; i++)
        y[i] = c->wide_weight[i] * (x[i] - mean) / sqrt(variance + c->eps) + c->wide_bias[i];
}

static double layernorm_sum(const void *c)
{
    return weigh(c, exact_layernorm);
}

static void check_layernorm(size_t T, size_t d, double offset, double eps)
{
    Case c = make_case(T, d, offset, eps);
    float *y = alloc_zeroed(T * d, sizeof *y), *mean = alloc_zeroed(2 * T, sizeof *mean);
    float *rstd = mean + T, *dx = alloc_zeroed(T * d, sizeof *dx);
    float *dweight = alloc_zeroed(d, sizeof *dweight), *dbias = alloc_zeroed(d, sizeof *dbias);
    float *again = alloc_zeroed(T * d, sizeof *again);
    layernorm_forward(y, mean, rstd, c.x, c.weight, c.bias, (float)eps, T, d);
    values_near("layernorm", &c, y, exact_layernorm);
    layernorm_backward(dx, dweight, dbias, c.dy, c.x, mean, rstd, c.weight, T, d);
    assert_gradient("layernorm dx", dx, layernorm_sum, &c, c.wide_x, T * d, TOLERANCE);
    assert_gradient("layernorm dweight", dweight, layernorm_sum, &c, c.wide_weight, d, TOLERANCE);
    assert_gradient("layernorm dbias", dbias, layernorm_sum, &c, c.wide_bias, d, TOLERANCE);
    layernorm_backward(again, NULL, NULL, c.dy, c.x, mean, rstd, c.weight, T, d);
    layernorm_backward(again, dweight, dbias, c.dy, c.x, mean, rstd, c.weight, T, d);
    added("layernorm dx", again, dx, T * d);
    free(y), free(mean), free(dx), free(dweight), free(dbias), free(again);
    free_case(&c);
}

static void test_layernorm(void **state)
{
    (void)state;
    check_layernorm(5, 19, 0, 1e-5);
    check_layernorm(3, 32, 0, 0.3);
    check_layernorm(4, 33, 3, 1e-5); /* a mean three deviations away from 0 */
}

/* --- activations ------------------------------------------------------------- */

static void exact_gelu(const Case *c, size_t t, double *y)
{
    for (size_t i = 0; i < c->d; i++) {
        double x = c->wide_x[t * c->d + i];
        y[i] = 0.5 * x * erfc(-x / sqrt(2));
    }
}

static double gelu_sum(const void *c)
{
    return weigh(c, exact_gelu);
}

static void exact_gelu_tanh(const Case *c, size_t t, double *y)
{
    for (size_t i = 0; i < c->d; i++) {
        double x = c->wide_x[t * c->d + i];
        y[i] = 0.5 * x * (1 + tanh(sqrt(2 / 3.14159265358979324) * (x + 0.044715 * x * x * x)));
    }
}

static double gelu_tanh_sum(const void *c)
{
    return weigh(c, exact_gelu_tanh);
}

static void test_gelu_tanh(void **state)
{
    (void)state;
    Case c = make_case(7, 37, 0, 0);
    size_t n = c.T * c.d;
    for (size_t i = 0; i < n; i++)
        c.wide_x[i] = (double)(c.x[i] *= 3);
    float *y = alloc_zeroed(n, sizeof *y), *dx = alloc_zeroed(n, sizeof *dx);
    float *again = alloc_zeroed(n, sizeof *again);
    gelu_tanh_forward(y, c.x, n);
    values_near("gelu by tanh", &c, y, exact_gelu_tanh);
    gelu_tanh_backward(dx, c.dy, c.x, n);
    assert_gradient("gelu by tanh dx", dx, gelu_tanh_sum, &c, c.wide_x, n, TOLERANCE);
    gelu_tanh_backward(again, c.dy, c.x, n);
    gelu_tanh_backward(again, c.dy, c.x, n);
    added("gelu by tanh dx", again, dx, n);
    free(y), free(dx), free(again);
    free_case(&c);
}

static void test_gelu(void **state)
{
    (void)state;
    Case c = make_case(7, 37, 0, 0);
    size_t n = c.T * c.d;
    for (size_t i = 0; i < n; i++)
        c.wide_x[i] = (double)(c.x[i] *= 3); /* into the tails */
    float *y = alloc_zeroed(n, sizeof *y), *dx = alloc_zeroed(n, sizeof *dx);
    float *again = alloc_zeroed(n, sizeof *again);
    gelu_forward(y, c.x, n);
    values_near("gelu", &c, y, exact_gelu);
    gelu_backward(dx, c.dy, c.x, n);
    assert_gradient("gelu dx", dx, gelu_sum, &c, c.wide_x, n, TOLERANCE);
    gelu_backward(again, c.dy, c.x, n);
    gelu_backward(again, c.dy, c.x, n);
    added("gelu dx", again, dx, n);
    free(y), free(dx), free(again);
    free_case(&c);
}

typedef struct {
    size_t n;
    double *gate, *up;
    const float *dy;
} Gated;

static double swiglu_sum(const void *context)
{
    const Gated *c = context;
    double sum = 0;
    for (size_t i = 0; i < c->n; i++)
        sum += (double)c->dy[i] * c->gate[i] / (1 + exp(-c->gate[i])) * c->up[i];
    return sum;
}

static void test_swiglu(void **state)
{
    (void)state;
    enum { N = 203 };
    Rng rng = rng_stream("swiglu", 0, 0);
    float *gate = draw(&rng, N, 3), *up = draw(&rng, N, 1), *dy = draw(&rng, N, 1);
    float y[N], dgate[N], dup[N];
    Gated c = {N, widen(gate, N), widen(up, N), dy};
    double exact[N];
    swiglu_forward(y, gate, up, N);
    for (int i = 0; i < N; i++)
        exact[i] = c.gate[i] / (1 + exp(-c.gate[i])) * c.up[i];
    assert_near("swiglu", y, exact, N, TOLERANCE);
    for (int i = 0; i < N; i++)
        dgate[i] = dup[i] = 7; /* set, not added to */
    swiglu_backward(dgate, dup, dy, gate, up, N);
    assert_gradient("swiglu dgate", dgate, swiglu_sum, &c, c.gate, N, TOLERANCE);
    assert_gradient("swiglu dup", dup, swiglu_sum, &c, c.up, N, TOLERANCE);
    free(gate), free(up), free(dy), free(c.gate), free(c.up);
}

static void test_activations_far_out(void **state)
{
    (void)state;
    static const float x[6] = {-1e30f, -100, -20, 20, 100, 1e30f};
    static const float one[6] = {1, 1, 1, 1, 1, 1};
    float y[6], dx[6] = {0}, dup[6];
    gelu_forward(y, x, 6);
    gelu_backward(dx, one, x, 6);
    for (int i = 0; i < 6; i++) {
        assert_true(fabsf(y[i] - (x[i] > 0 ? x[i] : 0)) <= 1e-6f * fabsf(x[i]));
        assert_true(isfinite(dx[i]) && (fabsf(x[i]) > 1e9f || fabsf(dx[i] - (x[i] > 0)) < 1e-5f));
        dx[i] = 0;
    }
    gelu_tanh_forward(y, x, 6);
    gelu_tanh_backward(dx, one, x, 6);
    for (int i = 0; i < 6; i++) {
        assert_true(fabsf(y[i] - (x[i] > 0 ? x[i] : 0)) <= 1e-6f * fabsf(x[i]));
        assert_true(fabsf(dx[i] - (x[i] > 0)) < 1e-5f);
    }
    swiglu_forward(y, x, one, 6);
    swiglu_backward(dx, dup, one, x, one, 6);
    for (int i = 0; i < 6; i++) {
        assert_true(fabsf(y[i] - (x[i] > 0 ? x[i] : 0)) <= 1e-6f * fabsf(x[i]));
        assert_true(fabsf(dx[i] - (x[i] > 0)) < 1e-5f);
    }
}

/* --- rotation, bias, sums ---------------------------------------------------- */

static void test_rope_table(void **state)
{
    (void)state;
    static const double thetas[2] = {10000, 500000};
    enum { POSITIONS = 4096, SIZE = 128 };
    float *cosine = alloc_zeroed(POSITIONS * SIZE, sizeof *cosine);
    float *sine = cosine + POSITIONS * SIZE / 2;
    for (int k = 0; k < 2; k++) {
        rope_table(cosine, sine, thetas[k], NULL, POSITIONS, SIZE);
        for (int p = 0; p < POSITIONS; p += 13)
            for (int i = 0; i < SIZE / 2; i++) {
                double angle = p * pow(thetas[k], -2.0 * i / SIZE);
                assert_true(fabs((double)cosine[p * SIZE / 2 + i] - cos(angle)) < 7e-8);
                assert_true(fabs((double)sine[p * SIZE / 2 + i] - sin(angle)) < 7e-8);
            }
    }
    free(cosine);
}

static void check_rope(size_t rotary)
{
    enum { T = 4, HEADS = 3, SIZE = 6, N = T * HEADS * SIZE };
    static const int32_t position[T] = {0, 9, -1, 2};
    Rng rng = rng_stream("rope", 0, rotary);
    size_t half = rotary / 2;
    float *x = draw(&rng, N, 1), *y = alloc_zeroed(N, sizeof *y), cosine[10 * SIZE],
          sine[10 * SIZE];
    float *dy = draw(&rng, N, 1), *dx = alloc_zeroed(N, sizeof *dx);
    double exact[N];
    static const double divisor[SIZE / 2] = {1, 2.5, 8};
    memcpy(y, x, N * sizeof *y);
    memcpy(dx, dy, N * sizeof *dx);
    rope_table(cosine, sine, 100, divisor, 10, rotary);
    rope_forward(y, cosine, sine, position, T, HEADS, SIZE, rotary);
    for (size_t i = 0; i < N; i++) {
        size_t t = i / (HEADS * SIZE), column = i % SIZE, pair = column % half;
        bool still = position[t] < 0 || column >= rotary, low = column < half;
        double angle =
            still ? 0
                  : position[t] * pow(100, -2.0 * (double)pair / (double)rotary) / divisor[pair];
        double other = still ? 0 : (double)x[low ? i + half : i - half];
        exact[i] = (double)x[i] * cos(angle) + (low ? -other : other) * sin(angle);
        if (still)
            assert_same_bits("what does not turn", &y[i], &x[i], 1);
    }
    assert_near("rope", y, exact, N, TOLERANCE);
    /* A rotation is its own adjoint backwards: ⟨R x, dy⟩ = ⟨x, Rᵀ dy⟩; and Rᵀ R x = x. */
    rope_backward(dx, cosine, sine, position, T, HEADS, SIZE, rotary);
    double *wide_y = widen(y, N), *wide_x = widen(x, N), forward = product(dy, wide_y, N);
    assert_true(fabs(forward - product(dx, wide_x, N)) < 1e-6 * N);
    rope_backward(y, cosine, sine, position, T, HEADS, SIZE, rotary);
    assert_near("rope there and back", y, wide_x, N, TOLERANCE);
    free(x), free(y), free(dy), free(dx), free(wide_y), free(wide_x);
}

static void test_rope(void **state)
{
    (void)state;
    check_rope(6); /* all columns of a head */
    check_rope(4);
    check_rope(2);
}

static void test_bias(void **state)
{
    (void)state;
    enum { T = 5, D = 19 };
    Rng rng = rng_stream("bias", 0, 0);
    float *y = draw(&rng, T * D, 1), *bias = draw(&rng, D, 1), dbias[D] = {0};
    double *before = widen(y, T * D), sums[D] = {0};
    bias_forward(y, bias, T, D);
    for (int i = 0; i < T * D; i++)
        assert_true(y[i] == (float)before[i] + bias[i % D]);
    bias_backward(dbias, y, T, D);
    bias_backward(dbias, y, T, D);
    for (int i = 0; i < T * D; i++)
        sums[i % D] += 2 * (double)y[i];
    assert_near("dbias", dbias, sums, D, TOLERANCE);
    free(y), free(bias), free(before);
}

static void test_sums(void **state)
{
    (void)state;
    Rng rng = rng_stream("sums", 0, 0);
    float *a = draw(&rng, 200, 1), *b = draw(&rng, 200, 1);
    for (size_t n = 1; n <= 200; n++) {
        double dot = 0, sum = 0, largest = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            dot += (double)a[i] * (double)b[i];
            sum += (double)a[i];
            largest = fmax(largest, (double)a[i]);
        }
        assert_true(fabs((double)ops_dot(a, b, n) - dot) < 1e-5);
        assert_true(fabs((double)ops_sum(a, n) - sum) < 1e-5);
        assert_true((double)ops_max(a, n) == largest);
    }
    for (size_t n = 1; n <= 40; n++)
        for (size_t i = 0; i < n; i++) { /* the largest at every place */
            a[i] = 100;
            assert_true(ops_max(a, n) == 100);
            a[i] = 0;
        }
    free(a), free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rmsnorm),    cmocka_unit_test(test_layernorm),
        cmocka_unit_test(test_gelu),       cmocka_unit_test(test_gelu_tanh),
        cmocka_unit_test(test_swiglu),     cmocka_unit_test(test_activations_far_out),
        cmocka_unit_test(test_rope_table), cmocka_unit_test(test_rope),
        cmocka_unit_test(test_bias),       cmocka_unit_test(test_sums),
    };
    return cmocka_run_group_tests_name("ops", tests, NULL, NULL);
}
