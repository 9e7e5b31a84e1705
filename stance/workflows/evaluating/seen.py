"""Traces of what a model has learned from, and the audit of sentences that it is to be scored on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stance.classifiers.traces import Traces
from stance.evaluation.audit import Audit, Finding, find_conflicts, report_shared, report_targets, targets_of
from stance.records import LabelledSentence
from stance.text.near_duplicates import SENTENCES, find_known, sign
from stance.workflows.evaluating.ties import is_long


def trace(sentences: Sequence[LabelledSentence]) -> Traces:
    """What a model keeps of the sentences that it learns from."""
    articles = sorted({sentence.article for sentence in sentences})
    numbers = {article: number for number, article in enumerate(articles)}
    signed = [sentence for sentence in sentences if is_long(sentence.text)]
    return Traces(
        articles=tuple(articles),
        targets=tuple(sorted(targets_of(sentences))),
        signatures=sign([sentence.text for sentence in signed], SENTENCES),
        signed=np.array([numbers[sentence.article] for sentence in signed], dtype=np.int64),
    )


def audit_seen(
    gold: Sequence[LabelledSentence], traces: Traces | None, metrics: Mapping[str, Any] | None = None
) -> Audit:
    """Look for leaks from what a model has learned from to what it is asked about.

    Parameters
    ----------
    gold
        The sentences to score on.
    traces
        The model's; ``None`` for what does not say what it was made from, as a label file.
    metrics
        The model's, in which the audit of its own split stands.
    """
    if traces is None:
        unknown = "It does not say what it was made from."
        codes = ("shared_articles", "near_duplicate_sentences", "shared_targets", "trained_with_leaks")
        findings = [Finding(code, "not applicable", unknown) for code in codes]
        return Audit((*findings, find_conflicts(gold)))
    learned = frozenset(traces.articles)
    articles = {row: one.article for row, one in enumerate(gold) if one.article in learned}
    copies = _find_copies(gold, traces)
    can_tell = any(is_long(sentence.text) for sentence in gold)
    return Audit(
        findings=(
            report_shared("shared_articles", gold, articles),
            report_shared("near_duplicate_sentences", gold, copies, can_tell=can_tell),
            report_targets(targets_of(gold), set(traces.targets)),
            _judge_training(metrics or {}),
            find_conflicts(gold),
            *_name_unknown(traces),
        ),
        leaked=frozenset(gold[row].article for row in articles.keys() | copies.keys()),
    )


def _find_copies(gold: Sequence[LabelledSentence], traces: Traces) -> dict[int, str]:
    """Rows that are near-copies of sentences of other articles learned from, with the words for those."""
    rows = [row for row, sentence in enumerate(gold) if is_long(sentence.text)]
    known = find_known(sign([gold[row].text for row in rows], SENTENCES), traces.signatures, SENTENCES)
    articles = [traces.articles[traces.signed[place]] if place >= 0 else None for place in known.tolist()]
    return {
        row: f"a sentence of {article}"
        for row, article in zip(rows, articles, strict=True)
        if article is not None and article != gold[row].article
    }


def _name_unknown(traces: Traces) -> list[Finding]:
    """What is not known of the models that a model has learned from, if there are any."""
    if not traces.unknown:
        return []
    names = ", ".join(traces.unknown)
    return [Finding("teachers", "noted", f"It has learned from {names}; nobody can tell what these learned.")]


def _judge_training(metrics: Mapping[str, Any]) -> Finding:
    """Whether the model was trained in spite of leaks, which its own test scores then hide."""
    code = "trained_with_leaks"
    leaks = [finding for finding in metrics.get("audit", ()) if finding["outcome"] == "leak"]
    if not leaks:
        return Finding(code, "passed", "Its own split had none.")
    explanation = "It was trained with --allow-leaks: the scores of its own test part flatter."
    examples = tuple(f"{leak['title']}: {leak['explanation']}" for leak in leaks)
    return Finding(code, "noted", explanation, examples)
