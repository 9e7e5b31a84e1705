"""Is contrastive tuning (SetFit) worth it where labels are few? Beside a frozen encoder, on the seed corpus.

python benchmarks/few_labels.py --labels 8,16,32,64 --draws 3 --out few-labels.md

Which topic has a sentence, or none? Both learn from so many sentences a class, drawn anew each time, and are
scored on sentences of held-out articles by macro F1. SetFit tunes the same encoder, once, on 20 pairs a
sentence.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

import numpy as np
from rich.box import MARKDOWN, SIMPLE_HEAD, Box
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score

from stance.classifiers.base import TrainingSet
from stance.classifiers.blocks import fit_block
from stance.classifiers.transformer.pretrained import find_pretrained
from stance.evaluation.groups import find_groups
from stance.evaluation.splits import split_groups
from stance.labelling.interchange import read_labels
from stance.records import Examples, LabelledSentence
from stance.taxonomy import Taxonomy, read_taxonomy
from stance.types import IntArray
from stance.workflows.evaluating.ties import tie_sentences

ROOT = Path(__file__).parents[1]
Predict = Callable[[Sequence[str]], IntArray]
BASE_MODEL = "all-MiniLM-L6-v2"


def read_classes() -> tuple[list[LabelledSentence], IntArray, Taxonomy]:
    """Sentences with one topic or none, and its number; the last is none."""
    taxonomy = read_taxonomy(ROOT / "configs" / "taxonomies" / "arms-diplomacy.yaml")
    gold = [one for one in read_labels(ROOT / "seeds" / "labels.jsonl") if one.text and len(one.labels) < 2]
    numbers = {topic: number for number, topic in enumerate(taxonomy.topic_ids)}
    classes = [numbers[one.labels[0].topic] if one.labels else len(numbers) for one in gold]
    return gold, np.array(classes), taxonomy


def fit_embedding(texts: Sequence[str], classes: IntArray, taxonomy: Taxonomy, seed: int) -> Predict:
    """Logistic regression on the vectors of the frozen encoder."""
    data = TrainingSet(
        examples=to_examples(texts),
        labels=np.eye(len(taxonomy.topics) + 1)[classes],
        groups=np.arange(len(texts)),
        weights=np.ones(len(texts)),
        taxonomy=taxonomy,
        exclusive=True,
    )
    block = {"kind": "embedding", "base_model": BASE_MODEL, "n_hidden": None, "C": [1.0]}
    (classifier,) = fit_block(block, [data], np.random.default_rng(seed))
    return lambda texts: classifier.predict_proba(to_examples(texts)).argmax(axis=1)


def fit_setfit(texts: Sequence[str], classes: IntArray, taxonomy: Taxonomy, seed: int) -> Predict:
    """The encoder tuned on pairs of sentences, 20 a sentence; then logistic regression."""
    from datasets import Dataset  # noqa: PLC0415 (heavy, and not everybody has it)
    from setfit import SetFitModel, Trainer, TrainingArguments  # noqa: PLC0415

    model = SetFitModel.from_pretrained(str(find_pretrained(BASE_MODEL)), device="cpu")
    examples = Dataset.from_dict({"text": list(texts), "label": classes.tolist()})
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, batch_size=16, num_epochs=1, num_iterations=10, seed=seed, report_to="none"
        )
        Trainer(model=model, args=arguments, train_dataset=examples).train()
    return lambda texts: np.asarray(model.predict(list(texts), as_numpy=True))


CONTESTANTS = {"embedding": fit_embedding, "SetFit": fit_setfit}


def to_examples(texts: Sequence[str]) -> Examples:
    nothing = [""] * len(texts)
    return Examples(list(texts), nothing, nothing, nothing, nothing)


def run(arguments: argparse.Namespace) -> dict[tuple[str, int], list[tuple[float, float]]]:
    """Macro F1 and seconds of training of each draw, by contestant and labels a class."""
    gold, classes, taxonomy = read_classes()
    texts = np.array([one.text for one in gold], dtype=np.object_)
    groups = find_groups(tie_sentences(gold))
    split = split_groups(groups, np.eye(classes.max() + 1)[classes] > 0, test=0.2)
    generator = np.random.default_rng(arguments.seed)
    test = generator.permutation(split.test)[: arguments.held_out]
    results: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for n_labels in arguments.labels:
        for draw in range(arguments.draws):
            by_class = [split.train[classes[split.train] == number] for number in np.unique(classes)]
            rows = np.concatenate([generator.choice(own, n_labels, replace=False) for own in by_class])
            for name, fit in CONTESTANTS.items():
                started = time.perf_counter()
                predict = fit(texts[rows].tolist(), classes[rows], taxonomy, draw)
                seconds = time.perf_counter() - started
                said = predict(texts[test].tolist())
                f1 = float(f1_score(classes[test], said, average="macro"))
                results.setdefault((name, n_labels), []).append((f1, seconds))
                print(f"{n_labels} labels, {name}: {f1:.3f} in {seconds:.0f} s", file=sys.stderr)
    return results


def to_table(results: dict[tuple[str, int], list[tuple[float, float]]], title: str, box: Box) -> Table:
    """A number of labels a row."""
    table = Table(title=title, title_justify="left", box=box)
    for heading in ("labels a class", *CONTESTANTS, "difference", "seconds of SetFit"):
        table.add_column(heading, justify="right")
    for n_labels in dict.fromkeys(number for _, number in results):
        own, other = ([f1 for f1, _ in results[name, n_labels]] for name in CONTESTANTS)
        gains = [theirs - ours for ours, theirs in zip(own, other, strict=True)]
        table.add_row(
            str(n_labels),
            *(f"{mean(scores):.3f} ({min(scores):.3f}–{max(scores):.3f})" for scores in (own, other)),
            f"{mean(gains):+.3f} ({min(gains):+.3f} to {max(gains):+.3f})",
            f"{mean(seconds for _, seconds in results['SetFit', n_labels]):.0f}",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--labels", type=lambda text: [int(n) for n in text.split(",")], default=[8, 16, 32, 64]
    )
    parser.add_argument("--draws", type=int, default=3, help="random choices of the labels (3)")
    parser.add_argument("--seed", type=int, default=0, help="of the draws and of the held-out sentences (0)")
    parser.add_argument("--held-out", type=int, default=2000, help="sentences to score on (2,000)")
    parser.add_argument("--out", type=Path, help="also write the table to this file, as Markdown")
    arguments = parser.parse_args()
    os.environ |= {"TQDM_DISABLE": "1", "TRANSFORMERS_VERBOSITY": "error"}
    results = run(arguments)
    title = f"Macro F1 on {arguments.held_out:,} sentences, {arguments.draws} draws"
    Console(width=110).print(to_table(results, title, SIMPLE_HEAD))
    if arguments.out:
        with arguments.out.open("w", encoding="utf-8") as file:
            Console(file=file, width=140).print(to_table(results, title, MARKDOWN))


if __name__ == "__main__":
    main()
