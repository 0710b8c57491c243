"""Fits the polynomials of lib/base/vmath.c: least squares on Chebyshev nodes, in mpmath-free double precision.

Prints the coefficients, lowest power first, and the largest error of each fit.
"""
import math

import numpy as np


def nodes(low, high, count=4000):
    k = np.arange(count)
    return (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (k + 0.5) / count)


def fit(name, function, low, high, degree, weight=lambda x: 1.0):
    x = nodes(low, high)
    y = np.array([function(float(v)) for v in x])
    w = np.array([weight(float(v)) for v in x])
    cheb = np.polynomial.chebyshev.Chebyshev.fit(x, y, degree, domain=[low, high], w=w)
    coefficients = cheb.convert(kind=np.polynomial.Polynomial).coef
    error = np.max(np.abs(np.polynomial.polynomial.polyval(x, coefficients) - y) * w)
    print(name, "largest weighted error %.2e" % error)
    print("   ", ", ".join("%.9ef" % c for c in coefficients))


half_ln2 = math.log(2) / 2
fit("(exp(r) - 1 - r) / r^2", lambda r: (math.expm1(r) - r) / (r * r) if abs(r) > 1e-4 else 0.5 + r / 6 + r * r / 24,
    -half_ln2 * 1.01, half_ln2 * 1.01, 5, lambda r: r * r)
fit("erf(x) / x over z = x^2", lambda z: math.erf(math.sqrt(z)) / math.sqrt(z) if z > 1e-12 else 2 / math.sqrt(math.pi),
    0.0, 1.0, 8)
fit("-log(erfc(x))", lambda x: -math.log(math.erfc(x)), 0.999, 4.0, 8, lambda x: math.erfc(x))
