"""Speed of scoring: every rung beside transformers.pipeline, on the same sentences, in turns.

Each turn is a process of its own: it loads a classifier, reads a few sentences to warm up, and scores all of
them against the clock. All are asked which topics a sentence has, and read the sentence alone. Packages that
are not installed have a row that says so. The floor is arithmetic: the encoder's matrix products of exactly
these sentences, without padding, at the rate at which NumPy multiplies large matrices here.

Without --model, an encoder and a cascade are fine-tuned first, for some minutes, and a student: a thinner
encoder that has learned from the same labels, and from what the encoder says of --unlabelled sentences more
(of the same articles, since all of them are drawn sentence by sentence).
"""

import argparse
import importlib.util
import itertools
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, Literal

import numpy as np
from rich.box import MARKDOWN, SIMPLE_HEAD, Box
from rich.console import Console
from rich.table import Table

from stance.classifiers.base import Classifier, Runtime, TrainingSet
from stance.classifiers.blocks import fit_block, load_block, save_block
from stance.classifiers.cascade import Cascade
from stance.classifiers.encoder import Encoder
from stance.classifiers.folder import load_model
from stance.classifiers.transformer.pretrained import find_pretrained
from stance.evaluation.groups import find_groups
from stance.evaluation.splits import split_groups
from stance.labelling.interchange import read_labels
from stance.processors import count_processors
from stance.records import Examples
from stance.taxonomy import read_taxonomy
from stance.types import BoolArray, FloatArray, IntArray
from stance.workflows.evaluating.ties import tie_sentences
from stance.workflows.training.training_data import TrainingData, ask_topics, to_training_set

# ruff: noqa: PLC0415 (a process imports what its own contestant needs, or its memory would be everybody's)

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds/labels.jsonl"
TAXONOMY = ROOT / "configs/taxonomies/arms-diplomacy.yaml"
BASE_MODEL = "all-MiniLM-L6-v2"
PIPELINE, FULL_PRECISION = "pipeline, batch 32", "encoder, fp32"
N_WARM_UP = 64
MATRIX = 2048  # large enough for the processor's full rate

QUICK = {"learning_rate": 2e-4, "num_train_epochs": 3, "freeze_embeddings": True, "frozen_layers": 2}
THIN = QUICK | {"n_layers": 2, "frozen_layers": 0}
BLOCKS: dict[str, dict[str, Any]] = {
    "embedding": {"kind": "embedding", "base_model": BASE_MODEL},
    "static": {"kind": "static", "base_model": BASE_MODEL},
    "linear": {"kind": "linear", "C": [1.0]},
}

Score = Callable[[Sequence[str]], FloatArray]
"""From sentences to the probability of each topic."""


@dataclass(frozen=True)
class Task:
    """What every process is given.

    ``more`` are the examples of ``train`` and others, of which nobody knows the labels, which are ``nan``;
    ``gold`` are the topics of the first ``sentences``, which are held out.
    """

    folder: Path
    train: TrainingSet
    more: TrainingSet
    sentences: Sequence[str]
    gold: BoolArray
    threads: int


@dataclass(frozen=True)
class Contestant:
    """Opens a classifier, for which ``package`` must be installed; one that does not learn has no F1."""

    open: Callable[[Task], Score]
    package: str = "stance"
    learns: bool = True


@dataclass(frozen=True)
class Turn:
    """One scoring of all sentences; ``peak`` in bytes, and the topics ``said`` of those with gold topics."""

    seconds: float
    peak: int
    said: BoolArray


def read_task(arguments: argparse.Namespace, folder: Path) -> Task:
    """Training sentences, and sentences to score, those of held-out articles first."""
    taxonomy = read_taxonomy(TAXONOMY)
    gold = read_labels(SEEDS, taxonomy)
    questions = ask_topics(TrainingData.of(gold), taxonomy)
    groups = find_groups(tie_sentences(gold))
    if arguments.model:
        traces = load_model(arguments.model).traces
        if traces is None:
            raise SystemExit(f"{arguments.model} does not know what it has learned from; train it again")
        learned = set(traces.articles)
        is_train = np.array([sentence.article in learned for sentence in gold])
    else:
        split = split_groups(groups, questions.labels > 0, test=0.2)
        is_train = np.isin(np.arange(len(gold)), split.train)
    generator = np.random.default_rng(0)
    train, test = (generator.permutation(np.flatnonzero(rows)) for rows in (is_train, ~is_train))
    test = test[: arguments.sentences]
    n_labelled = arguments.train_sentences
    more = to_training_set(questions, groups).take(train[: n_labelled + arguments.unlabelled])
    more.labels[n_labelled:] = np.nan
    return Task(
        folder=folder,
        train=to_training_set(questions, groups).take(train[:n_labelled]),
        more=more,
        sentences=repeat([gold[row].text for row in [*test, *train]], arguments.sentences),
        gold=questions.labels[test] >= 0.5,
        threads=arguments.threads,
    )


