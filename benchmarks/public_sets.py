"""A classifier on a public data set, on its official split, beside the published figures.

python benchmarks/public_sets.py configs/benchmarks/NAME.yaml DATA [--set KEY=VALUE …], where DATA holds the
folders newsmtsc and un_quadclass. Trains once a seed of the config, on the training file alone, and prints
macro F1 on every other file, with its 95 % interval by group. The last row averages the seeds' probabilities.
"""

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from stance.classifiers.base import TrainingSet
from stance.config import override
from stance.evaluation.intervals import percentile_interval, resample
from stance.records import Examples
from stance.registry import build
from stance.taxonomy import Taxonomy, Topic
from stance.types import FloatArray, IntArray

PUBLISHED = {
    "newsmtsc": {
        "GRU-TSC on RoBERTa": {"test_rw": 0.831, "test_mt": 0.825},
        "RoBERTa-SPC": {"test_rw": 0.811, "test_mt": 0.794},
        "BERT-SPC": {"test_rw": 0.801, "test_mt": 0.737},
        "TF-IDF with target words": {"test_rw": 0.596, "test_mt": 0.563},
    },
    "un_quadclass": {
        "ConfliBERT": {"test": 0.661},
        "RoBERTa": {"test": 0.651},
        "BERT": {"test": 0.636},
        "TF-IDF": {"test": 0.602},
    },
}
"""Macro F1 by data set, model and file. The split of un_quadclass is not the one of the published figures."""


@dataclass(frozen=True)
class PublicSet:
    """One file: its examples, the class of each as an index, and what the bootstrap keeps together."""

    examples: Examples
    labels: IntArray
    groups: IntArray


def read_set(path: Path, classes: Sequence[str]) -> PublicSet:
    """Read a gzipped JSON Lines file of ``text``, ``target``, ``label`` and ``group``."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    groups = [row["group"] or row["id"] for row in rows]
    examples = Examples(
        texts=[row["text"] for row in rows],
        titles=[""] * len(rows),
        previous=[""] * len(rows),
        targets=[row["target"] or "" for row in rows],
        articles=groups,
    )
    labels = np.array([classes.index(row["label"]) for row in rows])
    return PublicSet(examples, labels, np.unique(groups, return_inverse=True)[1])


def f1_macro(counts: IntArray) -> FloatArray:
    """Macro F1 of (…, n_classes * 3) counts: right, said and true of each class."""
    right, said, true = np.moveaxis(counts.reshape(*counts.shape[:-1], -1, 3), -1, 0)
    f1: FloatArray = (2 * right / np.maximum(said + true, 1)).mean(axis=-1)
    return f1


def count_by_group(gold: PublicSet, prediction: IntArray, n_classes: int) -> IntArray:
    """Right, said and true of each class, summed over each group; shape (n_groups, n_classes * 3)."""
    said, true = np.eye(n_classes, dtype=np.int64)[prediction], np.eye(n_classes, dtype=np.int64)[gold.labels]
    counts = np.stack([said * true, said, true], axis=2).reshape(len(said), -1)
    by_group = np.zeros((gold.groups.max() + 1, counts.shape[1]), dtype=np.int64)
    np.add.at(by_group, gold.groups, counts)
    return by_group


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--out", type=Path, help="also write the figures as JSON")
    arguments = parser.parse_args()
    config = yaml.safe_load(arguments.config.read_text(encoding="utf-8"))
    for change in arguments.set:
        if problem := override(config, change):
            parser.error(problem)
    folder = arguments.data / config["data"]
    classes = config["classes"]
    files = {
        path.name.removesuffix(".jsonl.gz"): read_set(path, classes) for path in folder.glob("*.jsonl.gz")
    }
    train = files.pop("train")
    stances = {name: name for name in classes}
    topic = Topic(id="any", title="any", definition="any", target="any", stances=stances)
    taxonomy = Taxonomy(name=config["data"], version="1", topics=(topic,))
    data = TrainingSet(
        train.examples,
        np.eye(len(classes))[train.labels],
        train.groups,
        np.ones(len(train.labels)),
        taxonomy,
        exclusive=True,
    )
    probabilities: dict[str, list[FloatArray]] = {name: [] for name in files}
    for seed in config["seeds"]:
        classifier = build("classifiers", config["classifier"]).fit(data, np.random.default_rng(seed))
        for name, gold in files.items():
            probabilities[name].append(classifier.predict_proba(gold.examples))
    rows = {
        f"seed {seed}": {name: p[number] for name, p in probabilities.items()}
        for number, seed in enumerate(config["seeds"])
    }
    if len(rows) > 1:
        rows["seeds averaged"] = {name: np.mean(p, axis=0) for name, p in probabilities.items()}
    table = Table(title=f"{config['data']}: macro F1", title_justify="left")
    for heading in ("", *files):
        table.add_column(heading)
    figures: dict[str, dict[str, float]] = {}
    for row, by_file in rows.items():
        cells, figures[row] = [], {}
        for name, gold in files.items():
            counts = count_by_group(gold, by_file[name].argmax(axis=1), len(classes))
            figures[row][name] = round(float(f1_macro(counts.sum(axis=0))), 4)
            resampled = f1_macro(resample(counts, n_resamples=2000, generator=np.random.default_rng(0)))
            low, high = percentile_interval(resampled, n_groups=len(counts))
            cells.append(f"{figures[row][name]:.3f} ({low:.3f}–{high:.3f})")
        table.add_row(row, *cells)
    for row, published in PUBLISHED.get(config["data"], {}).items():
        table.add_row(
            f"{row}, published", *(f"{published[name]:.3f}" if name in published else "" for name in files)
        )
    Console().print(table)
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
