"""One update of soft actor-critic by stable-baselines3. Answers each request line, a number of updates, with the
milliseconds of one and those of its processor time.

    sac_sb3.py THREADS
"""

import sys
import time

import gymnasium
import numpy as np
import stable_baselines3
import torch
from stable_baselines3 import SAC
from stable_baselines3.common.logger import Logger

OBSERVATIONS, ACTIONS, BATCH, STORED = 11, 3, 256, 100_000


class Shapes(gymnasium.Env):
    """Only says what observations and actions look like; the updates never step it."""

    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (OBSERVATIONS,), np.float32)
    action_space = gymnasium.spaces.Box(-1, 1, (ACTIONS,), np.float32)

    def reset(self, seed=None, options=None):
        return np.zeros(OBSERVATIONS, np.float32), {}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    random = np.random.default_rng(0)
    sac = SAC("MlpPolicy", Shapes(), learning_rate=3e-4, buffer_size=STORED, batch_size=BATCH, seed=0, device="cpu",
              policy_kwargs={"net_arch": [256, 256]})
    sac.set_logger(Logger(None, []))
    buffer = sac.replay_buffer
    buffer.observations[:, 0] = random.standard_normal((STORED, OBSERVATIONS))
    buffer.actions[:, 0] = random.uniform(-1, 1, (STORED, ACTIONS))
    buffer.rewards[:, 0] = random.standard_normal(STORED)
    buffer.next_observations[:, 0] = random.standard_normal((STORED, OBSERVATIONS))
    buffer.dones[:, 0] = random.random(STORED) < 0.01
    buffer.full = True
    print("ready", "stable-baselines3", stable_baselines3.__version__, "torch", torch.__version__, "threads",
          torch.get_num_threads(), flush=True)
    for line in sys.stdin:
        updates = int(line)
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(updates):
            sac.train(gradient_steps=1, batch_size=BATCH)
        print((time.perf_counter() - start) * 1000 / updates, (time.process_time() - cpu) * 1000 / updates, flush=True)


main()
