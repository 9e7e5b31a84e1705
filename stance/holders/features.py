"""What is to be seen of the spans of sentences and around them, as numbers of hashed features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stance.holders.spans import MAX_TOKENS, Spans, Tokens, number
from stance.types import FloatArray, IntArray

_BITS = 18
N_FEATURES = 2**_BITS
"""Numbers that a feature may have; those that share one share a weight (Weinberger et al. 2009)."""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio's, for multiplicative hashing (Knuth 1998, 6.4)
_SHIFT = np.uint64(29)

Seen = Mapping[str, tuple[IntArray, ...]]
"""By the name of a feature, the arrays whose values together are its value."""


@dataclass(frozen=True)
class Features:
    """What a span is known by: its first token, its last, each inside it, and the whole.

    Attributes
    ----------
    firsts : shape (n_tokens, n_first), in [0, N_FEATURES)
        Features of the spans that begin with a token.
    lasts : shape (n_tokens, n_last)
        Of those that end with it.
    inside : shape (n_tokens, 1)
        Of those that hold it.
    wholes : shape (n_spans, n_whole)
        Of a span alone.
    """

    spans: Spans
    firsts: IntArray
    lasts: IntArray
    inside: IntArray
    wholes: IntArray

    def score(self, weights: FloatArray) -> FloatArray:
        """The sum of the weights of each span's features, shape (n_spans,)."""
        firsts, lasts, inside, wholes = (
            weights[numbers].sum(axis=1) for numbers in (self.firsts, self.lasts, self.inside, self.wholes)
        )
        before = np.append(0.0, np.cumsum(inside))
        spans = self.spans
        scores: FloatArray = firsts[spans.firsts] + lasts[spans.lasts] + wholes
        scores += before[spans.lasts + 1] - before[spans.firsts]
        return scores

    def weigh(self, values: FloatArray) -> FloatArray:
        """The sum of the values of the spans that have each feature, shape (N_FEATURES,)."""
        n_tokens, spans = len(self.firsts), self.spans
        begun, ended = _sum_at(spans.firsts, values, n_tokens), _sum_at(spans.lasts, values, n_tokens)
        held = np.cumsum(begun) - np.cumsum(np.append(0.0, ended[:-1]))
        sums = np.zeros(N_FEATURES)
        for numbers, own in (
            (self.firsts, begun),
            (self.lasts, ended),
            (self.inside, held),
            (self.wholes, values),
        ):
            sums += _sum_at(numbers.ravel(), np.repeat(own, numbers.shape[1]), N_FEATURES)
        return sums


def find_features(tokens: Tokens, spans: Spans, targets: Sequence[str], stances: Sequence[str]) -> Features:
    """The features of the spans of sentences.

    Parameters
    ----------
    targets, stances
        Whose holder is asked for: a stance toward a target, one a sentence.
    """
    words, suffixes, shapes, quoted = tokens.words, tokens.suffixes, tokens.shapes, tokens.quoted
    target, stance = (
        np.array([number(text) for text in texts], dtype=np.int64)[tokens.owners]
        for texts in (targets, stances)
    )
    before, second_before = _look(words, -1), _look(words, -2)
    after, second_after = _look(words, 1), _look(words, 2)
    firsts: Seen = {
        "first": (words,),
        "before": (before,),
        "second before": (second_before,),
        "two before": (second_before, before),
        "before, first": (before, words),
        "before, first shape": (before, shapes),
        "stance, before": (stance, before),
        "shapes at the beginning": (_look(shapes, -1), shapes),
        "suffix before, first shape": (_look(suffixes, -1), shapes),
        "suffixes before": (_look(suffixes, -2), _look(suffixes, -1)),
        "question, quoted, first shape": (target, stance, quoted, shapes),
    }
    lasts: Seen = {
        "last": (words,),
        "last suffix, shape": (suffixes, shapes),
        "after": (after,),
        "second after": (second_after,),
        "two after": (after, second_after),
        "last, after": (words, after),
        "stance, last": (stance, words),
        "stance, after": (stance, after),
        "shapes at the end": (shapes, _look(shapes, 1)),
        "suffix after": (_look(suffixes, 1),),
        "suffixes after": (_look(suffixes, 1), _look(suffixes, 2)),
        "question, last": (target, stance, words),
        "question, after": (target, stance, after),
    }
    first, last, kind = spans.firsts, spans.lasts, spans.kinds
    length = last - first + 1
    outline, text = _fold(shapes, spans), _fold(words, spans)
    wholes: Seen = {
        "kind": (kind,),
        "kind, stance": (kind, stance[first]),
        "kind, question": (kind, target[first], stance[first]),
        "length": (length,),
        "text": (text,),
        "outline": (outline,),
    }
    return Features(
        spans,
        _number(firsts),
        _number(lasts),
        _number({"inside": (words,)}),
        _number(wholes),
    )


def _sum_at(places: IntArray, values: FloatArray, n_places: int) -> FloatArray:
    return np.bincount(places, values, n_places).astype(np.float64)


def _look(values: IntArray, offset: int) -> IntArray:
    """What stands ``offset`` tokens farther on; only margins see across the ends of a sentence."""
    return np.roll(values, -offset)


def _fold(values: IntArray, spans: Spans) -> IntArray:
    """One number for the values of a span's tokens in their order."""
    folded = np.zeros_like(spans.firsts)
    for offset in range(MAX_TOKENS):
        token = spans.firsts + offset
        is_inside = token <= spans.lasts
        folded[is_inside] = folded[is_inside] * 1_000_003 + values[token[is_inside]] + 1
    return folded


def _number(seen: Seen) -> IntArray:
    """The numbers of features, shape (n_values, n_features)."""
    columns = []
    for name, arrays in seen.items():
        mixed = np.full(len(arrays[0]), number(name), dtype=np.uint64)
        for values in arrays:
            mixed = (mixed ^ values.astype(np.uint64)) * _FACTOR
            mixed ^= mixed >> _SHIFT
        columns.append((mixed >> np.uint64(64 - _BITS)).astype(np.int64))
    return np.stack(columns, axis=1)
