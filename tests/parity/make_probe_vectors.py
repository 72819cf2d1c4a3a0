#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/probe/*.safetensors: probes trained by PyTorch, with their starts, orders and results.

Standardise with the train mean and unbiased deviation, nn.Linear, cross-entropy, Adam/AdamW/SGD with a rate per step
(linear warm-up, cosine), the last partial batch kept; orders are torch.randperm after nn.Linear of one seed.
Needs torch and safetensors. Run from the repository root: python tests/parity/make_probe_vectors.py
"""
import json
import math
import pathlib

import torch
from safetensors.torch import save_file

ROWS, WIDTH, CLASSES, BATCH, SEED = 300, 24, 7, 64, 42
CASES = {
    "adam": dict(optimizer="adam", epochs=10, lr=1e-3, wd=1e-3),
    "adamw": dict(optimizer="adamw", epochs=6, lr=5e-3, wd=0.05),
    "sgd": dict(optimizer="sgd", epochs=8, lr=5e-2, wd=1e-3),
}


def embeddings():
    g = torch.Generator().manual_seed(7)
    labels = torch.randint(0, CLASSES, (ROWS,), generator=g)
    centres = torch.randn(CLASSES, WIDTH, generator=g)
    scale = torch.rand(WIDTH, generator=g) * 3 + 0.1
    x = (centres[labels] + 1.5 * torch.randn(ROWS, WIDTH, generator=g)) * scale + torch.randn(WIDTH, generator=g) * 5
    return x.float(), labels


def rates(steps, base):
    warm = int(0.1 * steps)
    rise = [base * i / (warm - 1) if warm > 1 else 0.0 for i in range(warm)]
    return rise + [base * 0.5 * (1 + math.cos(math.pi * j / (steps - warm))) for j in range(steps - warm)]


def optimizer(kind, parameters, lr, wd):
    if kind == "adam":
        return torch.optim.Adam(parameters, lr=lr, weight_decay=wd)
    if kind == "adamw":
        return torch.optim.AdamW(parameters, lr=lr, weight_decay=wd)
    return torch.optim.SGD(parameters, lr=lr, weight_decay=wd, momentum=0.9, nesterov=True)


def train(case, x, labels):
    torch.manual_seed(SEED)
    net = torch.nn.Linear(WIDTH, CLASSES)
    start = {"start.weight": net.weight.detach().clone(), "start.bias": net.bias.detach().clone()}
    opt = optimizer(case["optimizer"], net.parameters(), case["lr"], case["wd"])
    schedule = rates(case["epochs"] * math.ceil(ROWS / BATCH), case["lr"])
    orders, losses, accuracies, step = [], [], [], 0
    for _ in range(case["epochs"]):
        order = torch.randperm(ROWS)
        orders.append(order)
        loss_sum, correct = 0.0, 0
        for rows in order.split(BATCH):
            opt.param_groups[0]["lr"] = schedule[step]
            logits = net(x[rows])
            loss = torch.nn.functional.cross_entropy(logits, labels[rows])
            opt.zero_grad()
            loss.backward()
            opt.step()
            loss_sum += loss.item() * len(rows)
            correct += int((logits.argmax(1) == labels[rows]).sum())
            step += 1
        losses.append(loss_sum / ROWS)
        accuracies.append(correct / ROWS)
    return {**start, "orders": torch.stack(orders).to(torch.int16), "losses": torch.tensor(losses, dtype=torch.float32),
            "accuracies": torch.tensor(accuracies), "weight": net.weight.detach(), "bias": net.bias.detach(),
            "logits": net(x).detach()}


def main():
    folder = pathlib.Path(__file__).resolve().parents[1] / "data" / "probe"
    folder.mkdir(parents=True, exist_ok=True)
    raw, labels = embeddings()
    mean, std = raw.mean(0), raw.std(0, unbiased=True)
    save_file({"features": raw, "labels": labels.to(torch.int16), "mean": mean, "std": std},
              folder / "embeddings.safetensors", metadata={"made_with": f"torch {torch.__version__}"})
    x = (raw - mean) / std
    for name, case in CASES.items():
        out = train(case, x, labels)
        save_file({k: v.contiguous() for k, v in out.items()}, folder / f"{name}.safetensors",
                  metadata={"case": json.dumps({**case, "batch": BATCH, "seed": SEED, "classes": CLASSES})})


if __name__ == "__main__":
    main()
