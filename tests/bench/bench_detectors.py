#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mahalanobis distance and k nearest neighbours on synthetic features: the paper's way (a loop over classes in PyTorch,
float64) and faiss's flat index beside OODscope on the same files in one run, with the ratios. The results must agree.

Usage: bench_detectors.py PATH/OF/bench_detectors [TRAIN CLASSES TEST]   (needs numpy, torch and faiss-cpu)
The loop scores 500 rows; its time for all of them is in proportion.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import faiss
import numpy as np
import torch

WIDTH, LOOPED, K = 768, 500, 50


def timed(work):
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def fit_loop(train, labels, classes):
    means, covariance = [], torch.zeros(WIDTH, WIDTH, dtype=torch.float64)
    for c in range(classes):
        rows = train[labels == c].double()
        means.append(rows.mean(0))
        covariance += torch.cov(rows.T)
    return torch.stack(means), torch.linalg.inv(covariance / classes)


def score_loop(test, means, precision):
    distances = []
    for mean in means:
        centred = test.double() - mean
        distances.append(((centred @ precision) * centred).sum(1))
    return -torch.stack(distances, 1).min(1).values


def faiss_search(train, test):
    index = faiss.IndexFlatIP(WIDTH)
    index.add(train)
    return index.search(test, K)


def main():
    program = sys.argv[1]
    rows, classes, tests = (int(a) for a in sys.argv[2:5]) if len(sys.argv) > 4 else (60_000, 1_000, 4_000)
    rng = np.random.default_rng(5)
    centres = rng.normal(0, 1, (classes, WIDTH)).astype(np.float32)
    labels = np.arange(rows) % classes
    rotation, _ = np.linalg.qr(rng.normal(0, 1, (WIDTH, WIDTH)))
    mixing = (np.geomspace(1, 0.03, WIDTH)[:, None] * rotation).astype(np.float32)
    draw = lambda n: rng.normal(0, 1, (n, WIDTH)).astype(np.float32) @ mixing
    train = centres[labels] + draw(rows)
    test = centres[rng.integers(0, classes, tests)] + np.float32(1.3) * draw(tests)

    with tempfile.TemporaryDirectory() as folder:
        paths = {name: pathlib.Path(folder) / f"{name}.npy" for name in ("train", "labels", "test")}
        np.save(paths["train"], train)
        np.save(paths["labels"], labels.astype(np.float64))
        np.save(paths["test"], test)
        out = pathlib.Path(folder) / "out.bin"
        command = [program, paths["train"], paths["labels"], paths["test"], str(K), out]
        ours = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        values = np.fromfile(out)
    scores, cosines = values[:tests], values[tests:].reshape(tests, K)

    fit_s, (means, precision) = timed(lambda: fit_loop(torch.from_numpy(train), torch.from_numpy(labels), classes))
    score_s, reference = timed(lambda: score_loop(torch.from_numpy(test[:LOOPED]), means, precision).numpy())
    np.testing.assert_allclose(scores[:LOOPED], reference, rtol=1e-9)
    unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)
    unit_train, unit_test = unit(train), unit(test)
    knn_s, (similar, _) = timed(lambda: faiss_search(unit_train, unit_test))
    np.testing.assert_allclose(cosines, similar, atol=1e-5)

    score_s *= tests / LOOPED
    print(f"{rows} x {WIDTH}, {classes} classes, {tests} test rows, {torch.get_num_threads()} threads")
    print(f"  Mahalanobis fit    loop {fit_s:8.2f} s   OODscope {ours['fit_s']:7.2f} s   {fit_s / ours['fit_s']:6.1f} x")
    print(f"  Mahalanobis score  loop {score_s:8.2f} s   OODscope {ours['score_s']:7.2f} s   {score_s / ours['score_s']:6.1f} x")
    print(f"  {K} neighbours      faiss {knn_s:7.2f} s   OODscope {ours['knn_s']:7.2f} s   {knn_s / ours['knn_s']:6.1f} x")


if __name__ == "__main__":
    main()
