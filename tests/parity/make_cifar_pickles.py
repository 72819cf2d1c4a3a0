# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/cifar/*: batches as the python version of CIFAR keeps them, made up, and image sets of torch.save.

The archives were written by Python 2's cPickle, protocol 2, whose str is a byte string (opcodes U and T). A pickler with
those opcodes for bytes and text writes the same today (py2_*); py3_* are what Python 3 writes. Pixel p of channel c of
image i is (37 i + 101 c + 3 p) mod 256, as in tests/support/dataset_files.h.

Run in the repository root: python tests/parity/make_cifar_pickles.py
"""
import io
import pickle
import struct
from pathlib import Path

import numpy as np
import torch


class Python2Pickler(pickle._Pickler):
    dispatch = dict(pickle._Pickler.dispatch)

    def save_byte_string(self, obj):
        raw = obj if isinstance(obj, bytes) else obj.encode("latin-1")
        if len(raw) < 256:
            self.write(b"U" + struct.pack("<B", len(raw)) + raw)
        else:
            self.write(b"T" + struct.pack("<i", len(raw)) + raw)
        self.memoize(obj)

    dispatch[bytes] = save_byte_string
    dispatch[str] = save_byte_string


def python2(obj):
    out = io.BytesIO()
    Python2Pickler(out, protocol=2).dump(obj)
    # Python 2 knew the array's constructor as numpy.core.multiarray, whatever today's numpy calls it.
    return out.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def pixels(count, height=32, width=32):
    image, channel, pixel = np.ogrid[:count, :3, : height * width]
    return (image * 37 + channel * 101 + pixel * 3).astype(np.uint8)


def main():
    folder = Path("tests/data/cifar")
    folder.mkdir(parents=True, exist_ok=True)
    data = pixels(2).reshape(2, 3072)
    ten = {b"batch_label": b"testing batch 1 of 1", b"labels": [3, 8], b"data": data, b"filenames": [b"a.png", b"b.png"]}
    hundred = {b"filenames": [b"a.png", b"b.png"], b"fine_labels": [99, 1], b"coarse_labels": [7, 7], b"data": data}
    loaded = pickle.loads(python2(ten), encoding="bytes")
    assert (loaded[b"data"] == data).all() and loaded[b"labels"] == [3, 8]
    (folder / "py2_cifar10").write_bytes(python2(ten))
    (folder / "py2_cifar100").write_bytes(python2(hundred))
    (folder / "py3_cifar10").write_bytes(pickle.dumps({k.decode(): v for k, v in ten.items()}, protocol=4))
    (folder / "columns").write_bytes(python2({b"labels": [1, 2], b"data": np.asfortranarray(data)}))
    (folder / "floats").write_bytes(python2({b"labels": [1, 2], b"data": data[:, :768].astype(np.float32)}))
    small = torch.from_numpy(pixels(3, 4, 5).reshape(3, 3, 4, 5).copy())
    torch.save(small, folder / "bytes.pt")
    torch.save({"images": small.permute(0, 2, 3, 1), "labels": torch.tensor([2, 0, 1])}, folder / "last.pt")
    torch.save({"orig": small.float() / 255, "perturbations": small.float() / 255 - 0.5, "orig_embed": torch.zeros(3, 7)},
               folder / "adversarial.pt")


if __name__ == "__main__":
    main()
