#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_probe.py PATH/OF/bench_probe [ROWS WIDTH CLASSES BATCH [THREADS]]: that program and its loops in Python, side by
side, with the ratios to the reference's loop.

Seconds per epoch of an eager PyTorch probe with a DataLoader of 4 workers (the reference's loop), with one of none and
from a resident matrix, and milliseconds of scikit-learn's roc_auc_score + roc_curve (and all six figures) on 1.3
million scores. Processor seconds are those of all threads and workers: on a busy machine they say more than the clock.
"""
import os
import re
import subprocess
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
    return wall  # of the reference's loop


def bench_products(rows, width, classes, batch):
    """What no probe can go below: the two products of each step, into buffers that are there."""
    for dtype in (torch.float32, torch.bfloat16):
        x, w, g = (torch.randn(s).to(dtype) for s in ((batch, width), (classes, width), (batch, classes)))
        logits, gradient = torch.empty_like(g), torch.empty_like(w)

        def steps():
            begin, processor = time.perf_counter(), processor_seconds()
            for _ in range(-(-rows // batch)):
                torch.mm(x, w.t(), out=logits)
                torch.mm(g.t(), x, out=gradient)
            return time.perf_counter() - begin, processor_seconds() - processor

        wall, processor = min(steps() for _ in range(2))
        print(f"torch products alone, {dtype}: {wall:.3f} s per epoch, processor {processor:.3f} s", flush=True)


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
    program = sys.argv[1]
    sizes = [int(a) for a in sys.argv[2:7]]
    sizes += [100_000, 768, 1000, 256, 0][len(sizes):]
    if sizes[4] > 0:
        torch.set_num_threads(sizes[4])
    bench_metrics()
    bench_products(*sizes[:4])
    reference = bench_probe(*sizes[:4])
    command = [program, *sizes[:4], 2, sizes[4]]
    ours = subprocess.run([str(a) for a in command], check=True, capture_output=True, text=True).stdout
    print(ours, end="")
    for precision, seconds in re.findall(r"(fp32|bf16): ([\d.]+) s per epoch", ours):
        print(f"{precision}: {reference / float(seconds):.2f} times as fast as the loop with 4 workers")
