# SPDX-License-Identifier: GPL-3.0-or-later
"""Images per second from JPEG files to embeddings: oodscope-cli beside open_clip with a DataLoader, in one run.

Needs torch, open_clip_torch, pillow, numpy from PyPI. The model is a ViT-B-16 with random weights.
Usage: bench_embed.py OODSCOPE_CLI FOLDER [--images 128] [--repeat 2] [--threads 2]
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
import time

import torch

_lib = torch.library.Library("torchvision", "DEF")
for _op in ("nms", "qnms"):
    _lib.define(f"{_op}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import numpy as np
import open_clip
from PIL import Image, ImageFilter
from safetensors.torch import save_file


def make_images(folder: pathlib.Path, count: int) -> None:
    """Smooth random pictures with some grain, 500 x 375, about the size and the entropy of ImageNet photographs."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for i in range(count):
        path = folder / f"{i:05d}.jpg"
        if path.exists():
            continue
        small = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8))
        picture = np.asarray(small.resize((500, 375), Image.BICUBIC), dtype=np.float32)
        picture += rng.normal(0, 12, picture.shape)
        Image.fromarray(picture.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6)).save(path, quality=90)


def make_snapshot(folder: pathlib.Path):
    torch.manual_seed(0)
    model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-16", pretrained=None)
    model.eval()
    if not (folder / "open_clip_model.safetensors").exists():
        folder.mkdir(parents=True, exist_ok=True)
        config = {"model_cfg": open_clip.get_model_config("ViT-B-16"),
                  "preprocess_cfg": {"mean": open_clip.OPENAI_DATASET_MEAN, "std": open_clip.OPENAI_DATASET_STD,
                                     "interpolation": "bicubic", "resize_mode": "shortest"}}
        (folder / "open_clip_config.json").write_text(json.dumps(config))
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / "open_clip_model.safetensors")
    return model, preprocess


class Files(torch.utils.data.Dataset):
    def __init__(self, folder, preprocess):
        self.files, self.preprocess = sorted(folder.glob("*.jpg")), preprocess

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        return self.preprocess(Image.open(self.files[i]).convert("RGB"))


@torch.inference_mode()
def python_rate(model, preprocess, folder, batch, workers, dtype, threads):
    torch.set_num_threads(threads)
    loader = torch.utils.data.DataLoader(Files(folder, preprocess), batch_size=batch, num_workers=workers)
    tower = model.visual.to(dtype)
    tower(torch.zeros(batch, 3, 224, 224, dtype=dtype))  # warm up
    start = time.perf_counter()
    rows = torch.cat([tower(pixels.to(dtype)).float() for pixels in loader])
    return len(rows) / (time.perf_counter() - start), rows


def native_rate(cli, snapshot, folder, batch, precision, threads):
    """Timed over the whole process less a run over one batch, so that start and loading do not count on either side."""
    def run(data):
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch) / "e.safetensors"
            start = time.perf_counter()
            subprocess.run([cli, "embed", "--model", snapshot, "--data", data, "--out", out, "--workspace",
                            pathlib.Path(scratch) / "w", "--device", "cpu", "--precision", precision, "--threads",
                            str(threads), "--batch-size", str(batch)], check=True, stdout=subprocess.DEVNULL)
            elapsed = time.perf_counter() - start
            from safetensors.torch import load_file
            return elapsed, load_file(out)["projected"]

    with tempfile.TemporaryDirectory() as few:
        files = sorted(folder.glob("*.jpg"))
        for file in files[:batch]:
            (pathlib.Path(few) / file.name).symlink_to(file.resolve())
        short, _ = run(few)
    full, rows = run(folder)
    return (len(rows) - batch) / (full - short), rows


def matmul_peak(dtype, threads):
    torch.set_num_threads(threads)
    a = torch.randn(2048, 2048).to(dtype)
    a @ a
    best = min(_timed(lambda: a @ a) for _ in range(10))
    return 2 * 2048**3 / best / 1e9


def _timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cli")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--images", type=int, default=128)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=2)
    args = parser.parse_args()
    make_images(args.folder / "images", args.images)
    model, preprocess = make_snapshot(args.folder / "ViT-B-16-random")
    gflop_per_image = 35.1  # multiply-adds of the image tower x 2
    for precision, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        peak = matmul_peak(dtype, args.threads)
        for _ in range(args.repeat):
            ours, our_rows = native_rate(args.cli, args.folder / "ViT-B-16-random", args.folder / "images", args.batch,
                                         precision, args.threads)
            theirs, their_rows = python_rate(model, preprocess, args.folder / "images", args.batch, 2, dtype, args.threads)
            error = ((our_rows - their_rows).abs().max() / their_rows.abs().max()).item()
            print(f"{precision}: oodscope {ours:.2f} images/s, open_clip {theirs:.2f} images/s, ratio {ours / theirs:.2f}; "
                  f"{ours * gflop_per_image:.0f} of {peak:.0f} GFLOP/s ({100 * ours * gflop_per_image / peak:.0f} %); "
                  f"relative difference {error:.1e}")


if __name__ == "__main__":
    main()
