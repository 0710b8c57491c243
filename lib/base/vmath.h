/* exp, tanh, erf, log, cos of our own: the same bits on every machine with IEEE arithmetic.
 *
 * libm's differ from host to host. The float functions are branch-free so that
 * the compiler turns a loop over them into vector code; their coefficients are
 * fitted by checks/oracle/vmath.py and their error bounds held by checks/unit/base/vmath.c. */
#ifndef DOCMEM_VMATH_H
#define DOCMEM_VMATH_H
#include <stdint.h>
#include <string.h>

static inline float vm_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Splits x = n ln 2 + r, |r| ≤ ln 2 / 2; returns r, and 2^n in *scale. NaN stays NaN. */
static inline float vm_reduce(float x, float *scale)
{
    const float shift = 12582912.0f; /* 1.5 · 2^23: adding it rounds to an integer */
    float shifted = x * 1.44269504f + shift, n = shifted - shift;
    uint32_t bits; /* of `shifted`: n in its low bits, above them what the next line drops */
    memcpy(&bits, &shifted, sizeof bits);
    *scale = vm_bits((bits + 127) << 23);
    return (x - n * 0.693359375f) + n * 2.12194440e-4f;
}

/* e^r − 1 for |r| ≤ ln 2 / 2 */
static inline float vm_expm1_small(float r)
{
    float p = 1.991102296e-04f;
    p = p * r + 1.394760564e-03f;
    p = p * r + 8.333278361e-03f;
    p = p * r + 4.166624673e-02f;
    p = p * r + 1.666666680e-01f;
    p = p * r + 5.000000086e-01f;
    return p * r * r + r;
}

/* e^x; relative error ≤ 2e-7 on [-87, 88]. Smaller x give e^-87, larger e^88. */
static inline float vm_exp(float x)
{
    float scale;
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float r = vm_reduce(x, &scale);
    return (vm_expm1_small(r) + 1.0f) * scale;
}

/* tanh x = expm1(2x) / (expm1(2x) + 2); relative error ≤ 4e-7. */
static inline float vm_tanh(float x)
{
    float scale;
    x = x < -10.0f ? -10.0f : x;
    x = x > 10.0f ? 10.0f : x;
    float r = vm_reduce(2.0f * x, &scale);
    float expm1 = scale * vm_expm1_small(r) + (scale - 1.0f);
    return expm1 / (expm1 + 2.0f);
}

/* 1 / (1 + e^-x); relative error ≤ 4e-7 */
static inline float vm_sigmoid(float x)
{
    return 1.0f / (1.0f + vm_exp(-x));
}

/* erf x; absolute error ≤ 3e-7, relative error ≤ 3e-7 for |x| ≤ 1. */
static inline float vm_erf(float x)
{
    float a = x < 0 ? -x : x;
    a = a > 4.0f ? 4.0f : a;
    float z = a * a, p = 1.059527571e-06f;
    p = p * z - 1.391170117e-05f;
    p = p * z + 1.195694684e-04f;
    p = p * z - 8.542670572e-04f;
    p = p * z + 5.223785007e-03f;
    p = p * z - 2.686613363e-02f;
    p = p * z + 1.128379131e-01f;
    p = p * z - 3.761263889e-01f;
    p = p * z + 1.128379167e+00f;
    float q = -3.803503681e-07f;
    q = q * a + 2.711201477e-05f;
    q = q * a - 4.745148258e-04f;
    q = q * a + 4.318228517e-03f;
    q = q * a - 2.544694430e-02f;
    q = q * a + 1.087333120e-01f;
    q = q * a + 6.329652669e-01f;
    q = q * a + 1.129694045e+00f;
    q = q * a - 2.106154046e-04f;
    float near = p * a, far = 1.0f - vm_exp(-q);
    float value = a <= 1.0f ? near : far;
    return x < 0 ? -value : value;
}

/* Natural logarithm of x > 0; relative error ≤ 1e-15 away from 1, absolute near it. */
double vm_log(double x);
/* e^x for |x| ≤ 700; relative error ≤ 1e-15. */
double vm_exp_double(double x);
/* cos and sin of |angle| ≤ 1e6 radians; absolute error ≤ 1e-10 at the far end, 1e-15 below 100. */
void vm_cos_sin(double angle, double *cosine, double *sine);

#endif
