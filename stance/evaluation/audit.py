"""Looks for leaks between what is learned from and what is asked, and says what it found in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stance.evaluation.groups import NO_CLUSTER, Ties
from stance.evaluation.score import to_plain
from stance.evaluation.splits import Split
from stance.phrases import count_of
from stance.records import LabelledSentence
from stance.types import IntArray

Outcome = Literal["passed", "leak", "noted", "not applicable"]
"""A leak flatters the scores; what is noted limits what they mean, or is for a person to judge."""

N_EXAMPLES = 3
MAX_QUOTED = 160

TITLES = {
    "shared_articles": "Articles on both sides",
    "near_duplicate_articles": "Near-copies of articles across sides",
    "near_duplicate_sentences": "Near-copies of sentences across sides",
    "shared_targets": "Targets on both sides",
    "conflicting_duplicates": "Identical sentences with different labels",
    "teachers": "Articles that a teacher has learned",
    "trained_with_leaks": "Leaks in the model's own training",
}
"""Every check by its code."""


@dataclass(frozen=True)
class Finding:
    """What a check found: ``code`` for programs, ``title``, ``explanation`` and ``examples`` for people."""

    code: str
    outcome: Outcome
    explanation: str
    examples: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the check looks for."""
        return TITLES[self.code]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return to_plain(self) | {"title": self.title}


@dataclass(frozen=True)
class Audit:
    """All findings, and the articles asked about that are known to the learner, whole or in part."""

    findings: tuple[Finding, ...]
    leaked: frozenset[str] = frozenset()

    @property
    def leaks(self) -> list[Finding]:
        """The findings that flatter a score."""
        return [finding for finding in self.findings if finding.outcome == "leak"]

    def join(self, other: "Audit") -> "Audit":
        """What both have found."""
        return Audit((*self.findings, *other.findings), self.leaked | other.leaked)


NO_AUDIT = Audit(())
"""Nobody looked."""


def audit(splits: Sequence[Split], sentences: Sequence[LabelledSentence], ties: Ties) -> Audit:
    """Check splits of the same sentences for leaks from ``train`` to ``test``.

    Parameters
    ----------
    splits
        Rows of ``sentences``; each row is in one test part at most, as in folds.
    ties
        What ties those sentences together, in the same order.
    """
    asked = [sentences[row] for split in splits for row in split.test.tolist()]
    shared = {
        "shared_articles": ties.article_numbers,
        "near_duplicate_articles": ties.article_clusters,
        "near_duplicate_sentences": ties.sentence_clusters,
    }
    findings, leaked = [], set[str]()
    for code, clusters in shared.items():
        twins = [twin for split in splits for twin in _find_twins(code, clusters, split, sentences)]
        known = {row: _describe(code, twin) for row, twin in enumerate(twins) if twin}
        can_tell = any((clusters[split.test] != NO_CLUSTER).any() for split in splits)
        findings.append(report_shared(code, asked, known, can_tell=can_tell))
        leaked |= {asked[row].article for row in known}
    in_both = set[str]()
    for split in splits:
        on_sides = ([sentences[row] for row in rows] for rows in (split.train, split.test))
        in_both |= set.intersection(*map(targets_of, on_sides))
    findings.append(report_targets(targets_of(asked), in_both))
    findings.append(find_conflicts(sentences))
    return Audit(tuple(findings), frozenset(leaked))


def report_shared(
    code: str, asked: Sequence[LabelledSentence], known: Mapping[int, str], *, can_tell: bool = True
) -> Finding:
    """What a check found whose leaks have rows.

    Parameters
    ----------
    asked
        The sentences that are to be scored.
    known
        Those among them, by row, that the learner knows, with the words for what it knows them from.
    can_tell
        Whether any of them is long enough to be recognised.
    """
    if not asked:
        return Finding(code, "not applicable", "There is no test part.")
    if not can_tell:
        return Finding(code, "not applicable", "No sentence is long enough to be recognised.")
    articles = {sentence.article for sentence in asked}
    if not known:
        return Finding(code, "passed", f"None of {count_of(len(articles), 'article')}.")
    shared = {asked[row].article for row in known}
    explanation = (
        f"{len(shared):,} of {count_of(len(articles), 'article')}, "
        f"{len(known):,} of {count_of(len(asked), 'sentence')}."
    )
    examples = dict.fromkeys(
        asked[row].article if code == "shared_articles" else f"{_describe(code, asked[row])} ↔ {twin}"
        for row, twin in sorted(known.items())
    )
    return Finding(code, "leak", explanation, tuple(examples)[:N_EXAMPLES])


