"""An example as segments: its sentence, its context, and its sentence as seen from each target.

A linear model over bags of n-grams reads a target only if some features exist for that target alone. Here
each target word has its own copy of the sentence's features, switched on where the word is in the target;
so a stance learned toward one target is not carried over to another, and an unseen target falls back on
what all targets share.

That is for a few targets that stay the same. Where each sentence has a target of its own, which stands in it,
position tells more than identity: the mention is replaced by a mark, and what stands before and after it are
segments (as the target-dependent features of Jiang et al. 2011 and Vo and Zhang 2015).
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from stance.classifiers.ngrams import tokenize
from stance.records import Examples
from stance.types import FloatArray, IntArray
from stance.words import distinct


class Context(BaseModel):
    """What a classifier reads beside the sentence: the headline, and how many sentences before (0 or 1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: bool = False
    previous: int = Field(default=0, ge=0, le=1)

    @property
    def columns(self) -> Set[str]:
        """Names of the columns of ``Examples`` that are read."""
        return {name for name, is_read in (("titles", self.title), ("previous", self.previous)) if is_read}


NO_CONTEXT = Context()

_MARK = "THETARGET"  # a word that no text has; in capitals, so that a text in capitals stays one
_NEAR = 5  # words on either side; 3 and 10 did no better on folds of NewsMTSC's training file


@dataclass(frozen=True)
class Segments:
    """Distinct texts, and for each example which of them stands in each segment and how strongly.

    ``texts[rows[i, s]]`` is segment *s* of example *i*, weighing ``weights[i, s]``; both arrays have shape
    (n_examples, n_segments).
    """

    texts: list[str]
    rows: IntArray
    weights: FloatArray


def to_segments(
    examples: Examples,
    context: Context,
    target_words: Sequence[Sequence[str]],
    *,
    mark_target: bool = False,
) -> Segments:
    """Lay out examples: sentence, title and previous sentence if asked for, then a copy a target word.

    With ``mark_target`` the target's mention is marked in the sentence, and five segments follow the context:
    what stands before the mention, after it, right before it, right after it, and the target itself. The
    first four weigh nothing where the target is not mentioned.
    """
    columns: list[Sequence[str]] = [examples.texts]
    if context.title:
        columns.append(examples.titles)
    if context.previous:
        columns.append(examples.previous)
    weights = np.ones((len(examples), len(columns)))
    if mark_target:
        around = [
            _around(text, target) for text, target in zip(examples.texts, examples.targets, strict=True)
        ]
        columns[0], *of_target = zip(*around, strict=True) if around else [()] * 6
        columns += of_target
        is_mentioned = np.array(
            [marked != text for marked, text in zip(columns[0], examples.texts, strict=True)], dtype=np.bool_
        )
        weights = np.hstack([weights, np.repeat(is_mentioned[:, None], 4, axis=1), weights[:, :1]])
    texts, rows = distinct(columns)
    of_sentence = np.repeat(rows[:, :1], len(target_words), axis=1)
    return Segments(
        texts=texts,
        rows=np.hstack([rows, of_sentence]),
        weights=np.hstack([weights, _target_weights(examples.targets, target_words)]),
    )


def find_mention(text: str, target: str) -> re.Match[str] | None:
    """The first place where the target stands as a word of its own; none for no target."""
    return re.search(rf"(?<!\w){re.escape(target)}(?!\w)", text) if target else None


def find_target_words(targets: Sequence[str], *, max_words: int) -> list[list[str]]:
    """Words that tell the training targets apart, the most frequent first.

    Words that occur in exactly the same targets are one group; words of every target, or of none but
    ``""``, tell nothing.
    """
    distinct = sorted(set(targets))
    words_of = {target: set(tokenize(target)) for target in distinct}
    occurrences: dict[tuple[str, ...], list[str]] = {}
    for word in sorted(set().union(*words_of.values())):
        where = tuple(target for target in distinct if word in words_of[target])
        if len(where) < len(distinct):
            occurrences.setdefault(where, []).append(word)
    counts = {target: targets.count(target) for target in distinct}
    by_frequency = sorted(occurrences, key=lambda where: (-sum(counts[t] for t in where), where))
    return [occurrences[where] for where in by_frequency[:max_words]]


def unmark(spans: IntArray, text: str, target: str) -> IntArray:
    """Spans of the marked sentence, shape (n_spans, 2), in the sentence itself; the mark is the mention."""
    mention = find_mention(text, target)
    if mention is None:
        return spans
    start, end = mention.span()
    after_mark = start + len(_MARK) + 2  # there is a blank on either side of the mark
    shifted: IntArray = np.where(spans > start, spans + end - after_mark, spans)
    shifted[(spans[:, 0] > start) & (spans[:, 0] < after_mark)] = start, end
    return shifted


def _around(text: str, target: str) -> tuple[str, str, str, str, str, str]:
    """The sentence with a mark for the mention; before, after, right before, right after it; the target."""
    mention = find_mention(text, target)
    if mention is None:
        return text, "", "", "", "", target
    before, after = text[: mention.start()], text[mention.end() :]
    near = " ".join(before.split()[-_NEAR:]), " ".join(after.split()[:_NEAR])
    return f"{before} {_MARK} {after}", before, after, *near, target


def _target_weights(targets: Sequence[str], target_words: Sequence[Sequence[str]]) -> FloatArray:
    groups = [set(group) for group in target_words]
    weights = {
        target: [float(not group.isdisjoint(tokenize(target))) for group in groups] for target in set(targets)
    }
    return np.array([weights[target] for target in targets]).reshape(len(targets), len(groups))
