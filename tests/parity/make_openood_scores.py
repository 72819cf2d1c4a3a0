# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/openood: what OpenOOD v1.5 saves, made up. PyPI: numpy, torch.

msp.pkl       Evaluator.scores as eval_ood.py --save-score pickles it (protocol 5), with the tensors of eval_acc and sets
              that were not scored; confidence i of a set is (37 i + 11 n mod 101) / 100, n the number of the set
msp4.pkl      the same as an older Python pickles it (protocol 4)
several.csv   the table of several runs: mean and deviation of the population in one cell
"""
import pathlib
import pickle

import numpy as np
import torch

out = pathlib.Path(__file__).resolve().parents[1] / "data" / "openood"
out.mkdir(exist_ok=True)


def scored(number, count, label, dtype):
    index = np.arange(count)
    conf = ((37 * index + 11 * number) % 101 / 100).astype(dtype)
    return [(index % 4).astype(int), conf, index % 3 if label is None else np.full(count, label)]


id_test = scored(0, 60, None, np.float32)
scores = {
    "id": {"train": None, "val": None, "test": id_test},
    "csid": {"cifar10c": None},
    "ood": {"val": None, "near": {"cifar100": scored(1, 40, -1, np.float32), "tin": None},
            "far": {"mnist": scored(2, 30, -1, np.float64), "places365": scored(3, 20, 5, np.float32)}},
    "id_preds": torch.from_numpy(id_test[0]), "id_labels": torch.from_numpy(id_test[2]),
    "csid_preds": {"cifar10c": None}, "csid_labels": {"cifar10c": None},
}
(out / "msp.pkl").write_bytes(pickle.dumps(scores, 5))
(out / "msp4.pkl").write_bytes(pickle.dumps(scores, 4))

runs = np.stack([np.array([[30.5, 88.25, 87.0, 86.5, 95.06], [20.5, 92.25, 91.0, 90.5, 95.06]]) + d for d in (0, 1, 2)])
cells = [["{:.2f} \u00b1 {:.2f}".format(m, s) for m, s in zip(*rows)] for rows in zip(runs.mean(0), runs.std(0))]
rows = [["", "FPR@95", "AUROC", "AUPR_IN", "AUPR_OUT", "ACC"], ["cifar100", *cells[0]], ["nearood", *cells[1]]]
(out / "several.csv").write_text("".join(",".join(row) + "\n" for row in rows))  # as pandas' to_csv
