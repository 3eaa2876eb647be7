#!/usr/bin/python3
"""Reference values for package inference, from scipy and numpy.

Debian: apt-get install python3-scipy, then from this folder
    /usr/bin/python3 reference.py > reference.json
The samples are in the output, so the Go test needs no Python.
"""
import json
import sys

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(116)


def sample(n, mean, sd, digits=3):
    return [round(float(v), digits) for v in rng.normal(mean, sd, n)]


def mann_whitney(name, x, y):
    tied = len(set(x + y)) < len(x) + len(y)
    method = "exact" if not tied and max(len(x), len(y)) <= 20 else "asymptotic"
    r = stats.mannwhitneyu(x, y, alternative="two-sided", method=method, use_continuity=True)
    return dict(name=name, x=x, y=y, u=float(r.statistic), p=float(r.pvalue), exact=method == "exact")


def holm(ps):
    # By definition, written out apart from the Go code; scipy has no Holm.
    out = [None] * len(ps)
    order = np.argsort(ps, kind="stable")
    adjusted = np.maximum.accumulate(np.array(ps)[order] * np.arange(len(ps), 0, -1))
    for i, a in zip(order, np.minimum(adjusted, 1)):
        out[i] = float(a)
    return dict(p=ps, adjusted=out)


def correlation(name, x, y):
    r = stats.pearsonr(x, y)
    ci = r.confidence_interval(0.95)
    s = stats.spearmanr(x, y)
    return dict(name=name, x=x, y=y, pearson=float(r.statistic), lo=float(ci.low), hi=float(ci.high), spearman=float(s.statistic))


def decomposition(name, groups):
    between = float(np.var([np.mean(g) for g in groups], ddof=1))
    within = float(np.mean([np.var(g, ddof=1) for g in groups]))
    n = 200_000
    means = np.empty((len(groups), n))
    variances = np.empty((len(groups), n))
    for i, g in enumerate(groups):
        draws = rng.choice(g, (n, len(g)))
        means[i], variances[i] = draws.mean(axis=1), draws.var(axis=1, ddof=1)
    b, w = means.var(axis=0, ddof=1), variances.mean(axis=0)
    lo, hi = np.percentile(b / (b + w), [2.5, 97.5])
    return dict(name=name, groups=groups, between=between, within=within, share=between / (between + within), lo=float(lo), hi=float(hi))


def mad(x):
    return dict(x=x, median=float(np.median(x)), mad=float(stats.median_abs_deviation(x, scale=1.0)))


def interval(data, statistic, paired=False):
    r = stats.bootstrap(data, statistic, n_resamples=100_000, batch=1000, paired=paired, vectorized=True,
                        confidence_level=0.95, method="percentile", random_state=rng)
    return float(r.confidence_interval.low), float(r.confidence_interval.high)


def ratio_of_sums(name, a, b):
    lo, hi = interval((a, b), lambda a, b, axis: a.sum(axis=axis) / b.sum(axis=axis), paired=True)
    return dict(name=name, x=a, y=b, estimate=sum(a) / sum(b), lo=lo, hi=hi)


def medians(name, x, y, ratio):
    def statistic(x, y, axis):
        mx, my = np.median(x, axis=axis), np.median(y, axis=axis)
        return my / mx if ratio else my - mx
    lo, hi = interval((x, y), statistic)
    return dict(name=name, x=x, y=y, ratio=ratio, estimate=float(statistic(x, y, 0)), lo=lo, hi=hi)


# Anscombe, The American Statistician 27 (1973), 17-21: r = 0.816 in all four.
x123 = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
anscombe = [
    (x123, [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]),
    (x123, [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74]),
    (x123, [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73]),
    ([8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8], [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89]),
]

big = sample(300, 100, 8), sample(300, 60, 5)
json.dump(dict(
    source=f"scipy {scipy.__version__}, numpy {np.__version__}",
    mann_whitney=[
        mann_whitney("five against five, apart", [60.1, 61.2, 63.5, 64.0, 66.6], [90.1, 91.2, 93.5, 94.0, 96.6]),
        mann_whitney("five against five, mixed", sample(5, 80, 9), sample(5, 85, 6)),
        mann_whitney("six against three", sample(6, 10, 1), sample(3, 11, 1)),
        mann_whitney("one against one", [1.0], [2.0]),
        mann_whitney("twenty against twenty", sample(20, 82, 9), sample(20, 88, 6)),
        mann_whitney("twenty-one against twenty", sample(21, 82, 9), sample(20, 88, 6)),
        mann_whitney("thirty against thirty, nearly equal", sample(30, 82, 9), sample(30, 82, 9)),
        mann_whitney("three hundred", sample(300, 82, 9, 6), sample(300, 84, 9, 6)),
        mann_whitney("ties", sample(12, 10, 2, 0), sample(14, 12, 2, 0)),
        mann_whitney("many ties", [float(i % 3) for i in range(40)], [float(i % 4) for i in range(37)]),
    ],
    holm=[holm([0.01, 0.04, 0.03, 0.005]), holm([0.5, 0.6, 0.02]), holm([0.0079] * 6), holm([0.3])],
    correlation=[correlation(f"Anscombe {i + 1}", *map(list, a)) for i, a in enumerate(anscombe)] + [
        correlation("four pairs", [1.0, 2.0, 3.0, 5.0], [2.0, 1.0, 4.0, 3.5]),
        correlation("ties", [float(i % 5) for i in range(30)], [float((i * 7) % 11) for i in range(30)]),
        correlation("large values", [1e9 + v for v in range(12)], [1e9 + (v * v) % 13 for v in range(12)]),
    ],
    decomposition=[
        decomposition("three models", [sample(10, 98, 1.4), sample(10, 97, 1.6), sample(10, 89, 9)]),
        decomposition("no difference", [sample(20, 80, 5), sample(20, 80, 5)]),
        decomposition("large groups", [sample(400, 80, 5), sample(400, 81, 5), sample(400, 84, 6)]),
    ],
    mad=[mad([1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]), mad(sample(8, 50, 4)), mad([3.0, 3.0, 3.0, 8.0])],
    ratio_of_sums=[
        ratio_of_sums("six runs", sample(6, 150, 15), sample(6, 100, 4)),
        ratio_of_sums("thirty runs", sample(30, 150, 15), sample(30, 100, 4)),
        ratio_of_sums("more runs than blocks", *big),
    ],
    medians=[
        medians("difference, five and five", sample(5, 80, 9), sample(5, 92, 4), False),
        medians("difference, thirty and thirty", sample(30, 80, 9), sample(30, 92, 4), False),
        medians("difference, three hundred", big[1], big[0], False),
        medians("ratio, thirty-one and twenty-four", sample(31, 80, 9), sample(24, 92, 4), True),
        medians("ratio, three hundred", big[1], big[0], True),
    ],
), sys.stdout, indent=1)
sys.stdout.write("\n")
