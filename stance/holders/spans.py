"""Sentences as tokens, and the spans of tokens that may name a holder."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from zlib import crc32

import numpy as np

from stance.types import BoolArray, IntArray
from stance.words import remember

MAX_TOKENS = 8
"""Of a span. Of 2,396 holders named in the seed corpus 16 are no such span, nearly all for their length."""

MARGIN = 2
"""Empty tokens on each side of a sentence: who looks no farther sees no other sentence."""

AUTHOR_SPAN, UNKNOWN_SPAN, WORDS_SPAN = range(3)
"""What a span stands for: the author, nobody named, or who its words name."""

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|\w[\w\u0300-\u036f]*(?:[-&]\w[\w\u0300-\u036f]*)*|['’]s\b|[^\w\s]")
_OPENING, _CLOSING, _EITHER = "“„«", "”»", '"'
_BREAKS = frozenset(f"{_OPENING}{_CLOSING}{_EITHER};:!?…()[]—–")
_EMPTY, _CAPITALS, _CAPITALISED, _LOWER_CASE, _NUMBER, _MARK = range(6)
_MARGIN_TOKEN = (0, 0, _EMPTY, 0, 1)


@dataclass(frozen=True)
class Tokens:
    """The tokens of many sentences, one sentence after the other; each array has shape (n_tokens,).

    Attributes
    ----------
    words, suffixes
        Numbers of the token in lower case and of its last three letters, the same in every process.
    shapes
        Whether it is in capitals, capitalised, in lower case, a number, a mark, or empty.
    quoted
        1 inside quotation marks, else 0.
    starts, ends
        Where it stands in its sentence.
    owners
        Its sentence.
    is_edge, is_break
        Whether a span may begin or end with it, and whether none may hold it.
    """

    words: IntArray
    suffixes: IntArray
    shapes: IntArray
    quoted: IntArray
    starts: IntArray
    ends: IntArray
    owners: IntArray
    is_edge: BoolArray
    is_break: BoolArray


@dataclass(frozen=True)
class Spans:
    """The answers to choose from, sentence by sentence; each array has shape (n_spans,).

    A span goes from token ``firsts[i]`` to token ``lasts[i]`` of sentence ``owners[i]``. The first two of a
    sentence are the empty tokens before and after it, and stand for the author and for nobody named.
    """

    firsts: IntArray
    lasts: IntArray
    owners: IntArray
    kinds: IntArray

    def take(self, chosen: IntArray) -> Self:
        """The spans at ``chosen``, in that order."""
        return type(self)(self.firsts[chosen], self.lasts[chosen], self.owners[chosen], self.kinds[chosen])


def read_tokens(texts: Sequence[str]) -> Tokens:
    """The tokens of each text, ``MARGIN`` empty ones on each side."""
    rows: list[tuple[int, ...]] = []
    for owner, text in enumerate(texts):
        margin = [(*_MARGIN_TOKEN, 0, 0, 0, owner)] * MARGIN
        quoted = 0
        rows += margin
        for match in _TOKEN.finditer(text):
            token = match.group()
            if token in _BREAKS:
                quoted = _follow_quotes(token, quoted)
            rows.append((*_describe(token), quoted, match.start(), match.end(), owner))
        rows += margin
    columns = np.array(rows, dtype=np.int64).reshape(-1, 9).T.copy()
    words, suffixes, shapes, edges, breaks, in_quotes, starts, ends, owners = columns
    return Tokens(words, suffixes, shapes, in_quotes, starts, ends, owners, edges == 1, breaks == 1)


def find_spans(tokens: Tokens) -> Spans:
    """All spans of at most ``MAX_TOKENS`` tokens that begin and end with a word and cross no break."""
    n_tokens = len(tokens.words)
    n_breaks = np.append(0, np.cumsum(tokens.is_break))
    beginnings = find_firsts(tokens.owners)
    before = beginnings + MARGIN - 1
    after = np.append(beginnings, n_tokens)[1:] - MARGIN
    firsts, lasts = [before, after], [before, after]
    for length in range(1, min(MAX_TOKENS, n_tokens) + 1):
        first = np.arange(n_tokens - length + 1)
        last = first + length - 1
        is_span = tokens.is_edge[first] & tokens.is_edge[last] & (n_breaks[last + 1] == n_breaks[first])
        firsts.append(first[is_span])
        lasts.append(last[is_span])
    kinds = np.full(sum(map(len, firsts)), WORDS_SPAN)
    kinds[: len(before)] = AUTHOR_SPAN
    kinds[len(before) : 2 * len(before)] = UNKNOWN_SPAN
    first = np.concatenate(firsts)
    spans = Spans(first, np.concatenate(lasts), tokens.owners[first], kinds)
    return spans.take(np.argsort(spans.owners, kind="stable"))


def find_firsts(owners: IntArray) -> IntArray:
    """Where each owner's first entry stands; ``owners`` ascends."""
    return np.flatnonzero(np.append(True, owners[1:] != owners[:-1])[: len(owners)])


def number(text: str) -> int:
    """A number for a text, the same in every process."""
    return crc32(text.encode("utf-8", "replace"))


def _follow_quotes(mark: str, quoted: int) -> int:
    """Whether what follows a mark is quoted."""
    if mark == _EITHER:
        return 1 - quoted
    return 1 if mark in _OPENING else 0 if mark in _CLOSING else quoted


@remember
def _describe(token: str) -> tuple[int, ...]:
    """Word, suffix, shape, and whether it is an edge and a break."""
    lower = token.lower()
    return number(lower), number(lower[-3:]), _find_shape(token), token[0].isalnum(), token in _BREAKS


def _find_shape(token: str) -> int:
    if token.isupper() and len(token) > 1:
        return _CAPITALS
    if token[0].isupper():
        return _CAPITALISED
    if token[0].isalpha():
        return _LOWER_CASE
    return _NUMBER if token[0].isdigit() else _MARK
