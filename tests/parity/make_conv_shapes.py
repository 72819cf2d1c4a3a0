# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tensors of the full-size convolutional models are called and shaped like, for tst_conv_parity.

Usage: make_conv_shapes.py [OUT] [--list NAME]  (default: ../data/model_shapes/conv.jsonl beside this file)
Needs torch, torchvision, timm, open_clip_torch. The models are made on the meta device, which holds no values. One line of
JSON per model: its name; what our side makes the list from (an open_clip configuration, or the sizes of a
specification); the counts of tensors and of values; FNV-1a, 64 bits, over the lines "name side side...\\n" in order of
the names. Integer tensors (BatchNorm's counters) and class heads are left out. --list prints the lines of one model.
"""
import argparse
import json
import pathlib

import torch
from make_conv_vectors import facebook_name
from make_model_vectors import open_clip

import timm  # noqa: E402
import torchvision.models  # noqa: E402
from open_clip.model import CLIP  # noqa: E402

CLIPS = ["RN50", "RN101", "RN50x4", "RN50x16", "RN50x64", "convnext_base", "convnext_base_w", "convnext_base_w_320",
         "convnext_large_d", "convnext_large_d_320", "convnext_xxlarge"]
CONVNEXTS = {"small": [96, 192, 384, 768], "base": [128, 256, 512, 1024], "large": [192, 384, 768, 1536]}


def clips():
    for name in CLIPS:
        config = open_clip.get_model_config(name)
        model = CLIP(**config)
        yield f"open_clip {name}", {"open_clip": config}, shapes_of(model)


def convnexts():
    for size, widths in CONVNEXTS.items():
        spec = {"depths": [3, 3, 27, 3], "widths": widths}
        shapes = shapes_of(timm.create_model(f"convnext_{size}", num_classes=0))
        yield f"timm convnext_{size}", {"convnext": dict(spec, layout="timm")}, shapes
        renamed = {facebook_name(name): shape for name, shape in shapes.items()}
        yield f"facebook convnext_{size}", {"convnext": dict(spec, layout="facebook")}, renamed
        model = getattr(torchvision.models, f"convnext_{size}")()
        shapes = shapes_of(model, head="classifier.2.")
        yield f"torchvision convnext_{size}", {"convnext": dict(spec, layout="torchvision")}, shapes


def resnets():
    spec = {"resnet": {"blocks": [3, 4, 6, 3]}}
    yield "timm resnet50", spec, shapes_of(timm.create_model("resnet50", num_classes=0))
    yield "torchvision resnet50", spec, shapes_of(torchvision.models.resnet50(), head="fc.")
    hybrid = timm.models.vision_transformer_hybrid._resnetv2((3, 4, 9))
    names = {f"patch_embed.backbone.{name}": shape for name, shape in shapes_of(hybrid).items()}
    yield "timm vit_base_r50_s16_224 backbone", {"resnetv2": {"blocks": [3, 4, 9]}}, names


def shapes_of(model, head=None):
    return {name: tuple(value.shape) for name, value in model.state_dict().items()
            if value.is_floating_point() and not (head and name.startswith(head))}


def lines_of(shapes):
    return "".join(" ".join([name, *map(str, shapes[name])]) + "\n" for name in sorted(shapes))


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def main():
    default = (pathlib.Path(__file__).parent / "../data/model_shapes/conv.jsonl").resolve()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=pathlib.Path, default=default)
    parser.add_argument("--list", metavar="NAME")
    options = parser.parse_args()
    rows = []
    with torch.device("meta"):
        for make in (clips, convnexts, resnets):
            for name, source, shapes in make():
                if options.list == name:
                    print(lines_of(shapes), end="")
                values = sum(int(torch.Size(shape).numel()) for shape in shapes.values())
                rows.append({"name": name, **source, "tensors": len(shapes), "values": values,
                             "hash": f"{fnv1a(lines_of(shapes)):016x}"})
    if options.list:
        return
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text("".join(json.dumps(row) + "\n" for row in rows))
    print(f"{len(rows)} models")


if __name__ == "__main__":
    main()
