"""Compares results of `emfuse decide` with reference choices, item by item.

Usage: compare.py REFERENCE.json FOLDER_OF_RESULTS

Exits with 1 where a method agrees on less than 95 % of the items on average over the tasks, or 88 % in any task.
"""
import json
import math
import pathlib
import statistics
import sys

METHODS = {"emfuse": "emfuse", "emfuse-prompt": "packsim01", "emselect": "emselect", "mixture": "mixture"}


def choices(line):
    """Our choice per reference method."""
    found = {METHODS[name]: method["choice"] for name, method in line["methods"].items()
             if name in METHODS}
    for expert, probabilities in line["experts"].items():
        found[expert] = max(range(len(probabilities)), key=lambda i: (probabilities[i], -i))
    return found


def margin(line, m, other):
    """log-odds of our choice against another one, in nats."""
    for name, method in line["methods"].items():
        if METHODS.get(name) == m:
            p = method["probabilities"]
            return math.log(max(p)) - math.log(max(p[other], 1e-300))
    p = line["experts"][m]
    return math.log(max(p)) - math.log(max(p[other], 1e-300))


def main():
    reference = json.load(open(sys.argv[1]))
    methods = ["finance", "medicine", "math", *METHODS.values()]
    print("agreement % (accuracy % ours/reference)")
    print(f"{'task':20s} {'n':>4s} " + " ".join(f"{m:>22s}" for m in methods))
    agreements = {m: [] for m in methods}
    margins = {m: [] for m in methods}
    for path in sorted(pathlib.Path(sys.argv[2]).glob("*.jsonl")):
        if path.stem not in reference:
            continue
        lines = {line["id"]: line for line in map(json.loads, open(path))}
        rows = [row for row in reference[path.stem]["rows"] if row["id"] in lines]
        cells = []
        for m in methods:
            same = ours = theirs = 0
            for row in rows:
                choice = choices(lines[row["id"]])[m]
                same += choice == row[m]
                if choice != row[m]:
                    margins[m].append(margin(lines[row["id"]], m, row[m]))
                ours += choice == row["gold"]
                theirs += row[m] == row["gold"]
            agreements[m].append(same / len(rows))
            cells.append(f"{100 * same / len(rows):6.1f} ({100 * ours / len(rows):5.1f}/{100 * theirs / len(rows):5.1f})")
        print(f"{path.stem:20s} {len(rows):4d} " + " ".join(f"{c:>22s}" for c in cells))
    failed = False
    for m in methods:
        mean, worst = sum(agreements[m]) / len(agreements[m]), min(agreements[m])
        failed |= mean < 0.95 or worst < 0.88
        print(f"{m:12s} mean agreement {100 * mean:5.1f} %, worst task {100 * worst:5.1f} %; where the choices differ ours "
              f"leads by {statistics.median(margins[m] or [0]):.3f} nats in the median, {max(margins[m] or [0]):.2f} at most")
    sys.exit(failed)


main()
