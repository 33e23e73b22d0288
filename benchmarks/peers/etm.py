"""The energy-based transition model (ETM) in plain PyTorch, as 05-etm-adetm §1 of the specification describes it: the
independent reference of the implementation here. x is a standardised (s, a), y a box-scaled (s' - s, r); E(x, y) is low where
y is likely. Each Langevin iteration takes its gradient from autograd and nothing is reused between iterations. Randomness
comes from torch's global generator.
"""

from dataclasses import dataclass, replace

import torch
from torch import nn

NEGATIVES, MARGIN, HIDDEN = 16, 5.0, (200, 200, 200, 200)


class EnergyNetwork(nn.Module):
    """§1, network: a ReLU perceptron on [x; y] with one linear output, initialised as PyTorch does by default."""

    def __init__(self, inputs, targets, hidden=HIDDEN):
        super().__init__()
        layers, width = [], inputs + targets
        for size in hidden:
            layers += [nn.Linear(width, size), nn.ReLU()]
            width = size
        self.layers = nn.Sequential(*layers, nn.Linear(width, 1))

    def forward(self, x, y):
        return self.layers(torch.cat([x, y], -1)).squeeze(-1)


@dataclass(frozen=True)
class Scaler:
    """§1, normalisers: (rows - mean) / scale. Means and deviations are summed in double precision."""

    mean: torch.Tensor
    scale: torch.Tensor

    @staticmethod
    def standard(rows):
        deviation = rows.double().std(0, correction=0)
        return Scaler(rows.double().mean(0).float(), torch.where(deviation < 1e-12, 1.0, deviation).float())

    @staticmethod
    def box(rows):
        largest = rows.abs().amax(0)
        return Scaler(torch.zeros_like(largest), torch.where(largest < 1e-12, 1.0, largest))

    def normalise(self, rows):
        return (rows - self.mean) / self.scale

    def restore(self, rows):
        return rows * self.scale + self.mean


@dataclass(frozen=True)
class Chain:
    """§1, the table of constants: one kind of Langevin chain."""

    iterations: int
    last_step: float
    noise: float
    gradient_clip: float
    first_step: float = 0.1
    step_clip: float = 0.5
    box: float = 1.1

    def step_size(self, j):
        return (self.first_step - self.last_step) * (1 - j / (self.iterations - 1)) ** 2 + self.last_step

    def reach(self):
        """§1, reachability: as far as a coordinate can travel without noise, in box units."""
        return 0.5 * self.gradient_clip * sum(self.step_size(j) for j in range(self.iterations))


@dataclass(frozen=True)
class Profile:
    """A noise-free prediction: its chain, and whether it starts at the mean training target or at 0."""

    chain: Chain
    from_mean: bool

    def steps(self, iterations):
        return replace(self, chain=replace(self.chain, iterations=iterations))


TRAINING = Chain(iterations=50, last_step=1e-3, noise=0.5, gradient_clip=10)
PROFILES = {
    "OFFICIAL": Profile(Chain(iterations=100, last_step=1e-5, noise=0, gradient_clip=0.5), from_mean=False),
    "DEFAULT": Profile(Chain(iterations=100, last_step=1e-5, noise=0, gradient_clip=2), from_mean=True),
}


def energy_gradient(energy, y, create_graph=False):
    """dE/dy of every row, for an energy that maps rows of y to one number each."""
    y = y.detach().requires_grad_()
    return torch.autograd.grad(energy(y).sum(), y, create_graph=create_graph)[0]


def langevin(energy, start, chain):
    """§1, Langevin step. Noise is multiplied by the step size, not by its root; none is drawn where it is 0."""
    y = start
    for j in range(chain.iterations):
        drift = 0.5 * energy_gradient(energy, y).clamp(-chain.gradient_clip, chain.gradient_clip)
        if chain.noise:
            drift = drift + chain.noise * torch.randn_like(y)
        step = (chain.step_size(j) * drift).clamp(-chain.step_clip, chain.step_clip)
        y = (y - step).clamp(-chain.box, chain.box)
    return y


