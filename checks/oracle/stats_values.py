#!/usr/bin/env python3
"""Reference values for checks/unit/verdict/stats.c and judge.c, from scipy and statsmodels.

    python3 -m venv venv && venv/bin/pip install scipy==1.13.1 statsmodels==0.14.2 numpy==1.26.4
    venv/bin/python checks/oracle/stats_values.py > checks/reference/stats.json
"""
import json

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20240607)


def draw(n, digits):
    return np.round(rng.normal(0.3, 1, n), digits)


def student(t, freedom):
    return {"t": t, "freedom": freedom, "p": float(2 * stats.t.sf(t, freedom)),
            "quantile": float(stats.t.isf(0.025, freedom))}


def crossed(seeds, units, digits):
    """The two tests of lib/verdict/judge.h: of the seeds' means, and of seeds and units as two crossed random
    factors (Satterthwaite's degrees of freedom, rounded down), at the bound 0.1."""
    values = np.round(0.4 + rng.normal(0, 0.3, (seeds, 1)) + rng.normal(0, 0.5, (1, units))
                      + rng.normal(0, 0.4, (seeds, units)), digits)
    means = values.mean(axis=1), values.mean(axis=0)
    a, b = (m.var(ddof=1) / len(m) for m in means)
    freedom = np.floor((a + b) ** 2 / (a ** 2 / (seeds - 1) + b ** 2 / (units - 1)))
    both = 2 * stats.t.sf(abs(values.mean() - 0.1) / np.sqrt(a + b), freedom)
    alone = stats.ttest_1samp(means[0], 0.1).pvalue
    return {"seeds": seeds, "units": units, "values": values.flatten().tolist(), "bound": 0.1,
            "p": float(max(both, alone)), "half": float(stats.t.isf(0.025, seeds - 1) * np.sqrt(a))}


def pair(x, y):
    return {"x": x.tolist(), "y": y.tolist(),
            "spearman": float(stats.spearmanr(x, y).statistic)}


def holm(p):
    return {"p": list(p), "adjusted": multipletests(p, method="holm")[1].tolist()}


samples = draw(37, 6)
x, y = draw(25, 1), draw(25, 1)
print(json.dumps({
    "holm": [holm((0.01, 0.04, 0.03, 0.005)), holm((0.5, 0.9, 0.2)),
             holm((0.02, 0.02, 0.001, 0.2, 0.02))],
    "quantile": {"samples": samples.tolist(),
                 "low": float(np.percentile(samples, 2.5)),
                 "high": float(np.percentile(samples, 97.5))},
    "correlation": [pair(x, y), pair(np.arange(6.0), draw(6, 2))],
    "student": [student(t, freedom) for freedom in (1, 2, 3, 4, 9, 30, 79, 1000)
                for t in (0.01, 0.7, 2.0, 4.3, 15.0, 90.0)],
    "crossed": [crossed(*sizes) for sizes in ((2, 5, 2), (3, 40, 2), (10, 20, 2), (5, 3, 2))],
}, indent=1))
