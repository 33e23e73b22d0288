"""Hold-out errors of trainings that etm_fidelity.sh left in a folder, as ratios of geometric means over seeds with 95 %
intervals (Welch's t on logarithms).

    etm_fidelity_table.py FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats


def errors(folder, name, profile):
    """Seeds' mean normalised RMSE, and the official metric."""
    runs = [json.loads(path.read_text()) for path in sorted(folder.glob(f"{name}-*.json"))]
    held = [run["holdout"][profile] for run in runs if profile in run["holdout"]]
    return np.array([[np.mean(error["normalised_rmse"]), error["official"]] for error in held])


def require_one_length(folder):
    """Trainings of other lengths have other errors."""
    lengths = {json.loads(path.read_text())["updates"] for name in ("float32", "fastest", "pytorch")
               for path in folder.glob(f"{name}-*.json")}
    if len(lengths) != 1:
        sys.exit(f"expected trainings of one number of updates in {folder}, found "
                 f"{' and '.join(map(str, sorted(lengths))) or 'none'}; keep each number in a folder of its own")
    print(f"{lengths.pop()} updates")


def interval(x, y):
    """Ratio of the geometric means of x and y, low, high."""
    result = stats.ttest_ind(np.log(x), np.log(y), equal_var=False)
    low, high = result.confidence_interval(0.95)
    return np.exp([np.log(x).mean() - np.log(y).mean(), low, high])


def main():
    folder = Path(sys.argv[1])
    require_one_length(folder)
    for profile in ("OFFICIAL", "DEFAULT"):
        reference = errors(folder, "pytorch", profile)
        print(f"{profile}: PyTorch, normalised RMSE {' '.join(f'{e:.4f}' for e in reference[:, 0])}")
        rows = [("float32", profile), ("fastest", profile)]
        rows += [("fastest", f"{profile} BFLOAT16")]
        for name, key in rows:
            ours = errors(folder, name, key)
            if len(ours) < 2:
                continue
            print(f"  {name}, predictions {key}: {' '.join(f'{e:.4f}' for e in ours[:, 0])}")
            for column, metric in enumerate(("normalised RMSE", "official metric")):
                ratio, low, high = interval(ours[:, column], reference[:, column])
                print(f"    {metric}: ratio {ratio:.3f}, interval {low:.3f} to {high:.3f}")
    for name in ("float32", "fastest"):
        accuracy = [json.loads(path.read_text())["accuracy"] for path in sorted(folder.glob(f"{name}-*.json"))]
        print(f"{name}: InfoNCE accuracy of the last 100 updates {' '.join(f'{a:.3f}' for a in accuracy)}")


main()
