"""Does more text still help? The word model on growing shares of the seed articles.

python benchmarks/learning_curve.py [LABELS] prints cross-validated scores, and those on LABELS, which are
real articles to look at, where they are given. The larger shares hold the smaller ones.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from stance.workflows.train import train

OVERRIDES = ("learning_curve=[0.25, 0.5]", "leave_targets_out=false")
METRICS = ("topics_f1_macro", "end_to_end_f1_micro")


def measure(*overrides: str) -> Sequence[Mapping[str, Any]]:
    """The points of the learning curve."""
    with tempfile.TemporaryDirectory() as folder:
        training = train("configs/fast.yaml", overrides=[*OVERRIDES, *overrides], out=Path(folder) / "model")
    points: Sequence[Mapping[str, Any]] = training.model.metrics["learning_curve"]
    return points


def show(score: Mapping[str, Any]) -> str:
    return f"{score['value']:.3f} ({score['low']:.3f}–{score['high']:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", nargs="?", help="label file of real articles")
    labels = parser.parse_args().labels
    curves = [measure(), *([measure(f"data.test=[{labels}]")] if labels else [])]
    table = Table(title="word model by number of seed articles", title_justify="left")
    for heading in ("articles", *METRICS, *(f"{metric}, real" for metric in METRICS if labels)):
        table.add_column(heading, justify="right")
    for points in zip(*curves, strict=True):
        scores = [point["scores"][metric] for point in points for metric in METRICS]
        table.add_row(f"{points[0]['n_articles']}", *map(show, scores))
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
