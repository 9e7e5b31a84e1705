"""Speed of fine-tuning: our encoder beside a plain script of Transformers, on the same sentences, in turns.

The plain script pads every sentence to a fixed length as tutorials do (--padding; MiniLM reads 256 tokens),
takes batches of 8, and trains all parameters in single precision: the defaults of Trainer. Both read the
sentence alone, and answer which topics it has. Seconds are those of Trainer.train, which both use; loading,
tokenising and export are not counted. Quality is that of the first round.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from datasets import Dataset, disable_progress_bars
from rich.box import MARKDOWN, SIMPLE_HEAD, Box
from rich.console import Console
from rich.table import Table
from scipy import special
from sklearn.metrics import average_precision_score, f1_score
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.utils import logging

from stance.classifiers.base import TrainingSet
from stance.classifiers.encoder import Encoder
from stance.classifiers.transformer.options import FineTuning
from stance.classifiers.transformer.pretrained import find_pretrained
from stance.evaluation.groups import find_groups
from stance.evaluation.intervals import percentile_interval, resample
from stance.evaluation.splits import split_groups
from stance.labelling.interchange import read_labels
from stance.processors import count_processors
from stance.taxonomy import read_taxonomy
from stance.types import FloatArray, IntArray
from stance.workflows.evaluating.ties import tie_sentences
from stance.workflows.training.training_data import TrainingData, ask_topics, to_training_set

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds/labels.jsonl"
TAXONOMY = ROOT / "configs/taxonomies/arms-diplomacy.yaml"
BASE_MODEL = "all-MiniLM-L6-v2"
N_RESAMPLES = 500
PLAIN = "plain script"

SCALED = {"learning_rate": 2e-4}  # four times, as the batch is (Goyal et al. 2017)
FROZEN = {**SCALED, "freeze_embeddings": True}
OURS = {
    "ours, defaults": {},
    "ours, 4 × learning rate": SCALED,
    "and embeddings frozen": FROZEN,
    "and 4 layers frozen": {**FROZEN, "frozen_layers": 4},
}
"""Options of the fine-tuning; each row has those of the row above."""

Contestant = Callable[[TrainingSet, TrainingSet, int], FloatArray]
"""Learns from the first set with a seed; gives the probabilities of the topics of the second."""


@dataclass(frozen=True)
class Turn:
    """One training: its seconds, and what it then said of the held-out sentences."""

    seconds: float
    probabilities: FloatArray


@dataclass(frozen=True)
class Judge:
    """The held-out sentences as the bootstrap needs them; ``draws`` has shape (n_resamples, n_groups)."""

    labels: FloatArray
    groups: IntArray
    draws: IntArray

    @classmethod
    def of(cls, test: TrainingSet) -> "Judge":
        groups = np.unique(test.groups, return_inverse=True)[1]
        each = np.eye(groups.max() + 1, dtype=np.int64)
        draws = resample(each, n_resamples=N_RESAMPLES, generator=np.random.default_rng(0))
        return cls(test.labels, groups, draws)

    def score(self, measure: Callable[..., float], probabilities: FloatArray) -> tuple[float, FloatArray]:
        """A measure of what was said, and its value in each resample."""
        resampled = [
            measure(self.labels, probabilities, sample_weight=draw[self.groups]) for draw in self.draws
        ]
        return measure(self.labels, probabilities), np.array(resampled)


def mean_average_precision(labels: FloatArray, probabilities: FloatArray, **weights: Any) -> float:
    return float(average_precision_score(labels, probabilities, average="macro", **weights))


def f1_macro(labels: FloatArray, probabilities: FloatArray, **weights: Any) -> float:
    said = probabilities >= 0.5
    return float(f1_score(labels, said, average="macro", zero_division=0, **weights))


MEASURES = {"mean average precision": mean_average_precision, "macro F1": f1_macro}


def read_topics(*, n_examples: int, n_held_out: int) -> tuple[TrainingSet, TrainingSet]:
    """Seed sentences to learn from, and others of held-out articles, each drawn at random."""
    taxonomy = read_taxonomy(TAXONOMY)
    gold = read_labels(SEEDS, taxonomy)
    questions = ask_topics(TrainingData.of(gold), taxonomy)
    groups = find_groups(tie_sentences(gold))
    split = split_groups(groups, questions.labels > 0, test=0.2)
    generator = np.random.default_rng(0)
    train, test = (
        generator.permutation(part)[:size]
        for part, size in ((split.train, n_examples), (split.test, n_held_out))
    )
    data = to_training_set(questions, groups)
    return data.take(train), data.take(test)


def make_contestants(arguments: argparse.Namespace) -> dict[str, Contestant]:
    """The plain script, then ours with more and more frozen, each in all precisions."""
    contestants: dict[str, Contestant] = {}
    for precision in arguments.precisions:
        contestants[to_name(PLAIN, precision)] = PlainScript(arguments.epochs, precision, arguments.padding)
    for name, options in OURS.items():
        for precision in arguments.precisions:
            own = {"num_train_epochs": arguments.epochs, "precision": precision}
            training = FineTuning.model_validate(options | own)
            contestants[to_name(name, precision)] = Ours(training)
    return contestants


def to_name(name: str, precision: str) -> str:
    return name if precision == "fp32" else f"{name}, {precision}"


def multiplies_in_bf16() -> bool:
    return bool(torch.cpu._is_avx512_bf16_supported())


@dataclass(frozen=True)
class Ours:
    """Our encoder."""

    training: FineTuning

    def __call__(self, train: TrainingSet, test: TrainingSet, seed: int) -> FloatArray:
        encoder = Encoder(base_model=BASE_MODEL, training=self.training, forms=["fp32"])
        return encoder.fit(train, np.random.default_rng(seed)).predict_proba(test.examples)


@dataclass(frozen=True)
class PlainScript:
    """Fine-tuning as the tutorials have it."""

    epochs: float
    precision: str
    padding: int

    def __call__(self, train: TrainingSet, test: TrainingSet, seed: int) -> FloatArray:
        set_seed(seed)
        folder = find_pretrained(BASE_MODEL)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, num_labels=train.labels.shape[1], problem_type="multi_label_classification"
        )
        rows = Dataset.from_dict({"text": list(train.examples.texts), "labels": train.labels.tolist()})
        fixed = {"padding": "max_length", "truncation": True, "max_length": self.padding}
        rows = rows.map(lambda row: tokenizer(row["text"], **fixed))
        with tempfile.TemporaryDirectory() as out:
            options = TrainingArguments(
                out,
                num_train_epochs=self.epochs,
                bf16=self.precision == "bf16",
                use_cpu=True,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                dataloader_pin_memory=False,
                seed=seed,
            )
            Trainer(model, options, train_dataset=rows).train()
        return predict(model, tokenizer, list(test.examples.texts))


def predict(model: torch.nn.Module, tokenizer: Any, texts: Sequence[str]) -> FloatArray:
    """What the plain script's model says; not timed, so that padding to the longest of a batch will do."""
    batches = [texts[start : start + 32] for start in range(0, len(texts), 32)]
    with torch.inference_mode():
        logits = [
            model.eval()(**tokenizer(batch, padding=True, truncation=True, return_tensors="pt")).logits
            for batch in batches
        ]
    probabilities: FloatArray = special.expit(torch.cat(logits).double().numpy())
    return probabilities


