/* Each function reduces its argument to a short interval, exactly or in two parts, sums a series of
 * fixed length there, and undoes the reduction. */
#include "base/vmath.h"

#include <math.h>

static const double LN2_HIGH = 0x1.62e42fee00000p-1, LN2_LOW = 0x1.a39ef35793c76p-33;

double vm_log(double x)
{
    int exponent;
    double m = frexp(x, &exponent); /* exact; m in [1/2, 1) */
    if (m < 0.70710678118654752) {
        m *= 2;
        exponent--;
    }
    /* log m = 2 artanh s = 2 (s + s^3/3 + s^5/5 …), |s| ≤ 0.1716 */
    double s = (m - 1) / (m + 1), z = s * s, sum = 0;
    for (int k = 23; k >= 1; k -= 2)
        sum = sum * z + 1.0 / k;
    return (2 * s * sum + exponent * LN2_LOW) + exponent * LN2_HIGH;
}

double vm_exp_double(double x)
{
    double n = floor(x * 1.4426950408889634 + 0.5);
    double r = (x - n * LN2_HIGH) - n * LN2_LOW, sum = 1;
    for (int k = 16; k >= 1; k--)
        sum = 1 + r * sum / k;
    return ldexp(sum, (int)n);
}

void vm_cos_sin(double angle, double *cosine, double *sine)
{
    /* π/2 in two parts, the first with 33 bits so that quadrant × part is exact */
    const double high = 0x1.921fb544p+0, low = 0x1.0b4611a626331p-34;
    double quadrant = floor(angle / (high + low) + 0.5);
    double r = (angle - quadrant * high) - quadrant * low, z = r * r, c = 1, s = 1;
    for (int k = 18; k >= 2; k -= 2) {
        c = 1 - z * c / (k * (k - 1));
        s = 1 - z * s / (k * (k + 1));
    }
    s *= r;
    switch ((long long)quadrant & 3) {
    case 0:
        *cosine = c, *sine = s;
        break;
    case 1:
        *cosine = -s, *sine = c;
        break;
    case 2:
        *cosine = -c, *sine = -s;
        break;
    default:
        *cosine = s, *sine = -c;
        break;
    }
}
