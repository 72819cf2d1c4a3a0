#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_probe.py [ROWS WIDTH CLASSES BATCH [THREADS]]: the loops of bench_probe.cpp in Python, for side-by-side runs.

Seconds per epoch of an eager PyTorch probe with a DataLoader of 4 workers (the reference's loop), with one of none and
from a resident matrix, and milliseconds of scikit-learn's roc_auc_score + roc_curve (and all six figures) on 1.3
million scores. Processor seconds are those of all threads and workers: on a busy machine they say more than the clock.
"""
import os
import sys
import time

import numpy as np
import torch
from sklearn import metrics as sk


def processor_seconds():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def epoch(batches, net, optimizer):
    begin, processor = time.perf_counter(), processor_seconds()
    for x, y in batches:
        loss = torch.nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return time.perf_counter() - begin, processor_seconds() - processor


def bench_probe(rows, width, classes, batch):
    x, y = torch.randn(rows, width), torch.randint(0, classes, (rows,))
    data = torch.utils.data.TensorDataset(x, y)

    def resident():
        for r in torch.randperm(rows).split(batch):
            yield x[r], y[r]

    def loader(workers):
        return lambda: iter(torch.utils.data.DataLoader(data, batch, shuffle=True, num_workers=workers))

    for name, batches in (("resident matrix", resident), ("DataLoader, no workers", loader(0)),
                          ("DataLoader, 4 workers", loader(4))):
        net = torch.nn.Linear(width, classes)
        optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-3)
        wall, processor = min(epoch(batches(), net, optimizer) for _ in range(2))
        print(f"torch {name}: {wall:.3f} s per epoch, processor {processor:.3f} s", flush=True)


def bench_metrics():
    rng = np.random.default_rng(2)
    scores = np.r_[rng.normal(1, 1, 1_250_000), rng.normal(0, 1, 50_000)]
    truth = np.r_[np.ones(1_250_000), np.zeros(50_000)]

    def two():
        sk.roc_auc_score(truth, scores)
        sk.roc_curve(truth, scores)

    def six():
        two()
        for y, s in ((truth, scores), (1 - truth, -scores)):
            precision, recall, _ = sk.precision_recall_curve(y, s)
            sk.auc(recall, precision)
            sk.average_precision_score(y, s)

    for name, run in (("AUROC + roc_curve", two), ("all six figures", six)):
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            run()
            times.append(time.perf_counter() - begin)
        print(f"scikit-learn {name}: {min(times) * 1e3:.0f} ms", flush=True)


if __name__ == "__main__":
    sizes = [int(a) for a in sys.argv[1:6]]
    sizes += [100_000, 768, 1000, 256, 0][len(sizes):]
    if sizes[4] > 0:
        torch.set_num_threads(sizes[4])
    bench_metrics()
    bench_probe(*sizes[:4])
