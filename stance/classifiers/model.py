"""A model: which topics does a sentence have, which stance toward the target of each, and whose?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from stance.classifiers.abstention import NEVER, Abstention, HeldOut
from stance.classifiers.base import Classifier
from stance.classifiers.calibration import Calibration, no_calibration
from stance.classifiers.explanation import Explanation
from stance.classifiers.traces import Traces
from stance.holders.base import HolderFinder
from stance.records import Abstained, Examples, Label, LabelledSentence, to_examples
from stance.taxonomy import Taxonomy
from stance.types import BoolArray, FloatArray, IntArray, ObjectArray
from stance.words import ranges


@dataclass(frozen=True)
class Scores:
    """What a model says of ``n`` sentences, as arrays.

    ``topics`` has shape (n, n_topics). The found pairs follow: pair *p* is sentence ``rows[p]`` with topic
    ``pair_topics[p]``, its stance probabilities are ``stances[p]``, shape (n_pairs, n_stances), and
    ``holders[p]`` holds the most probable stance, ``None`` if nobody was looked for. ``rows`` ascends.
    """

    topics: FloatArray
    rows: IntArray
    pair_topics: IntArray
    stances: FloatArray
    holders: ObjectArray

    @property
    def confidences(self) -> FloatArray:
        """Probability that a pair's topic and its most probable stance are both right, shape (n_pairs,)."""
        confidences: FloatArray = self.topics[self.rows, self.pair_topics] * self.stances.max(axis=1)
        return confidences

    def only(self, pairs: BoolArray) -> "Scores":
        """The same sentences with some of the pairs only."""
        return Scores(
            self.topics, self.rows[pairs], self.pair_topics[pairs], self.stances[pairs], self.holders[pairs]
        )

    def take(self, sentences: IntArray) -> "Scores":
        """The scores of these sentences, in that order; one may be taken several times."""
        bounds = np.searchsorted(self.rows, np.arange(len(self.topics) + 1))
        counts = np.diff(bounds)[sentences]
        pairs = ranges(bounds[sentences], counts)
        return Scores(
            topics=self.topics[sentences],
            rows=np.repeat(np.arange(len(sentences)), counts),
            pair_topics=self.pair_topics[pairs],
            stances=self.stances[pairs],
            holders=self.holders[pairs],
        )

    def append(self, other: "Scores") -> "Scores":
        """These sentences and those of ``other`` after them."""
        return Scores(
            topics=np.concatenate([self.topics, other.topics]),
            rows=np.concatenate([self.rows, other.rows + len(self.topics)]),
            pair_topics=np.concatenate([self.pair_topics, other.pair_topics]),
            stances=np.concatenate([self.stances, other.stances]),
            holders=np.concatenate([self.holders, other.holders]),
        )


