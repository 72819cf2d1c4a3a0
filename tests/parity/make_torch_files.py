# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/torch: checkpoints as torch itself writes them, each with the tensors a reader must find in it
(NAME.safetensors beside NAME.pt). PyPI: torch, numpy, safetensors."""
import argparse
import collections
import pathlib

import numpy
import torch
from safetensors.torch import save_file

out = pathlib.Path(__file__).resolve().parent.parent / "data" / "torch"
out.mkdir(exist_ok=True)
torch.manual_seed(0)


def write(name, value, expected, legacy=False, protocol=2):
    torch.save(value, out / name, _use_new_zipfile_serialization=not legacy, pickle_protocol=protocol)
    save_file({key: tensor.detach().clone().contiguous() for key, tensor in expected.items()},
              (out / name).with_suffix(".safetensors"))


def flat(prefix, tensors):
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


# Every type a storage class exists for, a scalar, an empty tensor; the _metadata of a real state dict.
module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
state = module.state_dict()
state["half"] = torch.tensor([[1.5, -2.0**-24], [65504.0, 0.333251953125]], dtype=torch.float16)
state["brain"] = torch.tensor([1.5, -0.0078125], dtype=torch.bfloat16)
state["double"] = torch.tensor([0.1], dtype=torch.float64)
for dtype in (torch.int64, torch.int32, torch.int16, torch.int8):
    state[str(dtype)[6:]] = torch.tensor([-3, 7], dtype=dtype)
state["bytes"] = torch.tensor([0, 255], dtype=torch.uint8)
state["flags"] = torch.tensor([True, False, True])
state["scale"] = torch.tensor(4.6052)
state["nothing"] = torch.zeros(0, 5)
write("state_dict.pt", state, state)
write("state_dict_legacy.pth", state, state, legacy=True)
write("protocol4.pt", state, state, protocol=4)

# What training scripts keep beside the weights. Nothing but the tensors of "model" and "history" is weights.
weights = {"module.a.weight": torch.randn(2, 3), "module.a.bias": torch.randn(2)}
training = {
    "epoch": 300,
    "args": argparse.Namespace(arch="vit_base", lr=5e-4, out=pathlib.PurePosixPath("/out"), betas=(0.9, 0.95)),
    "best": numpy.float64(0.815),
    "seen": numpy.int64(-7),
    "ratio": numpy.float32(0.25),
    "done": numpy.bool_(True),
    "names": ["tench", "goldfish", "größer"],
    "big": 1 << 80,
    "negative": -(1 << 40),
    "nothing": None,
    "model": collections.OrderedDict(weights),
    "history": [torch.arange(2), {"loss": torch.tensor([0.5])}, (torch.ones(1, 1),)],
    7: torch.full((2,), 7.0),
    "optimizer": {"state": {0: {"exp_avg": torch.zeros(2, 3)}}, "param_groups": [{"lr": 5e-4, "params": [0]}]},
    "set": {3},
    "device": torch.device("cpu"),
    "dtype": torch.float16,
    "size": torch.Size([4, 5]),
}
expected = {**flat("model", weights), "history.0": torch.arange(2), "history.1.loss": torch.tensor([0.5]),
            "history.2.0": torch.ones(1, 1), "7": torch.full((2,), 7.0)}
write("training.pt", training, expected)
write("training_legacy.pth", training, expected, legacy=True)

# Parameters (one with an attribute of its own), tied weights, views, strides.
base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
parameter = torch.nn.Parameter(torch.randn(2, 2))
tagged = torch.nn.Parameter(torch.randn(2))
tagged.no_decay = True
shared = {"whole": base, "tied": base, "row": base[2], "column": base[:, 1], "turned": base.t(), "corner": base[1:3, 2:4],
          "every": base.reshape(-1)[::5], "wide": torch.ones(1).expand(3, 2), "parameter": parameter, "tagged": tagged,
          "image": torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last),
          "halves": torch.arange(6, dtype=torch.float16).reshape(2, 3).t(), "moved": torch.arange(6).reshape(2, 3).t(),
          "flipped": torch.tensor([[True, False], [False, False]]).t()}
write("views.pt", shared, shared)
write("views_legacy.pth", shared, shared, legacy=True)

# Types without a storage class go through _rebuild_tensor_v3.
rare = {"u16": torch.tensor([1, 65535], dtype=torch.uint16), "u32": torch.tensor([7], dtype=torch.uint32),
        "u64": torch.tensor([1 << 40], dtype=torch.uint64), "e4m3": torch.tensor([1.5, -2]).to(torch.float8_e4m3fn),
        "e5m2": torch.tensor([1.5, -2]).to(torch.float8_e5m2)}
write("rare_types.pt", rare, rare)
complex_tensor = {"odd": torch.tensor([1 + 2j]), "plain": torch.ones(2)}
write("complex.pt", complex_tensor, {"plain": torch.ones(2)})

write("bare.pt", torch.arange(6, dtype=torch.float32).reshape(2, 3), {"tensor": torch.arange(6).reshape(2, 3).float()})
torch.save([5, 0, 999, -1, 70000, 1 << 33], out / "integers.pt")
torch.save([5, 0, 999, -1, 70000, 1 << 33], out / "integers_legacy.pt", _use_new_zipfile_serialization=False)


# A whole pickled module and a TorchScript archive with fp16 weights, as OpenAI's CLIP files are.
class Tower(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.visual = torch.nn.Sequential(torch.nn.Linear(2, 2, bias=False), torch.nn.ReLU(), torch.nn.BatchNorm1d(2))
        self.scale = torch.nn.Parameter(torch.tensor(2.5))
        self.register_buffer("input_resolution", torch.tensor(224))
        self.absent = None

    def forward(self, x):
        return self.visual(x) * self.scale


tower = Tower().eval()
write("module.pt", tower, tower.state_dict())
tower = tower.half()
torch.jit.script(tower).save(str(out / "script.pt"))
save_file(dict(tower.state_dict()), out / "script.safetensors")
