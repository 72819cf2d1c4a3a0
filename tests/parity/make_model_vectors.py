# SPDX-License-Identifier: GPL-3.0-or-later
"""Small open_clip models with inputs and outputs, for tests/parity/tst_model_parity.

Usage: make_model_vectors.py [OUT [CASE...]]  (default: ../data/models beside this file, every case)
Needs torch, open_clip_torch 3.3, safetensors, numpy. Every case is a folder with open_clip_config.json and
vectors.safetensors: `pixels` (uint8, NHWC), `tokens`, and what open_clip computes from them in float32: `embeddings`
(before the projection), `projected`, `text`. Its weights follow from a formula (see weight_values), which the test
repeats bit for bit: so the models can be of a real shape and nothing large is committed. The case "saved" is a whole
snapshot folder as open_clip saves it.
"""
import json
import math
import pathlib
import sys

import numpy as np
import torch

# PyPI may pair a CPU torch with a CUDA torchvision, which fails without these two names.
_library = torch.library.Library("torchvision", "DEF")
for _op in ("nms", "qnms"):
    _library.define(f"{_op}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import open_clip  # noqa: E402
from open_clip.model import CLIP, CustomTextCLIP  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

HALF = [0.5, 0.5, 0.5]
TEXT = {"context_length": 12, "vocab_size": 64, "width": 32, "heads": 2, "layers": 1}

CASES = {
    # Patch 16, two heads of 64 channels, exact GELU, MLP ratio 4.
    "p16_gelu": dict(cfg={"embed_dim": 48, "vision_cfg": {"image_size": 48, "layers": 2, "width": 128, "patch_size": 16},
                          "text_cfg": dict(TEXT, width=128, layers=2)}),
    # Patch 14, QuickGELU, heads of 80 channels as in H-14, MLP ratio that truncates, patches that do not fill the image.
    "p14_quick": dict(cfg={"embed_dim": 40, "quick_gelu": True,
                           "vision_cfg": {"image_size": 59, "layers": 3, "width": 160, "head_width": 80,
                                          "mlp_ratio": 2.4615, "patch_size": 14},
                           "text_cfg": dict(TEXT, width=48, heads=4, layers=2)}, preprocess={"mean": HALF, "std": HALF}),
    # Heads of 104 channels as in bigG, stored in float16.
    "p14_head104_fp16": dict(cfg={"embed_dim": 32,
                                  "vision_cfg": {"image_size": 42, "layers": 2, "width": 208, "head_width": 104,
                                                 "mlp_ratio": 4.9231, "patch_size": 14}, "text_cfg": TEXT},
                             dtype=torch.float16),
    # Text tensors under "text.", layer scale, mean of the patches, no ln_pre, text without a causal mask.
    "p8_custom": dict(cfg={"embed_dim": 24, "custom_text": True, "quick_gelu": True,
                           "vision_cfg": {"image_size": 24, "layers": 2, "width": 48, "head_width": 16,
                                          "patch_size": 8, "ls_init_value": 0.1, "pool_type": "avg", "no_ln_pre": True,
                                          "final_ln_after_pool": True, "norm_kwargs": {"eps": 1e-6}},
                           "text_cfg": dict(TEXT, no_causal_mask=True, pool_type="last", proj_bias=True)}),
    # The whole folder, weights included.
    "saved": dict(cfg={"embed_dim": 16, "vision_cfg": {"image_size": 16, "layers": 1, "width": 32, "head_width": 16,
                                                       "patch_size": 8},
                       "text_cfg": dict(TEXT, width=16, heads=1)}, dtype=torch.float16, save=True),
    # CLIP's ResNet: three stem convolutions, attention pooling of eight heads.
    "resnet": dict(cfg={"embed_dim": 24, "quick_gelu": True,
                        "vision_cfg": {"image_size": 64, "layers": [2, 1, 2, 1], "width": 16, "patch_size": None},
                        "text_cfg": TEXT}),
    # timm's smallest ConvNeXt with open_clip's MLP head.
    "convnext": dict(cfg={"embed_dim": 20, "vision_cfg": {"timm_model_name": "convnext_tiny", "timm_pool": "",
                                                          "timm_proj": "mlp", "timm_drop_path": 0.1, "image_size": 64},
                          "text_cfg": TEXT}),
}


def weight_values(case_number, tensor_number, name, shape):
    """SplitMix64 of the tensor's place among the sorted names and the element's index, as a float32 in [-1, 1); then a
    scale that makes every part of the model matter."""
    count = int(np.prod(shape, dtype=np.int64))
    with np.errstate(over="ignore"):
        stream = np.arange(count, dtype=np.uint64) + np.uint64(tensor_number << 32)
        z = np.uint64(case_number) + np.uint64(0x9E3779B97F4A7C15) * (stream + np.uint64(1))
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit = (z >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - np.float32(1)
    if name == "logit_scale":
        values = np.full(count, 3.0, dtype=np.float32)
    elif len(shape) < 2 and name.endswith((".weight", "gamma", "running_var")):
        values = np.float32(1) + np.float32(0.25) * unit
    elif len(shape) < 2 or "embedding" in name or name.endswith(("pos_embed", "token", "tokens", "table")):
        values = np.float32(0.5) * unit
    else:
        fan_in = int(np.prod(shape[1:]))
        values = np.float32(2.0 ** -math.floor(math.log2(fan_in) / 2)) * unit
    return torch.from_numpy(values.reshape(shape))


def fill(model, case_number):
    state = {name: value for name, value in model.state_dict().items() if value.is_floating_point()}
    for number, name in enumerate(sorted(state)):
        state[name].copy_(weight_values(case_number, number, name, tuple(state[name].shape)))


def build(case, seed):
    cfg = json.loads(json.dumps(case["cfg"]))
    kind = CustomTextCLIP if cfg.pop("custom_text", False) else CLIP
    model = kind(**cfg).eval()
    fill(model, seed)
    if "dtype" in case:  # the reference computes with the rounded values
        for parameter in model.parameters():
            parameter.data = parameter.data.to(case["dtype"]).float()
    return model


def texts(context, vocabulary, count, generator):
    """[start] ids [end], padded with 0; the end is the highest id. The last text fills the context."""
    rows = torch.zeros(count, context, dtype=torch.int64)
    for row in range(count):
        length = context if row == count - 1 else 3 + row % (context - 3)
        rows[row, :length] = torch.randint(1, vocabulary - 2, (length,), generator=generator)
        rows[row, 0], rows[row, length - 1] = vocabulary - 2, vocabulary - 1
    return rows


def vectors(model, case, seed):
    preprocess = case.get("preprocess", {"mean": open_clip.OPENAI_DATASET_MEAN, "std": open_clip.OPENAI_DATASET_STD})
    generator = torch.Generator().manual_seed(seed + 1000)
    size = case["cfg"]["vision_cfg"]["image_size"]
    pixels = torch.randint(0, 256, (5, size, size, 3), generator=generator, dtype=torch.uint8)
    pixels[3], pixels[4] = 0, 255
    mean, std = (torch.tensor(preprocess[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    images = (pixels.permute(0, 3, 1, 2).float().div(255) - mean) / std
    text_cfg = case["cfg"]["text_cfg"]
    tokens = texts(text_cfg["context_length"], text_cfg["vocab_size"], 6, generator)
    with torch.no_grad():
        embeddings = projected = model.encode_image(images)
        if hasattr(model.visual, "proj"):
            projection, model.visual.proj = model.visual.proj, None
            embeddings = model.encode_image(images)
            model.visual.proj = projection
        text = model.encode_text(tokens)
    return {"pixels": pixels, "tokens": tokens, "embeddings": embeddings, "projected": projected, "text": text}


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "../data/models")
    for seed, (name, case) in enumerate(CASES.items()):
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        model = build(case, seed)
        config = {"model_cfg": case["cfg"], "preprocess_cfg": case.get("preprocess", {})}
        (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2) + "\n")
        if case.get("save"):
            state = {key: value.to(case["dtype"]).contiguous() for key, value in model.state_dict().items()}
            save_file(state, str(folder / "open_clip_model.safetensors"), metadata={"format": "pt"})
        result = {key: value.clone() for key, value in vectors(model, case, seed).items()}
        save_file(result, str(folder / "vectors.safetensors"))
        sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
        print(name, sizes, {key: float(value.float().abs().max()) for key, value in result.items()})


if __name__ == "__main__":
    main()
