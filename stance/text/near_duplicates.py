"""Finds texts that are near-copies of each other, so that a split can keep them on one side.

How alike two texts are is the Jaccard similarity of their shingles, the runs of words or characters that
each has. It is read off MinHash signatures, and candidates off bands of them (Broder 1997; Leskovec,
Rajaraman and Ullman 2020, chapter 3). Signatures of one byte a hash (Li and König 2010) are small enough to
be kept with a model, where they recognise a text without holding it.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from stance.types import FloatArray, IntArray
from stance.words import ranges

N_HASHES = 96
"""Bytes of a signature; the standard error of a similarity of one half is .05."""

_ROWS = 3  # of a band: pairs of similarity .5 share one of the 32 bands with p = .986, of .05 with .004
_BLOCK = 1 << 20  # shingles hashed, or candidates compared, at once
_WORD = re.compile(r"\w+")
_ODD = 0x9E3779B97F4A7C15  # of splitmix64 (Steele, Lea and Flood 2014), like the two of _mix

Signatures = NDArray[np.uint8]
"""Shape (n_texts, N_HASHES)."""


@dataclass(frozen=True)
class Likeness:
    """When texts count as near-copies: their runs of ``n`` words or characters overlap by ``threshold``.

    Case and punctuation do not count. ``threshold`` is the least Jaccard similarity, in (0, 1].
    """

    unit: Literal["words", "characters"]
    n: int
    threshold: float


ARTICLES = Likeness("words", 3, 0.7)
"""A wire story with another lead keeps most of its word triples; two stories of one event share few."""

SENTENCES = Likeness("characters", 5, 0.5)
"""A word changed here and a clause dropped there leave half of the characters' runs of a sentence.

