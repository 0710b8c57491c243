#!/usr/bin/env python3
"""Reference values for checks/stats.c, from scipy and statsmodels.

    python3 -m venv venv && venv/bin/pip install scipy==1.13.1 statsmodels==0.14.2 numpy==1.26.4
    venv/bin/python checks/oracle/stats_values.py > checks/reference/stats.json
"""
import json

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20240607)


def draw(n, digits):
    return np.round(rng.normal(0.3, 1, n), digits)


def wilson(k, n):
    low, high = proportion_confint(k, n, method="wilson")
    return {"successes": k, "count": n, "low": float(low), "high": float(high)}


def flip(d):
    test = stats.permutation_test((d,), np.sum, permutation_type="samples", n_resamples=np.inf)
    return {"d": d.tolist(), "p": float(test.pvalue)}


def pair(x, y):
    return {"x": x.tolist(), "y": y.tolist(),
            "spearman": float(stats.spearmanr(x, y).statistic),
            "slope": float(stats.linregress(x, y).slope)}


def holm(p):
    return {"p": list(p), "adjusted": multipletests(p, method="holm")[1].tolist()}


samples = draw(37, 6)
x, y = draw(25, 1), draw(25, 1)
print(json.dumps({
    "wilson": [wilson(*kn) for kn in ((0, 10), (10, 10), (1, 3), (1937, 3045), (5, 600))],
    "mcnemar": [{"b": b, "c": c, "p": float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)}
                for b, c in ((0, 1), (1, 0), (5, 5), (3, 11), (30, 12), (61, 60), (700, 801),
                             (2000, 1500))],
    "sign_flip": [flip(draw(n, digits)) for n, digits in ((2, 1), (5, 0), (9, 3), (12, 1))],
    "holm": [holm((0.01, 0.04, 0.03, 0.005)), holm((0.5, 0.9, 0.2)),
             holm((0.02, 0.02, 0.001, 0.2, 0.02))],
    "quantile": {"samples": samples.tolist(),
                 "low": float(np.percentile(samples, 2.5)),
                 "high": float(np.percentile(samples, 97.5))},
    "correlation": [pair(x, y), pair(np.arange(6.0), draw(6, 2))],
}, indent=1))
