"""The table of soft actor-critic's results.

Usage: table.py FOLDER

FOLDER has a file ENVIRONMENT/SEED/result.json per run. Per environment: the interquartile mean over the seeds of the mean
return of their evaluation episodes, with a 95 % interval from a stratified bootstrap over seeds. The last row pools all
seeds' scores. Exits with 1 where an environment is not solved or has fewer than five seeds.
"""
import json
import math
import pathlib
import random
import statistics
import sys

REPLICATES = 50_000
SEEDS = 5
PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "environments.md"
# What counts as solved: the least mean return, or the least score.
LEAST_RETURN = {"Pendulum-v1": -180}
LEAST_SCORE = {"PointMass2D-v0": 95, "PointMass2D-v0:obstacles=1": 95, "CartPoleSwingUp-v0": 100, "Reacher2D-v0": 90}


def references():
    """Random and reference return per environment, from the documentation's table."""
    found = {}
    rows = PAGE.read_text(encoding="utf-8").split("\n## References\n")[1].split("\n## ")[0].splitlines()
    for row in rows:
        cells = [cell.strip(" `") for cell in row.strip("|").split("|")]
        if len(cells) == 4 and cells[0][-1:].isalnum() and cells[0] != "environment":
            kind = "random" if cells[1] == "random actions" else "reference"
            found.setdefault(cells[0], {})[kind] = float(cells[2])
            if kind == "reference":
                found[cells[0]]["policy"] = cells[1]
    return found


def iqm(values):
    """Mean without the lowest and the highest quarter, rounded down."""
    drop = len(values) // 4
    return statistics.fmean(sorted(values)[drop:len(values) - drop])


def quantile(ordered, share):
    """Linear interpolation between order statistics."""
    position = share * (len(ordered) - 1)
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


def interval(strata):
    """95 % interval of the interquartile mean of the pooled values, resampled within each stratum."""
    source = random.Random(0)
    replicates = sorted(iqm([value for values in strata for value in source.choices(values, k=len(values))])
                        for _ in range(REPLICATES))
    return quantile(replicates, 0.025), quantile(replicates, 0.975)


def score(value, reference):
    return 100 * (value - reference["random"]) / (reference["reference"] - reference["random"])


def main():
    cells = {}
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*/*/result.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        cells.setdefault(result["env"], {})[result["seed"]] = result
    if not cells:
        sys.exit(f"no result.json in {sys.argv[1]}/*/*: train first")
    known = references()
    print("| environment | steps | seeds | return, IQM (95 %) | score, IQM (95 %) | random | reference | solved at |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    solved = True
    scores = []
    for environment, seeds in cells.items():
        reference = known[environment]
        means = [seeds[seed]["mean"] for seed in sorted(seeds)]
        for seed, result in seeds.items():
            if abs(statistics.fmean(result["returns"]) - result["mean"]) > 1e-6 * (1 + abs(result["mean"])):
                sys.exit(f"{environment} seed {seed}: the mean is not that of the returns")
        middle = iqm(means)
        low, high = interval([means])
        steps = "/".join(str(n) for n in sorted({result["steps"] for result in seeds.values()}))
        if environment in LEAST_RETURN:
            level = f"return {LEAST_RETURN[environment]}"
            reached = middle >= LEAST_RETURN[environment]
        else:
            level = f"score {LEAST_SCORE[environment]}"
            reached = score(middle, reference) >= LEAST_SCORE[environment]
        solved &= reached and len(means) >= SEEDS
        scores.append([score(mean, reference) for mean in means])
        print(f"| `{environment}` | {steps} | {len(means)} | {middle:.2f} ({low:.2f} to {high:.2f}) "
              f"| {score(middle, reference):.1f} ({score(low, reference):.1f} to {score(high, reference):.1f}) "
              f"| {reference['random']:.2f} | {reference['reference']:.2f} ({reference['policy']}) "
              f"| {level}: {'yes' if reached else 'no'} |")
    low, high = interval(scores)
    print(f"| all, pooled | | {sum(map(len, scores))} | | {iqm([s for row in scores for s in row]):.1f} "
          f"({low:.1f} to {high:.1f}) | 0 | 100 | |")
    seconds = sum(result["seconds"] for seeds in cells.values() for result in seeds.values())
    print(f"\n{seconds / 60:.0f} minutes of training in all")
    sys.exit(not solved)


main()
