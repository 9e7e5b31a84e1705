"""Does more text still help? The default model on growing shares of the seed articles.

python benchmarks/learning_curve.py [LABELS] prints cross-validated scores, and those on LABELS, which are
real articles to look at, where they are given. The larger shares hold the smaller ones.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from stance.evaluation.scores import Evaluation
from stance.labelling.interchange import read_labels, write_labels
from stance.workflows.evaluate import evaluate
from stance.workflows.train import train

SEEDS = Path(__file__).parents[1] / "seeds" / "labels.jsonl"
SHARES = (0.25, 0.5, 1.0)
METRICS = ("topics_f1_macro", "end_to_end_f1_micro")


def show(evaluation: Evaluation) -> list[str]:
    scores = [evaluation[metric] for metric in METRICS]
    return [f"{score.value:.3f} ({score.low:.3f}–{score.high:.3f})" for score in scores]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", nargs="?", help="label file of real articles")
    labels = parser.parse_args().labels
    gold = read_labels(SEEDS)
    articles = np.random.default_rng(0).permutation(sorted({sentence.article for sentence in gold}))
    table = Table(title="default model by number of seed articles", title_justify="left")
    for heading in ("articles", *METRICS, *(f"{metric}, real" for metric in METRICS if labels)):
        table.add_column(heading, justify="right")
    with tempfile.TemporaryDirectory() as folder:
        for share in SHARES:
            chosen = set(articles[: round(share * len(articles))])
            part = Path(folder) / "part.jsonl"
            write_labels(part, [sentence for sentence in gold if sentence.article in chosen])
            training = train(
                "configs/fast.yaml", overrides=[f"data.gold=[{part}]"], out=Path(folder) / "model"
            )
            cells = show(training.on_folds) if training.on_folds else []
            if labels:
                cells += show(evaluate(training.folder, on=labels))
            table.add_row(str(len(chosen)), *cells)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
