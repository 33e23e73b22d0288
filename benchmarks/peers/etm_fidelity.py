"""Trains an energy-based transition model (etm.py) on given rows and writes its error on others.

    etm_fidelity.py DATA.safetensors SEED UPDATES OUT.json [THREADS]

DATA has float32 tensors train.observations [n, d], train.actions [n, p], train.targets [n, d + 1], the raw change of state and
the reward, and holdout.* likewise. Batches of 256, 16 negatives of 50 iterations. OUT receives, for both prediction profiles of
05-etm-adetm §1 with 100 iterations, the errors that etm.Model.holdout names; seconds; and per 100 updates the mean per row of
the losses and of the InfoNCE accuracy, and the mean gradient norm. Without THREADS it runs as PyTorch does by default. With
DEVICE=cuda in the environment it computes there, in single precision too.
"""

import json
import os
import sys
import time

import torch
from safetensors.torch import load_file

import etm

BATCH, EVERY = 256, 100


def train(model, updates):
    trainer, curves, since, rows = etm.Trainer(model.network), [], {}, 0
    for update, (x, y) in zip(range(1, updates + 1), etm.batches(model.x, model.y, BATCH)):
        for name, value in trainer.step(x, y).items():
            since[name] = since.get(name, 0) + (value * len(x) if name == "gradient_norm" else value)
        rows += len(x)
        if update % EVERY == 0 or update == updates:
            curves.append({"update": update} | {name: total / rows for name, total in since.items()})
            print(curves[-1], flush=True)
            since, rows = {}, 0
    return curves


def main():
    data, seed, updates, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    if len(sys.argv) > 5:
        torch.set_num_threads(int(sys.argv[5]))
    device = os.environ.get("DEVICE", "cpu")
    torch.set_default_device(device)
    torch.manual_seed(seed)
    tensors = load_file(data, device=device)
    training, holdout = ([tensors[f"{part}.{name}"] for name in ("observations", "actions", "targets")]
                         for part in ("train", "holdout"))
    model = etm.Model(*training)
    result = {"torch": torch.__version__, "device": device, "threads": torch.get_num_threads(), "seed": seed, "updates": updates,
              "batch": BATCH, "train_rows": len(training[0]), "holdout_rows": len(holdout[0])}
    start = time.perf_counter()
    result["curves"] = train(model, updates)
    result["seconds"] = {"training": time.perf_counter() - start}
    result["holdout"] = {}
    for name, profile in etm.PROFILES.items():
        start = time.perf_counter()
        errors = result["holdout"][name] = model.holdout(*holdout, profile)
        result["seconds"][name] = time.perf_counter() - start
        relative = errors["normalised_rmse"]
        print(f"{name}: normalised RMSE {sum(relative) / len(relative):.4f}, official metric {errors['official']:.6g}, "
              f"near reach {errors['near_reach']:.4f}", flush=True)
    with open(out, "w") as file:
        json.dump(result, file, indent=1)


main()
