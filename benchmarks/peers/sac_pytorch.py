"""One update of soft actor-critic in plain PyTorch: two separate critics, four Adam optimisers, in the usual order
critic 1, critic 2, actor, temperature, targets. Answers each request line, a number of updates, with the milliseconds of one
and those of its processor time.

    sac_pytorch.py THREADS [fused]
"""

import sys
import time

import numpy as np
import torch
from torch import nn

OBSERVATIONS, ACTIONS, HIDDEN, BATCH, STORED = 11, 3, 256, 256, 100_000
GAMMA, TAU, TARGET_ENTROPY = 0.99, 0.005, -ACTIONS


def mlp(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), *outputs)


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = mlp(OBSERVATIONS, [])
        self.mean = nn.Linear(HIDDEN, ACTIONS)
        self.log_std = nn.Linear(HIDDEN, ACTIONS)

    def forward(self, observations):
        h = self.body(observations)
        mean, log_std = self.mean(h), self.log_std(h).clamp(-5, 2)
        noise = torch.randn_like(mean)
        action = torch.tanh(mean + log_std.exp() * noise)
        log_density = -0.5 * noise**2 - log_std - 0.9189385332046727 - torch.log(1 - action**2 + 1e-6)
        return action, log_density.sum(-1, keepdim=True)


class Buffer:
    def __init__(self, random):
        self.random = random
        self.observations = random.standard_normal((STORED, OBSERVATIONS), dtype=np.float32)
        self.actions = random.uniform(-1, 1, (STORED, ACTIONS)).astype(np.float32)
        self.rewards = random.standard_normal((STORED, 1), dtype=np.float32)
        self.next_observations = random.standard_normal((STORED, OBSERVATIONS), dtype=np.float32)
        self.terminals = (random.random((STORED, 1)) < 0.01).astype(np.float32)

    def sample(self):
        rows = self.random.integers(0, STORED, BATCH)
        return [torch.from_numpy(part[rows]) for part in
                (self.observations, self.actions, self.rewards, self.next_observations, self.terminals)]


class Sac:
    def __init__(self, fused):
        def adam(parameters, rate):
            return torch.optim.Adam(parameters, lr=rate, fused=fused)

        self.actor = Actor()
        self.critics = [mlp(OBSERVATIONS + ACTIONS, [nn.Linear(HIDDEN, 1)]) for _ in range(2)]
        self.targets = [mlp(OBSERVATIONS + ACTIONS, [nn.Linear(HIDDEN, 1)]) for _ in range(2)]
        for target, critic in zip(self.targets, self.critics):
            target.load_state_dict(critic.state_dict())
        self.actor_adam = adam(self.actor.parameters(), 3e-4)
        self.critic_adams = [adam(critic.parameters(), 1e-3) for critic in self.critics]
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.alpha_adam = adam([self.log_alpha], 1e-3)
        self.alpha = self.log_alpha.detach().exp()

    def update(self, batch):
        observations, actions, rewards, next_observations, terminals = batch
        pairs = torch.cat([observations, actions], 1)
        values = [critic(pairs) for critic in self.critics]
        with torch.no_grad():
            next_actions, next_log_density = self.actor(next_observations)
            next_pairs = torch.cat([next_observations, next_actions], 1)
            next_value = torch.min(*[target(next_pairs) for target in self.targets]) - self.alpha * next_log_density
            goal = rewards + GAMMA * (1 - terminals) * next_value
        losses = []
        for value, optimiser in zip(values, self.critic_adams):
            loss = ((value - goal) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss)

        chosen, log_density = self.actor(observations)
        chosen_pairs = torch.cat([observations, chosen], 1)
        actor_loss = -torch.min(*[critic(chosen_pairs) for critic in self.critics]).mean() \
            + self.alpha * log_density.mean()
        self.actor_adam.zero_grad()
        actor_loss.backward()
        self.actor_adam.step()

        alpha_loss = -(self.log_alpha * (log_density.detach() + TARGET_ENTROPY)).mean()
        self.alpha_adam.zero_grad()
        alpha_loss.backward()
        self.alpha_adam.step()
        self.alpha = self.log_alpha.detach().exp()

        for target, critic in zip(self.targets, self.critics):
            for t, c in zip(target.parameters(), critic.parameters()):
                t.data.copy_(t.data * (1 - TAU) + c.data * TAU)
        return [loss.item() for loss in (*losses, actor_loss, alpha_loss)]


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    sac, buffer = Sac("fused" in sys.argv[2:] or None), Buffer(np.random.default_rng(0))
    print("ready", "torch", torch.__version__, "threads", torch.get_num_threads(), flush=True)
    for line in sys.stdin:
        updates = int(line)
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(updates):
            sac.update(buffer.sample())
        print((time.perf_counter() - start) * 1000 / updates, (time.process_time() - cpu) * 1000 / updates, flush=True)


main()
