"""Statistics of scores against rliable's, on random matrices: values to 1e-12, intervals within their Monte-Carlo error.

    python3 compare.py JAVA CLASSES        (see run.sh)

The Monte-Carlo error of an interval's end is that of a normal bootstrap distribution, sqrt(q (1 - q) / replicates) /
density; a probability of improvement moves in steps, so one step is allowed on top.
"""
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy.stats
from rliable import library, metrics

REPLICATES = 50_000
SLOW_REPLICATES = 2_000  # of the probability of improvement: a library call per task and replicate
QUANTILE_ERROR = 0.1561 / 0.0584 / 3.92  # times the width, over sqrt(replicates)

AGGREGATES = {
    "pooled_iqm": metrics.aggregate_iqm,
    "mean_of_task_iqms": lambda scores: np.mean(scipy.stats.trim_mean(scores, 0.25, axis=0)),
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "optimality_gap": lambda scores: metrics.aggregate_optimality_gap(scores, 100),
}
COMPARISONS = {
    "improvement": metrics.probability_of_improvement,
    "iqm_difference": lambda x, y: metrics.aggregate_iqm(x) - metrics.aggregate_iqm(y),
}


def cases():
    random = np.random.default_rng(2108)
    for seeds, tasks in ((5, 1), (5, 3), (10, 3), (7, 4)):
        level = random.uniform(0, 100, tasks)
        x = level + random.normal(3, 12, (seeds, tasks))
        y = level + random.normal(0, 12, (seeds, tasks))
        y[:1] = x[:1]  # ties
        yield f"{seeds} seeds, {tasks} tasks", x, y


def text(matrix):
    return ";".join(",".join(repr(float(v)) for v in row) for row in matrix)


def reference(x, y, what):
    """Value, low, high."""
    reps = SLOW_REPLICATES if what == "improvement" else REPLICATES
    random = np.random.RandomState(1)
    if what in AGGREGATES:
        f = AGGREGATES[what]
        bootstrap = library.StratifiedBootstrap(x, random_state=random)
        value = f(x)
    else:
        f = COMPARISONS[what]
        bootstrap = library.StratifiedIndependentBootstrap(x, y, random_state=random)
        value = f(x, y)
    interval = bootstrap.conf_int(lambda *m: np.array([f(*m)]), reps=reps, size=0.95, method="percentile")
    return float(value), float(interval[0, 0]), float(interval[1, 0])


def main():
    java, classes = sys.argv[1:]
    given = list(cases())
    lines = "".join(f"{name}\t{text(x)}\t{text(y)}\n" for name, x, y in given)
    source = Path(__file__).with_name("Estimates.java")
    out = subprocess.run([java, "-cp", classes, str(source)], input=lines, capture_output=True, text=True, check=True)
    ours = {tuple(line.split("\t")[:2]): [float(v) for v in line.split("\t")[2:]] for line in out.stdout.splitlines()}
    print("rliable %s, scipy %s, numpy %s" % tuple(version(p) for p in ("rliable", "scipy", "numpy")))
    print("%-18s %-18s %10s %9s %22s %22s %8s" % ("case", "", "value", "|diff|", "interval", "rliable's", "z"))
    worst_value = worst_z = 0.0
    for name, x, y in given:
        for what in (*AGGREGATES, *COMPARISONS):
            value, low, high = ours[name, what]
            expected, *ends = reference(x, y, what)
            off = abs(value - expected)
            reps = SLOW_REPLICATES if what == "improvement" else REPLICATES
            error = QUANTILE_ERROR * (high - low) * np.sqrt(1 / REPLICATES + 1 / reps)
            step = 1 / (len(x) * len(y) * x.shape[1]) if what == "improvement" else 0
            z = max(max(0.0, abs(a - b) - step - 1e-9) / error for a, b in zip((low, high), ends))
            worst_value, worst_z = max(worst_value, off), max(worst_z, z)
            print("%-18s %-18s %10.4f %9.1e %10.4f..%10.4f %10.4f..%10.4f %8.2f"
                  % (name, what, value, off, low, high, *ends, z))
    print("largest difference of values %.1e, of interval ends %.2f standard errors" % (worst_value, worst_z))
    if worst_value > 1e-12 or worst_z > 5:
        sys.exit("the statistics do not agree")


if __name__ == "__main__":
    main()