def repeat(texts: Sequence[str], n_texts: int) -> list[str]:
    """The first so many; a text that comes again ends in spaces, so that nobody gains by remembering it."""
    times = itertools.count()
    rounds = ([text + " " * number for text in texts] for number in times)
    return list(itertools.islice(itertools.chain.from_iterable(rounds), n_texts))


def prepare(task: Task, model: Path | None) -> None:
    """Write every classifier of ours into the folder; the encoder is the expert of the cascade."""
    classifiers: dict[str, Classifier] = {}
    for name, block in BLOCKS.items():
        (classifiers[name],) = fit_block(block, [task.train], np.random.default_rng(0))
    given = load_model(model).topics if model else fit_cascade(task.train, QUICK)
    if isinstance(given, Cascade):
        classifiers["cascade"] = given
    encoder = given.expert_ if isinstance(given, Cascade) else given
    if not isinstance(encoder, Encoder):
        raise SystemExit(f"the topics of {model} are {encoder!r}; expected an encoder or a cascade")
    classifiers["encoder"] = encoder
    if not model:  # which has learned all labels, and so would teach gold
        student = fit_cascade(teach(task.more, encoder), THIN)
        classifiers |= {"student's cascade": student, "student": student.expert_}
    for name, classifier in classifiers.items():
        save_block([classifier], task.folder / name)


def fit_cascade(data: TrainingSet, training: dict[str, Any]) -> Cascade:
    """An encoder, and before it the word model."""
    expert = {"kind": "encoder", "base_model": BASE_MODEL, "training": training}
    return Cascade(gate=BLOCKS["linear"], expert=expert).fit(data, np.random.default_rng(0))


def teach(examples: TrainingSet, teacher: Classifier) -> TrainingSet:
    """Where labels are not known, the teacher's probabilities."""
    answers = teacher.predict_proba(examples.examples)
    return replace(examples, labels=np.where(np.isnan(examples.labels), answers, examples.labels))


@dataclass(frozen=True)
class Ours:
    """A classifier of ours, by the name of its folder, which is that of its kind if none is given."""

    name: str
    precision: Literal["auto", "fp32", "bf16", "int8"] = "auto"
    kind: str = ""

    def __call__(self, task: Task) -> Score:
        (classifier,) = load_block({"kind": self.kind or self.name}, task.folder / self.name)
        classifier.run_on(Runtime(precision=self.precision, threads=task.threads))

        def score(texts: Sequence[str]) -> FloatArray:
            nothing = [""] * len(texts)
            return classifier.predict_proba(Examples(texts, nothing, nothing, nothing, nothing))

        return score


@dataclass(frozen=True)
class Pipeline:
    """transformers.pipeline as its page shows it, with an untrained head: its speed is the same."""

    batch_size: int

    def __call__(self, task: Task) -> Score:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

        folder, n_topics = find_pretrained(BASE_MODEL), task.gold.shape[1]
        model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=n_topics)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        classify = pipeline("text-classification", model, tokenizer=tokenizer, device="cpu")
        options = {"batch_size": self.batch_size, "top_k": None, "truncation": True}

        def score(texts: Sequence[str]) -> FloatArray:
            answers = classify(list(texts), function_to_apply="sigmoid", **options)
            return np.array([[answer["score"] for answer in sorted(row, key=by_label)] for row in answers])

        return score


def by_label(answer: dict[str, Any]) -> str:
    return str(answer["label"])


def open_sentence_transformers(task: Task) -> Score:
    """Embeddings of sentence-transformers with the logistic regression of scikit-learn."""
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    encoder = SentenceTransformer(str(find_pretrained(BASE_MODEL)), device="cpu")
    head = OneVsRestClassifier(LogisticRegression(class_weight="balanced", max_iter=1000))
    head.fit(encoder.encode(list(task.train.examples.texts)), task.train.labels >= 0.5)
    return lambda texts: head.predict_proba(encoder.encode(list(texts)))


def open_setfit(task: Task) -> Score:
    """SetFit with its head alone trained: its speed is that of a whole training."""
    from setfit import SetFitModel

    model = SetFitModel.from_pretrained(
        str(find_pretrained(BASE_MODEL)), multi_target_strategy="one-vs-rest", device="cpu"
    )
    model.fit(list(task.train.examples.texts), (task.train.labels >= 0.5).astype(int).tolist(), num_epochs=1)
    return lambda texts: np.asarray(model.predict_proba(list(texts), as_numpy=True))


