"""Development check of etm.py: schedule, quadratic energies, gradients, and a linear system learned to a sensible error.

    etm_check.py                 the exact checks (05-etm-adetm §7, 1 to 4); seconds
    etm_check.py data FILE       writes the linear system s' = s + As + Ba + noise, r = -|s|^2 for etm_fidelity.py
"""

import math
import sys

import torch
from safetensors.torch import save_file

import etm


def close(found, wanted, tolerance):
    assert abs(found - wanted) <= tolerance, (found, wanted)


def schedule():
    for chain in (etm.TRAINING, *(profile.chain for profile in etm.PROFILES.values())):
        close(chain.step_size(0), 0.1, 1e-16)
        assert chain.step_size(chain.iterations - 1) == chain.last_step
    official = etm.PROFILES["OFFICIAL"]
    close(official.chain.reach(), 0.838, 5e-4)
    close(official.steps(30).chain.reach(), 0.254, 5e-4)


def quadratics():
    """E = curvature / 2 |y - b|^2 from 0 without noise."""
    def end(curvature, b, iterations, clip):
        chain = etm.Chain(iterations, 1e-5, 0, clip)
        start = torch.zeros(1, 1, dtype=torch.double)
        return etm.langevin(lambda y: curvature / 2 * (y - b).square().sum(1), start, chain).item()

    for b in (-0.9, -0.5, 0.1, 0.5, 0.9):
        close(end(10, b, 100, 2), b, 1e-3)
    for curvature, b, iterations, clip, wanted, tolerance in (
            (10, 0.5, 30, 0.5, 0.2544, 5e-5), (10, 0.9, 30, 0.5, 0.2544, 5e-5), (10, 0.5, 30, 2, 0.497, 5e-4),
            (10, 0.9, 30, 2, 0.864, 5e-4), (2, 0.5, 100, 2, 0.4842, 5e-5)):
        found = end(curvature, b, iterations, clip)
        print(f"curvature {curvature}, b {b}, N {iterations}, G {clip}: {found:.4f} (wanted {wanted})")
        close(found, wanted, tolerance)


def clips():
    """A step is clipped at each of its three places, and the noise is multiplied by the step size."""
    chain = etm.Chain(2, 0.1, 0, 1)
    steep = etm.langevin(lambda y: -100 * y.sum(1), torch.zeros(1, 1), chain)
    close(steep.item(), 0.1, 1e-7)
    far = etm.langevin(lambda y: -100 * y.sum(1), torch.ones(1, 1), etm.Chain(2, 0.1, 0, 100))
    close(far.item(), 1.1, 1e-7)
    long = etm.langevin(lambda y: -100 * y.sum(1), torch.full((1, 1), -1.0), etm.Chain(2, 0.1, 0, 100))
    close(long.item(), 0, 1e-7)
    torch.manual_seed(0)
    noisy = etm.langevin(lambda y: 0 * y.sum(1), torch.zeros(100_000, 1), etm.Chain(30, 1e-5, 0.5, 1))
    wanted = 0.5 * math.sqrt(sum(etm.Chain(30, 1e-5, 0.5, 1).step_size(j) ** 2 for j in range(30)))
    close(noisy.std().item(), wanted, 0.01 * wanted)


def gradients():
    """Losses' gradients in every parameter against central differences in double precision, penalty active."""
    torch.manual_seed(1)
    network = etm.EnergyNetwork(4, 3, (8, 8)).double()
    trainer = etm.Trainer(network, margin=0.05)
    x, candidates = torch.randn(5, 4, dtype=torch.double), torch.rand(5, 4, 3, dtype=torch.double)
    for part in (0, 1):
        def loss():
            return trainer.losses(x, candidates)[part].sum()

        network.zero_grad()
        loss().backward()
        worst = 0
        for parameter in network.parameters():
            exact = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()
            estimate = torch.zeros_like(parameter)
            flat, other = parameter.data.view(-1), estimate.view(-1)
            for i in range(len(flat)):
                kept = flat[i].item()
                sides = []
                for shift in (1e-6, -1e-6):
                    flat[i] = kept + shift
                    sides.append(loss().item())
                flat[i] = kept
                other[i] = (sides[0] - sides[1]) / 2e-6
            worst = max(worst, ((exact - estimate).norm() / max(estimate.norm().item(), 1e-3)).item())
        print(f"{('InfoNCE', 'penalty')[part]}: gradient against differences, relative error {worst:.1e}")
        assert worst < 1e-5 and loss().item() > 0


def losses():
    """Three candidates of energies 0, 0 and, the positive, log 2: InfoNCE log 5; slopes of 1 above a margin of 1/4."""
    trainer = etm.Trainer(etm.EnergyNetwork(1, 1), margin=0.25)
    trainer.network = lambda x, y: y[:, 0]
    info_nce, penalty, correct, norm = trainer.losses(torch.zeros(1, 1), torch.tensor([[[0.0], [0.0], [math.log(2)]]]))
    close(info_nce.item(), math.log(5), 1e-6)
    close(penalty.item(), 0.75 ** 2, 1e-6)
    assert not correct.item() and norm.item() == 1


def scalers_and_shapes():
    rows = torch.cat([torch.randn(1000, 3), torch.full((1000, 1), 0.1)], 1)
    for scaler in (etm.Scaler.standard(rows), etm.Scaler.box(rows)):
        assert torch.allclose(scaler.restore(scaler.normalise(rows)), rows, atol=1e-6)
    assert etm.Scaler.standard(rows).scale[3] == 1 and etm.Scaler.box(rows).normalise(rows).abs().max() == 1
    for d, p, wanted in ((11, 3, 126_201), (17, 6, 129_201)):
        assert sum(w.numel() for w in etm.EnergyNetwork(d + p, d + 1).parameters()) == wanted


def linear_system(file, d=3, p=2):
    torch.manual_seed(0)
    a, b = 0.2 * torch.randn(d, d), 0.3 * torch.randn(d, p)
    tensors = {}
    for part, rows in (("train", 20_000), ("holdout", 2000)):
        s, action = torch.randn(rows, d), 2 * torch.rand(rows, p) - 1
        change = s @ a.T + action @ b.T + 0.01 * torch.randn(rows, d)
        tensors |= {f"{part}.observations": s, f"{part}.actions": action,
                    f"{part}.targets": torch.cat([change, -s.square().sum(1, keepdim=True)], 1)}
    save_file(tensors, file)


def main():
    if sys.argv[1:2] == ["data"]:
        linear_system(sys.argv[2])
        return
    for check in (schedule, quadratics, clips, losses, gradients, scalers_and_shapes):
        check()
    print("all checks passed")


main()
