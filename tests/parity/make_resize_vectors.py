# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what Pillow makes of generated images: tests/data/resize/vectors.txt, read by tests/core/image/tst_resize.

Needs numpy and Pillow 13. Run: python make_resize_vectors.py tests/data/resize/vectors.txt
The images are functions of a seed (tst_resize makes the same), the results are stored as FNV-1a hashes of their RGB
bytes, small ones also as the bytes in hexadecimal.
"""
import sys

import numpy as np
import PIL
from PIL import Image

FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def generate(kind, seed, width, height):
    """noise: any byte; extreme: 0 or 255 only (the filter overshoots everywhere); smooth: gradients."""
    index = np.arange(width * height * 3, dtype=np.uint64)
    with np.errstate(over="ignore"):
        v = (index + np.uint64(seed * 1000003 + 1)) * np.uint64(0x9E3779B97F4A7C15)
        v ^= v >> np.uint64(32)
        v *= np.uint64(0xBF58476D1CE4E5B9)
    noise = (v >> np.uint64(56)).astype(np.uint8)
    if kind == "noise":
        data = noise
    elif kind == "extreme":
        data = np.where(noise >= 128, 255, 0).astype(np.uint8)
    else:
        pixel, c = index // 3, index % 3
        x, y = pixel % np.uint64(width), pixel // np.uint64(width)
        data = ((x * (c + 1) + y * (3 - c) + np.uint64(seed)) % np.uint64(256)).astype(np.uint8)
    return Image.fromarray(data.reshape(height, width, 3), "RGB")


def fnv(data):
    h = 0xCBF29CE484222325
    for b in data:
        h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{h:016x}"


def shown(image):
    data = image.tobytes()
    return fnv(data) + (" " + data.hex() if len(data) <= 150 else "")


def preprocess(image, size, resize_to, mode, resample):
    """torchvision's Resize and CenterCrop on a PIL image, restated."""
    w, h = image.size
    if mode == "squash":
        new = (resize_to, resize_to)
    else:
        short, long = (w, h) if w <= h else (h, w)
        other = int(resize_to * long / short)
        new = (resize_to, other) if w <= h else (other, resize_to)
    if new != (w, h):
        image = image.resize(new, resample)
    w, h = image.size
    if size > w or size > h:
        padded = Image.new("RGB", (max(w, size), max(h, size)), 0)
        padded.paste(image, ((size - w) // 2 if size > w else 0, (size - h) // 2 if size > h else 0))
        image = padded
        w, h = image.size
    top, left = int(round((h - size) / 2.0)), int(round((w - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


RESIZES = [  # width height new-width new-height
    (7, 5, 3, 4), (3, 4, 7, 5), (1, 1, 6, 4), (6, 4, 1, 1), (1, 9, 5, 3), (9, 1, 3, 5), (5, 1, 1, 5), (2, 2, 2, 2),
    (8, 6, 8, 3), (8, 6, 4, 6), (4, 6, 9, 6), (13, 11, 13, 17), (17, 19, 224, 224), (500, 375, 299, 224),
    (224, 224, 224, 224), (333, 500, 224, 336), (3000, 20, 224, 7), (3000, 20, 97, 224), (20, 3000, 31, 64),
    (641, 479, 33, 32), (640, 480, 640, 100), (640, 480, 100, 480), (255, 257, 256, 256), (1280, 719, 224, 224),
    (2500, 3, 1, 1), (1, 2500, 7, 1), (4, 4, 4096, 5), (100, 100, 99, 101), (32, 32, 224, 224),
    # On either side of where Pillow 13 changes the order of its passes: rows lost > 2 × columns lost.
    (40, 60, 30, 40), (40, 60, 30, 39), (40, 60, 30, 41), (40, 60, 50, 59), (40, 60, 50, 61), (100, 333, 60, 200)]

PREPROCESSES = [  # width height size resize-to mode
    (640, 480, 224, 224, "shortest"), (480, 640, 224, 224, "shortest"), (500, 333, 224, 224, "shortest"),
    (333, 500, 224, 256, "shortest"), (225, 224, 224, 224, "shortest"), (227, 224, 224, 224, "shortest"),
    (229, 224, 224, 224, "shortest"), (231, 224, 224, 224, "shortest"), (224, 224, 224, 224, "shortest"),
    (224, 301, 224, 224, "shortest"), (32, 32, 224, 224, "shortest"), (31, 29, 224, 224, "squash"),
    (640, 480, 224, 224, "squash"), (640, 481, 224, 256, "squash"), (640, 481, 200, 231, "squash"),
    (100, 80, 224, 200, "squash"), (100, 80, 31, 20, "shortest"), (80, 100, 31, 28, "squash"), (57, 33, 30, 27, "squash"),
    (90, 20, 31, 20, "shortest"), (3000, 20, 224, 224, "shortest"), (20, 3000, 224, 224, "shortest"),
    (1, 1, 224, 224, "shortest"), (1, 40, 8, 8, "shortest"), (40, 1, 8, 8, "shortest"), (2000, 1, 9, 9, "shortest"),
    (1920, 1080, 224, 224, "shortest"), (1080, 1350, 336, 336, "shortest"), (298, 224, 5, 224, "shortest"),
    (13, 11, 3, 4, "shortest"), (11, 13, 3, 6, "squash"), (10, 10, 7, 4, "squash"), (10, 10, 6, 3, "squash"),
    (300, 601, 224, 224, "shortest"), (300, 599, 200, 224, "shortest"), (230, 480, 224, 224, "squash")]


def main():
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write(f"# Pillow {PIL.__version__}, make_resize_vectors.py\n")
        seed = 0
        for filter_name, resample in FILTERS.items():
            for w, h, nw, nh in RESIZES:
                for kind in ("noise", "extreme", "smooth"):
                    seed += 1
                    made = generate(kind, seed, w, h).resize((nw, nh), resample)
                    out.write(f"resize {filter_name} {kind} {seed} {w} {h} {nw} {nh} {shown(made)}\n")
            for w, h, size, resize_to, mode in PREPROCESSES:
                seed += 1
                kind = ("noise", "extreme", "smooth")[seed % 3]
                made = preprocess(generate(kind, seed, w, h), size, resize_to, mode, resample)
                out.write(f"preprocess {filter_name} {kind} {seed} {w} {h} {size} {resize_to} {mode} {shown(made)}\n")


if __name__ == "__main__":
    main()
