"""What an evaluation counts: everything that a metric needs, per group of articles, ready to be summed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from stance.errors import DataError
from stance.evaluation.intervals import resample
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy
from stance.types import IntArray

NO_LABEL = -1
"""The code of a topic that a sentence does not have."""


class Codes(NamedTuple):
    """Labels of gold and of a run, as ``to_codes`` gives them; each of shape (n_sentences, n_topics).

    ``asked`` holds the stances given to the gold topics; where gold has no topic, it is not read.
    """

    gold: IntArray
    predicted: IntArray
    asked: IntArray

    def take(self, rows: IntArray) -> Self:
        """The codes of some of the sentences."""
        return type(self)(*(codes[rows] for codes in self))


@dataclass(frozen=True)
class Counts:
    """Counts of right and wrong labels, from which every metric is computed.

    The leading axes ``...`` are groups, resamples, or nothing at all (the total); a metric works on the
    last axes and hands the leading ones through.

    Attributes
    ----------
    taxonomy
        Names the topics and stances of the axes.
    topics : shape (..., n_topics, 3)
        True positives, false positives and false negatives of each topic.
    stances : shape (..., n_topics, n_stances, n_stances + 1)
        Confusion at the gold topics: rows are gold stances, columns the predicted ones; the last column
        counts gold topics for which no stance was predicted.
    triples : shape (..., n_topics, 3)
        True positives, false positives and false negatives of (sentence, topic, stance).
    """

    taxonomy: Taxonomy
    topics: IntArray
    stances: IntArray
    triples: IntArray

    @classmethod
    def zeros(cls, taxonomy: Taxonomy, n_groups: int) -> Self:
        """Nothing counted yet, with leading axis ``n_groups``."""
        n_topics, n_stances = len(taxonomy.topics), len(taxonomy.stances)
        shapes = (3,), (n_stances, n_stances + 1), (3,)
        return cls(taxonomy, *(np.zeros((n_groups, n_topics, *shape), dtype=np.int64) for shape in shapes))

    @property
    def n_labels(self) -> int:
        """Gold labels of a total: the support of every metric."""
        return int(self.topics[..., 0].sum() + self.topics[..., 2].sum())

    @property
    def n_labelled(self) -> int:
        """Groups that have a gold label; an interval needs two."""
        return int(np.count_nonzero(self.topics[..., [0, 2]].sum((1, 2))))

    def total(self) -> Self:
        """The sum over the first axis."""
        return self._with(self.topics.sum(0), self.stances.sum(0), self.triples.sum(0))

    def of_topic(self, topic: int) -> Self:
        """The counts of one topic alone, so that any metric has a value by topic."""
        one = slice(topic, topic + 1)
        return self._with(self.topics[..., one, :], self.stances[..., one, :, :], self.triples[..., one, :])

    def resample(self, *, n_resamples: int, seed: int) -> Self:
        """Sums over groups drawn with replacement; equal seeds draw the same groups."""
        generator = np.random.default_rng(seed)
        return self.unflatten(resample(self.flatten(), n_resamples=n_resamples, generator=generator))

    def flatten(self) -> IntArray:
        """One row of numbers a group, shape (n_groups, n_counts); ``unflatten`` is the way back."""
        n_groups = len(self.topics)
        return np.hstack([part.reshape(n_groups, -1) for part in (self.topics, self.stances, self.triples)])

    def unflatten(self, rows: IntArray) -> Self:
        """Counts of the same taxonomy from rows laid out as by ``flatten``."""
        parts = (self.topics, self.stances, self.triples)
        ends = np.cumsum([part[0].size for part in parts])
        pieces = np.split(rows, ends[:-1], axis=1)
        return self._with(
            *(piece.reshape(len(rows), *part.shape[1:]) for piece, part in zip(pieces, parts, strict=True))
        )

    def _with(self, topics: IntArray, stances: IntArray, triples: IntArray) -> Self:
        return type(self)(taxonomy=self.taxonomy, topics=topics, stances=stances, triples=triples)


def count(
    gold: IntArray, predicted: IntArray, asked: IntArray, groups: IntArray, taxonomy: Taxonomy
) -> Counts:
    """Count right and wrong labels in each group.

    Parameters
    ----------
    gold, predicted : shape (n_sentences, n_topics)
        Codes from ``to_codes``.
    asked : shape (n_sentences, n_topics)
        Codes of the stances given to the gold topics; entries where gold has no topic are not read.
    groups : shape (n_sentences,)
        Group of each sentence, in ``[0, n_groups)``.

    Returns
    -------
    Counts
        With leading axis ``n_groups``.
    """
    counts = Counts.zeros(taxonomy, int(groups.max()) + 1)
    has, given, same = gold != NO_LABEL, predicted != NO_LABEL, gold == predicted
    rows, topics = np.nonzero(has)
    # the code of "no label" indexes the last column
    np.add.at(counts.stances, (groups[rows], topics, gold[rows, topics], asked[rows, topics]), 1)
    np.add.at(counts.topics, groups, np.stack([has & given, given & ~has, has & ~given], axis=-1))
    np.add.at(counts.triples, groups, np.stack([has & same, given & ~same, has & ~same], axis=-1))
    return counts


def to_codes(sentences: Sequence[LabelledSentence], taxonomy: Taxonomy) -> IntArray:
    """Labels as numbers: a stance's index in ``taxonomy.stances``, or ``NO_LABEL``.

    Returns
    -------
    shape (n_sentences, n_topics)

    Raises
    ------
    DataError
        If a label is not one of the taxonomy's.
    """
    topics = {topic: column for column, topic in enumerate(taxonomy.topic_ids)}
    stances = {stance: code for code, stance in enumerate(taxonomy.stances)}
    codes = np.full((len(sentences), len(topics)), NO_LABEL, dtype=np.int64)
    for row, sentence in enumerate(sentences):
        for label in sentence.labels:
            if label.topic not in topics or label.stance not in stances:
                raise DataError(
                    f"sentence {sentence.key} is labelled {label.topic!r}: {label.stance!r}; "
                    f"{taxonomy.name} has the topics {list(topics)} and the stances {list(stances)}"
                )
            codes[row, topics[label.topic]] = stances[label.stance]
    return codes