@contextmanager
def clocked() -> Iterator[list[float]]:
    """Notes the seconds of every training inside."""
    seconds: list[float] = []
    train = Trainer.train

    def timed(trainer: Trainer, *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        result = train(trainer, *arguments, **named)
        seconds.append(time.perf_counter() - started)
        return result

    with mock.patch.object(Trainer, "train", timed):
        yield seconds


def take_turn(contestant: Contestant, train: TrainingSet, test: TrainingSet, seed: int) -> Turn:
    with clocked() as seconds, redirect_stdout(sys.stderr):  # Trainer prints its progress
        probabilities = contestant(train, test, seed)
    return Turn(sum(seconds), probabilities)


def to_table(
    turns: dict[str, list[Turn]], judge: Judge, *, n_trained: float, title: str, box: Box = SIMPLE_HEAD
) -> Table:
    """A contestant a row; ratios are paired by round, differences by resample."""
    table = Table(title=title, title_justify="left", box=box)
    table.add_column("")
    for heading in (
        "sentences/s",
        "× plain",
        *(f"{name}{part}" for name in MEASURES for part in ("", ", difference")),
    ):
        table.add_column(heading, justify="right")
    plain = turns[PLAIN]
    of_plain = {name: judge.score(measure, plain[0].probabilities) for name, measure in MEASURES.items()}
    for name, own in turns.items():
        cells = [f"{n_trained / statistics.median(turn.seconds for turn in own):.1f}", to_ratio(plain, own)]
        for measure, (value, resampled) in of_plain.items():
            own_value, own_resampled = judge.score(MEASURES[measure], own[0].probabilities)
            cells.append(show(own_value, own_resampled, judge))
            cells.append(
                "" if own is plain else show(own_value - value, own_resampled - resampled, judge, "+")
            )
        table.add_row(name, *cells)
    return table


def to_ratio(opponent: Sequence[Turn], own: Sequence[Turn]) -> str:
    """How many times as fast as the opponent."""
    ratios = [theirs.seconds / ours.seconds for theirs, ours in zip(opponent, own, strict=True)]
    spread = f" ({min(ratios):.1f}–{max(ratios):.1f})" if len(ratios) > 1 else ""
    return f"{statistics.median(ratios):.1f}{spread}"


def show(value: float, resampled: FloatArray, judge: Judge, sign: str = "") -> str:
    low, high = percentile_interval(resampled, n_groups=int(judge.groups.max()) + 1)
    return f"{value:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"


def run(arguments: argparse.Namespace) -> None:
    """Let all train in turns, and print the table."""
    torch.set_num_threads(arguments.threads)
    train, test = read_topics(n_examples=arguments.examples, n_held_out=arguments.held_out)
    contestants = make_contestants(arguments)
    turns: dict[str, list[Turn]] = {name: [] for name in contestants}
    for number in range(arguments.rounds):
        order = list(contestants)
        for name in order[number % len(order) :] + order[: number % len(order)]:
            turns[name].append(take_turn(contestants[name], train, test, seed=number))
            print(f"{name}: {turns[name][-1].seconds:.0f} s", file=sys.stderr)
    title = (
        f"{len(train.weights):,} sentences, epochs: {arguments.epochs:g}, rounds: {arguments.rounds}, "
        f"{arguments.threads} of {count_processors()} processors; "
        f"quality on {len(test.weights):,} sentences of {len(set(test.examples.articles))} held-out articles"
    )
    named = {"n_trained": len(train.weights) * arguments.epochs, "title": title}
    judge = Judge.of(test)
    Console(width=190).print(to_table(turns, judge, **named))
    if arguments.out:
        with arguments.out.open("w", encoding="utf-8") as file:
            Console(file=file, width=260).print(to_table(turns, judge, box=MARKDOWN, **named))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--examples", type=int, default=1024, help="number of sentences to learn from (1,024)"
    )
    parser.add_argument("--held-out", type=int, default=2000, help="at most so many to judge by (2,000)")
    parser.add_argument("--epochs", type=float, default=1, help="passes over the sentences (1)")
    parser.add_argument("--padding", type=int, default=256, help="tokens of the plain script's rows (256)")
    parser.add_argument("--threads", type=int, default=2, help="processors that each may use (2)")
    parser.add_argument("--rounds", type=int, default=2, help="trainings of each contestant (2)")
    precisions = ["fp32", "bf16"] if multiplies_in_bf16() else ["fp32"]
    parser.add_argument(
        "--precisions",
        nargs="+",
        choices=["fp32", "bf16"],
        default=precisions,
        help="of the arithmetic; fp32, and bf16 where the processor multiplies in it",
    )
    parser.add_argument("--out", type=Path, help="also write the table to this file, as Markdown")
    disable_progress_bars()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    run(parser.parse_args())


if __name__ == "__main__":
    main()