class Trainer:
    """§1, loss: InfoNCE against the network's own Langevin samples and a gradient penalty, summed over the batch."""

    def __init__(self, network, negatives=NEGATIVES, margin=MARGIN, chain=TRAINING):
        self.network, self.negatives, self.margin, self.chain = network, negatives, margin, chain
        self.adam = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-4)

    def candidates(self, x, y):
        """The negatives of each row and, last, its positive: [rows, negatives + 1, targets]."""
        repeated = x.repeat_interleave(self.negatives, 0)
        start = 2 * torch.rand(len(repeated), y.shape[1]) - 1
        negatives = langevin(lambda sample: self.network(repeated, sample), start, self.chain)
        return torch.cat([negatives.view(len(x), self.negatives, -1), y[:, None]], 1)

    def losses(self, x, candidates):
        """InfoNCE [rows], gradient penalty [rows], whether the positive has the lowest energy [rows], mean gradient norm."""
        rows, columns, _ = candidates.shape
        repeated, flat = x.repeat_interleave(columns, 0), candidates.flatten(0, 1)
        energies = self.network(repeated, flat).view(rows, columns)
        info_nce = torch.logsumexp(-energies, 1) + energies[:, -1]
        gradient = energy_gradient(lambda sample: self.network(repeated, sample), flat, create_graph=True)
        norms = gradient.norm(dim=1).view(rows, columns)
        penalty = (norms - self.margin).clamp(min=0).square().mean(1)
        return info_nce, penalty, energies[:, -1] < energies[:, :-1].amin(1), norms.detach().mean()

    def step(self, x, y):
        """One update; returns sums over the batch (loss, InfoNCE, penalty, correct rows) and the mean gradient norm."""
        info_nce, penalty, correct, norm = self.losses(x, self.candidates(x, y))
        loss = (info_nce + penalty).sum()
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return {"loss": loss.item(), "info_nce": info_nce.sum().item(), "penalty": penalty.sum().item(),
                "accuracy": correct.sum().item(), "gradient_norm": norm.item()}


def batches(x, y, size):
    """Endless batches; every epoch is a new permutation, and its last batch may be smaller."""
    while True:
        for rows in torch.randperm(len(x)).split(size):
            yield x[rows], y[rows]


def predict(network, x, start, chain, chunk=1024):
    """§1, prediction: the end of a chain for each row of x from one start [targets], in box units."""
    return torch.cat([langevin(lambda y: network(part, y), start.expand(len(part), -1), chain) for part in x.split(chunk)])


class Model:
    """A network and its normalisers, fitted on the training rows: raw observations, actions and targets in and out."""

    def __init__(self, observations, actions, targets):
        pairs = torch.cat([observations, actions], 1)
        self.input_scaler, self.target_scaler = Scaler.standard(pairs), Scaler.box(targets)
        self.network = EnergyNetwork(pairs.shape[1], targets.shape[1])
        self.x, self.y = self.input_scaler.normalise(pairs), self.target_scaler.normalise(targets)
        self.mean_target = self.y.double().mean(0).float()

    def holdout(self, observations, actions, targets, profile):
        """§1, hold-out metric, and the error per dimension, of a noise-free prediction.

        rmse: raw units; normalised_rmse: divided by the dimension's deviation on these targets; official: the squared error
        in raw units, summed over dimensions, averaged over rows and divided by their number plus 1; near_reach: the share of
        chains that travelled more than 90 % of the reach in some dimension; near_reach_per_dimension.
        """
        x = self.input_scaler.normalise(torch.cat([observations, actions], 1))
        start = self.mean_target if profile.from_mean else torch.zeros_like(self.mean_target)
        y = predict(self.network, x, start, profile.chain)
        squared = (self.target_scaler.restore(y).double() - targets.double()).square()
        rmse = squared.mean(0).sqrt()
        near = (y - start).abs() > 0.9 * profile.chain.reach()
        return {"rmse": rmse.tolist(), "normalised_rmse": (rmse / Scaler.standard(targets).scale).tolist(),
                "official": (squared.sum(1).mean() / (targets.shape[1] + 1)).item(),
                "near_reach": near.any(1).double().mean().item(),
                "near_reach_per_dimension": near.double().mean(0).tolist()}
