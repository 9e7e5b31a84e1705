"""Which sentences belong together: those of one article, of near-copies of it, and copied sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stance.types import IntArray

NO_CLUSTER = -1
"""The cluster of a sentence too short to tell a copy from a coincidence."""


@dataclass(frozen=True)
class Ties:
    """What ties sentences together, as columns of length ``n_sentences``.

    Attributes
    ----------
    articles
        Article id of each sentence.
    article_clusters : shape (n_sentences,)
        Near-duplicate cluster of the sentence's article.
    sentence_clusters : shape (n_sentences,)
        Near-duplicate cluster of the sentence itself, or ``NO_CLUSTER``.
    """

    articles: Sequence[str]
    article_clusters: IntArray
    sentence_clusters: IntArray

    @cached_property
    def article_numbers(self) -> IntArray:
        """The articles, numbered in the order of their ids."""
        return number_groups(self.articles)

    @property
    def columns(self) -> tuple[IntArray, IntArray, IntArray]:
        """All three as numbers."""
        return self.article_numbers, self.article_clusters, self.sentence_clusters

    def take(self, rows: IntArray) -> Self:
        """The ties between the sentences at ``rows``."""
        articles = [self.articles[row] for row in rows.tolist()]
        return type(self)(articles, self.article_clusters[rows], self.sentence_clusters[rows])


def find_groups(ties: Ties) -> IntArray:
    """Number the connected components of tied sentences, shape (n_sentences,).

    Sentences that share an article, an article cluster or a sentence cluster are in one group, and so is
    whatever they are tied to in turn. Groups are numbered by their first article in the order of ids, so that
    the numbers do not depend on the order of the rows.
    """
    return join_groups(ties.columns)


def join_groups(columns: Sequence[IntArray]) -> IntArray:
    """Number the connected components of rows that share a number of any column, shape (n_rows,).

    ``NO_CLUSTER`` ties nothing, and the first column has none. Components are numbered in the order of their
    least number there.
    """
    n_rows = len(columns[0])
    ends: list[IntArray] = []
    n_nodes = n_rows
    for numbers in columns:
        tied = np.flatnonzero(numbers != NO_CLUSTER)
        ends.append(np.stack([tied, n_nodes + numbers[tied]]))
        n_nodes += int(numbers.max(initial=NO_CLUSTER)) + 1
    rows, nodes = np.hstack(ends)
    edges = coo_array((np.ones(len(rows), dtype=np.int8), (rows, nodes)), shape=(n_nodes, n_nodes))
    _, components = connected_components(edges, directed=False)
    components = components[:n_rows]
    least = np.full(n_nodes, n_nodes)
    np.minimum.at(least, components, columns[0])
    return number_groups(least[components])


def number_groups(names: Sequence[str] | IntArray) -> IntArray:
    """Number distinct names from 0 in sorted order, shape (n_names,)."""
    if isinstance(names, np.ndarray):
        return np.unique(names, return_inverse=True)[1].astype(np.int64)
    # Not an array of strings: it would be as wide as the longest of them.
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names], dtype=np.int64)
