/* The elementary functions: every error bound that vmath.h states, edges, what is not finite. */
#include "base/vmath.h"
#include "base/alloc.h"

#include <math.h>

#include "check.h"

/* Every float between two bounds, `stride` apart in their order; about two million a sweep. */
static float next_float(float x, uint32_t stride)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return vm_bits(bits + stride);
}

typedef float FloatFunction(float);
typedef long double ExactFunction(long double);

/* Largest error over all magnitudes from `low` to `high` (both positive) of one sign: relative, or
 * absolute where asked. */
static double worst_error(FloatFunction *f, ExactFunction *exact, float low, float high, float sign,
                          int relative)
{
    double worst = 0;
    for (float a = low; a <= high; a = next_float(a, 1009)) {
        long double wanted = exact((long double)(sign * a));
        long double error = fabsl((long double)f(sign * a) - wanted);
        if (relative)
            error /= fabsl(wanted);
        if (!(error <= (long double)worst))
            worst = (double)error;
    }
    return worst;
}

static void within(const char *what, double worst, double bound)
{
    if (!(worst <= bound))
        fail_msg("%s is off by %.3e, and vmath.h promises %.0e", what, worst, bound);
}

static float exp_of(float x)
{
    return vm_exp(x);
}

static float tanh_of(float x)
{
    return vm_tanh(x);
}

static float sigmoid_of(float x)
{
    return vm_sigmoid(x);
}

static float erf_of(float x)
{
    return vm_erf(x);
}

static long double exact_sigmoid(long double x)
{
    return 1 / (1 + expl(-x));
}

static void test_exp(void **state)
{
    (void)state;
    within("exp, x > 0", worst_error(exp_of, expl, 1e-30f, 88, 1, 1), 2e-7);
    within("exp, x < 0", worst_error(exp_of, expl, 1e-30f, 87, -1, 1), 2e-7);
    assert_true(vm_exp(0) == 1 && vm_exp(-0.0f) == 1);
    assert_true(vm_exp(88) == vm_exp(1e30f) && vm_exp(88) == vm_exp(INFINITY));
    assert_true(vm_exp(-87) == vm_exp(-1e30f) && vm_exp(-87) == vm_exp(-INFINITY));
    assert_true(vm_exp(-87) > 0 && isfinite(vm_exp(88)));
    assert_true(vm_exp(1e-45f) == 1 && vm_exp(-1e-45f) == 1);
}

static void test_tanh(void **state)
{
    (void)state;
    within("tanh, x > 0", worst_error(tanh_of, tanhl, 1e-37f, 1e30f, 1, 1), 4e-7);
    within("tanh, x < 0", worst_error(tanh_of, tanhl, 1e-37f, 1e30f, -1, 1), 4e-7);
    assert_true(vm_tanh(0) == 0 && vm_tanh(INFINITY) == 1 && vm_tanh(-INFINITY) == -1);
}

static void test_sigmoid(void **state)
{
    (void)state;
    within("sigmoid, x > 0", worst_error(sigmoid_of, exact_sigmoid, 1e-30f, 1e30f, 1, 1), 4e-7);
    within("sigmoid, x < 0", worst_error(sigmoid_of, exact_sigmoid, 1e-30f, 87, -1, 1), 4e-7);
    assert_true(vm_sigmoid(0) == 0.5f && vm_sigmoid(INFINITY) == 1);
    assert_true(vm_sigmoid(-INFINITY) >= 0 && vm_sigmoid(-INFINITY) < 1e-38f);
}

static void test_erf(void **state)
{
    (void)state;
    for (float sign = -1; sign <= 1; sign += 2) {
        within("erf", worst_error(erf_of, erfl, 1e-30f, 1e30f, sign, 0), 3e-7);
        within("erf near 0", worst_error(erf_of, erfl, 1e-37f, 1, sign, 1), 3e-7);
    }
    assert_true(vm_erf(0) == 0 && vm_erf(INFINITY) == 1 && vm_erf(-INFINITY) == -1);
    for (float x = 0; x < 5; x += 0.001f)
        assert_true(vm_erf(-x) == -vm_erf(x));
}

static void test_not_a_number(void **state)
{
    (void)state;
    /* What is not a number must reach the check at the end of a computation. */
    for (int sign = 0; sign < 2; sign++) {
        float nan = sign ? -NAN : NAN;
        assert_true(isnan(vm_exp(nan)));
        assert_true(isnan(vm_tanh(nan)));
        assert_true(isnan(vm_sigmoid(nan)));
        assert_true(isnan(vm_erf(nan)));
    }
}

static void test_log(void **state)
{
    (void)state;
    double worst = 0;
    for (double x = 5e-324; x < 1e308; x = x * 1.0001 + 5e-324) {
        long double exact = logl((long double)x);
        long double size = fabsl(exact) > 1 ? fabsl(exact) : 1;
        worst = fmax(worst, (double)(fabsl((long double)vm_log(x) - exact) / size));
    }
    for (double x = 0.5; x < 2; x += 1e-5) /* near 1, where the logarithm vanishes */
        worst = fmax(worst, (double)fabsl((long double)vm_log(x) - logl((long double)x)));
    within("log", worst, 1e-15);
    assert_true(vm_log(1) == 0);
}

static void test_exp_double(void **state)
{
    (void)state;
    double worst = 0;
    for (double x = -700; x <= 700; x += 0.00731) {
        long double exact = expl((long double)x);
        worst = fmax(worst, (double)(fabsl((long double)vm_exp_double(x) - exact) / exact));
    }
    within("exp in double", worst, 1e-15);
    assert_true(vm_exp_double(0) == 1);
}

static double cos_sin_error(double angle)
{
    double c, s;
    vm_cos_sin(angle, &c, &s);
    return fmax((double)fabsl((long double)c - cosl((long double)angle)),
                (double)fabsl((long double)s - sinl((long double)angle)));
}

static void test_cos_sin(void **state)
{
    (void)state;
    double near = 0, far = 0, c, s;
    for (double angle = -100; angle <= 100; angle += 0.000917)
        near = fmax(near, cos_sin_error(angle));
    for (double angle = -1e6; angle <= 1e6; angle += 11.3)
        far = fmax(far, cos_sin_error(angle));
    for (int position = 0; position <= 1000000; position += 37) /* what RoPE asks for */
        far = fmax(far, cos_sin_error(position));
    within("cos and sin below 100", near, 1e-15);
    within("cos and sin", far, 1e-10);
    vm_cos_sin(0, &c, &s);
    assert_true(c == 1 && s == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),          cmocka_unit_test(test_tanh),
        cmocka_unit_test(test_sigmoid),      cmocka_unit_test(test_erf),
        cmocka_unit_test(test_not_a_number), cmocka_unit_test(test_log),
        cmocka_unit_test(test_exp_double),   cmocka_unit_test(test_cos_sin),
    };
    return cmocka_run_group_tests_name("vmath", tests, NULL, NULL);
}