def targets_of(sentences: Iterable[LabelledSentence]) -> set[str]:
    """What stances are taken toward: the labels' own targets, or topics, which stand for theirs."""
    return {label.target or label.topic for sentence in sentences for label in sentence.labels}


def report_targets(asked: set[str], learned: set[str]) -> Finding:
    """Note the topics whose targets are not new to the learner."""
    code = "shared_targets"
    if not asked:
        return Finding(code, "not applicable", "No sentence that is asked about has a label.")
    shared = sorted(asked & learned)
    if not shared:
        return Finding(code, "passed", f"All {len(asked)} are new to the learner.")
    explanation = f"{len(shared)} of {len(asked)}; the scores do not say how it does on new targets."
    return Finding(code, "noted", explanation, tuple(shared)[:N_EXAMPLES])


def find_conflicts(sentences: Sequence[LabelledSentence]) -> Finding:
    """Note where one text is labelled differently in two places; its context may justify that, or not.

    Labels with targets of their own are answers to different questions, where those differ.
    """
    code = "conflicting_duplicates"
    labels_of_text: dict[str, dict[frozenset[tuple[str, str]], LabelledSentence]] = defaultdict(dict)
    n_times: dict[str, int] = defaultdict(int)
    for sentence in sentences:
        targets = sorted(label.target for label in sentence.labels if label.target)
        text = "\n".join([" ".join(sentence.text.casefold().split()), *targets])
        labels = frozenset((label.topic, label.stance) for label in sentence.labels)
        labels_of_text[text].setdefault(labels, sentence)
        n_times[text] += 1
    n_repeated = sum(times > 1 for times in n_times.values())
    if not n_repeated:
        return Finding(code, "not applicable", "No sentence stands twice.")
    conflicts = [labels for labels in labels_of_text.values() if len(labels) > 1]
    if not conflicts:
        return Finding(code, "passed", f"None of {n_repeated:,} repeated sentences.")
    examples = [
        f"{_quote(next(iter(labels.values())).text)}: " + ", but ".join(map(_name_labels, labels.values()))
        for labels in conflicts[:N_EXAMPLES]
    ]
    explanation = f"{len(conflicts):,} of {n_repeated:,} repeated sentences."
    return Finding(code, "noted", explanation, tuple(examples))


def _find_twins(
    code: str, clusters: IntArray, split: Split, sentences: Sequence[LabelledSentence]
) -> list[LabelledSentence | None]:
    """For each test row a training sentence of its cluster; copies are looked for in other articles only."""
    learned: dict[int, dict[str, LabelledSentence]] = defaultdict(dict)
    for row in split.train[clusters[split.train] != NO_CLUSTER].tolist():
        learned[clusters[row]].setdefault(sentences[row].article, sentences[row])
    twins = []
    for row in split.test.tolist():
        own, alike = sentences[row].article, learned.get(clusters[row], {}).values()
        is_same = code == "shared_articles"
        twins.append(next((twin for twin in alike if (twin.article == own) == is_same), None))
    return twins


def _describe(code: str, sentence: LabelledSentence) -> str:
    if code == "near_duplicate_sentences":
        return f"{_quote(sentence.text)} ({sentence.article})"
    return sentence.article


def _name_labels(sentence: LabelledSentence) -> str:
    names = [f"{label.topic} {label.stance}" for label in sentence.labels]
    return f"{' and '.join(names) or 'no topic'} ({sentence.article})"


def _quote(text: str) -> str:
    return f"“{text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + '…'}”"
