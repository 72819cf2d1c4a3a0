# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot folder of a large model with random weights, for bench_encoder; and open_clip's speed on this machine.

Usage: make_bench_model.py FOLDER [--arch ViT-B-16] [--time] [--threads 2]
Needs torch, open_clip_torch, safetensors from PyPI. Beside the model it writes vectors.safetensors: `pixels` (uint8,
NHWC), `embeddings` and `projected` as open_clip computes them in float32. --time prints images per second of the image
tower in eager PyTorch, from normalised tensors in memory.
"""
import argparse
import json
import pathlib
import time

import torch

_library = torch.library.Library("torchvision", "DEF")
for _op in ("nms", "qnms"):
    _library.define(f"{_op}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import open_clip  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

PREPROCESS = {"mean": open_clip.OPENAI_DATASET_MEAN, "std": open_clip.OPENAI_DATASET_STD,
              "interpolation": "bicubic", "resize_mode": "shortest"}


def normalised(pixels):
    mean, std = (torch.tensor(PREPROCESS[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    return (pixels.permute(0, 3, 1, 2).float().div(255) - mean) / std


def image_size(model):
    size = model.visual.image_size  # a number or (height, width)
    return size if isinstance(size, int) else size[0]


def write(folder, model, arch):
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_cfg": open_clip.get_model_config(arch), "preprocess_cfg": PREPROCESS}
    (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2))
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / "open_clip_model.safetensors")
    size = image_size(model)
    small = torch.rand(4, 3, 9, 9) * 255
    pixels = torch.nn.functional.interpolate(small, size=(size, size), mode="bicubic").clamp(0, 255).to(torch.uint8)
    pixels = pixels.permute(0, 2, 3, 1).contiguous()
    embeddings = projected = model.encode_image(normalised(pixels))
    if hasattr(model.visual, "proj"):
        projection, model.visual.proj = model.visual.proj, None
        embeddings = model.encode_image(normalised(pixels)).contiguous()
        model.visual.proj = projection
    projected = projected.clone()
    save_file({"pixels": pixels, "embeddings": embeddings, "projected": projected}, folder / "vectors.safetensors")


def rate(model, images, repeats=3):
    """Images per second of wall time and of processor time (the steadier one where others use the machine too)."""
    model.encode_image(images)
    best = [float("inf")] * 2
    for _ in range(repeats):
        start = time.perf_counter(), time.process_time()
        model.encode_image(images)
        best = [min(best[0], time.perf_counter() - start[0]), min(best[1], time.process_time() - start[1])]
    return [len(images) / seconds for seconds in best]


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--arch", default="ViT-B-16")
    parser.add_argument("--time", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = open_clip.create_model(options.arch, pretrained=None).eval()
    if not (options.folder / "vectors.safetensors").exists():
        write(options.folder, model, options.arch)
    if not options.time:
        return
    size = image_size(model)
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        model.to(dtype)
        for batch in (1, 32):
            images = torch.randn(batch, 3, size, size).to(dtype)
            wall, processor = rate(model, images)
            print(f"open_clip eager {name} batch {batch}: {wall:.2f} images/s, "
                  f"{processor:.2f} per second of processor time", flush=True)


if __name__ == "__main__":
    main()
