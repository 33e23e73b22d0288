"""Makes minari-pendulum.hdf5.gz and minari-metadata.json with Minari itself, and variations with h5py.

python make_minari.py  (minari[hdf5,create], gymnasium, h5py, numpy)
Twelve episodes of random torques of Pendulum-v1: numbers divisible by 3 are left after 7 steps, the others run 12.
"""
import gzip
import os
import shutil
import tempfile
from pathlib import Path

scratch = tempfile.mkdtemp()
os.environ["MINARI_DATASETS_PATH"] = scratch

import gymnasium
import h5py
import minari
import numpy as np

here = Path(__file__).parent
env = minari.DataCollector(gymnasium.make("Pendulum-v1", max_episode_steps=12), record_infos=True, data_format="hdf5")
rng = np.random.default_rng(3)
for episode in range(12):
    env.reset(seed=episode)
    for _ in range(12 if episode % 3 else 7):
        env.step(rng.uniform(-2, 2, 1).astype(np.float32))
env.create_dataset(dataset_id="pendulum/tiny-v0", algorithm_name="uniform", description="tiny")
data = Path(scratch) / "pendulum/tiny-v0/data"
with open(data / "main_data.hdf5", "rb") as source, gzip.GzipFile(here / "minari-pendulum.hdf5.gz", "wb", mtime=0) as target:
    shutil.copyfileobj(source, target)
shutil.copy(data / "metadata.json", here / "minari-metadata.json")
shutil.rmtree(scratch)


def episode(file, name, steps, observations=None, actions=None, **changed):
    group = file.create_group(name)
    if observations is None:
        observations = np.arange(2 * (steps + 1), dtype=np.float32).reshape(steps + 1, 2)
    if isinstance(observations, dict):
        for key, value in observations.items():
            group["observations/" + key] = value
    else:
        group["observations"] = observations
    group["actions"] = np.full((steps, 1), 0.5, np.float32) if actions is None else actions
    group["rewards"] = changed.get("rewards", np.ones(steps))
    group["terminations"] = np.arange(steps) == steps - 1 if steps else np.zeros(0, bool)
    group["truncations"] = np.zeros(steps, bool)
    group["infos/success"] = np.zeros(steps, bool)


with h5py.File(here / "minari-dictionary.hdf5", "w") as file:
    episode(file, "episode_0", 3, {"achieved_goal": np.zeros((4, 2)), "observation": np.zeros((4, 3))})
with h5py.File(here / "minari-discrete.hdf5", "w") as file:
    episode(file, "episode_0", 3, actions=np.arange(3))
with h5py.File(here / "minari-short.hdf5", "w") as file:
    episode(file, "episode_0", 3)
    episode(file, "episode_1", 3, np.zeros((3, 2), np.float32))
with h5py.File(here / "minari-wider.hdf5", "w") as file:
    episode(file, "episode_0", 3)
    episode(file, "episode_1", 3, np.zeros((4, 5), np.float32))
with h5py.File(here / "minari-nan.hdf5", "w") as file:
    episode(file, "episode_0", 3)
    episode(file, "episode_1", 3, rewards=np.array([1, np.inf, 1]))
with h5py.File(here / "minari-open.hdf5", "w") as file:
    file.attrs["dataset_id"] = "old/attributes-v0"
    episode(file, "episode_0", 0)
    episode(file, "episode_1", 3)
    del file["episode_1/terminations"]
    file["episode_1/terminations"] = np.zeros(3, bool)
    episode(file, "episode_2", 2)
