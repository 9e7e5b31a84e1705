"""Finds what ties sentences together, for splits, audits and bootstraps alike."""

from collections.abc import Sequence

import numpy as np

from stance.evaluation.groups import NO_CLUSTER, Ties, number_groups
from stance.records import LabelledSentence
from stance.text.near_duplicates import ARTICLES, SENTENCES, cluster

MIN_WORDS = 8
"""Shorter sentences recur by chance ("The minister declined to comment.") and tie nothing."""
MIN_CHARACTERS = 20
"""Of a sentence in a script that puts no blanks between words."""


def is_long(text: str) -> bool:
    """Whether a copy of a text is no coincidence."""
    words = text.split()
    return len(words) >= MIN_WORDS or (len(words) == 1 and len(text) >= MIN_CHARACTERS)


def tie_sentences(sentences: Sequence[LabelledSentence]) -> Ties:
    """Cluster near-copies among the articles of labelled sentences, and among their longer sentences."""
    articles = [sentence.article for sentence in sentences]
    numbers = number_groups(articles)
    lines: list[list[str]] = [[] for _ in range(int(numbers.max(initial=-1)) + 1)]
    for sentence, number in zip(sentences, numbers.tolist(), strict=True):
        lines[number].append(sentence.text)
    signed = np.array([is_long(sentence.text) for sentence in sentences], dtype=np.bool_)
    sentence_clusters = np.full(len(sentences), NO_CLUSTER, dtype=np.int64)
    sentence_clusters[signed] = cluster(
        [sentences[row].text for row in np.flatnonzero(signed).tolist()], SENTENCES
    )
    return Ties(
        articles=articles,
        article_clusters=cluster(["\n".join(texts) for texts in lines], ARTICLES)[numbers],
        sentence_clusters=sentence_clusters,
    )
