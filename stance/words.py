"""Texts as arrays of word numbers: what is to be known of a word is found out once a distinct word.

A text is parted at blanks, by Arrow, and each distinct piece is split into words once.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stance.types import IntArray

_MAX_REMEMBERED = 100_000  # news repeats most of its words; some 20 MB
_MAX_LENGTH = 40

Found = TypeVar("Found")
Split = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Words:
    """The words of many texts: ``types[ids[i]]`` is a word of text ``rows[i]``, in reading order."""

    types: list[str]
    ids: IntArray
    rows: IntArray
    n_texts: int


def find_words(texts: Sequence[str], split: Split) -> Words:
    """The words of each text, as ``split`` finds them.

    Parameters
    ----------
    split
        The words of a text. It is asked for the pieces between blanks only, so what it finds must not depend
        on what stands beyond one.
    """
    pieces = pc.ascii_split_whitespace(_to_arrow(texts))
    encoded = pieces.values.dictionary_encode()
    words_of_piece = [split(piece) for piece in encoded.dictionary.to_pylist()]
    n_words = np.fromiter(map(len, words_of_piece), np.int64, len(words_of_piece))
    words = list(itertools.chain.from_iterable(words_of_piece))
    types = sorted(set(words))
    numbers = {word: number for number, word in enumerate(types)}
    ids = np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))
    of_token = encoded.indices.to_numpy()
    rows = np.repeat(np.arange(len(texts)), pieces.value_lengths().to_numpy())
    return Words(
        types=types,
        ids=ids[ranges(np.cumsum(n_words)[of_token] - n_words[of_token], n_words[of_token])],
        rows=np.repeat(rows, n_words[of_token]),
        n_texts=len(texts),
    )


def remember(function: Callable[[str], Found]) -> Callable[[str], Found]:
    """A function of a word that keeps its latest answers, unless the word is too long to come again."""
    remembered = lru_cache(maxsize=_MAX_REMEMBERED)(function)

    @wraps(function)
    def ask(word: str) -> Found:
        return remembered(word) if len(word) <= _MAX_LENGTH else function(word)

    return ask


def distinct(columns: Sequence[Sequence[str]]) -> tuple[list[str], IntArray]:
    """Each distinct text of the columns, and where it stands: shape (n_rows, n_columns)."""
    index: dict[str, int] = {}
    rows = [[index.setdefault(text, len(index)) for text in column] for column in columns]
    return list(index), np.array(rows, dtype=np.int64).T.copy()


def ranges(starts: IntArray, lengths: IntArray) -> IntArray:
    """The numbers ``starts[i], …, starts[i] + lengths[i] - 1`` for each *i*, one after the other."""
    firsts = np.cumsum(lengths) - lengths
    numbers: IntArray = np.repeat(starts - firsts, lengths) + np.arange(lengths.sum())
    return numbers


def _to_arrow(texts: Sequence[str]) -> pa.Array:
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair, which is no character and part of no word
        whole = [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
        return pa.array(whole, pa.string())


def look_up(known: IntArray, numbers: IntArray) -> IntArray:
    """The place of each number in ``known``, and -1 where it is not there.

    ``known`` ascends; neither holds negative numbers.
    """
    order = np.argsort(numbers)  # a search for ascending numbers stays in the processor's cache
    places = np.empty(len(numbers), dtype=np.int64)
    places[order] = np.searchsorted(known, numbers[order])
    places[np.append(known, -1)[places] != numbers] = -1
    return places
