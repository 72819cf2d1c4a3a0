# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes resources/selftest, which `oodscope-cli selftest` and the window compare themselves with.

Usage: make_selftest.py [OUT]  (default: ../../resources/selftest beside this file)
Needs Pillow, torch, open_clip_torch 3.3, timm 1.0, safetensors, numpy. `resize.safetensors`: pictures and what Pillow
makes of them ("<mode> <interpolation>.source", ".result"). `tokenizer`: merges, texts and the ids of open_clip's
tokenizer (from tests/data/tokenizer). `models`: snapshot folders with weights, inputs and outputs.
"""
import json
import pathlib
import shutil
import sys

import numpy as np
import torch
from PIL import Image

import make_conv_vectors
import make_model_vectors
import make_vit_vectors
from safetensors.torch import load_file, save_file

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
VIT_CASES = ["beit_finetuned"]
CONV_CASES = ["convnext_timm"]


def picture(seed, width, height):
    """Smooth colours with hard edges and some noise: overshoot and rounding both matter."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([np.sin(x / 5 + c) * np.cos(y / 7 - c) for c in range(3)], axis=-1)
    edges = ((x // 9 + y // 11) % 2)[..., None] * 90
    return np.clip(90 + 60 * waves + edges + generator.normal(0, 12, (height, width, 3)), 0, 255).astype(np.uint8)


def prepared(image, size, mode, interpolation):
    """torchvision: Resize(size) cuts the long side's fraction off, CenterCrop rounds half to even."""
    if mode == "squash":
        return image.resize((size, size), interpolation)
    width, height = image.size
    short = min(width, height)
    width, height = int(size * width / short), int(size * height / short)
    image = image.resize((width, height), interpolation)
    left, top = round((width - size) / 2), round((height - size) / 2)
    return image.crop((left, top, left + size, top + size))


def resize_vectors():
    tensors = {}
    for seed, (mode, interpolation, width, height, size) in enumerate([
            ("shortest", "bicubic", 91, 64, 32), ("shortest", "bilinear", 50, 83, 24), ("squash", "bicubic", 75, 60, 32)]):
        source = picture(seed, width, height)
        result = prepared(Image.fromarray(source), size, mode, getattr(Image, interpolation.upper()))
        tensors[f"{mode} {interpolation}.source"] = torch.from_numpy(source)
        tensors[f"{mode} {interpolation}.result"] = torch.from_numpy(np.array(result))
    return tensors


def write_tokenizer(folder):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(DATA / "tokenizer" / "small_merges.txt", folder / "merges.txt")
    texts = json.loads((DATA / "tokenizer" / "texts.json").read_text())
    ids = json.loads((DATA / "tokenizer" / "small.json").read_text())
    (folder / "texts.json").write_text(json.dumps({"texts": texts, "ids": ids}, separators=(",", ":")) + "\n")


def write_vit(name, folder):
    seed = list(make_vit_vectors.CASES).index(name)
    config = json.loads((DATA / "vit" / name / "config.json").read_text())
    shapes = config.pop("tensors")
    folder.mkdir(parents=True, exist_ok=True)
    values = {key: make_model_vectors.weight_values(seed, number, key, tuple(shapes[key]))
              for number, key in enumerate(sorted(shapes))}
    save_file(values, str(folder / "model.safetensors"), metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config) + "\n")
    shutil.copy(DATA / "vit" / name / "vectors.safetensors", folder / "vectors.safetensors")


@torch.no_grad()
def write_conv(name, folder):
    """As timm saves it: float32 weights beside a config.json."""
    seed = list(make_conv_vectors.CASES).index(name)
    model = make_conv_vectors.CASES[name](seed).eval()
    recorded = load_file(str(DATA / "models" / "conv_vectors.safetensors"))
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), str(folder / "model.safetensors"), metadata={"format": "pt"})
    config = {"architecture": "convnext_tiny", "pretrained_cfg": {
        "input_size": [3, 72, 72], "crop_pct": 1.0, "mean": make_conv_vectors.MEAN, "std": make_conv_vectors.STD}}
    (folder / "config.json").write_text(json.dumps(config) + "\n")
    save_file({"pixels": recorded["pixels"], "embeddings": recorded[name]}, str(folder / "vectors.safetensors"))


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else DATA.parents[1] / "resources" / "selftest")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    save_file(resize_vectors(), str(out / "resize.safetensors"))
    write_tokenizer(out / "tokenizer")
    shutil.copytree(DATA / "models" / "saved", out / "models" / "open_clip_vit")
    for name in VIT_CASES:
        write_vit(name, out / "models" / name)
    for name in CONV_CASES:
        write_conv(name, out / "models" / name)
    print(sum(path.stat().st_size for path in out.rglob("*")), "bytes")


if __name__ == "__main__":
    main()
