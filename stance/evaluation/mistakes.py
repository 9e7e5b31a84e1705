"""The labels a run got wrong, the most confident first: the ones worth reading."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stance.records import LabelledSentence


@dataclass(frozen=True)
class Mistake:
    """A predicted label that gold does not have, or a gold topic that was not predicted.

    Attributes
    ----------
    gold_stance
        ``None`` where gold does not have the topic at all.
    predicted_stance
        ``None`` where the run did not give the topic.
    confidence
        The probability that the run gave to its answer: to the topic and the stance together, or to the
        absence of the topic. ``None`` where it gave none.
    words
        Start and end of words in ``text``, and how far each pushed toward the answer and away from gold, in
        log-odds before calibration. ``None`` where that is not known exactly.
    rest
        What all else pushed, in the same unit.
    """

    article: str
    sentence: int
    title: str
    text: str
    topic: str
    gold_stance: str | None
    predicted_stance: str | None
    confidence: float | None
    words: tuple[tuple[int, int, float], ...] | None = None
    rest: float | None = None


def find_mistakes(
    gold: Sequence[LabelledSentence],
    predicted: Sequence[LabelledSentence],
    asked: Sequence[LabelledSentence] | None = None,
) -> list[Mistake]:
    """All mistakes, the most confident first; those without a probability come last, in reading order.

    Parameters
    ----------
    gold, predicted
        The same sentences in the same order.
    asked
        The same sentences with the probability of each gold topic, whether it was predicted or not.
    """
    mistakes = [
        mistake
        for truth, answer, question in zip(gold, predicted, asked or predicted, strict=True)
        for mistake in (*_find_wrong(truth, answer), *_find_missed(truth, answer, question))
    ]
    mistakes.sort(key=lambda one: -math.inf if one.confidence is None else one.confidence, reverse=True)
    return mistakes


def keep_surest(mistakes: Sequence[Mistake], limit: int) -> tuple[Mistake, ...]:
    """At most ``limit`` labels that were given wrongly, then at most as many that were not given."""
    given = [one for one in mistakes if one.predicted_stance is not None]
    missed = [one for one in mistakes if one.predicted_stance is None]
    return (*given[:limit], *missed[:limit])


def _find_wrong(truth: LabelledSentence, answer: LabelledSentence) -> Iterator[Mistake]:
    for label in answer.labels:
        gold_stance = truth.stance_on(label.topic)
        if gold_stance != label.stance:
            yield _to_mistake(truth, label.topic, gold_stance, label.stance, label.confidence)


def _find_missed(
    truth: LabelledSentence, answer: LabelledSentence, question: LabelledSentence
) -> Iterator[Mistake]:
    probabilities = {label.topic: label.probability for label in question.labels}
    for label in truth.labels:
        if answer.stance_on(label.topic) is None:
            probability = probabilities.get(label.topic)
            confidence = None if probability is None else 1 - probability
            yield _to_mistake(truth, label.topic, label.stance, None, confidence)


def _to_mistake(
    truth: LabelledSentence,
    topic: str,
    gold_stance: str | None,
    predicted_stance: str | None,
    confidence: float | None,
) -> Mistake:
    return Mistake(
        article=truth.article,
        sentence=truth.sentence,
        title=truth.title,
        text=truth.text,
        topic=topic,
        gold_stance=gold_stance,
        predicted_stance=predicted_stance,
        confidence=confidence,
    )
