# SPDX-License-Identifier: GPL-3.0-or-later
"""Small vision transformers of every family with inputs and outputs, for tests/parity/tst_vit_parity.

Usage: make_vit_vectors.py [OUT]  (default: ../data/vit beside this file)
Needs torch, timm 1.0, safetensors, numpy. Every case is a folder with config.json (timm's form, and in "tensors" the
names and shapes of the checkpoint as the family's authors write it) and vectors.safetensors: `pixels` (uint8, NHWC) and
what timm computes from them in float32: `embeddings` (before the class head) and, with a head, `logits`. The weights
follow from make_model_vectors.weight_values. Where the authors' checkpoints differ from timm's (names, resizing of
positions), the case restates what their code does, with its source named beside it.
"""
import functools
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

from make_model_vectors import weight_values  # first: it makes timm importable

from safetensors.torch import save_file
from timm.layers import LayerNorm, QuickGELU, SwiGLUPacked
from timm.models.beit import Beit
from timm.models.vision_transformer import VisionTransformer

HALF = [0.5, 0.5, 0.5]
IMAGENET = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]


def vit(**options):
    base = dict(img_size=32, patch_size=8, embed_dim=48, depth=2, num_heads=3, num_classes=0)
    return VisionTransformer(**(base | options))


def beit(**options):
    base = dict(img_size=32, patch_size=8, embed_dim=48, depth=2, num_heads=3, num_classes=0, init_values=0.1)
    return Beit(**(base | options))


def dinov2_names(name):
    """facebookresearch/dinov2: layers/swiglu_ffn.py, models/vision_transformer.py."""
    return name.replace("reg_token", "register_tokens").replace("mlp.fc1", "mlp.w12").replace("mlp.fc2", "mlp.w3")


def dinov2_positions(stored, grid, antialias, offset):
    """facebookresearch/dinov2 models/vision_transformer.py, interpolate_pos_encoding: the scale is (grid + 0.1) / stored
    grid without registers; with them the size is given and the result antialiased."""
    side = int((stored.shape[1] - 1) ** 0.5)
    if side == grid:
        return stored
    patches = stored[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    how = {"scale_factor": (grid + offset) / side} if offset else {"size": (grid, grid)}
    patches = F.interpolate(patches, mode="bicubic", antialias=antialias, **how)
    assert patches.shape[-1] == grid
    return torch.cat([stored[:, :1], patches.permute(0, 2, 3, 1).reshape(1, grid * grid, -1)], dim=1)


# make: the model that computes. tensors(model): the checkpoint's names → shapes. load(model, values): how they get in.
def plain(model):
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}


def load_plain(model, values):
    model.load_state_dict({name: values[name] for name in model.state_dict()})


def prefixed(prefix, extra):
    def tensors(model):
        return {prefix + name: tuple(value.shape) for name, value in model.state_dict().items()} | extra

    def load(model, values):
        model.load_state_dict({name: values[prefix + name] for name in model.state_dict()})

    return dict(tensors=tensors, load=load)


def dinov2(stored_grid, antialias, offset):
    def tensors(model):
        shapes = {dinov2_names(name): tuple(value.shape) for name, value in model.state_dict().items()}
        shapes["pos_embed"] = (1, 1 + stored_grid**2, shapes["cls_token"][2])
        shapes["mask_token"] = (1, shapes["cls_token"][2])
        return shapes

    def load(model, values):
        grid = model.patch_embed.grid_size[0]
        position = dinov2_positions(values["pos_embed"], grid, antialias, offset)
        state = {name: values[dinov2_names(name)] for name in model.state_dict() if name != "pos_embed"}
        if model.no_embed_class:  # the authors add the class token's position to it, timm keeps the sum
            state["cls_token"] = state["cls_token"] + position[:, :1]
            position = position[:, 1:]
        model.load_state_dict(state | {"pos_embed": position})

    return dict(tensors=tensors, load=load)


