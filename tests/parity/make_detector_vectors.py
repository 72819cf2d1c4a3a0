#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/detectors/vectors.json: what pytorch-ood's detectors say of a small set with a linear head.

Needs torch and pytorch-ood 0.4 (pip install --no-deps pytorch-ood). The head has no standardisation (mean 0, std 1), as
theirs have none. Their scores are negated where higher means outlier. Run from the repository root:
python tests/parity/make_detector_vectors.py
"""
import json
import pathlib

import numpy as np
import pytorch_ood
import torch
from pytorch_ood import detector as po

TRAIN, TEST, WIDTH, CLASSES = 150, 12, 16, 5


def draw(rng, *shape, shift=0.0):
    """Multiples of 1/64, which JSON and float32 hold exactly."""
    return torch.tensor(np.round((rng.normal(size=shape) + shift) * 64) / 64, dtype=torch.float32)


def maps(x):
    return x[:, :, None, None]


def main():
    rng = np.random.default_rng(5)
    weight, bias = draw(rng, CLASSES, WIDTH) / 4, draw(rng, CLASSES)
    train, test = draw(rng, TRAIN, WIDTH, shift=0.5), draw(rng, TEST, WIDTH, shift=0.25)
    # Rows far from every boundary and close to the mean would hide a wrong predicted class: some are pushed outwards.
    test[:4] *= 2

    def head(x):
        return torch.nn.functional.linear(x.flatten(1).double(), weight.double(), bias.double())

    layer = torch.nn.Linear(WIDTH, CLASSES)
    layer.weight.data, layer.bias.data = weight, bias  # float32, where theirs wants one type
    logits, test_logits = head(train), head(test)
    labels = logits.argmax(1)
    labels[::7] = (labels[::7] + 1) % CLASSES
    scores = {}

    def add(key, outlier):
        scores[key] = [-float(v) for v in outlier]

    # pytorch-ood averages GEN over its terms, the paper sums them.
    add("gen", po.GEN.score(test_logits, gamma=0.1) * CLASSES)
    add("gen:m=3:gamma=0.5", po.GEN.score(test_logits, gamma=0.5, M=3) * 3)
    add("entropy", po.Entropy.score(test_logits))
    add("kl_matching", po.KLMatching(None).fit_logits(logits).predict_logits(test_logits))
    for variant in "spb":
        ash = po.ASH(lambda x: x, head, variant=f"ash-{variant}", percentile=0.7)
        add(f"ash:variant={variant}:percentile=70", ash.predict_feature_maps(maps(test)))
    add("scale", po.SCALE(lambda x: x, head, percentile=0.85).predict_feature_maps(maps(test)))
    react = po.ReAct(lambda x: x, head, threshold=float(np.percentile(train.numpy(), 90)))
    add("react", react.predict_feature_maps(maps(test)))
    add("dice:percentile=60", po.DICE(encoder=None, w=weight, b=bias, p=0.6).fit_features(train, labels)
        .predict_features(test))
    add("vim:dim=6", po.ViM(None, 6, weight, bias).fit_features(train, labels).predict_features(test))
    she = po.SHE(None, head).fit_features(train, labels)
    add("she", she.predict_features(test))
    add("nnguide:k=7:share=1", po.NNGuide(None, layer, k=7).fit_features(train, labels).predict_features(test))
    add("fdbd", po.fDBD(None, layer).fit_features(train).predict_features(test).detach())

    cosines = torch.nn.functional.normalize(test) @ torch.nn.functional.normalize(weight).T
    mcm = po.MCM(None, weight, temperature=0.5)
    add("mcm:temperature=0.5", mcm.predict_features(test))

    out = {
        "pytorch_ood": pytorch_ood.__version__,
        "torch": torch.__version__,
        "weight": weight.tolist(),
        "bias": bias.tolist(),
        "train": train.tolist(),
        "labels": labels.tolist(),
        "test": test.tolist(),
        "cosines": cosines.tolist(),
        "scores": scores,
    }
    path = pathlib.Path("tests/data/detectors/vectors.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
