# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes small image files of many kinds and what Pillow's convert("RGB") makes of them: tests/data/decode.

Needs numpy and Pillow 13. Run: python make_decode_vectors.py tests/data/decode
expected.txt: file, then "error", or width, height and FNV-1a hash of the RGB bytes. Read by tests/core/image/tst_decode.
"""
import io
import os
import struct
import sys
import zlib

import numpy as np
import PIL
from PIL import Image

from make_resize_vectors import fnv


def picture(width, height, channels=3):
    y, x = np.mgrid[0:height, 0:width]
    planes = [128 + 100 * np.sin(x / (3 + c) + c) * np.cos(y / (5 - c)) for c in range(channels - (channels == 4))]
    if channels == 4:
        planes.append((x * 7 + y * 3) % 256)
    noise = np.random.default_rng(width * height).integers(0, 25, (height, width, channels))
    return np.clip(np.stack(planes, -1) + noise, 0, 255).astype(np.uint8)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def raw_png(width, height, depth, colour, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpegs(files):
    rgb = Image.fromarray(picture(61, 47))
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        files[f"baseline-{name}.jpg"] = encoded(rgb, "JPEG", quality=85, subsampling=sampling)
        files[f"progressive-{name}.jpg"] = encoded(rgb, "JPEG", quality=85, subsampling=sampling, progressive=True)
    files["grey.jpg"] = encoded(rgb.convert("L"), "JPEG", quality=90)
    files["cmyk.jpg"] = encoded(rgb.convert("CMYK"), "JPEG", quality=90)
    inks = np.random.default_rng(1).integers(0, 256, (16, 24, 4)).astype(np.uint8)
    files["cmyk-any.jpg"] = encoded(Image.fromarray(inks, "CMYK"), "JPEG", quality=95)
    files["one-pixel.jpg"] = encoded(rgb.crop((0, 0, 1, 1)), "JPEG")
    files["restart.jpg"] = encoded(rgb, "JPEG", restart_marker_rows=1)
    files["low-quality.jpg"] = encoded(rgb, "JPEG", quality=8)
    for orientation in (3, 6):
        exif = Image.Exif()
        exif[0x0112] = orientation
        files[f"exif-{orientation}.jpg"] = encoded(rgb, "JPEG", exif=exif)
    for kind in ("baseline", "progressive"):
        whole = files[f"{kind}-420.jpg"]
        files[f"{kind}-trailing.jpg"] = whole + b"rubbish after the end" * 3
        files[f"{kind}-no-end-mark.jpg"] = whole[:-2]
        files[f"{kind}-one-byte-short.jpg"] = whole[:-1]
        files[f"{kind}-few-bytes-short.jpg"] = whole[:-12]
        files[f"{kind}-half.jpg"] = whole[: len(whole) // 2]
    whole = files["baseline-420.jpg"]
    files["header-only.jpg"] = whole[:200]
    files["three-bytes.jpg"] = whole[:3]
    scan = whole.index(b"\xff\xda") + 40
    files["corrupt-scan.jpg"] = whole[:scan] + bytes((b ^ 0x55) & 0x7F for b in whole[scan:scan + 30]) + whole[scan + 30:]
    marker = whole.index(b"\xff\xda") + 60
    files["early-end-mark.jpg"] = whole[:marker] + b"\xff\xd9"
    size = whole.index(b"\xff\xc0") + 5
    files["huge-declared.jpg"] = whole[:size] + struct.pack(">HH", 65000, 65000) + whole[size + 4:]


def pngs(files):
    rgb, rgba = Image.fromarray(picture(31, 23)), Image.fromarray(picture(31, 23, 4))
    files["rgb.png"] = encoded(rgb, "PNG")
    files["rgba.png"] = encoded(rgba, "PNG")
    files["grey.png"] = encoded(rgb.convert("L"), "PNG")
    files["grey-alpha.png"] = encoded(rgba.convert("LA"), "PNG")
    files["palette.png"] = encoded(rgb.quantize(17), "PNG")
    files["palette-transparent.png"] = encoded(rgb.quantize(17), "PNG", transparency=bytes(range(0, 255, 15)))
    files["palette-2bit.png"] = encoded(rgb.quantize(4), "PNG", bits=2)
    files["one-bit.png"] = encoded(rgb.convert("1"), "PNG")
    files["rgb-transparent-colour.png"] = encoded(rgb, "PNG", transparency=tuple(int(v) for v in np.asarray(rgb)[3, 4]))
    deep = np.random.default_rng(2).integers(0, 65536, (9, 11, 4)).astype(">u2")
    files["rgb16.png"] = raw_png(11, 9, 16, 2, [deep[y, :, :3].tobytes() for y in range(9)])
    files["rgba16.png"] = raw_png(11, 9, 16, 6, [deep[y].tobytes() for y in range(9)])
    files["grey16.png"] = raw_png(11, 9, 16, 0, [deep[y, :, 0].tobytes() for y in range(9)])
    files["grey2.png"] = raw_png(8, 2, 2, 0, [b"\x1b\xe4", b"\xff\x00"])
    whole = files["rgb.png"]
    files["half.png"] = whole[: len(whole) // 2]
    files["no-end-chunk.png"] = whole[:-12]
    files["signature-only.png"] = whole[:8]
    broken = bytearray(whole)
    broken[len(whole) // 2] ^= 0xFF
    files["corrupt.png"] = bytes(broken)
    files["huge-declared.png"] = raw_png(200000, 200000, 8, 2, [b"\0"])


def others(files):
    rgb, rgba = Image.fromarray(picture(29, 21)), Image.fromarray(picture(29, 21, 4))
    files["rgb.bmp"] = encoded(rgb, "BMP")
    files["palette.bmp"] = encoded(rgb.quantize(9), "BMP")
    files["grey.bmp"] = encoded(rgb.convert("L"), "BMP")
    files["one-bit.bmp"] = encoded(rgb.convert("1"), "BMP")
    files["rgb.tiff"] = encoded(rgb, "TIFF")
    files["lzw.tif"] = encoded(rgb, "TIFF", compression="tiff_lzw")
    files["deflate.tif"] = encoded(rgb, "TIFF", compression="tiff_adobe_deflate")
    files["grey.tif"] = encoded(rgb.convert("L"), "TIFF")
    files["one-bit.tif"] = encoded(rgb.convert("1"), "TIFF")
    files["palette.tif"] = encoded(rgb.quantize(9), "TIFF")
    files["rgba.tif"] = encoded(rgba, "TIFF")
    files["jpeg.tif"] = encoded(rgb, "TIFF", compression="jpeg")
    files["lossy.webp"] = encoded(rgb, "WEBP", quality=80)
    files["lossless.webp"] = encoded(rgb, "WEBP", lossless=True)
    files["lossy-alpha.webp"] = encoded(rgba, "WEBP", quality=80)
    files["lossless-alpha.webp"] = encoded(rgba, "WEBP", lossless=True, exact=True)
    files["rgb.ppm"] = encoded(rgb, "PPM")
    files["grey.pgm"] = encoded(rgb.convert("L"), "PPM")
    files["palette.gif"] = encoded(rgb.quantize(9), "GIF")
    for name in ("rgb.bmp", "rgb.tiff", "lzw.tif", "lossy.webp", "lossless.webp", "rgb.ppm"):
        base, extension = name.split(".")
        files[f"{base}-half.{extension}"] = files[name][: len(files[name]) // 2]
    files["garbage.jpg"] = np.random.default_rng(3).integers(0, 256, 400).astype(np.uint8).tobytes()
    files["text.png"] = b"this is not an image\n"
    files["empty.jpg"] = b""


def pillow(data):
    try:
        image = Image.open(io.BytesIO(data)).convert("RGB")
    except Exception:
        return "error"
    return f"{image.width} {image.height} {fnv(image.tobytes())}"


def differences():
    """Where the program departs from Pillow on purpose (core/image/decode.h)."""
    deep = np.random.default_rng(2).integers(0, 65536, (9, 11, 4))[:, :, 0]
    high = np.repeat((deep >> 8).astype(np.uint8)[:, :, None], 3, axis=2)
    return {
        "grey16.png": f"11 9 {fnv(high.tobytes())}",  # Pillow clips every value at 255, so that most are white
        "palette.gif": "error",  # not read
        "rgba.tif": "error",  # not read: OpenCV would blend with black
    }


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    files, ours = {}, differences()
    jpegs(files)
    pngs(files)
    others(files)
    with open(os.path.join(folder, "expected.txt"), "w", encoding="ascii") as out:
        out.write(f"# Pillow {PIL.__version__}, make_decode_vectors.py\n")
        for name, data in sorted(files.items()):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
            out.write(f"{name} {ours.get(name) or pillow(data)}\n")


if __name__ == "__main__":
    main()
