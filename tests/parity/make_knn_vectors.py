#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/knn/vectors.safetensors: k-NN accuracy, neighbours and pseudo labels as PyTorch computes them
(cosine, k = 20, votes exp(cos / 0.02), argmax; 50 neighbours without the row itself), checked against scikit-learn.

Usage: python make_knn_vectors.py FOLDER    (torch, scikit-learn, safetensors)
"""
import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

CLASSES, WIDTH, K, KEPT, T = 9, 12, 20, 50, 0.02


def clouds(rows, centres):
    labels = torch.arange(rows) % CLASSES
    return centres[labels] + 1.5 * torch.randn(rows, WIDTH), labels


def votes(train, train_labels, test):
    cosines = torch.nn.functional.normalize(test.double()) @ torch.nn.functional.normalize(train.double()).T
    top, where = cosines.topk(K)
    return torch.zeros(len(test), CLASSES, dtype=torch.double).scatter_add_(1, train_labels[where], (top / T).exp())


def main():
    torch.manual_seed(11)
    torch.set_num_threads(1)
    centres = torch.randn(CLASSES, WIDTH)
    train, train_labels = clouds(270, centres)
    test, test_labels = clouds(150, centres)
    texts = torch.nn.functional.normalize(centres + 0.8 * torch.randn(CLASSES, WIDTH))

    summed = votes(train, train_labels, test)
    order = summed.sort(dim=1, descending=True, stable=True).indices
    predicted = order[:, 0].contiguous()
    right = order == test_labels[:, None]
    accuracy = torch.stack([right[:, 0].double().mean(), right[:, :5].any(1).double().mean()])

    peer = KNeighborsClassifier(K, metric="cosine", algorithm="brute", weights=lambda d: np.exp((1 - d) / T))
    peer.fit(train.double().numpy(), train_labels.numpy())
    assert (peer.predict(test.double().numpy()) == predicted.numpy()).all()

    unit = torch.nn.functional.normalize(train.double())
    cosines = unit @ unit.T
    cosines.fill_diagonal_(-2)
    kept, neighbours = cosines.topk(KEPT)
    peer = NearestNeighbors(n_neighbors=KEPT, metric="cosine", algorithm="brute").fit(train.double().numpy())
    assert (peer.kneighbors(return_distance=False) == neighbours.numpy()).all()

    pseudo = (torch.nn.functional.normalize(test) @ texts.T).argmax(1)
    print(f"k-NN top 1 {accuracy[0]:.4f}, top 5 {accuracy[1]:.4f}; "
          f"pseudo labels right {(pseudo == test_labels).double().mean():.4f}")
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"train": train, "test": test, "train_labels": train_labels, "test_labels": test_labels,
               "texts": texts, "accuracy": accuracy, "predicted": predicted,
               "neighbours": neighbours.short(), "cosines": kept.float(), "pseudo": pseudo},
              folder / "vectors.safetensors")


if __name__ == "__main__":
    main()
