# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks, as the paper's code would load them, the files that `oodscope-cli export` wrote.

  python tests/parity/check_exports.py --embeddings DATASET/ARCH --probe DIR --results DIR --openood DIR

Each option may be left out. Tensors are loaded with torch.load(weights_only=True), the head with load_state_dict; numbers
that follow from others in the files are computed again with PyTorch. Ends with an assertion where something is wrong.
Needs torch and numpy.
"""

import argparse
import csv
import json
import pathlib
import pickle

import numpy as np
import torch


def load(path):
    return torch.load(path, weights_only=True)


def check_split(folder, suffix):
    embeddings = load(folder / f"embeddings{suffix}.pt")
    assert embeddings.dtype == torch.float32 and embeddings.ndim == 2, embeddings
    for name, value in (("mean", embeddings.mean(dim=0)), ("std", embeddings.std(dim=0))):
        saved = load(folder / f"{name}{suffix}.pt")
        assert saved.shape == value.shape and torch.allclose(saved, value, rtol=1e-5, atol=1e-6), name
    label = folder / f"label{suffix}.pt"
    labels = load(label) if label.exists() else None
    if labels is not None:
        assert labels.dtype == torch.int64 and labels.shape == embeddings.shape[:1], labels
    return embeddings, labels


def check_neighbours(embeddings, neighbours):
    k = min(50, len(embeddings) - 1)
    assert neighbours.dtype == torch.int64 and neighbours.shape == (len(embeddings), k), neighbours.shape
    unit = torch.nn.functional.normalize(embeddings.double())
    cosines = unit @ unit.T
    assert not (neighbours == torch.arange(len(embeddings))[:, None]).any(), "a row is its own neighbour"
    cosines.fill_diagonal_(-torch.inf)
    best = cosines.topk(k).values
    assert (cosines.gather(1, neighbours) - best).abs().max() < 1e-6, "not the nearest, or not in order"


def check_accuracy(folder, train, test):
    (x, y), (u, v) = train, test
    values, indices = (torch.nn.functional.normalize(u) @ torch.nn.functional.normalize(x).T).topk(min(20, len(x)))
    classes = int(max(y.max(), v.max())) + 1
    votes = torch.zeros(len(u), classes, dtype=torch.float64)
    votes.scatter_add_(1, y[indices], (values.double() / 0.02).exp())
    right = votes.argsort(dim=1, descending=True) == v[:, None]
    saved = json.loads((folder / "accuracy.json").read_text())
    assert abs(saved["top1"] - right[:, :1].sum().item() * 100 / len(u)) < 1e-9, saved
    assert abs(saved["top5"] - right[:, :5].sum().item() * 100 / len(u)) < 1e-9, saved


def check_embeddings(folder):
    splits = {s: check_split(folder, s) for s in ("", "-test") if (folder / f"embeddings{s}.pt").exists()}
    assert splits, f"{folder}: no embeddings"
    if (folder / "knn.pt").exists():
        check_neighbours(splits[""][0], load(folder / "knn.pt"))
    if (folder / "accuracy.json").exists():
        check_accuracy(folder, splits[""], splits["-test"])
    print(f"{folder}: {', '.join(f'{len(e)} x {e.shape[1]}' for e, _ in splits.values())}")


def check_probe(folder):
    settings = json.loads((folder / "hp.json").read_text())
    for key in ("seed", "dataset", "arch", "batch_size", "lr", "wd", "embed_norm", "optimizer", "num_shots",
                "pseudo_labels", "num_epochs", "num_steps"):
        assert key in settings, key
    state = load(folder / "model.pth")
    head = torch.nn.Linear(*state["weight"].T.shape)
    head.load_state_dict(state, strict=True)
    if settings["pseudo_labels"]:
        labels = load(folder / "pseudo_labels.pth")
        assert labels.dtype == torch.int64 and 0 <= labels.min() and labels.max() < len(state["bias"]), labels
    if (folder / "val_acc.txt").exists():
        assert 0 <= float((folder / "val_acc.txt").read_text()) <= 1
    print(f"{folder}: head {tuple(state['weight'].shape)}")


def check_results(folder):
    results = json.loads((folder / "ood_metrics.json").read_text())
    with open(folder / "ood_metrics.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["out_dist"] for r in results] == [r["out_dist"] for r in rows]
    columns = 0
    for result, row in zip(results, rows):
        for metric in ("auroc", "fpr95"):
            for method, value in result[metric].items():
                for entry in value if isinstance(value, list) else [{metric: value}]:
                    key = "_".join([metric, method] + [f"{k}={v}" for k, v in entry.items() if k != metric])
                    assert float(row[key]) == float(np.round(entry[metric], 2)), key
                    columns += 1
    assert columns == sum(len(row) - 1 for row in rows)
    assert json.loads((folder / "eval_args.json").read_text())["out_dists"] == [r["out_dist"] for r in results]
    print(f"{folder}: {len(rows)} sets, {columns} numbers")


def check_pickle(saved, rows, scores):
    """As openood's Evaluator keeps its scores, and with the arrays of the .npz files."""
    assert set(saved) == {"id", "csid", "ood", "id_preds", "id_labels", "csid_preds", "csid_labels"}
    near, far = saved["ood"]["near"], saved["ood"]["far"]
    assert ("nearood" in rows) == bool(near) and set(near) | set(far) == set(rows) - {"nearood", "farood", "mean"}
    identity = next(arrays for name, arrays in scores.items() if name not in rows)
    for kept, arrays in [(saved["id"]["test"], identity)] + [(k, scores[n]) for n, k in (near | far).items()]:
        for array, key in zip(kept, ("pred", "conf", "label")):
            assert array.dtype == arrays[key].dtype and np.array_equal(array, arrays[key]), key


def check_openood(folder):
    for table in sorted((folder / "ood").glob("*.csv")):
        with open(table, newline="") as file:
            rows = {row["dataset"]: row for row in csv.DictReader(file)}
        scores = {f.stem: np.load(f) for f in (folder / "scores" / table.stem).glob("*.npz")}
        for arrays in scores.values():
            assert sorted(arrays.files) == ["conf", "label", "pred"]
            assert arrays["conf"].dtype == np.float64 and arrays["pred"].dtype == np.int64
            assert len(arrays["conf"]) == len(arrays["pred"]) == len(arrays["label"])
        inside = [a["conf"] for name, a in scores.items() if name not in rows]
        assert len(inside) == 1, "one set is the ID set"
        check_pickle(pickle.loads((folder / "scores" / f"{table.stem}.pkl").read_bytes()), rows, scores)
        for name, row in rows.items():
            if name not in scores:
                continue  # a mean
            outside = scores[name]["conf"]
            greater = (inside[0][:, None] > outside[None]).mean() + (inside[0][:, None] == outside[None]).mean() / 2
            assert abs(float(row["AUROC"]) - 100 * greater) <= 0.00501, (name, row["AUROC"], greater)
        print(f"{table}: {', '.join(rows)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    checks = {"embeddings": check_embeddings, "probe": check_probe, "results": check_results, "openood": check_openood}
    for name in checks:
        parser.add_argument(f"--{name}", type=pathlib.Path, action="append", default=[])
    arguments = vars(parser.parse_args())
    for name, check in checks.items():
        for folder in arguments[name]:
            check(folder)


if __name__ == "__main__":
    main()
