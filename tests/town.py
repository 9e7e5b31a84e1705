"""Made-up news of a town that argues about trams and parks: enough to train a classifier on in a test."""

import numpy as np

from stance.records import Label, LabelledSentence
from tests.evaluation.examples import TOWN

PRO = ["praised", "welcomed", "defended", "wants", "applauded"]
CONTRA = ["condemned", "rejected", "fears", "opposes", "cursed"]
OPEN = ["described", "counted", "mentioned", "photographed", "listed"]
WHO = ["The mayor", "A baker", "Miss Trautwein", "The choir", "A neighbour", "Old Henk"]
WHERE = ["on Monday", "at the fair", "near the mill", "after lunch", "in a letter", "last winter"]
NOTHING = ["ate soup", "lost a glove", "sang loudly", "painted a door", "slept late"]
VERBS = {"pro": PRO, "contra": CONTRA, "open": OPEN}


def town_news(n_articles: int = 24, seed: int = 0, *, distinct: bool = False) -> list[LabelledSentence]:
    """Articles of eight sentences each; half of them speak of trams or parks, some of both.

    Many sentences are near-copies of others, which a split keeps together, unless they are ``distinct``.
    """
    generator = np.random.default_rng(seed)
    sentences = []
    for article in range(n_articles):
        for index in range(8):
            text, labels = _sentence(generator, index % 4)
            witness = _invent(seed, article, index) if distinct else f"house {article}-{index}"
            full = f"{text}, as {witness} recalls."
            sentences.append(LabelledSentence(f"a{article:02d}", index, full, labels, "gold", "Town news"))
    previous = ["", *(sentence.text for sentence in sentences)]
    return [
        LabelledSentence(
            s.article, s.sentence, s.text, s.labels, s.annotator, s.title, before * (s.sentence > 0)
        )
        for s, before in zip(sentences, previous, strict=False)
    ]


def _invent(*seed: int) -> str:
    """Names that stand in no other sentence."""
    letters = np.random.default_rng(seed).choice(list("abdegiklmnoprstu"), size=(5, 8))
    return " and ".join("".join(name) for name in letters)


def _sentence(generator: np.random.Generator, kind: int) -> tuple[str, tuple[Label, ...]]:
    def pick(words: list[str]) -> str:
        return words[generator.integers(len(words))]

    who = pick(WHO)
    opening = f"{who} {pick(WHERE)}"
    if kind >= 2:
        return f"{opening} {pick(NOTHING)}", ()
    topics = list(TOWN.topic_ids)
    n_topics = 2 if kind == 1 and generator.integers(2) else 1
    topics = list(generator.permutation(topics)[:n_topics])
    stances = [list(VERBS)[int(generator.integers(3))] for _ in topics]
    clauses = [f"{pick(VERBS[s])} the {topic}" for topic, s in zip(topics, stances, strict=True)]
    labels = tuple(
        Label(topic, stance, holder=None if stance == TOWN.neutral_stance else who)
        for topic, stance in zip(topics, stances, strict=True)
    )
    return f"{opening} {' and '.join(clauses)}", labels
