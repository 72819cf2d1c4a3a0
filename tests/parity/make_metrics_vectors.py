#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/metrics/vectors.json: score sets with what scikit-learn and the published FPR95 rules say of them.

Needs numpy and scikit-learn 1.9. Run from the repository root: python tests/parity/make_metrics_vectors.py
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics as sk

RECALL = 0.95


def nearest_recall(positive, negative, real):
    """FPR at the ROC vertex whose recall is nearest to 0.95, walking down from the first full recall (MCM: float64;
    torch_uncertainty: float32 recalls). Higher score = positive."""
    scores = np.concatenate([positive, negative])
    truth = np.concatenate([np.ones(len(positive), bool), np.zeros(len(negative), bool)])
    order = np.argsort(-scores, kind="stable")
    scores, truth = scores[order], truth[order]
    ends = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    hits = np.cumsum(truth)[ends]
    misses = ends + 1 - hits
    full = int(np.searchsorted(hits, hits[-1]))
    recall = (hits.astype(real) / real(hits[-1]))[: full + 1][::-1]
    at = full - int(np.argmin(np.abs(recall - real(RECALL))))
    return misses[at] / len(negative), hits[at] / len(positive)


def fpr95(ident, ood):
    truth = np.r_[np.ones(len(ident)), np.zeros(len(ood))]
    both = np.r_[ident, ood]
    out = {}
    fpr, tpr, _ = sk.roc_curve(truth, both, drop_intermediate=True)
    out["plp"] = (float(np.interp(RECALL, tpr, fpr)) if (tpr >= RECALL).any() else 0.0, RECALL)
    out["mcm"] = nearest_recall(ident, ood, np.float64)
    t = np.quantile(ident, 0.05, method="linear")
    out["ninco"] = (float(np.mean(ood >= t)), float(np.mean(ident >= t)))
    fpr, tpr, _ = sk.roc_curve(1 - truth, -both)
    first = int(np.argmax(tpr >= RECALL))
    out["openood"] = (fpr[first], tpr[first])
    out["torch_uncertainty"] = nearest_recall(-ood, -ident, np.float32)
    return {k: [float(a), float(b)] for k, (a, b) in out.items()}


def expected(ident, ood):
    truth = np.r_[np.ones(len(ident)), np.zeros(len(ood))]
    both = np.r_[ident, ood]

    def trapezoid(y, s):
        precision, recall, _ = sk.precision_recall_curve(y, s)
        return float(sk.auc(recall, precision))

    _, counts = np.unique(both, return_counts=True)
    return {
        "auroc": float(sk.roc_auc_score(truth, both)),
        "fpr95": fpr95(ident, ood),
        "aupr_in": trapezoid(truth, both),
        "aupr_out": trapezoid(1 - truth, -both),
        "ap_in": float(sk.average_precision_score(truth, both)),
        "ap_out": float(sk.average_precision_score(1 - truth, -both)),
        "ties": int(counts[counts > 1].sum()),
    }


def hashed(n, multiplier, modulus, shift):
    """The test builds the same scores: too many to store."""
    return (np.arange(n, dtype=np.uint64) * np.uint64(multiplier) % np.uint64(2**32) % np.uint64(modulus)).astype(
        np.float64) / modulus + shift


def cases():
    rng = np.random.default_rng(42)
    f32 = lambda a: np.asarray(a, np.float32).astype(np.float64)
    yield "continuous", rng.normal(1, 1, 400), rng.normal(0, 1, 300)
    yield "float32 logits", f32(rng.normal(3, 2, 311)), f32(rng.normal(1, 2, 257))
    yield "tied integers", rng.integers(0, 12, 250).astype(float), rng.integers(-3, 9, 330).astype(float)
    yield "two values", rng.integers(0, 2, 60).astype(float), rng.integers(0, 2, 40).astype(float)
    yield "constant", np.full(30, 0.25), np.full(20, 0.25)
    yield "separated", rng.uniform(2, 3, 100), rng.uniform(0, 1, 100)
    yield "inverted", rng.uniform(0, 1, 50), rng.uniform(2, 3, 70)
    yield "one each", np.array([1.0]), np.array([0.0])
    yield "one each inverted", np.array([0.0]), np.array([1.0])
    yield "one each equal", np.array([2.0]), np.array([2.0])
    yield "two and three", np.array([0.5, 0.1]), np.array([0.1, 0.3, -0.2])
    yield "exactly 0.95", np.arange(20.0) * 2, np.arange(20.0) * 2 - 5
    yield "0.95 on a plateau", np.r_[np.arange(19.0) + 10, 0.0], np.r_[np.arange(15.0) * 0.5 + 1, 30.0]
    yield "0.9 or 1.0", np.arange(10.0) + 0.5, np.arange(10.0)
    yield "0.9 or 1.0, OOD side", np.arange(10.0) + 3, np.arange(10.0) - 0.5
    yield "huge range", rng.normal(0, 1, 80) * 10.0 ** rng.integers(-300, 300, 80), rng.normal(
        0, 1, 90) * 10.0 ** rng.integers(-300, 300, 90)
    yield "neighbouring doubles", 1 + rng.integers(0, 40, 120) * 2.0**-52, 1 + rng.integers(-20, 20, 110) * 2.0**-52
    yield "denormals and signed zero", np.r_[0.0, -0.0, 5e-324, 1e-310, -5e-324], np.r_[-0.0, 0.0, 5e-324, -1e-310]
    yield "saturated softmax", np.minimum(1, rng.exponential(0.2, 200) + 0.8), rng.beta(8, 2, 190)
    yield "many OOD", rng.normal(0.4, 1, 25), rng.normal(0, 1, 600)
    yield "many ID", rng.normal(0.4, 1, 600), rng.normal(0, 1, 25)


def main():
    out = {"made_with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "cases": [], "hashed": []}
    for name, ident, ood in cases():
        out["cases"].append({"name": name, "id": ident.tolist(), "ood": ood.tolist(), **expected(ident, ood)})
    for n_id, n_ood, modulus in ((50000, 40000, 2**31 - 1), (60000, 30000, 997), (1000, 200000, 65521)):
        recipe = {"n_id": n_id, "n_ood": n_ood, "modulus": modulus}
        sets = hashed(n_id, 2654435761, modulus, 0.125), hashed(n_ood, 2246822519, modulus, 0.0)
        out["hashed"].append({**recipe, **expected(*sets)})
    target = pathlib.Path(__file__).resolve().parents[1] / "data" / "metrics" / "vectors.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
