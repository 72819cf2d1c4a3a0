# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads with torch what the native writer wrote: tests/data/torch/written_*.pt (made by
OODSCOPE_KEEP_TORCH_FILES=tests/data/torch tst_torch_writer), or the same files in the folder given. PyPI: torch."""
import pathlib
import sys
import zipfile

import torch

folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "data" / "torch"


def load(name):
    assert zipfile.ZipFile(folder / name).testzip() is None  # checksums
    torch.load(folder / name, weights_only=True, mmap=True)
    return torch.load(folder / name, weights_only=True)


state = load("written_state_dict.pt")
expected = {
    "fc.weight": torch.tensor([[0.5, -1.25, 3e-45], [1e38, -0.0, 7]]),
    "fc.bias": torch.tensor([0.1, -0.2], dtype=torch.float64),
    "f16": torch.tensor([[1.5], [-2.0**-24]], dtype=torch.float16),
    "bf16": torch.tensor([[1.5, -0.0078125]], dtype=torch.bfloat16),
    "labels": torch.tensor([3, -1, 1 << 40]),
    "i32": torch.tensor([-3, 7], dtype=torch.int32),
    "i16": torch.tensor([-3, 7], dtype=torch.int16),
    "i8": torch.tensor([-3, 7], dtype=torch.int8),
    "u8": torch.tensor([0, 255], dtype=torch.uint8),
    "flags": torch.tensor([True, False, True]),
    "größe": torch.tensor(4.6052),
    "none": torch.zeros(0, 5),
}
assert list(state) == list(expected)
for name, tensor in expected.items():
    assert state[name].dtype == tensor.dtype and state[name].shape == tensor.shape, name
    assert torch.equal(state[name], tensor) and state[name].is_contiguous(), name


class Probe(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for name, tensor in expected.items():
            owner = self
            for part in name.split(".")[:-1]:
                if part not in dict(owner.named_children()):
                    owner.add_module(part, torch.nn.Module())
                owner = getattr(owner, part)
            owner.register_buffer(name.split(".")[-1], torch.zeros_like(tensor))


print(Probe().load_state_dict(state))
assert torch.equal(load("written_tensor.pt"), torch.arange(12.0).reshape(3, 4))
assert load("written_integers.pt") == [5, 0, 255, 256, 999, -1, 70000, 1 << 33, -(1 << 63), (1 << 63) - 1]
assert load("written_empty.pt") == []
print("all written files read")
