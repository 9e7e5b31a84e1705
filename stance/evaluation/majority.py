"""The majority row: what a run would score that never read a sentence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from stance.records import Label, LabelledSentence

MAJORITY = "majority"


def predict_majority(
    gold: Sequence[LabelledSentence],
) -> tuple[list[LabelledSentence], list[LabelledSentence]]:
    """The labels that guessing the most frequent class would give.

    Every sentence gets the most frequent topic with that topic's most frequent stance; asked at the gold
    topics, each topic gets its most frequent stance. (The most frequent *set* of topics is nearly always
    "none", which scores zero and is no bar at all.) Frequencies are those of ``gold`` itself, which is a
    little more than a real run could know. A tie goes to the class that comes first in the alphabet.

    Returns
    -------
    The predicted labels, and the stances predicted at the gold topics; both in gold's order.
    """
    pairs = Counter((label.topic, label.stance) for sentence in gold for label in sentence.labels)
    topics = Counter(label.topic for sentence in gold for label in sentence.labels)
    answers = {topic: Label(topic, _most_frequent_stance(pairs, topic)) for topic in topics}
    everywhere = tuple(
        answers[topic] for topic in sorted(topics, key=lambda topic: (-topics[topic], topic))[:1]
    )
    predicted = [replace(sentence, labels=everywhere, annotator=MAJORITY) for sentence in gold]
    asked = [
        replace(sentence, labels=tuple(answers[label.topic] for label in sentence.labels), annotator=MAJORITY)
        for sentence in gold
    ]
    return predicted, asked


def _most_frequent_stance(pairs: Counter[tuple[str, str]], topic: str) -> str:
    return min((-n, stance) for (of, stance), n in pairs.items() if of == topic)[1]