CASES = {
    # timm, a class head; 1 channel group of 16 per head.
    "timm_head": dict(make=lambda: vit(num_classes=7), architecture="vit_base_patch8_32"),
    # Heads of 80 channels, mean of the patches and fc_norm, linear interpolation; the sizes do not divide the image.
    "timm_avg": dict(make=lambda: vit(img_size=32, embed_dim=160, num_heads=2, global_pool="avg", num_classes=3),
                     architecture="vit_base_patch8_gap_32"),
    # The image tower of a CLIP in timm's form: norm_pre, no bias of the patches, QuickGELU, epsilon 1e-5.
    "timm_clip": dict(make=lambda: vit(pre_norm=True, norm_layer=functools.partial(LayerNorm, eps=1e-5),
                                       act_layer=QuickGELU, num_classes=6),
                      architecture="vit_base_patch8_clip_quickgelu_32"),
    # DINOv2 with registers as timm stores it: SwiGLU, layer scale, no position of class and registers.
    "timm_dinov2_reg": dict(make=lambda: vit(init_values=0.5, reg_tokens=4, no_embed_class=True, mlp_ratio=2.5,
                                             mlp_layer=SwiGLUPacked, act_layer=torch.nn.SiLU),
                            architecture="vit_base_patch8_reg4_dinov2"),
    # BEiT, fine-tuned: a table for each block, mean of the patches, fc_norm, a head.
    "beit_finetuned": dict(make=lambda: beit(use_rel_pos_bias=True, num_classes=5), architecture="beit_base_patch8_32"),
    # BEiT, pretrained by the authors' code: one table for all blocks, norm, class token.
    "beit_pretrained": dict(make=lambda: beit(use_shared_rel_pos_bias=True, global_pool="token"),
                            architecture="beitv2_base_patch8_32", **prefixed("", {
                                "mask_token": (1, 1, 48), "lm_head.weight": (11, 48), "lm_head.bias": (11,)})),
    # MAE with its decoder.
    "mae": dict(make=vit, architecture="mae_vit_base", **prefixed("", {
        "mask_token": (1, 1, 16), "decoder_pos_embed": (1, 17, 16), "decoder_embed.weight": (16, 48),
        "decoder_embed.bias": (16,), "decoder_norm.weight": (16,), "decoder_pred.bias": (192,)})),
    # MoCo-v3: 12 heads in the small model, a momentum copy, a predictor.
    "mocov3_small": dict(make=lambda: vit(embed_dim=384, num_heads=12, depth=1, mlp_ratio=1),
                         architecture="", heads=0, **prefixed("module.base_encoder.", {
                             "module.base_encoder.head.0.weight": (32, 384), "module.predictor.0.weight": (16, 16),
                             "module.momentum_encoder.cls_token": (1, 1, 384),
                             "module.momentum_encoder.patch_embed.proj.weight": (384, 3, 8, 8)})),
    # MSN and iBOT: a prefix, heads of the training task.
    "msn": dict(make=vit, architecture="msn_vit_base", **prefixed("module.", {
        "module.fc.fc1.weight": (16, 48), "module.fc.fc1.bias": (16,)})),
    "ibot": dict(make=vit, architecture="ibot_vit_base", **prefixed("backbone.", {
        "backbone.masked_embed": (1, 48), "head.mlp.0.weight": (16, 48)})),
    # DINOv2 as its authors store it, at another size than it was trained for.
    "dinov2": dict(make=lambda: vit(init_values=0.5), architecture="dinov2_vitb8", **dinov2(7, False, 0.1)),
    "dinov2_reg": dict(make=lambda: vit(init_values=0.5, reg_tokens=4, no_embed_class=True),
                       architecture="dinov2_vitb8_reg", **dinov2(7, True, 0.0)),
    "dinov2_swiglu": dict(make=lambda: vit(init_values=0.5, mlp_ratio=2.5, mlp_layer=SwiGLUPacked,
                                           act_layer=torch.nn.SiLU), architecture="dinov2_vitb8", **dinov2(4, False, 0.1)),
}


def config_of(case, model, shapes):
    mean, std = case.get("normalise", IMAGENET)
    sizes = {"num_heads": case.get("heads", model.blocks[0].attn.num_heads), "embed_dim": model.embed_dim,
             "depth": len(model.blocks)}
    return {"architecture": case["architecture"], "model_args": sizes,
            "pretrained_cfg": {"input_size": [3, 32, 32], "crop_pct": 1.0, "mean": mean, "std": std},
            "tensors": {name: list(shapes[name]) for name in sorted(shapes)}}


def vectors(model, config, seed):
    generator = torch.Generator().manual_seed(seed + 2000)
    pixels = torch.randint(0, 256, (4, 32, 32, 3), generator=generator, dtype=torch.uint8)
    pixels[3] = 255
    mean, std = (torch.tensor(config["pretrained_cfg"][key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    with torch.no_grad():
        features = model.forward_features((pixels.permute(0, 3, 1, 2).float().div(255) - mean) / std)
        embeddings = model.forward_head(features, pre_logits=True)
        result = {"pixels": pixels, "embeddings": embeddings}
        if model.num_classes > 0:
            result["logits"] = model.forward_head(features)
    return result


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "../data/vit")
    for seed, (name, case) in enumerate(CASES.items()):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        model = case["make"]().eval()
        shapes = case.get("tensors", plain)(model)
        values = {key: weight_values(seed, number, key, shapes[key]) for number, key in enumerate(sorted(shapes))}
        case.get("load", load_plain)(model, values)
        config = config_of(case, model, shapes)
        (folder / "config.json").write_text(json.dumps(config) + "\n")
        result = {key: value.contiguous() for key, value in vectors(model, config, seed).items()}
        save_file(result, str(folder / "vectors.safetensors"))
        print(name, {key: float(value.float().abs().max()) for key, value in result.items()})


if __name__ == "__main__":
    main()
