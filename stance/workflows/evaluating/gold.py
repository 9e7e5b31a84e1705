"""Reads gold labels, and what several annotators said of the same sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.evaluation.humans import settle
from stance.labelling.interchange import read_labels
from stance.records import LabelledSentence
from stance.taxonomy import Taxonomy

ADJUDICATED = "adjudicated"
"""The annotator of what was settled between several."""


@dataclass(frozen=True)
class Gold:
    """Gold labels, each sentence once, and the annotations behind them by annotator, if they are known."""

    sentences: Sequence[LabelledSentence]
    annotations: dict[str, list[LabelledSentence]]

    def annotations_of(self, sentences: Sequence[LabelledSentence]) -> dict[str, list[LabelledSentence]]:
        """The annotations of some of the sentences, of annotators who judged any."""
        keys = {sentence.key for sentence in sentences}
        kept = {
            annotator: [one for one in judged if one.key in keys]
            for annotator, judged in self.annotations.items()
        }
        return {annotator: judged for annotator, judged in kept.items() if judged}


def read_gold(path: str | Path, taxonomy: Taxonomy, *, annotations: str | Path | None = None) -> Gold:
    """Read the labels to score against.

    Where a sentence is judged by several annotators, the one named ``adjudicated`` is gold, and the others
    are annotations; what nobody adjudicated is settled by their vote.

    Parameters
    ----------
    path
        A label file or a folder of them.
    annotations
        Labels of the annotators, a file or a folder; by default those in ``path``.

    Raises
    ------
    StanceError
        If labels cannot be read, or an annotator judges a sentence twice.
    """
    labels = read_labels(path, taxonomy)
    judges = _by_annotator(labels)
    behind = _by_annotator(read_labels(annotations, taxonomy)) if annotations else {}
    behind.pop(ADJUDICATED, None)
    if len({sentence.key for sentence in labels}) == len(labels):
        return Gold(labels, behind)
    adjudicated = judges.pop(ADJUDICATED, [])
    settled = {sentence.key for sentence in adjudicated}
    open_cases = {
        annotator: [sentence for sentence in judged if sentence.key not in settled]
        for annotator, judged in judges.items()
    }
    voted = settle(open_cases, taxonomy) if any(open_cases.values()) else []
    return Gold([*adjudicated, *voted], behind or judges)


def has_two_judges(annotations: Mapping[str, Sequence[LabelledSentence]]) -> bool:
    """Whether any sentence is judged by two annotators, so that they can be compared."""
    keys = [sentence.key for judged in annotations.values() for sentence in judged]
    return len(set(keys)) < len(keys)


def _by_annotator(labels: Sequence[LabelledSentence]) -> dict[str, list[LabelledSentence]]:
    """In the order of their first judgement."""
    found: dict[str, list[LabelledSentence]] = {}
    for sentence in labels:
        found.setdefault(sentence.annotator, []).append(sentence)
    return found
