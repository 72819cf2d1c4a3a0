# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/script: TorchScript image encoders of each form of output, the declaration beside each, and what
they give for two images; and some that cannot be used. PyPI: torch, safetensors."""
import json
import pathlib
import zipfile
from typing import Dict, NamedTuple

import torch
from safetensors.torch import save_file

out = pathlib.Path(__file__).resolve().parent.parent / "data" / "script"
out.mkdir(exist_ok=True)
torch.manual_seed(1)
SIZE, WIDTH, MEAN, STD = 16, 6, [0.5, 0.4, 0.3], [0.2, 0.25, 0.3]


class Encoder(torch.nn.Module):
    """[N, 6, 1, 1]"""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, WIDTH, 3, stride=2)
        self.norm = torch.nn.BatchNorm2d(WIDTH)
        self.norm.running_mean.normal_()
        self.norm.running_var.uniform_(0.5, 2)
        self.drop = torch.nn.Dropout(0.9)  # shows whether evaluation mode is on
        self.register_buffer("order", torch.randperm(WIDTH))  # int64: has to stay so in bfloat16

    def map(self, x: torch.Tensor):
        return self.drop(torch.relu(self.norm(self.conv(x))))[:, self.order]

    def forward(self, x: torch.Tensor):
        return self.map(x).mean((2, 3), keepdim=True)


class Flat(Encoder):
    def forward(self, x: torch.Tensor):
        return self.map(x).mean((2, 3))


class Pair(Encoder):
    def forward(self, x: torch.Tensor):
        y = self.map(x)
        return y.mean((2, 3)), y


class Map(Encoder):
    def forward(self, x: torch.Tensor):
        return self.map(x)


class Tokens(Encoder):
    def forward(self, x: torch.Tensor):
        return [x, self.map(x).flatten(2).transpose(1, 2)]


class Named(Encoder):
    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        y = self.map(x)
        return {"map": y, "features": y.mean((2, 3))}


class Outputs(NamedTuple):
    map: torch.Tensor
    features: torch.Tensor


class NamedTupled(Encoder):
    def forward(self, x: torch.Tensor) -> Outputs:
        y = self.map(x)
        return Outputs(y, y.amax((2, 3)))


class Logarithm(torch.nn.Module):
    """NaN for dark images."""

    def forward(self, x: torch.Tensor):
        return x.mean((2, 3)).repeat(1, 2).log()


class OtherSize(torch.nn.Module):
    def forward(self, x: torch.Tensor):
        assert x.size(2) == 32, "expected 32 pixels"
        return x.mean((2, 3))


class NotPerImage(torch.nn.Module):
    def forward(self, x: torch.Tensor):
        return x.mean((0, 2, 3)).repeat(2).unsqueeze(0)


class OnlyFloat(torch.nn.Module):
    """Its code makes float32 tensors that its weights do not go with in another precision."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, WIDTH)

    def forward(self, x: torch.Tensor):
        return self.linear(x.float().mean((2, 3)))


pixels = torch.randint(0, 256, (2, SIZE, SIZE, 3), dtype=torch.uint8)
normalised = ((pixels.float() / 255 - torch.tensor(MEAN)) / torch.tensor(STD)).permute(0, 3, 1, 2)


def save(name, model):
    """Without what serves debugging: it holds the paths of this machine."""
    path = out / f"{name}.pt"
    torch.jit.script(model.train()).save(str(path))  # saved as training left it
    with zipfile.ZipFile(path) as archive:
        kept = [(info, archive.read(info)) for info in archive.infolist() if not info.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w") as archive:
        for info, data in kept:
            archive.writestr(zipfile.ZipInfo(info.filename), data)


def write(name, model, more):
    save(name, model)
    declaration = {"format": "torchscript", "image_size": SIZE, "embedding_width": WIDTH, "mean": MEAN, "std": STD,
                   "interpolation": "bilinear", "resize_mode": "squash", **more}
    (out / f"{name}.json").write_text(json.dumps(declaration, indent=1) + "\n")


for name, kind, more, pick in (
    ("pooled", Encoder, {}, lambda given: given.flatten(1)),
    ("flat", Flat, {}, lambda given: given),
    ("pair", Pair, {}, lambda given: given[0]),
    ("map", Map, {"pool": "mean"}, lambda given: given.mean((2, 3))),
    ("tokens", Tokens, {"output": 1, "pool": "first"}, lambda given: given[1][:, 0]),
    ("named", Named, {"output": "features"}, lambda given: given["features"]),
    ("tuple", NamedTupled, {"output": "features"}, lambda given: given.features),
):
    model = kind()
    write(name, model, more)
    expected = pick(model.eval()(normalised)).detach().contiguous()
    save_file({"pixels": pixels, "embeddings": expected}, out / f"{name}.safetensors")
for name, kind in (("logarithm", Logarithm), ("other_size", OtherSize), ("not_per_image", NotPerImage),
                   ("only_float", OnlyFloat)):
    write(name, kind(), {})
torch.save(Flat().state_dict(), out / "state_dict.pt")
