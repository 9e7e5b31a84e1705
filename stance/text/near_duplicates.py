"""Finds texts that are near-copies of each other, so that a split can keep them on one side.

Candidates come from MinHash and locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman 2020,
chapter 3); each is verified by the exact Jaccard similarity of the two texts' shingles.
"""

import re
from collections.abc import Sequence

import numpy as np
from rensa import RMinHash, RMinHashLSH
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stance.types import IntArray

_SHINGLE = 3  # words; of 3 the edits of a rewritten lead still leave most shingles of a wire story whole
_N_PERMUTATIONS = 128
_N_BANDS = 32  # of 4 rows: pairs of similarity .7 share a band with probability .9998, of .3 with .23
_SEED = 7
_WORD = re.compile(r"\w+")


def near_pairs(texts: Sequence[str], threshold: float = 0.7) -> list[tuple[int, int, float]]:
    """Pairs of near-copies ``(i, j, similarity)`` with ``i < j``, in order.

    Of several equal texts, each is paired with the first of them, and only the first with other texts.

    Parameters
    ----------
    threshold
        Least Jaccard similarity, in (0, 1], of the sets of word triples (case and punctuation aside). A text
        of fewer than three words is one shingle and so only like its equals; one without words is like none.

    Raises
    ------
    ValueError
        If the threshold is not in (0, 1].
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be in (0, 1], found {threshold!r}")
    shingles = [_shingle(text) for text in texts]
    pairs = []
    for i, j in _find_candidates(shingles):
        similarity = len(shingles[i] & shingles[j]) / len(shingles[i] | shingles[j])
        if similarity >= threshold:
            pairs.append((i, j, similarity))
    return pairs


def cluster(texts: Sequence[str], *, threshold: float = 0.7) -> IntArray:
    """Group near-copies, and near-copies of near-copies.

    Returns
    -------
    shape (n_texts,)
        Index of each text's cluster, numbered by first member; a text without a near-copy has its own.
    """
    pairs = near_pairs(texts, threshold)
    rows, columns = [i for i, _, _ in pairs], [j for _, j, _ in pairs]
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(texts), len(texts)))
    if not texts:
        return np.zeros(0, dtype=np.int64)
    _, labels = connected_components(graph, directed=False)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int64)


def _shingle(text: str) -> frozenset[str]:
    words = _WORD.findall(text.lower())
    n_shingles = max(1, len(words) - _SHINGLE + 1)
    return frozenset(" ".join(words[i : i + _SHINGLE]) for i in range(n_shingles)) - {""}


def _find_candidates(shingles: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Pairs of rows that share a band, in order; equal texts are compared through the first of them."""
    first_of = {shingle: row for row, shingle in reversed(list(enumerate(shingles))) if shingle}
    pairs = [
        (first_of[shingle], row)
        for row, shingle in enumerate(shingles)
        if shingle and first_of[shingle] != row
    ]
    rows = sorted(first_of.values())
    index = RMinHashLSH(threshold=0.5, num_perm=_N_PERMUTATIONS, num_bands=_N_BANDS)
    for row in rows:
        signature = RMinHash(num_perm=_N_PERMUTATIONS, seed=_SEED)
        signature.update(sorted(shingles[row]))
        pairs += [(earlier, row) for earlier in index.query(signature)]
        index.insert(row, signature)
    return sorted(pairs)
