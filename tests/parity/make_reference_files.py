# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/reference: a run in the file layout of the paper's code (HHU-MMBS/plp-official-tmlr2024), small.

embeddings/<dataset>/<arch>/  as gen_embeds.py saves them
plp/                          as linear_probing.py (pseudo labels) and logit_evaluation.py save them
malformed files are made by the tests themselves.

The files are made with PyTorch and scikit-learn from the formulas of method.md sections 2, 4, 5 and 6; no code of the
paper is used. Needs torch, numpy, scikit-learn.
"""

import json
import pathlib
from collections import OrderedDict

import numpy as np
import torch
from sklearn.metrics import roc_auc_score, roc_curve

OUT = pathlib.Path(__file__).resolve().parents[1] / "data" / "reference"
ARCH = "openclip_ViT-B-16/openai"
WIDTH, CLASSES = 10, 4


def cloud(generator, labels, spread):
    centres = torch.randn(CLASSES, WIDTH, generator=torch.Generator().manual_seed(11)) * 1.2
    return centres[labels] + torch.randn(len(labels), WIDTH, generator=generator) * spread


def save_split(folder, embeddings, labels, suffix):
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(embeddings, folder / f"embeddings{suffix}.pt")
    torch.save(labels, folder / f"label{suffix}.pt")
    torch.save(embeddings.mean(dim=0), folder / f"mean{suffix}.pt")
    torch.save(embeddings.std(dim=0), folder / f"std{suffix}.pt")


def neighbours(embeddings, k):
    unit = embeddings / embeddings.norm(dim=-1, keepdim=True)
    cosines = unit @ unit.T
    cosines.fill_diagonal_(-torch.inf)
    return cosines.topk(k, dim=-1).indices


def knn_accuracy(train, train_labels, test, test_labels, k=20, temperature=0.02):
    cosines = torch.nn.functional.normalize(test) @ torch.nn.functional.normalize(train).T
    values, indices = cosines.topk(k)
    votes = torch.zeros(len(test), CLASSES).scatter_add_(1, train_labels[indices], (values / temperature).exp())
    order = votes.argsort(dim=1, descending=True)
    right = order == test_labels[:, None]
    return {"top1": right[:, :1].sum().item() * 100 / len(test), "top5": right[:, :5].sum().item() * 100 / len(test)}


def train_head(features, labels):
    torch.manual_seed(42)
    head = torch.nn.Linear(WIDTH, CLASSES)
    optimizer = torch.optim.Adam(head.parameters(), lr=1e-2, weight_decay=1e-3)
    for _ in range(60):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(head(features), labels).backward()
        optimizer.step()
    return head


def mahalanobis(train, labels, samples):
    train, samples = train.double(), samples.double()
    groups = [train[labels == c] for c in range(CLASSES) if (labels == c).sum() > 1]
    inverse = torch.stack([g.T.cov() for g in groups]).mean(dim=0).inverse()

    def distance(mean, matrix):
        off = samples - mean
        return (off @ matrix * off).sum(dim=1)

    distances = torch.stack([distance(g.mean(dim=0), inverse) for g in groups])
    background = distance(train.mean(dim=0), train.T.cov().inverse())
    return -distances.min(dim=0)[0], -(distances - background).min(dim=0)[0]


def fpr95(truth, scores):
    fpr, tpr, _ = roc_curve(truth, scores)
    return float(np.interp(0.95, tpr, fpr))


def measure(inside, outside):
    truth = np.r_[np.ones(len(inside)), np.zeros(len(outside))]
    scores = torch.cat((inside, outside)).numpy()
    return roc_auc_score(truth, scores) * 100, fpr95(truth, scores) * 100


def evaluate(train, labels, inside, outside):
    result = OrderedDict(auroc=OrderedDict(), fpr95=OrderedDict())
    maha_in, maha_out = mahalanobis(train, labels, inside), mahalanobis(train, labels, outside)
    for i, name in enumerate(("Mahalanobis", "Mahalanobis_relative")):
        result["auroc"][name], result["fpr95"][name] = measure(maha_in[i], maha_out[i])
    functions = OrderedDict(
        free_energy=lambda z: z.logsumexp(dim=-1),
        msp=lambda z: z.softmax(dim=-1).max(dim=-1)[0],
        l1_norm=lambda z: torch.linalg.norm(z - z.min(dim=-1, keepdim=True)[0], ord=1, dim=-1),
    )
    for name, score in functions.items():
        auroc, fpr = measure(score(inside), score(outside))
        result["auroc"][name] = [OrderedDict(temp=1.0, auroc=auroc)]
        result["fpr95"][name] = [OrderedDict(temp=1.0, fpr95=fpr)]
    return result


def flat(result):
    row = OrderedDict(out_dist=result["out_dist"])
    for metric in ("auroc", "fpr95"):
        for name, value in result[metric].items():
            if isinstance(value, list):
                for entry in value:
                    row[f"{metric}_{name}_temp={entry['temp']}"] = entry[metric]
            else:
                row[f"{metric}_{name}"] = value
    return row


def write_csv(path, results):
    rows = [flat(r) for r in results]
    lines = [",".join(rows[0].keys())]
    for row in rows:
        lines.append(",".join(v if isinstance(v, str) else repr(float(np.round(v, 2))) for v in row.values()))
    path.write_text("\n".join(lines) + "\n")


def main():
    generator = torch.Generator().manual_seed(3)
    labels = {"": torch.arange(160) % CLASSES, "-test": torch.arange(80) % CLASSES}
    inside = {suffix: cloud(generator, labels[suffix], 1.0) for suffix in labels}
    folder = OUT / "embeddings" / "CIFAR100" / ARCH.replace("/", "_")
    for suffix in labels:
        save_split(folder, inside[suffix], labels[suffix], suffix)
    torch.save(neighbours(inside[""], 50), folder / "knn.pt")
    (folder / "accuracy.json").write_text(
        json.dumps(knn_accuracy(inside[""], labels[""], inside["-test"], labels["-test"])))

    outside = {}
    for name, seed, spread in (("CIFAR10", 5, 1.6), ("Textures", 6, 2.5)):
        g = torch.Generator().manual_seed(seed)
        outside[name] = torch.randn(70, WIDTH, generator=g) * spread
        save_split(OUT / "embeddings" / name / ARCH.replace("/", "_"), outside[name], torch.arange(70) % 7, "-test")

    plp = OUT / "plp"
    plp.mkdir(parents=True, exist_ok=True)
    pseudo = labels[""].clone()
    pseudo[::9] = (pseudo[::9] + 1) % CLASSES
    mean, std = inside[""].mean(dim=0), inside[""].std(dim=0)
    head = train_head((inside[""] - mean) / std, pseudo)
    torch.save(pseudo, plp / "pseudo_labels.pth")
    torch.save(head.state_dict(), plp / "model.pth")
    with torch.no_grad():
        train = head((inside[""] - mean) / std)
        test = head((inside["-test"] - mean) / std)
        accuracy = (test.argmax(dim=-1) == labels["-test"]).float().mean().item()
        (plp / "val_acc.txt").write_text(f"{accuracy:.4f}")
        results = []
        for name, embeddings in outside.items():
            result = evaluate(train, pseudo, test, head((embeddings - mean) / std))
            result["out_dist"] = name
            result.move_to_end("out_dist", last=False)
            results.append(result)
    settings = dict(seed=42, datapath=None, output_dir="runs/plp", dataset="CIFAR100", arch=ARCH, batch_size=256, lr=1e-3,
                    wd=1e-3, embed_norm=True, optimizer="Adam", num_shots=None, pseudo_labels=True, pseudo_prompt=None,
                    num_epochs=60, num_steps=None, overwrite=False)
    (plp / "hp.json").write_text(json.dumps(settings, indent=4))
    (plp / "ood_metrics.json").write_text(json.dumps(results, indent=2))
    write_csv(plp / "ood_metrics.csv", results)
    arguments = dict(dataset="CIFAR100", out_dists=list(outside), temperatures=[1.0], eval_maha=True,
                     probing_path="runs/plp", clip_arch=None, clip_prompt=None)
    (plp / "eval_args.json").write_text(json.dumps(arguments, indent=2))


if __name__ == "__main__":
    main()