Chosen on the seed corpus: of its 10⁸ pairs of sentences of different articles, two reach .5, both of them
near-copies; nine in ten have less than .1.
"""


def cluster(texts: Sequence[str], likeness: Likeness) -> IntArray:
    """Group near-copies, and near-copies of near-copies.

    Returns
    -------
    shape (n_texts,)
        Index of each text's cluster, numbered by first member; a text without a near-copy, or without a word,
        has its own.
    """
    # A prediction clusters nothing, and this takes longer to import than the rest of the module.
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    if not texts:
        return np.zeros(0, dtype=np.int64)
    normalised = [_normalise(text) for text in texts]
    # Equal texts are compared through the first of them: a line that recurs often would make too many pairs.
    first_of = {text: row for row, text in reversed(list(enumerate(normalised))) if text}
    rows = np.array(sorted(first_of.values()), dtype=np.int64)
    left, right = near_pairs(sign([texts[row] for row in rows.tolist()], likeness), likeness)
    equal = np.array([first_of.get(text, row) for row, text in enumerate(normalised)], dtype=np.int64)
    ends = np.concatenate([rows[left], equal]), np.concatenate([rows[right], np.arange(len(texts))])
    graph = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(len(texts), len(texts)))
    _, labels = connected_components(graph, directed=False)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int64)


def near_pairs(signatures: Signatures, likeness: Likeness) -> tuple[IntArray, IntArray]:
    """Rows ``i < j`` of texts that are near-copies, as two arrays in order."""
    left, right = _find_candidates(signatures, signatures, ordered=True)
    near = estimate_similarity(signatures[left], signatures[right]) >= likeness.threshold
    return left[near], right[near]


def find_known(signatures: Signatures, known: Signatures, likeness: Likeness) -> IntArray:
    """The row of ``known`` that each text is most like, or -1 where it is a near-copy of none.

    Both come from ``sign`` with the same likeness.
    """
    left, right = _find_candidates(signatures, known, ordered=False)
    similarity = estimate_similarity(signatures[left], known[right])
    best = np.full(len(signatures), -1, dtype=np.int64)
    for pair in np.argsort(similarity, kind="stable")[np.count_nonzero(similarity < likeness.threshold) :]:
        best[left[pair]] = right[pair]
    return best


def estimate_similarity(left: Signatures, right: Signatures) -> FloatArray:
    """Share of the hashes that are equal: the similarity of each row's two texts, give or take .05."""
    blocks = range(0, len(left), _BLOCK // N_HASHES)
    shares = [
        (left[start : start + blocks.step] == right[start : start + blocks.step]).mean(axis=1)
        for start in blocks
    ]
    return np.concatenate([np.zeros(0), *shares])


def sign(texts: Sequence[str], likeness: Likeness) -> Signatures:
    """MinHash signatures, shape (n_texts, N_HASHES), equal on every machine and in every version.

    A text that is shorter than a run is one run, and so only like its equals.
    """
    signatures = np.zeros((len(texts), N_HASHES), dtype=np.uint8)
    codes = [_to_codes(text, likeness) for text in texts]
    lengths = np.array([len(one) for one in codes], dtype=np.int64)
    ends = np.cumsum(lengths)
    block_of = ends // _BLOCK
    for block in np.unique(block_of):
        rows = np.flatnonzero(block_of == block)
        hashes, starts = _hash_runs([codes[row] for row in rows], likeness.n)
        for number, (factor, summand) in enumerate(_FAMILY):
            least = np.minimum.reduceat((hashes * factor + summand) >> np.uint64(32), starts)
            signatures[rows, number] = least & np.uint64(0xFF)
    return signatures


def _find_candidates(left: Signatures, right: Signatures, *, ordered: bool) -> tuple[IntArray, IntArray]:
    """Pairs of rows that are equal in one band or more, each once; only ``i < j`` if ``ordered``."""
    pairs = np.zeros(0, dtype=np.int64)
    for start in range(0, N_HASHES, _ROWS):
        i, j = _join(_to_keys(left, start), _to_keys(right, start))
        if ordered:
            i, j = i[i < j], j[i < j]
        # As np.union1d, which hashes from NumPy 2.3 on and takes fifty times as long.
        pairs = np.sort(np.concatenate([pairs, i * len(right) + j]))
        pairs = pairs[np.append(True, np.diff(pairs) > 0)[: len(pairs)]]
    i, j = np.divmod(pairs, max(len(right), 1))
    return i, j


def _to_keys(signatures: Signatures, start: int) -> IntArray:
    band = signatures[:, start : start + _ROWS].astype(np.int64)
    keys: IntArray = band @ (256 ** np.arange(_ROWS))
    return keys


def _join(left: IntArray, right: IntArray) -> tuple[IntArray, IntArray]:
    """Every pair of places at which the two arrays hold the same key."""
    order = np.argsort(right, kind="stable")
    start, stop = (np.searchsorted(right, left, side=side, sorter=order) for side in ("left", "right"))
    n_equal = stop - start
    return np.repeat(np.arange(len(left)), n_equal), order[ranges(start, n_equal)]


def _normalise(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _to_codes(text: str, likeness: Likeness) -> NDArray[np.uint64]:
    """A number for each word or character, padded to one run."""
    normalised = _normalise(text)
    if likeness.unit == "words":
        codes = np.array([zlib.crc32(word.encode()) for word in normalised.split()], dtype=np.uint64)
    else:
        codes = np.frombuffer(normalised.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    return np.pad(codes, (0, max(0, likeness.n - len(codes))))


def _hash_runs(codes: Sequence[NDArray[np.uint64]], n: int) -> tuple[NDArray[np.uint64], IntArray]:
    """A hash for every run of ``n`` codes, text after text, and where each text's begin."""
    whole = np.concatenate(codes)
    hashes = np.zeros(len(whole) - n + 1, dtype=np.uint64)
    for place in range(n):
        hashes = hashes * np.uint64(_ODD) + whole[place : len(whole) - n + 1 + place]
    lengths = np.array([len(one) for one in codes])
    inside = np.arange(len(hashes)) + n <= np.repeat(np.cumsum(lengths), lengths)[: len(hashes)]
    n_runs = lengths - n + 1
    return _mix(hashes[inside]), np.cumsum(n_runs) - n_runs


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_FAMILY = (_mix(np.arange(1, 2 * N_HASHES + 1, dtype=np.uint64) * np.uint64(_ODD)) | np.uint64(1)).reshape(
    -1, 2
)
"""Factor and summand of each hash function (multiply-shift, Dietzfelbinger et al. 1997)."""
