# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_image_pillow.py FILE [SIZE] [REPEATS]: what bench_image measures, done with Pillow."""
import io
import sys
import time

from PIL import Image


def measure(what, repeats, work):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(f"{what:<12} best {times[0]:7.3f} ms  median {times[len(times) // 2]:7.3f} ms")


def main():
    path, size, repeats = sys.argv[1], int((sys.argv[2:3] or ["224"])[0]), int((sys.argv[3:4] or ["50"])[0])
    data = open(path, "rb").read()
    image = Image.open(io.BytesIO(data)).convert("RGB")
    w, h = image.size
    new = (size, int(size * h / w)) if w <= h else (int(size * w / h), size)

    def preprocess(source):
        small = source.resize(new, Image.BICUBIC)
        left, top = round((new[0] - size) / 2), round((new[1] - size) / 2)
        return small.crop((left, top, left + size, top + size))

    def thumbnail():
        small = Image.open(path)
        small.draft("RGB", (160, 160))
        small.thumbnail((160, 160))

    print(f"{w} × {h} to {size}")
    measure("decode", repeats, lambda: Image.open(io.BytesIO(data)).convert("RGB"))
    measure("preprocess", repeats, lambda: preprocess(image))
    measure("both", repeats, lambda: preprocess(Image.open(path).convert("RGB")))
    measure("thumbnail", repeats, thumbnail)


if __name__ == "__main__":
    main()
