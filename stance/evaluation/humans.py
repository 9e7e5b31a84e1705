"""The human row: what each annotator would score against the rest, the bar that people set."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

import numpy as np

from stance.evaluation.agreement import check_judgements, keep_shared, to_codes_at
from stance.evaluation.agreement_measures import NOT_JUDGED
from stance.evaluation.conditions import Conditions
from stance.evaluation.counts import NO_LABEL, count
from stance.evaluation.evaluation import score_counts
from stance.evaluation.groups import number_groups
from stance.evaluation.score import Score
from stance.records import Label, LabelledSentence
from stance.taxonomy import Taxonomy
from stance.types import IntArray

HUMAN = "human"


@dataclass(frozen=True)
class HumanRow:
    """Scores of people under the metrics of models.

    It stands beside the runs, but no difference from it is tested: the gold labels of an annotator are what
    the others say, so that the conditions are not those of a run.
    """

    annotators: tuple[str, ...]
    conditions: Conditions
    scores: tuple[Score, ...]

    @property
    def name(self) -> str:
        """What the row is called."""
        return HUMAN

    def __getitem__(self, metric: str) -> Score:
        """The score of ``metric`` over all topics."""
        return next(score for score in self.scores if (score.metric, score.of) == (metric, None))

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        return {
            "name": self.name,
            "annotators": list(self.annotators),
            "conditions": asdict(self.conditions),
            "scores": [score.to_dict() for score in self.scores],
        }


def evaluate_humans(
    annotations: Mapping[str, Sequence[LabelledSentence]],
    taxonomy: Taxonomy,
    *,
    source: str = "",
    n_resamples: int = 2000,
    seed: int = 0,
) -> HumanRow:
    """Score each annotator against the vote of the rest, all of them together.

    Of two annotators each is the other's rest, so that their F1 is the one of ``measure_agreement``. Stances
    count where annotator and rest both give the topic, which is as near as people come to being asked about
    the gold topics.

    Parameters
    ----------
    annotations
        By annotator: judged sentences in any order, each once. Those that one annotator alone judged are
        left out.

    Raises
    ------
    DataError
        If an annotator judges a sentence twice, two judge different texts, or no sentence is judged by two.
    """
    shared = keep_shared(list(annotations.values()), list(annotations))
    keys = sorted({sentence.key for judged in shared for sentence in judged})
    codes = np.stack([to_codes_at(keys, judged, taxonomy) for judged in shared])
    groups = number_groups([article for article, _ in keys])
    rests, answers, rows = [], [], []
    for place in range(len(codes)):
        rest = vote(np.delete(codes, place, axis=0), n_stances=len(taxonomy.stances))
        at = np.flatnonzero((codes[place, :, 0] != NOT_JUDGED) & (rest[:, 0] != NOT_JUDGED))
        rests.append(rest[at])
        answers.append(codes[place, at])
        rows.append(groups[at])
    gold, answer = np.vstack(rests), np.vstack(answers)
    counts = count(gold, answer, answer, np.concatenate(rows), taxonomy)
    counts.stances[..., -1] = 0  # nobody asked for the stance toward a topic that was not given
    draw = {"n_resamples": n_resamples, "seed": seed}
    conditions = Conditions.of(
        [sentence for judged in shared for sentence in judged],
        taxonomy,
        split="each annotator against the rest",
        drawn="article",
        n_groups=len(counts.topics),
        source=source,
        **draw,
    )
    return HumanRow(
        annotators=tuple(annotations),
        conditions=conditions,
        scores=tuple(score_counts(counts, counts.resample(**draw), conditions.signature)),
    )


def settle(
    annotations: Mapping[str, Sequence[LabelledSentence]], taxonomy: Taxonomy
) -> list[LabelledSentence]:
    """One judgement a sentence by ``vote`` of its annotators, in the order of keys.

    A label's own target and its holder are those of the earliest annotator who gives the label that won.

    Raises
    ------
    DataError
        If an annotator judges a sentence twice, or two judge different texts.
    """
    check_judgements(list(annotations.values()), list(annotations))
    judgements: dict[tuple[str, int], list[LabelledSentence]] = {}
    for sentence in chain.from_iterable(annotations.values()):
        judgements.setdefault(sentence.key, []).append(sentence)
    keys = sorted(judgements)
    codes = np.stack([to_codes_at(keys, judged, taxonomy) for judged in annotations.values()])
    return [
        replace(
            judgements[key][0],
            labels=tuple(
                _find_label(judgements[key], topic, taxonomy.stances[code])
                for topic, code in zip(taxonomy.topic_ids, of_sentence, strict=True)
                if code != NO_LABEL
            ),
            annotator=f"vote of {', '.join(annotations)}",
        )
        for key, of_sentence in zip(keys, vote(codes, n_stances=len(taxonomy.stances)).tolist(), strict=True)
    ]


def _find_label(judgements: Sequence[LabelledSentence], topic: str, stance: str) -> Label:
    """The label that won, with the target and the holder that it was given."""
    labels = (label for sentence in judgements for label in sentence.labels)
    won = next(label for label in labels if (label.topic, label.stance) == (topic, stance))
    return Label(topic, stance, holder=won.holder, target=won.target)


def vote(codes: IntArray, *, n_stances: int) -> IntArray:
    """What most annotators say of each sentence and topic; of equal sides, that of the earliest annotator.

    A topic is given if more of those who judged the sentence give it than not, and its stance is the most
    frequent among them.

    Parameters
    ----------
    codes : shape (n_annotators, n_sentences, n_topics)
        A stance's index, ``NO_LABEL``, or ``NOT_JUDGED`` throughout a sentence.

    Returns
    -------
    shape (n_sentences, n_topics)
        Codes as above; ``NOT_JUDGED`` where nobody judged.
    """
    # Beside a whole vote each has half the fraction of the one before: together less than a vote.
    weights = 1 + 0.5 ** np.arange(1, len(codes) + 1)
    values = np.array([NO_LABEL, *range(n_stances)])
    votes = np.tensordot(weights, codes[..., None] == values, axes=1)
    is_given = votes[..., 1:].sum(-1) > votes[..., 0]
    settled = np.where(is_given, votes[..., 1:].argmax(-1), NO_LABEL)
    return np.where((codes == NOT_JUDGED).all(0), NOT_JUDGED, settled)
