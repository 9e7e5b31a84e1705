"""The prior row: what a run would score that only knew how frequent every label is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stance.records import Label, LabelledSentence

PRIOR = "prior"


def predict_prior(
    gold: Sequence[LabelledSentence], *, seed: int = 0
) -> tuple[list[LabelledSentence], list[LabelledSentence]]:
    """Gold's own labels, dealt out to the sentences at random.

    Drawn without replacement, every label is exactly as frequent as in gold, so that the expected score is
    known: a topic's F1 is the share of sentences that have the topic; asked at the gold topics, the F1 of a
    stance toward a topic is the stance's share of the topic's labels. (The interval covers the luck of the
    deal, for articles are drawn with what they were dealt.)

    Parameters
    ----------
    seed
        Of the deal.

    Returns
    -------
    The predicted labels, and the stances predicted at the gold topics; both in gold's order.
    """
    generator = np.random.default_rng(seed)
    in_order = sorted(
        range(len(gold)), key=lambda row: gold[row].key
    )  # the deal is the content's, not the file's
    dealt = generator.permutation(len(gold)).tolist()
    predicted: dict[int, LabelledSentence] = {}
    for row, other in zip(in_order, dealt, strict=True):
        labels = tuple(Label(label.topic, label.stance) for label in gold[in_order[other]].labels)
        predicted[row] = replace(gold[row], labels=labels, annotator=PRIOR)

    stances = defaultdict(list)
    for row in in_order:
        for label in gold[row].labels:
            stances[label.topic].append(label.stance)
    decks = {topic: iter(generator.permutation(stances[topic]).tolist()) for topic in sorted(stances)}
    asked = {
        row: replace(
            gold[row],
            labels=tuple(Label(label.topic, next(decks[label.topic])) for label in gold[row].labels),
            annotator=PRIOR,
        )
        for row in in_order
    }
    rows = range(len(gold))
    return [predicted[row] for row in rows], [asked[row] for row in rows]
