#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ROC, AUROC and FPR95 of 1.3 million scores: scikit-learn and OODscope on the same files in one run, with the ratio.
Processor time, the best of three runs here and seven there, each on one thread.

Usage: bench_metrics.py PATH/OF/bench_metrics [RESAMPLES]     (needs numpy and scikit-learn)
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
from sklearn import metrics as sk


def best(work, runs=3):
    times = []
    for _ in range(runs):
        begin = time.process_time()
        result = work()
        times.append(time.process_time() - begin)
    return min(times), result


def one_sort(truth, scores):
    fpr, tpr, _ = sk.roc_curve(truth, scores)
    return sk.auc(fpr, tpr), np.interp(0.95, tpr, fpr)


def as_written(truth, scores):
    """How evaluation scripts usually do it: each function sorts."""
    fpr, tpr, _ = sk.roc_curve(truth, scores)
    return sk.roc_auc_score(truth, scores), np.interp(0.95, tpr, fpr)


def compare(name, ident, ood, program, resamples):
    truth, scores = np.r_[np.ones(len(ident)), np.zeros(len(ood))], np.r_[ident, ood]
    quick, (auroc, fpr95) = best(lambda: one_sort(truth, scores))
    usual, _ = best(lambda: as_written(truth, scores))
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / "id.npy", pathlib.Path(folder) / "ood.npy"]
        np.save(paths[0], ident)
        np.save(paths[1], ood)
        ours = json.loads(subprocess.run([program, *paths, str(resamples)], check=True, capture_output=True).stdout)
    assert abs(ours["auroc"] - auroc) < 1e-9 and abs(ours["fpr95"] - fpr95) < 1e-12, (ours, auroc, fpr95)
    print(f"{name}: {len(ident)} ID, {len(ood)} OOD scores, {ours['vertices']} vertices")
    print(f"  scikit-learn, one sort {quick * 1e3:8.1f} ms; roc_curve and roc_auc_score {usual * 1e3:8.1f} ms")
    print(f"  OODscope               {ours['roc_ms']:8.1f} ms; with AUPR, detection error, DeLong {ours['all_ms']:.1f} ms")
    print(f"  ratio {quick * 1e3 / ours['roc_ms']:.1f} x (one sort), {usual * 1e3 / ours['roc_ms']:.1f} x (as written)")
    if resamples:
        print(f"  bootstrap, {resamples} resamples: {ours['bootstrap_s']:.1f} s of processor time, on all cores")


def main():
    program, resamples = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    rng = np.random.default_rng(2)
    ident, ood = rng.normal(1, 1, 1_250_000), rng.normal(0, 1, 50_000)
    compare("doubles", ident, ood, program, resamples)
    single = lambda a: a.astype(np.float32).astype(np.float64)
    compare("float32 scores", single(ident), single(ood), program, 0)


if __name__ == "__main__":
    main()
