#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/metrics/vectors.json: score sets with what scikit-learn and the published FPR rules say of them, at
several TPRs; detection error; DeLong and paired DeLong by their definitions; the bootstrap; NINCO's mean over classes.

Needs numpy and scikit-learn 1.9. Run from the repository root: python tests/parity/make_metrics_vectors.py
"""
import json
import math
import pathlib

import numpy as np
import sklearn
from sklearn import metrics as sk

RECALL = 0.95
LEVELS = (0.05, 0.5, 0.8, 0.9, 0.99, 1.0)
NORMAL95 = 1.959963984540054


def nearest_recall(positive, negative, real, level):
    """FPR at the ROC vertex whose recall is nearest to the level, walking down from the first full recall (MCM: float64;
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
    at = full - int(np.argmin(np.abs(recall - real(level))))
    return misses[at] / len(negative), hits[at] / len(positive)


def fpr_at(ident, ood, level=RECALL):
    truth = np.r_[np.ones(len(ident)), np.zeros(len(ood))]
    both = np.r_[ident, ood]
    out = {}
    fpr, tpr, _ = sk.roc_curve(truth, both, drop_intermediate=True)
    out["plp"] = (float(np.interp(level, tpr, fpr)) if (tpr >= level).any() else 0.0, level)
    out["mcm"] = nearest_recall(ident, ood, np.float64, level)
    t = np.quantile(ident, round(1 - level, 12), method="linear")
    out["ninco"] = (float(np.mean(ood >= t)), float(np.mean(ident >= t)))
    fpr, tpr, _ = sk.roc_curve(1 - truth, -both)
    first = int(np.argmax(tpr >= level))
    out["openood"] = (fpr[first], tpr[first])
    out["torch_uncertainty"] = nearest_recall(-ood, -ident, np.float32, level)
    return {k: [float(a), float(b)] for k, (a, b) in out.items()}


def detection_error(truth, scores):
    fpr, tpr, _ = sk.roc_curve(truth, scores, drop_intermediate=False)
    return float(np.min(0.5 * (1 - tpr) + 0.5 * fpr))


def placements(ident, ood):
    """psi(ID, OOD) of every pair, averaged over the other set."""
    psi = (ident[:, None] > ood[None, :]) + 0.5 * (ident[:, None] == ood[None, :])
    return psi.mean(1), psi.mean(0)


def variance_of_mean(values):
    return float(np.var(values, ddof=1) / len(values)) if len(values) > 1 else 0.0


def delong(ident, ood):
    v10, v01 = placements(ident, ood)
    return float(np.sqrt(variance_of_mean(v10) + variance_of_mean(v01)))


def paired(a, b):
    """DeLong, DeLong and Clarke-Pearson 1988, equations 5 and 6, for two detectors; a and b are (ID, OOD)."""
    (a10, a01), (b10, b01) = placements(*a), placements(*b)
    s = np.cov(np.stack([a10, b10])) / len(a10) + np.cov(np.stack([a01, b01])) / len(a01)
    difference = a10.mean() - b10.mean()
    error = np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])
    z = difference / error
    return {
        "difference": difference, "standard_error": error, "z": z, "p": math.erfc(abs(z) / math.sqrt(2)),
        "correlation": s[0, 1] / np.sqrt(s[0, 0] * s[1, 1]),
        "low": difference - NORMAL95 * error, "high": difference + NORMAL95 * error,
    }


def mix_seed(seed, stream):
    """SplitMix64, as core/base/rng.h."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * (np.asarray(stream, np.uint64) + np.uint64(1))
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def bootstrap(ident, ood, resamples, seed):
    """Draws of falling scores by the product's generator, each resample measured by scikit-learn and each rule."""
    ident, ood = np.sort(ident)[::-1], np.sort(ood)[::-1]
    aurocs, fprs = [], {}
    for r in range(resamples):
        draws = mix_seed(int(mix_seed(seed, r)), np.arange(len(ident) + len(ood)))
        take = lambda n, u: np.array([int(x) * n >> 64 for x in u])
        i, o = ident[take(len(ident), draws[: len(ident)])], ood[take(len(ood), draws[len(ident):])]
        aurocs.append(float(sk.roc_auc_score(np.r_[np.ones(len(i)), np.zeros(len(o))], np.r_[i, o])))
        for convention, (fpr, _) in fpr_at(i, o).items():
            fprs.setdefault(convention, []).append(fpr)
    between = lambda values: [float(np.quantile(values, q)) for q in (0.025, 0.975)]
    return {
        "seed": seed, "aurocs": aurocs, "fprs": fprs, "auroc": between(aurocs),
        "fpr": {convention: between(values) for convention, values in fprs.items()},
    }


