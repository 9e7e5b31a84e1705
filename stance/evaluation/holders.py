"""Scores the holders of stances: exact matches, and the words shared with gold."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.evaluation.intervals import percentile_interval, resample_sums
from stance.evaluation.ratios import divide
from stance.evaluation.score import Score
from stance.records import AUTHOR, UNKNOWN, Label, LabelledSentence
from stance.types import IntArray

METRICS = ("holder_exact", "holder_token_f1")
"""The share of holders that are gold's but for case, marks and articles; and the mean F1 of their words. Both
are those of SQuAD (Rajpurkar et al. 2016)."""

NAMED = "named"
_KINDS = (NAMED, AUTHOR, UNKNOWN)
_CAPITALISED = re.compile(r"\b(?:(?:The|An?) \w+|[A-ZÀ-ÖØ-Þ]\w*)(?:[ .-]+[A-ZÀ-ÖØ-Þ]\w*)*")
_MARK = re.compile(r"[^\w\s]")
_ARTICLES = frozenset(["a", "an", "the"])


@dataclass(frozen=True)
class HolderScores:
    """How a run does at naming holders, of all gold labels that have one and by the kind of gold's holder.

    Attributes
    ----------
    scores
        Of the run.
    guess
        Of the first capitalised words of each sentence, on the same labels.
    is_asked
        Whether holders were asked for at the gold topics and stances. Otherwise they were read off the
        predicted labels, and a gold label whose topic was not predicted counts as wrong.
    """

    scores: tuple[Score, ...]
    guess: tuple[Score, ...]
    is_asked: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        scores, guess = ([score.to_dict() for score in own] for own in (self.scores, self.guess))
        return {"scores": scores, "guess": guess, "is_asked": self.is_asked}


def score_holders(
    gold: Sequence[LabelledSentence],
    named: Sequence[LabelledSentence],
    groups: IntArray,
    *,
    is_asked: bool,
    signature: str,
    n_resamples: int,
    seed: int,
) -> HolderScores | None:
    """Score the holders of ``named`` against those of ``gold``; ``None`` where either has none.

    Parameters
    ----------
    named
        The same sentences in the same order, their labels with holders.
    groups : shape (n_sentences,)
        What the bootstrap keeps together.
    signature
        Of the other scores; that of these covers gold's holders, too.
    """
    asked = [(row, label) for row, sentence in enumerate(gold) for label in sentence.labels if label.holder]
    if not asked or not any(label.holder for sentence in named for label in sentence.labels):
        return None

    owners, n_groups = groups[[row for row, _ in asked]], int(groups.max()) + 1
    own = sign_holders(signature, gold)

    def score(answer: Callable[[int, Label], str | None]) -> tuple[Score, ...]:
        pairs = [(str(label.holder), answer(row, label) or "") for row, label in asked]
        kinds = [holder if holder in _KINDS else NAMED for holder, _ in pairs]
        return tuple(
            score_pairs(
                pairs,
                kinds,
                owners,
                n_groups,
                order=_KINDS,
                signature=own,
                n_resamples=n_resamples,
                seed=seed,
            )
        )

    return HolderScores(
        score(lambda row, label: named[row].holder_on(label.topic)),
        score(lambda row, label: guess_holder(gold[row].text)),
        is_asked,
    )


def guess_holder(text: str) -> str:
    """The first capitalised words of a sentence, and one more after an article; ``UNKNOWN`` without any."""
    found = _CAPITALISED.search(text)
    return found.group() if found else UNKNOWN


def compare_holders(one: str, other: str) -> tuple[float, float]:
    """Whether two holders are the same, and the F1 of the words of one against those of the other."""
    if {one, other} & {AUTHOR, UNKNOWN, ""}:
        return float(one == other), float(one == other)
    expected, found = (
        [word for word in _MARK.sub("", text.lower()).split() if word not in _ARTICLES]
        for text in (one, other)
    )
    n_shared, n_words = (Counter(expected) & Counter(found)).total(), len(expected) + len(found)
    return float(expected == found), 2 * n_shared / n_words if n_words else 1.0


def score_pairs(
    pairs: Sequence[tuple[str, str]],
    kinds: Sequence[str],
    groups: IntArray,
    n_groups: int,
    *,
    order: Sequence[str],
    signature: str,
    n_resamples: int,
    seed: int,
) -> Iterator[Score]:
    """Both metrics of pairs of holders: of all, then by kind in ``order``.

    Parameters
    ----------
    kinds
        One a pair.
    groups : shape (n_pairs,), in [0, n_groups)
        What the bootstrap keeps together.
    """
    compared = np.array([compare_holders(*pair) for pair in pairs])
    for of in (None, *order):
        rows = np.flatnonzero([of in (None, kind) for kind in kinds])
        if not len(rows):
            continue
        columns = [np.ones(len(rows)), *compared[rows].T]
        sums = np.stack([np.bincount(groups[rows], values, n_groups) for values in columns], axis=1)
        samples = resample_sums(sums, n_resamples=n_resamples, generator=np.random.default_rng(seed))
        n_labelled = int(np.count_nonzero(sums[:, 0]))
        for column, metric in enumerate(METRICS, start=1):
            low, high = percentile_interval(divide(samples[:, column], samples[:, 0]), n_groups=n_labelled)
            value = float(sums[:, column].sum() / len(rows))
            yield Score(metric, of, value, low, high, len(rows), signature)


def sign_holders(signature: str, sentences: Sequence[LabelledSentence]) -> str:
    """A signature of the same length that covers the holders of sentences, too."""
    content = sorted(
        [*sentence.key, label.topic, label.holder]
        for sentence in sentences
        for label in sentence.labels
        if label.holder
    )
    return hashlib.sha256(json.dumps([signature, content]).encode()).hexdigest()[: len(signature)]
