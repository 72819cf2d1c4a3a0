# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/safetensors/python.safetensors with the reference implementation (PyPI: safetensors, numpy, torch)."""
import pathlib

import torch
from safetensors.torch import save_file

out = pathlib.Path(__file__).resolve().parent.parent / "data" / "safetensors" / "python.safetensors"
save_file(
    {
        "weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
        "half": torch.tensor([[1.5, -2.0**-24], [65504.0, 0.333251953125]], dtype=torch.float16),
        "brain": torch.tensor([[1.5, -0.0078125]], dtype=torch.bfloat16),
        "double": torch.tensor([[0.1]], dtype=torch.float64),
        "labels": torch.tensor([3, -1, 2], dtype=torch.int64),
        "bytes": torch.tensor([0, 255], dtype=torch.uint8),
        "flags": torch.tensor([True, False, True]),
        "scale": torch.tensor(4.6052, dtype=torch.float32),
        "nothing": torch.zeros(0, 5),
    },
    out,
    metadata={"format": "pt", "note": "ünïcode"},
)