def open_spacy(task: Task) -> Score:
    """The bag of words of spaCy."""
    import spacy
    from spacy.training import Example

    language = spacy.blank("en")
    words = {"@architectures": "spacy.TextCatBOW.v3", "length": 2**18, "ngram_size": 1}
    words |= {"exclusive_classes": False, "no_output_layer": False}
    language.add_pipe("textcat_multilabel", config={"model": words})
    topics = [f"topic {column}" for column in range(task.gold.shape[1])]
    rows = zip(task.train.examples.texts, task.train.labels.tolist(), strict=True)
    examples = [
        Example.from_dict(language.make_doc(text), {"cats": dict(zip(topics, labels, strict=True))})
        for text, labels in rows
    ]
    optimizer = language.initialize(lambda: examples)
    for _ in range(20):
        for start in range(0, len(examples), 32):
            language.update(examples[start : start + 32], sgd=optimizer)

    def score(texts: Sequence[str]) -> FloatArray:
        return np.array([[document.cats[topic] for topic in topics] for document in language.pipe(texts)])

    return score


def open_fasttext(task: Task) -> Score:
    """The bag of words and word pairs of fastText."""
    import fasttext

    file = task.folder / "fasttext.txt"
    rows = zip(task.train.examples.texts, task.train.labels >= 0.5, strict=True)
    lines = (
        " ".join(
            [*(f"__label__{column}" for column in np.flatnonzero(labels) + 1), "__label__0", *text.split()]
        )
        for text, labels in rows
    )
    file.write_text("\n".join(lines), encoding="utf-8")
    options = {"loss": "ova", "epoch": 25, "lr": 1.0, "wordNgrams": 2, "verbose": 0, "thread": task.threads}
    model = fasttext.train_supervised(str(file), **options)

    def score(texts: Sequence[str]) -> FloatArray:
        lines = [" ".join(text.split()) for text in texts]
        probabilities = np.zeros((len(texts), task.gold.shape[1] + 1))
        for row, (names, values) in enumerate(zip(*model.predict(lines, k=-1), strict=True)):
            probabilities[row, [int(name.removeprefix("__label__")) for name in names]] = values
        return probabilities[:, 1:]

    return score


CONTESTANTS = {
    "pipeline, batch 1": Contestant(Pipeline(1), package="transformers", learns=False),
    PIPELINE: Contestant(Pipeline(32), package="transformers", learns=False),
    FULL_PRECISION: Contestant(Ours("encoder", "fp32")),
    "encoder, int8": Contestant(Ours("encoder", "int8")),
    "encoder, bf16": Contestant(Ours("encoder", "bf16"), package="openvino"),
    "cascade, fp32": Contestant(Ours("cascade", "fp32")),
    "cascade, int8": Contestant(Ours("cascade", "int8")),
    "student, fp32": Contestant(Ours("student", "fp32", "encoder")),
    "student, int8": Contestant(Ours("student", "int8", "encoder")),
    "student's cascade, fp32": Contestant(Ours("student's cascade", "fp32", "cascade")),
    "student's cascade, int8": Contestant(Ours("student's cascade", "int8", "cascade")),
    "embedding": Contestant(Ours("embedding")),
    "static": Contestant(Ours("static")),
    "linear": Contestant(Ours("linear")),
    "sentence-transformers": Contestant(open_sentence_transformers, package="sentence_transformers"),
    "SetFit": Contestant(open_setfit, package="setfit"),
    "spaCy": Contestant(open_spacy, package="spacy"),
    "fastText": Contestant(open_fasttext, package="fasttext"),
}


def take_turn(name: str, task: Task) -> Turn:
    """Load a classifier and score all sentences; runs in a process of its own."""
    score = CONTESTANTS[name].open(task)
    score(task.sentences[-N_WARM_UP:])
    started = time.perf_counter()
    probabilities = score(task.sentences)
    seconds = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return Turn(seconds, peak, probabilities[: len(task.gold)] >= 0.5)


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a function that runs in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure_floor(task: Task) -> float:
    """Seconds of the encoder's matrix products at NumPy's rate of fp32; runs in a process of its own."""
    from tokenizers import Tokenizer

    folder = find_pretrained(BASE_MODEL)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    lengths = np.array([len(encoding.ids) for encoding in tokenizer.encode_batch(list(task.sentences))])
    return count_operations(lengths, config) / measure_rate()


def count_operations(lengths: IntArray, config: dict[str, int]) -> float:
    """Floating-point operations of the layers: a multiplication and an addition an entry."""
    width, inner = config["hidden_size"], config["intermediate_size"]
    a_token = 2 * (4 * width**2 + 2 * width * inner)
    attention = 4 * width * lengths  # of each token: scores, then the mix of values
    return float(config["num_hidden_layers"] * (lengths * (a_token + attention)).sum())


def measure_rate() -> float:
    """Operations a second of a large product of matrices; the best of several."""
    one, other = np.random.default_rng(0).random((2, MATRIX, MATRIX), dtype=np.float32)
    seconds = []
    for _ in range(10):
        started = time.perf_counter()
        one @ other
        seconds.append(time.perf_counter() - started)
    return 2 * MATRIX**3 / min(seconds)


