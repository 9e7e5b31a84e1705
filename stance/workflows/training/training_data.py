"""What a classifier learns from: labelled sentences with weights, and their labels as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from stance.classifiers.base import TrainingSet
from stance.config import DataConfig
from stance.errors import DataError
from stance.labelling.interchange import read_labels
from stance.phrases import count_of
from stance.records import Examples, LabelledSentence, to_examples
from stance.taxonomy import Taxonomy
from stance.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class TrainingData:
    """Labelled sentences; the arrays have one entry a sentence.

    ``is_test`` marks sentences of files that are only asked about.
    """

    sentences: Sequence[LabelledSentence]
    is_gold: BoolArray
    weights: FloatArray
    is_test: BoolArray

    @classmethod
    def of(
        cls,
        gold: Sequence[LabelledSentence],
        *,
        test: Sequence[LabelledSentence] = (),
        weak: Sequence[LabelledSentence] = (),
        weak_weight: float = 1.0,
    ) -> Self:
        """Gold labels to learn from, gold labels that are only asked about, and labels that may be wrong."""
        kinds = np.repeat([0, 1, 2], [len(gold), len(test), len(weak)])
        is_gold = kinds < 2
        return cls([*gold, *test, *weak], is_gold, np.where(is_gold, 1.0, weak_weight), kinds == 1)

    def take(self, rows: IntArray) -> "TrainingData":
        """The sentences at ``rows``, in that order."""
        sentences = [self.sentences[row] for row in rows]
        return TrainingData(sentences, self.is_gold[rows], self.weights[rows], self.is_test[rows])


@dataclass(frozen=True)
class Questions:
    """Examples with what is true of them, ready for a classifier; arrays have one row an example.

    ``rows[i]`` is the sentence that example *i* asks about; ``labels`` has shape (n_examples, n_classes), and
    exactly one class is true if ``exclusive``.
    """

    examples: Examples
    labels: FloatArray
    rows: IntArray
    is_gold: BoolArray
    weights: FloatArray
    taxonomy: Taxonomy
    exclusive: bool


@dataclass(frozen=True)
class HolderQuestions:
    """``holders[i]`` holds ``stances[i]`` toward the target of example *i*; ``rows`` as in ``Questions``."""

    examples: Examples
    stances: Sequence[str]
    holders: Sequence[str]
    rows: IntArray

    def take(self, chosen: IntArray) -> Self:
        """The examples at ``chosen``, in that order."""
        return type(self)(
            self.examples.take(chosen.tolist()),
            [self.stances[place] for place in chosen],
            [self.holders[place] for place in chosen],
            self.rows[chosen],
        )


def read_training_data(config: DataConfig, taxonomy: Taxonomy) -> TrainingData:
    """Read gold, test and weak labels; where gold or test judged a sentence, weak is left out.

    Raises
    ------
    DataError
        If one sentence has gold labels twice: adjudicate first.
    """
    gold, test, weak = (
        [sentence for path in paths for sentence in read_labels(path, taxonomy)]
        for paths in (config.gold, config.test, config.weak)
    )
    for own, paths in ((gold, config.gold), (test, config.test)):
        if n_twice := len(own) - len({sentence.key for sentence in own}):
            raise DataError(f"found gold labels twice for {count_of(n_twice, 'sentence')} in {list(paths)}")
    judged = {sentence.key for sentence in (*gold, *test)}
    weak = [sentence for sentence in weak if sentence.key not in judged]
    return TrainingData.of(gold, test=test, weak=weak, weak_weight=config.weak_weight)


def ask_topics(data: TrainingData, taxonomy: Taxonomy) -> Questions:
    """Which topics? One example a sentence; a label's probability, if it has one, is a soft label.

    What a model held back is evidence, too: it was not sure enough to say so, but it said how sure.
    """
    index = {topic: column for column, topic in enumerate(taxonomy.topic_ids)}
    labels = np.zeros((len(data.sentences), len(index)))
    for row, sentence in enumerate(data.sentences):
        for label in sentence.found:
            labels[row, index[label.topic]] = 1.0 if label.probability is None else label.probability
    rows = np.arange(len(data.sentences))
    examples = to_examples(data.sentences)
    return Questions(examples, labels, rows, data.is_gold, data.weights, taxonomy, exclusive=False)


def ask_stances(data: TrainingData, taxonomy: Taxonomy) -> Questions:
    """Which stance toward this target? One example a (sentence, topic) pair; soft where probabilities are.

    A pair counts as much as its topic is probable.
    """
    index = {stance: column for column, stance in enumerate(taxonomy.stances)}
    pairs = [
        (row, label)
        for row, sentence in enumerate(data.sentences)
        for label in sentence.found
        if label.probability != 0
    ]
    labels = np.zeros((len(pairs), len(index)))
    for number, (_, label) in enumerate(pairs):
        for stance, probability in (label.stance_probabilities or {label.stance: 1.0}).items():
            labels[number, index[stance]] = probability
    rows = np.array([row for row, _ in pairs], dtype=np.int64)
    presence = np.array([1.0 if label.probability is None else label.probability for _, label in pairs])
    examples = to_examples(data.sentences).take(rows.tolist())
    return Questions(
        examples.toward([label.target or taxonomy[label.topic].target for _, label in pairs]),
        labels,
        rows,
        data.is_gold[rows],
        data.weights[rows] * presence,
        taxonomy,
        exclusive=True,
    )


def ask_holders(data: TrainingData, taxonomy: Taxonomy) -> HolderQuestions:
    """Who holds this stance toward this target? One example a gold label that has a holder."""
    asked = [
        (row, label)
        for row, (sentence, is_gold) in enumerate(zip(data.sentences, data.is_gold, strict=True))
        for label in sentence.labels
        if is_gold and label.holder
    ]
    rows = np.array([row for row, _ in asked], dtype=np.int64)
    targets = [label.target or taxonomy[label.topic].target for _, label in asked]
    return HolderQuestions(
        to_examples(data.sentences).take(rows.tolist()).toward(targets),
        [label.stance for _, label in asked],
        [str(label.holder) for _, label in asked],
        rows,
    )


def to_training_set(questions: Questions, groups: IntArray) -> TrainingSet:
    """The questions for a classifier; ``groups`` has one entry a sentence."""
    return TrainingSet(
        examples=questions.examples,
        labels=questions.labels,
        groups=groups[questions.rows],
        weights=questions.weights,
        taxonomy=questions.taxonomy,
        exclusive=questions.exclusive,
    )
