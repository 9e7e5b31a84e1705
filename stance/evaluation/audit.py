"""Looks for leaks between the parts of a split, and says what it found in words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stance.evaluation.groups import NO_CLUSTER, Ties, number_groups
from stance.evaluation.splits import UNUSED, Split
from stance.records import LabelledSentence
from stance.types import IntArray

Outcome = Literal["passed", "failed", "not applicable"]

N_EXAMPLES = 3
MAX_QUOTED = 120


@dataclass(frozen=True)
class Finding:
    """What a check found: ``code`` for programs, ``title`` and ``explanation`` for people."""

    code: str
    title: str
    explanation: str
    outcome: Outcome


def audit(split: Split, sentences: Sequence[LabelledSentence], ties: Ties) -> list[Finding]:
    """Check a split for leaks.

    Parameters
    ----------
    split
        Rows of ``sentences``.
    ties
        What ties those sentences together, in the same order.

    Returns
    -------
    list
        Shared articles, near-copies of articles, copied sentences, and copies that are labelled
        differently (which no split can mend), always in this order.
    """
    parts = split.parts(len(sentences))
    sentence_texts = [sentence.text for sentence in sentences]
    texts = number_groups([_normalise(text) for text in sentence_texts])
    long_texts = np.where(ties.sentence_clusters == NO_CLUSTER, NO_CLUSTER, texts)
    articles, clusters = number_groups(ties.articles), ties.sentence_clusters
    checks = [
        ("shared_articles", "Articles in two parts", articles, ties.articles),
        (
            "near_duplicate_articles",
            "Near-copies of articles across parts",
            ties.article_clusters,
            ties.articles,
        ),
        ("shared_sentences", "Identical sentences across parts", long_texts, sentence_texts),
        ("near_duplicate_sentences", "Near-copies of sentences across parts", clusters, sentence_texts),
    ]
    findings = [_check_shared(code, title, parts, ids, names) for code, title, ids, names in checks]
    return [*findings, _check_conflicts(sentences, texts)]


def _check_shared(
    code: str, title: str, parts: IntArray, clusters: IntArray, names: Sequence[str]
) -> Finding:
    """Fail where rows of one cluster are in different parts."""
    if len(np.unique(parts[parts != UNUSED])) < 2:
        return Finding(code, title, "There is only one part with sentences.", "not applicable")
    usable = np.flatnonzero((parts != UNUSED) & (clusters != NO_CLUSTER))
    placed = np.unique(np.stack([clusters[usable], parts[usable]], axis=1), axis=0)
    values, n_parts = np.unique(placed[:, 0], return_counts=True)
    shared = values[n_parts > 1]
    if not len(shared):
        return Finding(code, title, f"None of {len(values):,}.", "passed")
    rows = usable[np.isin(clusters[usable], shared)]
    examples = list(dict.fromkeys(names[row] for row in rows))
    explanation = f"{len(shared):,} of {len(values):,}, {len(rows):,} sentences in all: {_quote(examples)}"
    return Finding(code, title, explanation, "failed")


def _check_conflicts(sentences: Sequence[LabelledSentence], texts: IntArray) -> Finding:
    """Fail where one text is labelled differently in two places; its context may justify that, or not."""
    code, title = "conflicting_duplicates", "Identical sentences with different labels"
    labels_of_text: dict[int, list[frozenset[tuple[str, str]]]] = defaultdict(list)
    for sentence, text in zip(sentences, texts.tolist(), strict=True):
        labels_of_text[text].append(frozenset((label.topic, label.stance) for label in sentence.labels))
    repeated = {text: labels for text, labels in labels_of_text.items() if len(labels) > 1}
    if not repeated:
        return Finding(code, title, "No sentence stands twice.", "not applicable")
    conflicting = {text for text, labels in repeated.items() if len(set(labels)) > 1}
    if not conflicting:
        return Finding(code, title, f"None of {len(repeated):,} repeated sentences.", "passed")
    examples = {text: sentence.text for sentence, text in zip(sentences, texts.tolist(), strict=True)}
    quoted = _quote([examples[text] for text in sorted(conflicting)])
    return Finding(
        code, title, f"{len(conflicting):,} of {len(repeated):,} repeated sentences: {quoted}", "failed"
    )


def _normalise(text: str) -> str:
    """What makes two sentences identical: their words, whatever the case and white space."""
    return " ".join(text.casefold().split())


def _quote(examples: Sequence[str]) -> str:
    shown = [
        repr(example if len(example) <= MAX_QUOTED else example[: MAX_QUOTED - 1] + "…")
        for example in examples
    ]
    return ", ".join(shown[:N_EXAMPLES]) + (", …" if len(shown) > N_EXAMPLES else "")
