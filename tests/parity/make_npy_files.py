# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the small arrays of tests/data/npy with numpy."""
import pathlib

import numpy as np

out = pathlib.Path(__file__).resolve().parent.parent / "data" / "npy"
matrix = np.arange(6).reshape(2, 3) / 4
for name, dtype in (("f2", "<f2"), ("f4", "<f4"), ("f8", "<f8")):
    np.save(out / f"{name}.npy", matrix.astype(dtype))
np.save(out / "fortran.npy", np.asfortranarray(matrix.astype("<f4")))
np.save(out / "i8.npy", np.array([3, -4, 5], "<i8"))
np.save(out / "bool.npy", np.array([True, False]))
np.save(out / "column.npy", np.array([[0.5], [0.1]], "<f4"))
np.save(out / "big.npy", np.array([1.0], ">f4"))
np.save(out / "object.npy", np.array([{"a": 1}], object))
