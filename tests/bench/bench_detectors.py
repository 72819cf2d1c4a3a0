#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mahalanobis distance and k nearest neighbours on synthetic features: the paper's way (PyTorch in float64, the
covariances of all classes in one stack, the global one beside them, a loop over classes for the scores) and faiss's flat
index beside OODscope on the same files in one run, with the ratios. The results must agree. Needs 10 GB for the stack.

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


def fit_paper(train, labels, classes):
    train = train.double()
    means, covariances = [], []
    for c in range(classes):
        rows = train[labels == c]
        means.append(rows.mean(0))
        covariances.append(rows.T.cov())
    precision = torch.stack(covariances).mean(0).inverse()
    overall = train.T.cov().inverse()
    return means, precision, train.mean(0), overall


def distance(rows, mean, precision):
    centred = rows - mean
    return (centred @ precision * centred).sum(1)


def score_paper(test, means, precision, mean, overall):
    """Both scores: Mahalanobis and relative."""
    test = test.double()
    distances = torch.stack([distance(test, class_mean, precision) for class_mean in means])
    return -distances.min(0)[0], -(distances - distance(test, mean, overall)).min(0)[0]


def faiss_search(train, test):
    index = faiss.IndexFlatIP(WIDTH)
    index.add(train)
    return index.search(test, K)


def main():
    program = sys.argv[1]
    rows, classes, tests = (int(a) for a in sys.argv[2:5]) if len(sys.argv) > 4 else (60_000, 1_000, 4_000)
    rng = np.random.default_rng(5)
    centres = rng.normal(0, 1, (classes, WIDTH)).astype(np.float32)
    # As uneven as pseudo labels are; two of each class at least.
    shares = rng.lognormal(0, 0.5, classes)
    labels = np.concatenate([np.arange(classes), np.arange(classes),
                             rng.choice(classes, rows - 2 * classes, p=shares / shares.sum())])
    rng.shuffle(labels)
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
    scores, cosines = values[:2 * tests].reshape(2, tests), values[2 * tests:].reshape(tests, K)

    fit_s, fitted = timed(lambda: fit_paper(torch.from_numpy(train), torch.from_numpy(labels), classes))
    score_s, reference = timed(lambda: score_paper(torch.from_numpy(test[:LOOPED]), *fitted))
    for own, theirs in zip(scores, reference):
        np.testing.assert_allclose(own[:LOOPED], theirs.numpy(), rtol=1e-9, atol=1e-7)
    unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)
    unit_train, unit_test = unit(train), unit(test)
    knn_s, (similar, _) = timed(lambda: faiss_search(unit_train, unit_test))
    np.testing.assert_allclose(cosines, similar, atol=1e-5)

    score_s *= tests / LOOPED
    print(f"{rows} x {WIDTH}, {classes} classes, {tests} test rows, {torch.get_num_threads()} threads")
    lines = (("Mahalanobis fit, both", "paper", fit_s, ours["fit_s"]),
             ("Mahalanobis score, both", "paper", score_s, ours["score_s"]),
             (f"{K} neighbours, float32", "faiss", knn_s, ours["knn_full_s"]),
             (f"{K} neighbours, fastest", "faiss", knn_s, ours["knn_s"]))
    for what, peer, theirs, own in lines:
        print(f"  {what:24} {peer} {theirs:8.2f} s   OODscope {own:7.2f} s   {theirs / own:6.1f} x")


if __name__ == "__main__":
    main()
