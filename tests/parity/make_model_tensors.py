# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and shapes of the tensors of every full-size vision transformer, for tests/parity/tst_model_tensors.

Usage: make_model_tensors.py [OUT]  (default: ../data/model_tensors.txt beside this file)
Needs torch, open_clip_torch 3.3, timm 1.0. The models are made on the meta device. A section for each: "= <name in the
registry> <tensors> <elements>", then "<name> <shape>" for each tensor; names that differ only in the number of a block
and agree in shape are one line, "blocks.{0-11}.norm1.weight 768".
"""
import pathlib
import re
import sys

import make_model_vectors  # noqa: F401: makes timm importable
import open_clip
import timm
import torch
from open_clip.model import CLIP

CLIPS = {"openclip_ViT-B-16/openai": "ViT-B-16", "openclip_ViT-B-32/openai": "ViT-B-32",
         "openclip_ViT-L-14/openai": "ViT-L-14", "openclip_ViT-H-14/laion2b": "ViT-H-14",
         "openclip_ViT-bigG-14/laion2b": "ViT-bigG-14"}
VITS = {"mae_vit_base": "vit_base_patch16_224", "mae_vit_large": "vit_large_patch16_224",
        "mae_vit_huge": "vit_huge_patch14_224", "msn_vit_small": "vit_small_patch16_224",
        "beit_vit_base_in21k": "beit_base_patch16_224", "beit_vit_large_in21k": "beit_large_patch16_224",
        "beitv2_vit_base": "beitv2_base_patch16_224", "beitv2_vit_large": "beitv2_large_patch16_224",
        "dinov2_vits14": "vit_small_patch14_dinov2", "dinov2_vitb14": "vit_base_patch14_dinov2",
        "dinov2_vitl14": "vit_large_patch14_dinov2", "dinov2_vitg14": "vit_giant_patch14_dinov2",
        "dinov2_vits14_reg": "vit_small_patch14_reg4_dinov2", "dinov2_vitb14_reg": "vit_base_patch14_reg4_dinov2",
        "dinov2_vitl14_reg": "vit_large_patch14_reg4_dinov2", "dinov2_vitg14_reg": "vit_giant_patch14_reg4_dinov2"}


def collapsed(shapes):
    groups = {}
    for name, shape in shapes.items():
        match = re.match(r"(.*?(?:blocks|resblocks)\.)(\d+)(\..*)", name)
        key = (match[1], match[3], shape) if match else (name, None, shape)
        groups.setdefault(key, []).append(int(match[2]) if match else 0)
    for (start, end, shape), numbers in groups.items():
        assert sorted(numbers) == list(range(len(numbers)))
        name = start if end is None else f"{start}{{0-{len(numbers) - 1}}}{end}"
        yield f"{name} {'x'.join(map(str, shape)) or 'scalar'}"


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "../data/model_tensors.txt")
    lines = []
    with torch.device("meta"):
        models = {name: CLIP(**open_clip.get_model_config(arch)) for name, arch in CLIPS.items()}
        models |= {name: timm.create_model(arch, num_classes=0) for name, arch in VITS.items()}
    for name, model in models.items():
        shapes = {key: tuple(value.shape) for key, value in sorted(model.state_dict().items())}
        lines.append(f"= {name} {len(shapes)} {sum(torch.Size(shape).numel() for shape in shapes.values())}")
        lines += collapsed(shapes)
    out.write_text("\n".join(lines) + "\n")
    print(len(models), "models,", len(lines), "lines")


if __name__ == "__main__":
    main()
