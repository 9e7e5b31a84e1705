"""Label models on four vote matrices of the WRENCH benchmark (Zhang et al., 2021), beside its figures.

python benchmarks/wrench.py DATA, where DATA holds the folders wrench_youtube, wrench_sms, …
"""

import argparse
import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from stance.evaluation.intervals import percentile_interval, resample
from stance.labelling.label_models import DawidSkene, LabelModel, MajorityVote, WeightedMajorityVote
from stance.types import FloatArray, IntArray

REFERENCE = {
    ("youtube", "accuracy"): (84.00, 78.00, 83.20),
    ("trec", "accuracy"): (60.80, 57.20, 50.00),
    ("semeval", "accuracy"): (77.33, 71.00, 71.00),
    ("sms", "F1"): (23.97, 23.97, 4.94),
}
"""Data set and metric: percent for majority vote, weighted majority vote and Dawid–Skene."""

TIE = 1e-5
"""Probabilities closer than this are equal, as in the benchmark."""


@dataclass(frozen=True)
class WrenchData:
    """Votes to learn from and to be judged on, gold of the latter, class balance of the development set."""

    train: IntArray
    test: IntArray
    gold: IntArray
    class_balance: FloatArray


def read_wrench(folder: Path) -> WrenchData:
    """Read one data set; rows keep their order, which breaks ties."""
    train, _ = _read_split(folder / "train.jsonl.gz")
    test, gold = _read_split(folder / "test.jsonl.gz")
    _, known = _read_split(folder / "dev.jsonl.gz")
    n_labels = len(json.loads((folder / "meta.json").read_text())["labels"])
    return WrenchData(train, test, gold, np.bincount(known, minlength=n_labels) / len(known))


def reference_models() -> list[LabelModel]:
    """The three models as the benchmark runs them.

    Its Dawid–Skene is not smoothed, does not use the class balance, and may choose a label that nobody
    voted for.
    """
    return [MajorityVote(), WeightedMajorityVote(), DawidSkene(smoothing=0, voted_only=False)]


@dataclass(frozen=True)
class Figure:
    """Percent on the test votes, with two decimals and its 95 % interval over the examples."""

    value: float
    low: float
    high: float


def measure(data: WrenchData, models: list[LabelModel], metric: str) -> list[Figure]:
    """What each model reaches."""
    figures = []
    for model in models:
        balance = None if isinstance(model, DawidSkene) else data.class_balance
        model.fit(data.train, len(data.class_balance), class_balance=balance)
        counts = _count(data.gold, choose(model.predict_proba(data.test)), metric)
        drawn = resample(counts, n_resamples=2000, generator=np.random.default_rng(0))
        low, high = percentile_interval(_to_percent(drawn), n_groups=len(counts))
        figures.append(Figure(round(float(_to_percent(counts.sum(axis=0))), 2), low, high))
    return figures


def measure_all(folder: Path) -> dict[tuple[str, str], list[Figure]]:
    """By data set and metric: the reference models as they are published, then Dawid–Skene as we run it."""
    return {
        (name, metric): measure(
            read_wrench(folder / f"wrench_{name}"), [*reference_models(), DawidSkene()], metric
        )
        for name, metric in REFERENCE
        if (folder / f"wrench_{name}").is_dir()
    }


def choose(probabilities: FloatArray) -> IntArray:
    """The most probable label; ties are broken by a hash of the row's index."""
    chosen = []
    for row, label_probabilities in enumerate(probabilities):
        tied = np.flatnonzero(label_probabilities.max() - label_probabilities < TIE)
        digest = int(hashlib.sha1(str(row).encode()).hexdigest(), 16)
        chosen.append(tied[digest % len(tied)])
    return np.array(chosen)


def _count(gold: IntArray, prediction: IntArray, metric: str) -> IntArray:
    """Numerator and denominator of the metric, an example a row; F1 is that of class 1."""
    if metric == "accuracy":
        return np.stack([gold == prediction, np.ones(len(gold))], axis=1).astype(np.int64)
    return np.stack(
        [2 * ((gold == 1) & (prediction == 1)), 1 * (gold == 1) + (prediction == 1)], axis=1
    ).astype(np.int64)


def _to_percent(counts: IntArray) -> FloatArray:
    return 100 * counts[..., 0] / np.maximum(counts[..., 1], 1)


def _read_split(path: Path) -> tuple[IntArray, IntArray]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return np.array([r["weak_labels"] for r in records]), np.array([r["label_id"] for r in records])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder that holds wrench_youtube, wrench_sms, …")
    folder = parser.parse_args().data
    table = Table(
        title="Label models on WRENCH, percent (reference in brackets)",
        caption="* as this package runs it: smoothed, and only labels that somebody voted for",
    )
    for heading in ("data", "metric", "majority", "weighted", "Dawid–Skene", "Dawid–Skene *"):
        table.add_column(heading, justify="left" if heading in ("data", "metric") else "right")
    for (name, metric), (*figures, ours) in measure_all(folder).items():
        known = REFERENCE[name, metric]
        cells = [f"{one.value:.2f} ({published:.2f})" for one, published in zip(figures, known, strict=True)]
        table.add_row(name, metric, *cells, f"{ours.value:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
