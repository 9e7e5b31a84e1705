"""What an evaluation can be asked of: a model folder, or a label file of anybody's making."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from stance.classifiers.folder import load_model
from stance.classifiers.model import Model
from stance.classifiers.traces import Traces
from stance.errors import DataError
from stance.evaluation.calibration import Probabilities
from stance.evaluation.humans import HUMAN
from stance.evaluation.majority import MAJORITY
from stance.evaluation.prior import PRIOR
from stance.labelling.interchange import SENTENCE_SUFFIXES, read_labels
from stance.records import Label, LabelledSentence, to_examples
from stance.resources import find_resource
from stance.shipped import TAXONOMY
from stance.taxonomy import Taxonomy, read_taxonomy
from stance.workflows.evaluating.origin import find_origin, find_run
from stance.workflows.evaluating.target_questions import find_questions

RESERVED = (MAJORITY, PRIOR, HUMAN)
"""Rows that stand beside runs."""


class Answers(NamedTuple):
    """Predicted labels, and those by ``ask_at_gold`` where a model could be asked.

    ``seconds`` is what the labels took a model.
    """

    predicted: Sequence[LabelledSentence]
    asked: Sequence[LabelledSentence] | None
    seconds: float | None = None


@dataclass(frozen=True)
class Run:
    """Something that labels sentences, by name; ``predict`` is handed the gold sentences.

    ``model`` can be asked other questions, too, and ``n_bytes`` is the size of its folder; a label file has
    neither. ``maker`` is the model, or that which is known to have written the label file.
    """

    name: str
    predict: Callable[[Sequence[LabelledSentence]], Answers]
    model: Model | None = None
    n_bytes: int = 0
    maker: Model | None = None

    @property
    def metrics(self) -> Mapping[str, Any]:
        """The maker's own, which say what it has learned from; empty where there is none."""
        return self.maker.metrics if self.maker else {}

    @property
    def traces(self) -> Traces | None:
        """Of what the maker has learned from; nothing is known of other label files."""
        return self.maker.traces if self.maker else None


def open_runs(paths: Sequence[str | Path], taxonomy: str | Path = TAXONOMY) -> tuple[list[Run], Taxonomy]:
    """Open model folders and label files (or folders of them), with the taxonomy they share.

    The taxonomy is that of the models; where there is no model, the file named. Runs of the same name, or of
    that of a row that stands beside them, are told apart by their paths.

    Raises
    ------
    DataError
        If two models follow different taxonomies.
    """
    models = {path: load_model(path) for path in paths if _is_model(find_resource(path))}
    shared = _find_taxonomy(models.values()) or read_taxonomy(taxonomy)
    runs = [
        _open_model(path, models[path]) if path in models else _open_labels(path, shared) for path in paths
    ]
    times = Counter(run.name for run in runs)
    named = [
        replace(run, name=str(path)) if times[run.name] > 1 or run.name in RESERVED else run
        for run, path in zip(runs, paths, strict=True)
    ]
    return named, shared


def _is_model(path: Path) -> bool:
    """Whether a path is a folder without files of labels; ``load_model`` says what else it lacks."""
    return path.is_dir() and not any(file.name.endswith(SENTENCE_SUFFIXES) for file in path.iterdir())


def _find_taxonomy(models: Iterable[Model]) -> Taxonomy | None:
    taxonomies = {model.taxonomy.stamp: model.taxonomy for model in models}
    if len(taxonomies) > 1:
        raise DataError(
            f"the models follow different taxonomies: {sorted(taxonomies)}; compare models of one taxonomy"
        )
    return next(iter(taxonomies.values()), None)


def _open_model(path: str | Path, model: Model) -> Run:
    files = (file for file in find_resource(path).rglob("*") if file.is_file())
    n_bytes = sum(file.stat().st_size for file in files)
    return Run(model.name, partial(_ask, model), model, n_bytes, maker=model)


def _ask(model: Model, gold: Sequence[LabelledSentence]) -> Answers:
    """Ask a model that is shown no gold label."""
    unlabelled = [replace(sentence, labels=()) for sentence in gold]
    start = time.perf_counter()
    predicted = model.predict_labels(unlabelled)
    seconds = time.perf_counter() - start
    return Answers(predicted, ask_at_gold(model, gold), seconds)


def ask_at_gold(model: Model, gold: Sequence[LabelledSentence]) -> list[LabelledSentence]:
    """A model's stances at the gold topics, which it sees alone, and its holders of the gold stances."""
    topics_only = [
        replace(
            sentence,
            labels=tuple(Label(label.topic, stance="", target=label.target) for label in sentence.labels),
        )
        for sentence in gold
    ]
    pairs = zip(model.predict_stances(topics_only), model.predict_holders(gold), strict=True)
    return [
        replace(
            sentence,
            labels=tuple(
                replace(label, holder=answer.holder)
                for label, answer in zip(sentence.labels, named.labels, strict=True)
            ),
        )
        for sentence, named in pairs
    ]


def read_probabilities(model: Model, gold: Sequence[LabelledSentence]) -> Probabilities:
    """What a model gives to every topic of gold sentences, and to the stances of their gold topics."""
    raw, examples = model.without_calibration(), to_examples(gold)
    rows, topics, targets = find_questions(gold, model.taxonomy)
    before = raw.topic_probabilities(examples)
    return Probabilities(
        topics_before=before,
        topics=model.topic_calibration.apply(before),
        stances_before=raw.stance_of(examples, rows, topics, targets=targets),
    )


def _open_labels(path: str | Path, taxonomy: Taxonomy) -> Run:
    labels = read_labels(path, taxonomy)
    annotators = {sentence.annotator for sentence in labels}
    name = annotators.pop() if len(annotators) == 1 else ""
    origin = find_origin(find_run(path))
    return Run(
        name or Path(path).name, lambda gold: Answers(labels, None), maker=origin.model if origin else None
    )