def by_class(ident, ood, labels):
    """NINCO's protocol, with the variance of the mean over classes from the definition: one kernel for each ID score."""
    classes, kernels, variance = [], [], 0.0
    for label in sorted(set(labels[labels >= 0].tolist())):
        own = ood[labels == label]
        v10, v01 = placements(ident, own)
        kernels.append(v10)
        variance += variance_of_mean(v01)
        truth = np.r_[np.ones(len(ident)), np.zeros(len(own))]
        classes.append({
            "label": label, "count": len(own), "auroc": float(sk.roc_auc_score(truth, np.r_[ident, own])),
            "standard_error": delong(ident, own), "fpr95": fpr_at(ident, own),
        })
    n = len(classes)
    error = math.sqrt(variance_of_mean(np.mean(kernels, 0)) + variance / n**2)
    mean = float(np.mean([c["auroc"] for c in classes]))
    return {
        "classes": classes, "auroc": mean, "low": mean - NORMAL95 * error, "high": mean + NORMAL95 * error,
        "fpr95": {k: float(np.mean([c["fpr95"][k][0] for c in classes])) for k in classes[0]["fpr95"]},
    }


def expected(ident, ood):
    truth = np.r_[np.ones(len(ident)), np.zeros(len(ood))]
    both = np.r_[ident, ood]

    def trapezoid(y, s):
        precision, recall, _ = sk.precision_recall_curve(y, s)
        return float(sk.auc(recall, precision))

    _, counts = np.unique(both, return_counts=True)
    return {
        "auroc": float(sk.roc_auc_score(truth, both)),
        "fpr95": fpr_at(ident, ood),
        "fpr_at": [[level, fpr_at(ident, ood, level)] for level in LEVELS],
        "detection_error": detection_error(truth, both),
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


def comparisons():
    """Two detectors on the same images: continuous and tied, and classes of the OOD images (-1: none)."""
    rng = np.random.default_rng(7)
    for name, levels in (("continuous", 0), ("tied", 5)):
        shared_id, shared_ood = rng.normal(1.2, 1, 220), rng.normal(0, 1, 130)
        draw = lambda shared, noise: shared + rng.normal(0, noise, len(shared))
        a, b = (draw(shared_id, 0.5), draw(shared_ood, 0.5)), (draw(shared_id, 1.0), draw(shared_ood, 1.0))
        if levels:
            a, b = ([np.round(x * levels) / levels for x in pair] for pair in (a, b))
        labels = rng.integers(-1, 7, len(shared_ood))
        labels[labels == 3] = 2  # class 3 has no score
        labels[0], labels[labels == 5] = 5, 4  # and class 5 a single one
        yield name, a, b, labels


def main():
    out = {"made_with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "cases": [], "hashed": [],
           "comparisons": []}
    for name, ident, ood in cases():
        out["cases"].append({"name": name, "id": ident.tolist(), "ood": ood.tolist(), **expected(ident, ood)})
    for name, a, b, labels in comparisons():
        out["comparisons"].append({
            "name": name, "a": {"id": a[0].tolist(), "ood": a[1].tolist()},
            "b": {"id": b[0].tolist(), "ood": b[1].tolist()}, "labels": labels.tolist(), "paired": paired(a, b),
            "standard_error": delong(*a), "bootstrap": bootstrap(*a, 25, 11), "by_class": by_class(*a, labels)})
    for n_id, n_ood, modulus in ((50000, 40000, 2**31 - 1), (60000, 30000, 997), (1000, 200000, 65521)):
        recipe = {"n_id": n_id, "n_ood": n_ood, "modulus": modulus}
        sets = hashed(n_id, 2654435761, modulus, 0.125), hashed(n_ood, 2246822519, modulus, 0.0)
        out["hashed"].append({**recipe, **expected(*sets)})
    target = pathlib.Path(__file__).resolve().parents[1] / "data" / "metrics" / "vectors.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
