"""Makes the D4RL files of this folder: python make_d4rl.py  (h5py, numpy)

Every value is a formula of its row and column, so that the tests know what they must read.
Eleven rows in three episodes: rows 0-3 (terminal), 4-8 (timeout), 9-10 (the data end).
"""
import sys
from pathlib import Path

import h5py
import numpy as np

N, O, A = 11, 3, 2
STARTS = [0, 4, 9]


def column(shift, width, dtype=np.float32):
    row = np.arange(N)[:, None]
    return (row * 0.5 + np.arange(width)[None, :] * 0.25 + shift).astype(dtype)


def content(dtype=np.float32):
    observations = column(-2, O, dtype)
    following = column(-1.5, O, dtype)  # the next row's observations
    for end in (3, 8, 10):
        following[end] += 100  # after an episode's end comes what no row begins with
    terminals = np.zeros(N, bool)
    terminals[3] = True
    timeouts = np.zeros(N, bool)
    timeouts[8] = True
    return {
        "observations": observations,
        "actions": column(0, A, dtype) / 8,
        "rewards": column(1, 1, dtype)[:, 0],
        "next_observations": following,
        "terminals": terminals,
        "timeouts": timeouts,
    }


def put(name, data, **options):
    with h5py.File(folder / name, "w") as file:
        for key, value in data.items():
            file.create_dataset(key, data=value, **options)


def without(data, *names):
    return {key: value for key, value in data.items() if key not in names}


folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
whole = content()
# As D4RL's own files: gzip, resizable, chunks that cut columns too, h5py's booleans, metadata with policy weights.
with h5py.File(folder / "d4rl-like.hdf5", "w") as file:
    for key, value in whole.items():
        chunks = (8,) + (2,) * (value.ndim - 1)
        file.create_dataset(key, data=value, chunks=chunks, maxshape=(None,) * value.ndim, compression="gzip")
    group = file.create_group("metadata")
    group["algorithm"] = np.bytes_("SAC")
    group["iteration"] = 995
    group["policy/nonlinearity"] = "relu"
    group["policy/output_distribution"] = "tanh_gaussian"
    group["policy/fc0/weight"] = np.ones((4, O), np.float32)
    group["policy/fc0/bias"] = np.zeros(4, np.float32)
    file["infos/qpos"] = np.zeros((N, 4))
    file["infos/qvel"] = np.zeros((N, 4))
    file.attrs["env_id"] = "Hopper-v2"
    file.attrs["seed"] = 7
    file.attrs["big"] = np.arange(5)

int8 = {key: value.astype(np.int8) if value.dtype == bool else value for key, value in whole.items()}
put("contiguous-int8.hdf5", int8)
put("float64-big-endian.hdf5", {k: v.astype(">f8") if v.dtype != bool else v.astype(np.uint8)
                                for k, v in content(np.float64).items()})
columns = dict(whole)
for key in ("rewards", "terminals", "timeouts"):
    columns[key] = columns[key][:, None]
put("columns-shuffle-fletcher.hdf5", columns, chunks=True, shuffle=True, fletcher32=True, compression="gzip")
put("fletcher.hdf5", int8, chunks=True, fletcher32=True)
floats = {k: v.astype(np.float16 if k == "rewards" else np.float32) for k, v in whole.items()}
put("lzf.hdf5", floats, chunks=True, compression="lzf")
put("float-flags.hdf5", floats)
put("no-next.hdf5", without(whole, "next_observations"), compression="gzip")
put("no-timeouts.hdf5", without(whole, "timeouts"), compression="gzip")
put("no-next-no-timeouts.hdf5", without(whole, "next_observations", "timeouts"), compression="gzip")
put("no-rewards.hdf5", without(whole, "rewards"))
put("empty.hdf5", {})
put("no-rows.hdf5", {key: value[:0] for key, value in whole.items()})
put("images.hdf5", dict(whole, observations=np.zeros((N, 4, 4), np.float32)))
put("discrete.hdf5", dict(whole, actions=np.arange(N)))
put("strings.hdf5", dict(whole, rewards=np.array([b"one"] * N)))
put("flag-seven.hdf5", dict(int8, terminals=np.array([0] * 5 + [7] + [0] * 5, np.int8)))
put("short-rewards.hdf5", dict(whole, rewards=whole["rewards"][:9]))
put("narrow-next.hdf5", dict(whole, next_observations=whole["next_observations"][:, :2]))
put("one-observation.hdf5", dict(whole, observations=whole["observations"][:, 0],
                                 next_observations=whole["next_observations"][:, 0]))
nan = {key: value.copy() for key, value in whole.items()}
nan["actions"][6, 1] = np.nan
put("nan.hdf5", nan, compression="gzip")
large = content(np.float64)
large["rewards"][2] = 1e300
put("beyond-float32.hdf5", large)
# Newer tables of the format: version 2 headers, fixed and extensible arrays of chunks.
with h5py.File(folder / "latest.hdf5", "w", libver="v110") as file:
    for key, value in whole.items():
        maximum = (None,) + value.shape[1:] if key == "actions" else None
        file.create_dataset(key, data=value, chunks=(4,) + value.shape[1:], maxshape=maximum, compression="gzip")
    file["metadata/algorithm"] = "SAC"
# A data set that was made and never written.
with h5py.File(folder / "never-written.hdf5", "w") as file:
    for key, value in without(whole, "rewards").items():
        file[key] = value
    file.create_dataset("rewards", (N,), np.float32, chunks=(4,), compression="gzip")
with h5py.File(folder / "half-written.hdf5", "w") as file:
    for key, value in without(whole, "rewards").items():
        file[key] = value
    file.create_dataset("rewards", (N,), np.float32, chunks=(4,), compression="gzip")[:4] = 1
# Forms that are too new.
with h5py.File(folder / "newer.hdf5", "w", libver="v114") as file:
    for key, value in whole.items():
        file[key] = value
# Links.
with h5py.File(folder / "links.hdf5", "w") as file:
    for key, value in without(whole, "rewards").items():
        file[key] = value
    file["rewards"] = h5py.ExternalLink("contiguous-int8.hdf5", "/rewards")
with h5py.File(folder / "linked-extras.hdf5", "w") as file:
    for key, value in whole.items():
        file[key] = value
    file["infos"] = h5py.ExternalLink("elsewhere.hdf5", "/infos")
    file["metadata"] = h5py.SoftLink("/nowhere")
with h5py.File(folder / "group-in-itself.hdf5", "w") as file:
    for key, value in whole.items():
        file[key] = value
    group = file.create_group("metadata")
    group["again"] = group
    group["algorithm"] = "SAC"
