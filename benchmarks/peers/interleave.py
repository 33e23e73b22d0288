"""Runs workers in turn, a block of updates each, and compares the first with the others.

    interleave.py PAIRS UPDATES NAME=COMMAND NAME=COMMAND ...

A worker says `ready …` once and answers a number of updates with the milliseconds of one, of the clock and of processor time. Prints each one's median and
quartiles, and the ratio first/other of neighbouring blocks: geometric mean with a 95 % interval (t on the logarithms).
"""

import math
import shlex
import statistics
import subprocess
import sys

# 97.5 % points of Student's t for 1 to 40 degrees of freedom; 1.96 + 2.4/n is close enough beyond.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110,
     2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042, 2.040, 2.037, 2.035, 2.032,
     2.030, 2.028, 2.026, 2.024, 2.023, 2.021]


class Worker:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = self.line()
        if not self.facts.startswith("ready"):
            raise SystemExit(f"{name} did not start: {self.facts!r}")

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} stopped")
        return line.strip()

    def run(self, updates):
        self.process.stdin.write(f"{updates}\n")
        self.process.stdin.flush()
        return [float(word) for word in self.line().split()]


def interval(ratios):
    logs = [math.log(r) for r in ratios]
    n = len(logs)
    t = T[n - 2] if n - 2 < len(T) else 1.96 + 2.4 / (n - 1)
    half = t * statistics.stdev(logs) / math.sqrt(n)
    mean = statistics.mean(logs)
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def main():
    pairs, updates = int(sys.argv[1]), int(sys.argv[2])
    workers = [Worker(*argument.split("=", 1)) for argument in sys.argv[3:]]
    for worker in workers:
        print(f"{worker.name}: {worker.facts[6:]}", flush=True)
        for _ in range(5):
            worker.run(updates)
    times = {worker.name: [] for worker in workers}
    for i in range(pairs):
        # Every second round backwards, so that none always follows the same one.
        for worker in workers if i % 2 == 0 else workers[::-1]:
            times[worker.name].append(worker.run(updates))
    print(f"{pairs} blocks of {updates} updates each, in turn; median [quartiles]")
    for column, what in enumerate(["ms per update", "ms of processor time per update"]):
        print(what)
        report({name: [row[column] for row in rows] for name, rows in times.items()})


def report(times):
    for name, found in times.items():
        low, middle, high = statistics.quantiles(found, n=4)
        print(f"  {name:28s} {middle:7.3f} [{low:.3f}, {high:.3f}]")
    first, *others = times
    fastest = min(others, key=lambda name: statistics.median(times[name]), default=None)
    for name in others:
        mean, low, high = interval([a / b for a, b in zip(times[first], times[name])])
        mark = "  <- the fastest other" if name == fastest else ""
        print(f"  {first} / {name}: {mean:.3f} [{low:.3f}, {high:.3f}]{mark}")


main()
