"""Energy-based transition models in plain PyTorch (etm.py): 11 observations, 3 actions, no reward, 25 inputs. Answers each
request line, a number of repetitions, with the milliseconds of one and those of its processor time.

    etm_pytorch.py MODE THREADS [CHUNK]

train     one training step: batch 256, 16 negatives of 50 iterations, losses, backward, Adam
predict   one noise-free prediction of 5000 rows with 30 iterations, CHUNK rows at a time
rollout   one step of 1000 states in a fused model of 3 experts and 5 slices: 5000 noise-free chains of 30 iterations, CHUNK
          chains at a time (default all), uncertainty and next state
"""

import sys
import time

import torch

import etm

OBSERVATIONS, ACTIONS, BATCH, STORED = 11, 3, 256, 10_000
INPUTS = OBSERVATIONS + ACTIONS
ROWS, ITERATIONS = 5000, 30
EXPERTS, SLICES, STATES = 3, 5, 1000
CHUNKS = {"train": 0, "predict": 1024, "rollout": ROWS}


class FusedEnergy:
    """06-fused-dynamics-and-sac §1: the weighted sum of the experts' energies in the common coordinate, change / common scale.

    Outside its box an expert is asked at the nearest point inside, plus a barrier of slope 5. ratios are common / own scale.
    """

    def __init__(self, networks, contexts, ratios):
        self.experts = list(zip(networks, contexts, ratios))
        self.weight = 1 / len(self.experts)

    def __call__(self, u):
        total = 0
        for network, x, ratio in self.experts:
            y = u * ratio
            barrier = 5 * (y.abs() - 1.1).clamp(min=0).sum(1)
            total = total + self.weight * (network(x, y.clamp(-1.1, 1.1)) + barrier)
        return total


def training():
    x, y = torch.randn(STORED, INPUTS), 2 * torch.rand(STORED, OBSERVATIONS) - 1
    trainer, source = etm.Trainer(etm.EnergyNetwork(INPUTS, OBSERVATIONS)), etm.batches(x, y, BATCH)
    return lambda: trainer.step(*next(source))


def prediction(chunk):
    network = etm.EnergyNetwork(INPUTS, OBSERVATIONS).requires_grad_(False)
    x, start = torch.randn(ROWS, INPUTS), torch.zeros(OBSERVATIONS)
    chain = etm.PROFILES["DEFAULT"].steps(ITERATIONS).chain
    return lambda: etm.predict(network, x, start, chain, chunk)


def rollout(chunk):
    """06 §2 and §3: all slices of all states are one batch per expert; u_RMS of 05 §5; the next state of a random slice."""
    networks = [etm.EnergyNetwork(INPUTS, OBSERVATIONS).requires_grad_(False) for _ in range(EXPERTS)]
    scalers = [etm.Scaler(torch.randn(INPUTS), torch.rand(INPUTS) + 0.5) for _ in range(EXPERTS)]
    scales = torch.rand(EXPERTS, OBSERVATIONS) + 0.5
    common = scales.amax(0)
    origins, actions = torch.randn(STATES * SLICES, OBSERVATIONS), 2 * torch.rand(STATES * SLICES, ACTIONS) - 1
    start = torch.zeros(OBSERVATIONS)
    chain = etm.PROFILES["DEFAULT"].steps(ITERATIONS).chain

    def step():
        ends = []
        for pairs in torch.cat([origins, actions], 1).split(chunk):
            fused = FusedEnergy(networks, [scaler.normalise(pairs) for scaler in scalers], common / scales)
            ends.append(etm.langevin(fused, start.expand(len(pairs), -1), chain))
        predicted = (origins + torch.cat(ends) * common).view(STATES, SLICES, OBSERVATIONS)
        uncertainty = predicted.var(1, correction=0).mean(1).sqrt()
        return predicted[torch.arange(STATES), torch.randint(SLICES, (STATES,))], uncertainty

    return step


def main():
    mode, threads = sys.argv[1], int(sys.argv[2])
    chunk = int(sys.argv[3]) if len(sys.argv) > 3 else CHUNKS[mode]
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    work = training() if mode == "train" else prediction(chunk) if mode == "predict" else rollout(chunk)
    print("ready", "torch", torch.__version__, "threads", torch.get_num_threads(), mode, *([f"chunk {chunk}"] if chunk else []),
          flush=True)
    for line in sys.stdin:
        repetitions = int(line)
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(repetitions):
            work()
        print((time.perf_counter() - start) * 1000 / repetitions, (time.process_time() - cpu) * 1000 / repetitions, flush=True)


main()
