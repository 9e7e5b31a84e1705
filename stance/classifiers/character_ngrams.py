"""Finds known character n-grams in words, at all places of all words at once."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from stance.types import IntArray
from stance.words import look_up

_BITS = 21  # of a code point


class CharacterNgrams:
    """A trie of character n-grams, as arrays.

    The words are laid end to end in one array of code points, and a walk through the trie starts at each of
    them. A step takes all walks one code point further and drops those that leave the trie, so that an
    n-gram is found by as many array operations as it has code points.

    Parameters
    ----------
    ngrams
        The n-grams; the place of one is its column. A word is read with a blank before and after it.
    """

    def __init__(self, ngrams: Sequence[str]) -> None:
        self.n_ngrams = len(ngrams)
        nodes = {"": 0}
        edges: list[tuple[int, int]] = []
        for ngram in ngrams:
            for end in range(1, len(ngram) + 1):
                if ngram[:end] not in nodes:
                    edges.append((nodes[ngram[: end - 1]] << _BITS | ord(ngram[end - 1]), len(nodes)))
                    nodes[ngram[:end]] = len(nodes)
        self._edges, self._children = np.array(sorted(edges), dtype=np.int64).reshape(-1, 2).T.copy()
        self._columns = np.full(len(nodes), -1)
        self._columns[[nodes[ngram] for ngram in ngrams]] = np.arange(len(ngrams))

    def count(self, words: Sequence[str]) -> sparse.csr_array:
        """How often each n-gram stands in each word, shape (n_words, n_ngrams), float32."""
        text = "".join(f" {word} " for word in words)
        characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(
            np.int64
        )
        lengths = np.array([len(word) + 2 for word in words], dtype=np.int64)
        owners = np.repeat(np.arange(len(words)), lengths)
        ends = np.repeat(np.cumsum(lengths), lengths)
        found: list[tuple[IntArray, IntArray]] = [(owners[:0], owners[:0])]
        places, nodes = np.arange(len(characters)), np.zeros(len(characters), dtype=np.int64)
        while len(places):
            edges = look_up(self._edges, nodes << _BITS | characters[places])
            walks_on = edges >= 0
            starts, nodes = places[walks_on], self._children[edges[walks_on]]
            columns = self._columns[nodes]
            found.append((owners[starts][columns >= 0], columns[columns >= 0]))
            goes_on = starts + 1 < ends[starts]
            places, nodes = starts[goes_on] + 1, nodes[goes_on]
        rows, columns = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        ones = np.ones(len(rows), dtype=np.float32)
        return sparse.csr_array(sparse.coo_array((ones, (rows, columns)), shape=(len(words), self.n_ngrams)))
