"""Kinds of sentences that a model may do better or worse on: the slices of an evaluation.

A slice is a function from sentences to a word for each, and stands in ``SLICES``: that is all it takes to add
one. Slices by words need no code, only a list in the file of words.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import Field

from stance.records import LabelledSentence
from stance.resources import read_yaml
from stance.schema import Schema, check_content
from stance.shipped import SLICE_WORDS

Slicer = Callable[[Sequence[LabelledSentence]], list[str]]

LENGTHS = (10, 20, 40)
"""Words up to which a sentence falls into a slice of length; of news sentences the median has about 20."""

_QUOTES = re.compile(r'["“”„«»‘]')  # not ’, which is an apostrophe, too
_WORD = re.compile(r"[^\W\d_]{2,}")


class WordLists(Schema):
    """A file of words: the language, and by slice the words that put a sentence into it."""

    language: str = Field(min_length=1)
    words: Mapping[str, tuple[str, ...]]


def slice_sentences(
    sentences: Sequence[LabelledSentence], *, words: str | Path = SLICE_WORDS
) -> dict[str, list[str]]:
    """Say of each sentence which slice it is in, by what it is sliced by.

    Parameters
    ----------
    words
        The file of words, in the sentences' language.

    Returns
    -------
    dict
        Columns of length ``n_sentences``; ``""`` is what is not known of a sentence.

    Raises
    ------
    ConfigError
        If the file of words cannot be read.
    """
    by_words = {name: _by_words(name, listed) for name, listed in read_words(words).words.items()}
    return {name: slicer(sentences) for name, slicer in (SLICES | by_words).items()}


def read_words(path: str | Path) -> WordLists:
    """Read a file of words, as given or as shipped."""
    return check_content(read_yaml(path), WordLists, path, owner="a file of words")


def by_length(sentences: Sequence[LabelledSentence]) -> list[str]:
    """Words between spaces, in steps of ``LENGTHS``."""
    names = [f"{low + 1}–{high} words" for low, high in zip((0, *LENGTHS), LENGTHS, strict=False)]
    names.append(f"over {LENGTHS[-1]} words")
    n_words = [len(sentence.text.split()) for sentence in sentences]
    return [names[place] for place in np.searchsorted(LENGTHS, n_words)]


def by_quotation(sentences: Sequence[LabelledSentence]) -> list[str]:
    """Whether there is a quotation mark; a single straight one is taken for an apostrophe."""
    return ["quoted" if _QUOTES.search(sentence.text) else "not quoted" for sentence in sentences]


def by_rare_words(sentences: Sequence[LabelledSentence]) -> list[str]:
    """Whether a sentence is among the quarter with the largest share of words that no other article has.

    Names are left out, as far as a capital tells them. The quarter is smaller where fewer sentences have any
    such word, and larger where many have the same share.
    """
    words = [[word for word in _WORD.findall(one.text) if word.islower()] for one in sentences]
    articles = defaultdict(set)
    for sentence, found in zip(sentences, words, strict=True):
        for word in found:
            articles[word].add(sentence.article)
    shares = np.array(
        [sum(len(articles[word]) == 1 for word in found) / max(len(found), 1) for found in words]
    )
    many = (shares > 0) & (shares >= np.quantile(shares, 0.75)) if len(shares) else shares > 0
    return ["many rare words" if one else "few rare words" for one in many.tolist()]


SLICES: dict[str, Slicer] = {
    "outlet": lambda sentences: [sentence.outlet for sentence in sentences],
    "event": lambda sentences: [sentence.event for sentence in sentences],
    "length": by_length,
    "quotation": by_quotation,
    "rare words": by_rare_words,
}
"""What every evaluation is sliced by, beside topic, stance and lists of words."""


def _by_words(name: str, words: Sequence[str]) -> Slicer:
    patterns = (r"\w*".join(re.escape(part) for part in word.split("*")) for word in words)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")

    def slicer(sentences: Sequence[LabelledSentence]) -> list[str]:
        texts = (sentence.text.replace("’", "'") for sentence in sentences)
        return [name if pattern.search(text[:1].lower() + text[1:]) else f"not {name}" for text in texts]

    return slicer
