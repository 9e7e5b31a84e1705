"""What each labelling function contributes, and how often it is right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.labelling.functions import ABSENT, PRESENT, FunctionSet, LabellingFunction, apply
from stance.labelling.votes import check_votes, supports
from stance.records import LabelledSentence, to_examples
from stance.taxonomy import Taxonomy
from stance.types import ABSTAIN, IntArray


@dataclass(frozen=True, slots=True)
class FunctionSummary:
    """One labelling function on a collection of gold sentences.

    ``coverage``, ``overlap`` and ``conflict`` are the shares of the examples on which it votes, votes beside
    another function, and contradicts another. ``accuracy`` is that of its ``n_votes`` votes, between ``low``
    and ``high`` with 95 % confidence; all three are NaN if it never votes. Functions on stance are judged on
    the sentences that have the topic in the gold labels.
    """

    name: str
    topic: str
    vote: str
    n_votes: int
    coverage: float
    overlap: float
    conflict: float
    accuracy: float
    low: float
    high: float


def analyse_functions(
    functions: FunctionSet, gold: Sequence[LabelledSentence], taxonomy: Taxonomy
) -> list[FunctionSummary]:
    """Summarise every function against gold labels: by topic, those on its presence first."""
    examples = to_examples(gold)
    summaries: list[FunctionSummary] = []
    for topic in taxonomy.topics:
        stances = [sentence.stance_on(topic.id) for sentence in gold]
        presence = np.array([ABSENT if stance is None else PRESENT for stance in stances], dtype=np.int64)
        group = functions.on_topic(topic.id)
        summaries += summarise(group, apply(group, examples, taxonomy), presence, 2)

        rows = np.flatnonzero(presence == PRESENT).tolist()
        names = list(topic.stances)
        stance_gold = np.array([names.index(stances[row] or "") for row in rows], dtype=np.int64)
        group = functions.on_stance(topic.id)
        votes = apply(group, examples.take(rows), taxonomy)
        summaries += summarise(group, votes, stance_gold, len(names))
    return summaries


def summarise(
    functions: Sequence[LabellingFunction], votes: IntArray, gold: IntArray, n_labels: int
) -> list[FunctionSummary]:
    """Summarise functions from their votes.

    Parameters
    ----------
    votes : shape (n_examples, n_functions)
    gold : shape (n_examples,)
        Label indices.
    """
    votes = check_votes(votes, n_labels)
    n_examples = max(len(votes), 1)
    has_voted = votes != ABSTAIN
    support = supports(votes, n_labels)
    is_right = np.take_along_axis(support, gold[:, None, None], axis=2)[..., 0]
    summaries = []
    for column, function in enumerate(functions):
        mine = has_voted[:, column]
        others = has_voted & (np.arange(len(functions)) != column)
        agrees = (support & support[:, [column]]).any(axis=2)
        beside = mine & others.any(axis=1)
        against = mine & (others & ~agrees).any(axis=1)
        n_votes, n_right = int(mine.sum()), int(is_right[mine, column].sum())
        low, high = wilson_interval(n_right, n_votes)
        summaries.append(
            FunctionSummary(
                name=function.name,
                topic=function.topic,
                vote=function.vote,
                n_votes=n_votes,
                coverage=n_votes / n_examples,
                overlap=beside.sum() / n_examples,
                conflict=against.sum() / n_examples,
                accuracy=n_right / n_votes if n_votes else math.nan,
                low=low,
                high=high,
            )
        )
    return summaries


def wilson_interval(n_right: int, n_votes: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927, "Probable inference"); NaN of nothing."""
    if n_votes == 0:
        return math.nan, math.nan
    from scipy.stats import binomtest  # noqa: PLC0415  half a second, which labelling itself need not wait for

    interval = binomtest(n_right, n_votes).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)
