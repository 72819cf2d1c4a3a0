# SPDX-License-Identifier: GPL-3.0-or-later
"""Small ConvNeXts, ResNets and a hybrid ViT in the layouts of timm, of their authors and of torchvision, for tst_conv_parity.

Usage: make_conv_vectors.py [OUT]  (default: ../data/models/conv_vectors.safetensors beside this file)
Needs torch, torchvision, timm, open_clip_torch, safetensors, numpy. The file holds `pixels` (uint8, NHWC, of 72 pixels: no
multiple of 32) and one [N, D] float32 tensor per case. Weights follow from make_model_vectors.weight_values.
"""
import pathlib
import re
import sys
from functools import partial

import torch
from make_model_vectors import fill, weight_values  # also makes torchvision importable

from open_clip.timm_model import TimmModel  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from timm.layers import HybridEmbed  # noqa: E402
from timm.models import register_model  # noqa: E402
from timm.models.convnext import ConvNeXt, _create_convnext, checkpoint_filter_fn  # noqa: E402
from timm.models.resnet import Bottleneck, ResNet  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402
from timm.models.vision_transformer_hybrid import _resnetv2  # noqa: E402
from torchvision.models.convnext import CNBlockConfig  # noqa: E402
from torchvision.models.convnext import ConvNeXt as TorchvisionConvNeXt  # noqa: E402

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
DEPTHS, WIDTHS = (1, 2, 2, 1), (16, 24, 32, 48)


@register_model
def convnext_parity(pretrained=False, **kwargs):
    return _create_convnext("convnext_tiny", depths=DEPTHS, dims=WIDTHS, **kwargs)


def facebook_name(name):
    """timm's name as the authors of ConvNeXt spell it."""
    name = name.replace("stem.", "downsample_layers.0.")
    name = re.sub(r"stages\.(\d)\.downsample", r"downsample_layers.\1", name)
    name = re.sub(r"stages\.(\d)\.blocks", r"stages.\1", name)
    name = name.replace("conv_dw", "dwconv").replace("mlp.fc", "pwconv")
    return name.replace("head.norm", "norm")


def facebook(seed):
    """timm's own conversion of a checkpoint of the authors."""
    model = ConvNeXt(depths=DEPTHS, dims=WIDTHS, num_classes=0)
    shapes = {facebook_name(name): value.shape for name, value in model.state_dict().items()}
    state = {name: weight_values(seed, number, name, tuple(shapes[name])) for number, name in enumerate(sorted(shapes))}
    model.load_state_dict(checkpoint_filter_fn({"model": state}, model))
    return model


def torchvision(seed):
    """The class head left out: it has no part in the numbering of the weights."""
    rows = zip(WIDTHS, list(WIDTHS[1:]) + [None], DEPTHS)
    model = TorchvisionConvNeXt([CNBlockConfig(*row) for row in rows], num_classes=3)
    model.classifier = model.classifier[:2]
    fill(model, seed)
    return model


def without_norm(seed):
    model = torchvision(seed)
    model.classifier = torch.nn.Flatten(1)
    return model


def filled(model, seed):
    fill(model, seed)
    return model


CASES = {
    "convnext_timm": lambda seed: filled(ConvNeXt(depths=DEPTHS, dims=WIDTHS, num_classes=0), seed),
    "convnext_hidden": lambda seed: filled(
        ConvNeXt(depths=DEPTHS, dims=WIDTHS, num_classes=0, head_hidden_size=40), seed),
    "convnext_no_scale": lambda seed: filled(
        ConvNeXt(depths=DEPTHS, dims=WIDTHS, num_classes=0, ls_init_value=None), seed),
    "convnext_facebook": facebook,
    "convnext_torchvision": torchvision,
    "convnext_without_norm": without_norm,
    "convnext_open_clip": lambda seed: filled(TimmModel("convnext_parity", 20, proj="linear", pool=""), seed),
    "convnext_open_clip_mlp": lambda seed: filled(
        TimmModel("convnext_parity", 20, proj="mlp", proj_bias=True, pool=""), seed),
    "resnet": lambda seed: filled(ResNet(Bottleneck, (1, 2, 1, 1), num_classes=0), seed),
    "hybrid": lambda seed: filled(
        VisionTransformer(72, patch_size=1, embed_dim=48, depth=2, num_heads=1, num_classes=0,
                          embed_layer=partial(HybridEmbed, backbone=_resnetv2((1, 2, 1)))), seed),
}


@torch.no_grad()
def main():
    default = pathlib.Path(__file__).parent / "../data/models/conv_vectors.safetensors"
    generator = torch.Generator().manual_seed(7)
    pixels = torch.randint(0, 256, (5, 72, 72, 3), generator=generator, dtype=torch.uint8)
    pixels[3], pixels[4] = 0, 255
    images = (pixels.permute(0, 3, 1, 2).float() / 255 - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
    result = {"pixels": pixels}
    for seed, (name, make) in enumerate(CASES.items()):
        result[name] = make(seed).eval()(images).contiguous()
        print(name, tuple(result[name].shape), float(result[name].abs().max()))
    save_file(result, sys.argv[1] if len(sys.argv) > 1 else str(default.resolve()))


if __name__ == "__main__":
    main()