def f1_macro(gold: BoolArray, said: BoolArray) -> float:
    """Mean over the topics."""
    right, sums = (gold & said).sum(axis=0), gold.sum(axis=0) + said.sum(axis=0)
    return float((2 * right / np.maximum(sums, 1)).mean())


def to_table(
    turns: dict[str, list[Turn]], floors: Sequence[float], task: Task, *, title: str, box: Box = SIMPLE_HEAD
) -> Table:
    """A contestant a row; ratios are paired by round."""
    table = Table(title=title, title_justify="left", box=box)
    table.add_column("")
    for heading in ("sentences/s", f"× {PIPELINE}", "MB", "macro F1", "as fp32"):
        table.add_column(heading, justify="right")
    for name, own in turns.items():
        if own:
            table.add_row(name, *describe(name, turns, task))
        else:
            table.add_row(name, why_missing(name))
    opponents = [turn.seconds for turn in turns[PIPELINE]]
    table.add_row("floor of fp32", *to_speed(opponents, floors, len(task.sentences)))
    return table


def describe(name: str, turns: dict[str, list[Turn]], task: Task) -> list[str]:
    """The cells of a contestant."""
    own = turns[name]
    opponents, seconds = ([turn.seconds for turn in taken] for taken in (turns[PIPELINE], own))
    cells = to_speed(opponents, seconds, len(task.sentences))
    cells.append(f"{max(turn.peak for turn in own) / 1e6:,.0f}")
    cells.append(f"{f1_macro(task.gold, own[0].said):.3f}" if CONTESTANTS[name].learns else "")
    if name.startswith(("encoder", "cascade", "student")):
        cells.append(f"{(own[0].said == turns[FULL_PRECISION][0].said).all(axis=1).mean():.3f}")
    return cells


def to_speed(opponents: Sequence[float], own: Sequence[float], n_sentences: int) -> list[str]:
    """Sentences a second, and how many times as fast as the opponent."""
    ratios = [theirs / ours for theirs, ours in zip(opponents, own, strict=True)]
    spread = f" ({min(ratios):.1f}–{max(ratios):.1f})" if len(ratios) > 1 else ""
    return [f"{n_sentences / median(own):,.0f}", f"{median(ratios):.1f}{spread}"]


def is_missing(name: str, folder: Path) -> bool:
    """Whether a contestant cannot take part."""
    contestant = CONTESTANTS[name]
    own = getattr(contestant.open, "name", None)
    return importlib.util.find_spec(contestant.package) is None or bool(own and not (folder / own).exists())


def why_missing(name: str) -> str:
    installed = importlib.util.find_spec(CONTESTANTS[name].package) is not None
    return "not in --model" if installed else "not installed"


def run(folder: Path, arguments: argparse.Namespace) -> None:
    """Train what is needed, let all score in turns, and print the table."""
    task = apart(read_task, arguments, folder)
    apart(prepare, task, arguments.model)
    order = [name for name in CONTESTANTS if not is_missing(name, folder)]
    turns: dict[str, list[Turn]] = {name: [] for name in CONTESTANTS}
    floors = []
    for number in range(arguments.rounds):
        for name in order[number % len(order) :] + order[: number % len(order)]:
            turns[name].append(apart(take_turn, name, task))
            print(f"{name}: {turns[name][-1].seconds:.1f} s", file=sys.stderr)
        floors.append(apart(measure_floor, task))
    title = (
        f"{len(task.sentences):,} sentences, {arguments.rounds} rounds, "
        f"{task.threads} of {count_processors()} processors; F1 on {len(task.gold):,} held-out sentences"
    )
    Console(width=110).print(to_table(turns, floors, task, title=title))
    if arguments.out:
        with arguments.out.open("w", encoding="utf-8") as file:
            Console(file=file, width=140).print(to_table(turns, floors, task, title=title, box=MARKDOWN))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=5000, help="number of sentences to score (5,000)")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each contestant (2)")
    parser.add_argument("--threads", type=int, default=2, help="processors that each may use (2)")
    parser.add_argument("--model", type=Path, help="trained model whose topics an encoder or a cascade gives")
    parser.add_argument("--train-sentences", type=int, default=1500, help="to learn from (1,500)")
    parser.add_argument(
        "--unlabelled", type=int, default=3000, help="sentences more, for the student to learn from (3,000)"
    )
    parser.add_argument("--out", type=Path, help="also write the table to this file, as Markdown")
    arguments = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(arguments.threads)
    os.environ |= {"TQDM_DISABLE": "1", "TRANSFORMERS_VERBOSITY": "error"}
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), arguments)


if __name__ == "__main__":
    main()
