"""The labels a run got wrong, the most confident first: the ones worth reading."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stance.records import Label, LabelledSentence


@dataclass(frozen=True)
class Mistake:
    """A predicted label that gold does not have.

    ``gold_stance`` is ``None`` where gold does not have the topic at all. ``confidence`` is the probability
    that the run gave to the topic and the stance together, ``None`` where it gave none.
    """

    article: str
    sentence: int
    title: str
    text: str
    topic: str
    gold_stance: str | None
    predicted_stance: str
    confidence: float | None


def find_mistakes(
    gold: Sequence[LabelledSentence], predicted: Sequence[LabelledSentence], *, limit: int = 20
) -> tuple[Mistake, ...]:
    """The ``limit`` most confident predicted labels that are wrong, in topic or in stance.

    A label that was missed altogether is none of them: nothing was claimed, so there is no confidence.
    Mistakes without probabilities come last, in reading order.
    """
    mistakes = [
        mistake
        for truth, answer in zip(gold, predicted, strict=True)
        for label in answer.labels
        if (mistake := _compare(truth, label)) is not None
    ]
    mistakes.sort(
        key=lambda mistake: -math.inf if mistake.confidence is None else mistake.confidence, reverse=True
    )
    return tuple(mistakes[:limit])


def _compare(truth: LabelledSentence, label: Label) -> Mistake | None:
    gold_stance = next((one.stance for one in truth.labels if one.topic == label.topic), None)
    if gold_stance == label.stance:
        return None
    return Mistake(
        article=truth.article,
        sentence=truth.sentence,
        title=truth.title,
        text=truth.text,
        topic=label.topic,
        gold_stance=gold_stance,
        predicted_stance=label.stance,
        confidence=_confidence(label),
    )


def _confidence(label: Label) -> float | None:
    if label.probability is None:
        return None
    return label.probability * (label.stance_probabilities or {}).get(label.stance, 1.0)