@dataclass(frozen=True)
class Model:
    """Two classifiers with one taxonomy: topics for every sentence, stance for the pairs found.

    ``holder``, if there is one, names who holds the stances that take a side.

    ``config``, ``metrics`` and ``manifest_digest`` say where the model comes from, ``traces`` what it has
    learned from, if it knows. ``held_out`` is what a threshold for ``abstention`` can be chosen on; ``None``
    where nothing was held out.
    """

    name: str
    taxonomy: Taxonomy
    topics: Classifier
    stance: Classifier
    topic_calibration: Calibration
    stance_calibration: Calibration
    config: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    manifest_digest: str = ""
    traces: Traces | None = None
    held_out: HeldOut | None = None
    abstention: Abstention = NEVER
    holder: HolderFinder | None = None

    @property
    def annotator(self) -> str:
        """Who gave this model's labels, as label files name it."""
        return f"model:{self.name}"

    def predict(self, texts: Sequence[str], *, title: str = "") -> list[LabelledSentence]:
        """Label sentences that follow each other under one headline; the quick way in a notebook."""
        if isinstance(texts, str):
            raise TypeError("predict takes a list of sentences, found one text; put it in a list")
        if others := [text for text in texts if not isinstance(text, str)]:
            raise TypeError(f"predict takes a list of sentences, and {others[0]!r:.80} is no text")
        return self.predict_labels(
            [
                LabelledSentence("", index, text, (), "", title, texts[index - 1] if index else "")
                for index, text in enumerate(texts)
            ]
        )

    def predict_labels(self, sentences: Sequence[LabelledSentence]) -> list[LabelledSentence]:
        """The same sentences with this model's labels in place of their own."""
        given, held_back = self.hold_back(self.score(to_examples(sentences)))
        reason = self.abstention.reason
        return [
            replace(sentence, abstained=tuple(Abstained(label, reason) for label in labels))
            for sentence, labels in zip(
                self._relabel(sentences, self._to_labels(given)), self._to_labels(held_back), strict=True
            )
        ]

    def predict_stances(self, sentences: Sequence[LabelledSentence]) -> list[LabelledSentence]:
        """The same sentences and topics, with this model's stance toward each label's target."""
        topic_index = {topic: index for index, topic in enumerate(self.taxonomy.topic_ids)}
        asked, rows, targets = self._ask(sentences)
        topics = np.array([topic_index[label.topic] for label in asked], dtype=np.int64)
        examples = to_examples(sentences)
        probabilities = self.topic_probabilities(examples)
        labels: list[list[Label]] = [[] for _ in sentences]
        found = self.stance_of(examples, rows, topics, targets=targets)
        for row, label, topic, stances in zip(rows, asked, topics, found, strict=True):
            answer = self._to_label(topic, probabilities[row, topic], stances)
            labels[row].append(replace(answer, target=label.target))
        return self._relabel(sentences, labels)

    def predict_holders(self, sentences: Sequence[LabelledSentence]) -> list[LabelledSentence]:
        """The same sentences, topics and stances, with this model's holder of each stance."""
        asked, rows, targets = self._ask(sentences)
        holders = self.holders_of(to_examples(sentences), rows, targets, [label.stance for label in asked])
        labels: list[list[Label]] = [[] for _ in sentences]
        for row, label, holder in zip(rows, asked, holders, strict=True):
            labels[row].append(replace(label, holder=holder))
        return self._relabel(sentences, labels)

    def without_calibration(self) -> Self:
        """A model whose probabilities are as its classifiers give them."""
        return replace(
            self,
            topic_calibration=no_calibration(len(self.taxonomy.topics), exclusive=False),
            stance_calibration=no_calibration(len(self.taxonomy.stances), exclusive=True),
        )

    def with_threshold(self, threshold: float) -> Self:
        """A model that finds every topic from this probability on."""
        calibration = self.topic_calibration
        thresholds = np.full_like(calibration.thresholds, threshold)
        return replace(self, topic_calibration=replace(calibration, thresholds=thresholds))

    def score(self, examples: Examples) -> Scores:
        """Topics of every example, and the stance of the pairs at or above the topics' thresholds."""
        topics = self.topic_probabilities(examples)
        rows, pair_topics = np.nonzero(topics >= self.topic_calibration.thresholds)
        stances = self.stance_of(examples, rows, pair_topics)
        targets = [self.taxonomy.topics[topic].target for topic in pair_topics]
        said = [self.taxonomy.stances[stance] for stance in stances.argmax(axis=1)]
        return Scores(topics, rows, pair_topics, stances, self.holders_of(examples, rows, targets, said))

    def hold_back(self, scores: Scores) -> tuple[Scores, Scores]:
        """The pairs that are given as labels, and those that are held back."""
        held_back = self.abstention.applies(scores.confidences)
        return scores.only(~held_back), scores.only(held_back)

    def count_windowed(self, examples: Examples) -> int:
        """Number of examples that are too long, targets aside, to be read at once: they are read in parts."""
        return max(one.count_windowed(examples) for one in (self.topics, self.stance))

    def topic_probabilities(self, examples: Examples) -> FloatArray:
        """Calibrated probability of each topic, shape (n_examples, n_topics)."""
        if not len(examples):
            return np.zeros((0, len(self.taxonomy.topics)))
        return self.topic_calibration.apply(self.topics.predict_proba(examples))

    def stance_of(
        self,
        examples: Examples,
        rows: IntArray,
        topics: IntArray,
        *,
        targets: Sequence[str] | None = None,
    ) -> FloatArray:
        """Calibrated stance probabilities of (example, topic) pairs, shape (n_pairs, n_stances).

        Each is toward its target, the topic's own if ``targets`` are not given. A stance that the taxonomy
        does not allow for a topic has probability zero.
        """
        if not len(rows):
            return np.zeros((0, len(self.taxonomy.stances)))
        if targets is None:
            targets = [self.taxonomy.topics[topic].target for topic in topics]
        pairs = examples.take(rows.tolist()).toward(targets)
        probabilities = self.stance_calibration.apply(self.stance.predict_proba(pairs))
        allowed = probabilities * allowed_stances(self.taxonomy)[topics]
        normalised: FloatArray = allowed / allowed.sum(axis=1, keepdims=True)
        return normalised

    def holders_of(
        self, examples: Examples, rows: IntArray, targets: Sequence[str], stances: Sequence[str]
    ) -> ObjectArray:
        """Who holds ``stances`` toward ``targets`` in the examples at ``rows``, shape (n_pairs,).

        ``None`` for a stance that takes no side, and for all where the model has no holder finder.
        """
        holders = np.full(len(rows), None, dtype=np.object_)
        sides = [pair for pair, stance in enumerate(stances) if stance != self.taxonomy.neutral_stance]
        if self.holder is not None and sides:
            asked = examples.take(rows[sides].tolist()).toward([targets[pair] for pair in sides])
            holders[sides] = self.holder.find(asked, [stances[pair] for pair in sides])
        return holders

    def explain_topics(self, examples: Examples) -> list[Explanation] | None:
        """What each word adds to the topics of each example; ``None`` if the kind cannot tell exactly."""
        return self.topics.explain(examples)

    def explain_stances(self, examples: Examples, topics: IntArray) -> list[Explanation] | None:
        """What each word adds to the stances toward the target of each example's topic, one an example."""
        targets = [topic.target for topic in self.taxonomy.topics]
        return self.stance.explain(examples.toward([targets[topic] for topic in topics]))

    def _ask(self, sentences: Sequence[LabelledSentence]) -> tuple[list[Label], IntArray, list[str]]:
        """The labels of the sentences, the row of each one's sentence, and its target."""
        asked = [(row, label) for row, sentence in enumerate(sentences) for label in sentence.labels]
        labels = [label for _, label in asked]
        targets = [label.target or self.taxonomy[label.topic].target for label in labels]
        return labels, np.array([row for row, _ in asked], dtype=np.int64), targets

    def _to_labels(self, scores: Scores) -> list[list[Label]]:
        """The labels of each sentence."""
        labels: list[list[Label]] = [[] for _ in scores.topics]
        pairs = zip(scores.rows, scores.pair_topics, scores.stances, scores.holders, strict=True)
        for row, topic, stances, holder in pairs:
            label = self._to_label(topic, scores.topics[row, topic], stances)
            labels[row].append(replace(label, holder=holder))
        return labels

    def _to_label(self, topic: int, probability: float, stances: FloatArray) -> Label:
        allowed = self.taxonomy.topics[topic].stances
        by_stance = {s: float(p) for s, p in zip(self.taxonomy.stances, stances, strict=True) if s in allowed}
        return Label(
            topic=self.taxonomy.topic_ids[topic],
            stance=max(by_stance, key=lambda stance: by_stance[stance]),
            probability=float(probability),
            stance_probabilities=by_stance,
        )

    def _relabel(
        self, sentences: Sequence[LabelledSentence], labels: Sequence[Sequence[Label]]
    ) -> list[LabelledSentence]:
        return [
            replace(sentence, labels=tuple(own), annotator=self.annotator, abstained=())
            for sentence, own in zip(sentences, labels, strict=True)
        ]


def allowed_stances(taxonomy: Taxonomy) -> BoolArray:
    """Whether each topic allows each stance, shape (n_topics, n_stances)."""
    return np.array([[stance in topic.stances for stance in taxonomy.stances] for topic in taxonomy.topics])
