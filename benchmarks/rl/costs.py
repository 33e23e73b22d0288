"""Prints what costs.sh measured.

    costs.py FOLDER ENV SEED

Training of a method is that of all its models one after the other. As many updates: those of the budget. The same error: per
domain the larger of the two kinds' last hold-out errors of one action; the time until a kind is at most that for the first time.
Arithmetic is that of chains, counted and not measured: a step of a chain is the energy's network forward and back to the target.
Encoders, which run once per slice, and the loss are left out.
"""

import json
import struct
import sys
from pathlib import Path


def parameters(file):
    with open(file, "rb") as data:
        header = json.loads(data.read(struct.unpack("<Q", data.read(8))[0]))
    count = 0
    for name, tensor in header.items():
        if name != "__metadata__" and not name.startswith("normaliser."):
            size = 1
            for extent in tensor["shape"]:
                size *= extent
            count += size
    return count


def chain_step(file):
    """Multiplications and additions (MAC) of one step of one chain: two passes through what the context does not fix."""
    with open(file, "rb") as data:
        header = json.loads(data.read(struct.unpack("<Q", data.read(8))[0]))
    return 2 * sum(tensor["shape"][0] * tensor["shape"][1] for name, tensor in header.items()
                   if name.startswith("head.") and name.endswith(".weight") and name != "head.fixed.weight")


def main():
    folder, env, seed = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    place = folder / env / f"seed-{seed}"
    costs = folder / "costs" / env / f"seed-{seed}"
    budget = json.loads((folder / "budget.json").read_text())
    domains = sorted(file.stem for file in (place / "data").glob("*.hdf5"))
    curves = {(domain, kind): [json.loads(line) for line in open(costs / f"{domain}-{kind}.jsonl")]
              for domain in domains for kind in ("adetm", "etm")}
    common = {domain: max(curves[domain, kind][-1]["error"] for kind in ("adetm", "etm")) for domain in domains}

    def training(kind):
        """Seconds of one model of each domain: as many updates; the same error."""
        whole = sum(curves[domain, kind][-1]["seconds"] for domain in domains)
        reached = sum(next(step["seconds"] for step in curves[domain, kind] if step["error"] <= common[domain])
                      for domain in domains)
        return whole, reached

    for (domain, kind), curve in curves.items():
        print(f"{domain} {kind}: {curve[-1]['update']} updates in {curve[-1]['seconds']:.0f} s to an error of "
              f"{curve[-1]['error']:.4f}; {common[domain]:.4f} reached in "
              f"{next(step['seconds'] for step in curve if step['error'] <= common[domain]):.0f} s")
    rows = [("method", "models", "parameters", "training s", "to the same error s", "steps/s, 1", "256", "5000", "memory MiB",
             "training TFLOP", "step MMAC", "return", "score")]
    for method, kind, members in (("emfuse", "adetm", 1), ("etm-ensembles:5", "etm", 5), ("etm-ensembles:7", "etm", 7)):
        cost = json.loads((costs / f"{method.replace(':', '-')}.json").read_text())
        result = json.loads((place / "policies" / method.replace(":", "-") / "result.json").read_text())
        names = [domain if kind == "adetm" else f"etm-{member}-{domain}" for member in range(1, members + 1)
                 for domain in domains]
        files = [place / "models" / name / "model.safetensors" for name in names]
        whole, reached = training(kind)
        trained = sum(map(chain_step, files)) * (budget["modelUpdates"] * budget["batch"] * budget["negatives"]
                                                 * budget["negativeSteps"])
        # Every slice length has a chain in the sum of any-step energies; an ensemble has one in each sum.
        simulated = sum(map(chain_step, files)) * budget["predictionSteps"] * (budget["longest"] if kind == "adetm" else 1)
        rows.append((method, str(len(names)),
                     f"{sum(map(parameters, files)):,}",
                     f"{whole * members:.0f}", f"{reached * members:.0f}",
                     *(f"{cost[f'steps_per_s_{size}']:,.0f}" for size in (1, 256, 5000)), str(cost["peak_resident_mib"]),
                     f"{2 * trained / 1e12:.1f}", f"{simulated / 1e6:.1f}", f"{result['mean']:.1f}", f"{result['score']:.1f}"))
    print()
    for row in rows:
        print("| " + " | ".join(row) + " |")


main()
