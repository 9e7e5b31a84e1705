"""What a model has learned from: article ids, and digests of sentences that betray copies of them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from stance.records import LabelledSentence
from stance.workflows.ties import MIN_WORDS


def describe_training(sentences: Sequence[LabelledSentence]) -> dict[str, list[str]]:
    """What a model's metrics keep of its training data, enough to recognise it but not to read it."""
    return {
        "train_articles": sorted({sentence.article for sentence in sentences}),
        "train_sentences": sorted(_digests(sentences)),
    }


def find_seen(sentences: Sequence[LabelledSentence], metrics: Mapping[str, Any]) -> set[str]:
    """Articles among ``sentences`` that a model with these metrics has learned from, whole or in part."""
    articles = frozenset(metrics.get("train_articles", ()))
    digests = frozenset(metrics.get("train_sentences", ()))
    return {
        sentence.article
        for sentence in sentences
        if sentence.article in articles or not digests.isdisjoint(_digests([sentence]))
    }


def _digests(sentences: Sequence[LabelledSentence]) -> set[str]:
    """One digest a sentence that is long enough to be told from a coincidence."""
    texts = (sentence.text.casefold().split() for sentence in sentences)
    return {
        hashlib.blake2b(" ".join(words).encode(), digest_size=6).hexdigest()
        for words in texts
        if len(words) >= MIN_WORDS
    }
