"""Development check: files of tensors, both ways against the official reader and writer.

    safetensors_check.py FOLDER write            writes FOLDER/official.safetensors
    safetensors_check.py FOLDER compare          reads FOLDER/ours.safetensors, compares official and copy
"""

import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file


def contents(path):
    with safe_open(path, "pt") as file:
        return file.metadata(), {name: file.get_tensor(name) for name in file.keys()}


def main():
    folder, what = sys.argv[1:]
    if what == "write":
        generator = torch.Generator().manual_seed(0)
        normal = torch.randn(6, 4, generator=generator)
        tensors = {"single": normal, "double": normal.double(), "half": normal.bfloat16(), "long": (normal * 1e9).long(),
                   "bytes": torch.arange(256, dtype=torch.uint8), "mask": normal > 0, "scalar": torch.tensor(float("nan")),
                   "empty": torch.zeros(3, 0), "größe": torch.tensor([float("-inf"), -0.0])}
        save_file(tensors, f"{folder}/official.safetensors", metadata={"note": "größer \"so\"\n"})
        return
    metadata, ours = contents(f"{folder}/ours.safetensors")
    assert metadata == {"note": "größer \"so\"\n"}, metadata
    single = ours["normal FLOAT32"]
    assert single.shape == (5, 7) and torch.equal(ours["normal FLOAT64"], single.double())
    assert torch.equal(ours["normal BFLOAT16"], single.bfloat16()) and torch.equal(ours["mask"], single.T > 0)
    assert ours["größe"].shape == () and ours["größe"] == single[0, 0] and ours["empty"].shape == (0, 5)
    assert torch.equal(ours["long"], (single.T * 1e9).long()) and ours["bytes"].dtype == torch.uint8
    official, copy = contents(f"{folder}/official.safetensors"), contents(f"{folder}/copy.safetensors")
    assert official[0] == copy[0] and official[1].keys() == copy[1].keys()
    for name, tensor in official[1].items():
        other = copy[1][name]
        assert tensor.dtype == other.dtype and tensor.shape == other.shape, name
        assert torch.equal(tensor.reshape(-1).view(torch.uint8), other.reshape(-1).view(torch.uint8)), name
    print(f"{len(ours)} tensors written here were read officially, {len(copy[1])} official ones came back bit by bit")


main()
