"""What a run's probabilities are worth: reliability before and after calibration, risk and coverage."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from stance.evaluation.counts import NO_LABEL, to_codes
from stance.evaluation.reliability import Reliability, check_stances, check_topics
from stance.evaluation.risk_coverage import RiskCoverage, measure_risk_coverage
from stance.records import Label, LabelledSentence
from stance.taxonomy import Taxonomy
from stance.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Probabilities:
    """What can be asked of a model about gold sentences, but not read off its labels.

    Attributes
    ----------
    topics_before, topics : shape (n_sentences, n_topics)
        Of every topic, before calibration and after.
    stances_before : shape (n_labels, n_stances)
        Of the gold labels before calibration, sentence by sentence and there in the taxonomy's order of
        topics.
    """

    topics_before: FloatArray
    topics: FloatArray
    stances_before: FloatArray


@dataclass(frozen=True)
class BeforeAfter:
    """The same question before and after calibration; ``before`` is ``None`` where only labels are known."""

    before: Reliability | None
    after: Reliability

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"before": self.before and self.before.to_dict(), "after": self.after.to_dict()}


@dataclass(frozen=True)
class Abstentions:
    """Labels that were given, and those held back, with how many of each are wrong, or would be."""

    n_given: int
    n_given_wrong: int
    n_abstained: int
    n_abstained_wrong: int


@dataclass(frozen=True)
class CalibrationCheck:
    """What probabilities are worth on gold labels; ``None`` where a run has no such probabilities.

    ``risk_coverage`` is of all labels found, held back or not, by ``Label.confidence``; a label is wrong if
    gold does not have its topic with its stance.
    """

    topics: BeforeAfter | None
    stance: BeforeAfter | None
    risk_coverage: RiskCoverage | None
    abstentions: Abstentions

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "topics": self.topics and self.topics.to_dict(),
            "stance": self.stance and self.stance.to_dict(),
            "risk_coverage": self.risk_coverage and self.risk_coverage.to_dict(),
            "abstentions": asdict(self.abstentions),
        }


def check_calibration(
    gold: Sequence[LabelledSentence],
    predicted: Sequence[LabelledSentence],
    taxonomy: Taxonomy,
    *,
    groups: IntArray,
    asked: Sequence[LabelledSentence] | None = None,
    probabilities: Probabilities | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> CalibrationCheck:
    """Put probabilities beside what is true.

    Parameters
    ----------
    predicted
        The run's labels of the same sentences in the same order.
    groups : shape (n_sentences,)
        What the bootstrap of the intervals draws together.
    asked
        The stances given at exactly the gold topics. Left out (a label file cannot be asked), those of
        ``predicted`` that have a gold topic are judged.
    probabilities
        Left out, topics are not judged: what a label file would give to a topic that it lacks is unknown.
    """
    draw = {"n_resamples": n_resamples, "seed": seed}
    codes = to_codes(gold, taxonomy)
    has = codes != NO_LABEL
    rows, columns = np.nonzero(has)
    known, stances = _read_stances(asked or predicted, rows, columns, taxonomy)
    truth, of = codes[rows, columns][known], groups[rows][known]
    topics = stance = None
    if len(known):
        before = None
        if probabilities is not None:
            before = check_stances(probabilities.stances_before[known], truth, of, **draw)
        stance = BeforeAfter(before, check_stances(stances, truth, of, **draw))
    if probabilities is not None:
        topics = BeforeAfter(
            before=check_topics(probabilities.topics_before, has, groups, **draw),
            after=check_topics(probabilities.topics, has, groups, **draw),
        )
    confidences, wrong, owners = judge_labels(gold, predicted, groups)
    return CalibrationCheck(
        topics=topics,
        stance=stance,
        risk_coverage=measure_risk_coverage(confidences, wrong, owners, **draw) if len(wrong) else None,
        abstentions=_count_abstentions(gold, predicted),
    )


def _read_stances(
    predicted: Sequence[LabelledSentence], rows: IntArray, columns: IntArray, taxonomy: Taxonomy
) -> tuple[IntArray, FloatArray]:
    """Which gold labels a run has stance probabilities for, and these: shape (n_known, n_stances)."""
    known, found = [], []
    for number, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        label = next((one for one in predicted[row].found if one.topic == taxonomy.topic_ids[column]), None)
        if label is not None and label.stance_probabilities:
            known.append(number)
            found.append([label.stance_probabilities.get(stance, 0.0) for stance in taxonomy.stances])
    return np.array(known, dtype=np.int64), np.array(found).reshape(-1, len(taxonomy.stances))


def judge_labels(
    gold: Sequence[LabelledSentence], predicted: Sequence[LabelledSentence], groups: IntArray
) -> tuple[FloatArray, BoolArray, IntArray]:
    """Confidence of each predicted label that has one, held back or not, whether it is wrong, and its group.

    Sentences are in the same order; ``groups`` has one entry a sentence.
    """
    judged = [
        (label.confidence, is_wrong(label, truth), group)
        for truth, answer, group in zip(gold, predicted, groups.tolist(), strict=True)
        for label in answer.found
        if label.confidence is not None
    ]
    confidences, wrong, owners = zip(*judged, strict=True) if judged else ((), (), ())
    return (
        np.array(confidences, dtype=np.float64),
        np.array(wrong, dtype=np.bool_),
        np.array(owners, dtype=np.int64),
    )


def _count_abstentions(
    gold: Sequence[LabelledSentence], predicted: Sequence[LabelledSentence]
) -> Abstentions:
    pairs = list(zip(gold, predicted, strict=True))
    given = [is_wrong(label, truth) for truth, answer in pairs for label in answer.labels]
    held_back = [is_wrong(one.label, truth) for truth, answer in pairs for one in answer.abstained]
    return Abstentions(len(given), sum(given), len(held_back), sum(held_back))


def join(parts: Sequence[Probabilities]) -> Probabilities:
    """The probabilities of several lists of sentences, as of the one list that they make."""
    return Probabilities(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Probabilities))
    )


def is_wrong(label: Label, truth: LabelledSentence) -> bool:
    """Whether gold lacks this topic with this stance."""
    return (label.topic, label.stance) not in {(one.topic, one.stance) for one in truth.labels}
