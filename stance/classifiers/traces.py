"""What a model has learned from, kept so that it can be recognised but not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np

from stance.text.near_duplicates import Signatures
from stance.types import IntArray


@dataclass(frozen=True)
class Traces:
    """The articles and targets that a model has learned from, and signatures of their longer sentences.

    Attributes
    ----------
    articles, targets
        Ids and names, sorted.
    signatures : shape (n_sentences, N_HASHES)
        From ``sign``, for near-copies of sentences; a byte a hash.
    signed : shape (n_sentences,)
        Index of the article of each.
    unknown
        Models that it has learned from, by their names as annotators, of which nobody can tell what they have
        learned.
    """

    articles: tuple[str, ...]
    targets: tuple[str, ...]
    signatures: Signatures
    signed: IntArray
    unknown: tuple[str, ...] = ()

    def join(self, others: Sequence["Traces"]) -> "Traces":
        """What all of these have learned; what several know of an article is kept once."""
        every = (self, *others)
        articles = sorted(set(chain.from_iterable(traces.articles for traces in every)))
        numbers = {article: number for number, article in enumerate(articles)}
        signed = np.array(
            [numbers[traces.articles[place]] for traces in every for place in traces.signed.tolist()],
            dtype=np.int64,
        )
        signatures = np.concatenate([traces.signatures for traces in every])
        _, first = np.unique(np.column_stack([signed, signatures]), axis=0, return_index=True)
        kept = np.sort(first)
        return Traces(
            articles=tuple(articles),
            targets=tuple(sorted(set(chain.from_iterable(traces.targets for traces in every)))),
            signatures=signatures[kept],
            signed=signed[kept],
            unknown=tuple(sorted(set(chain.from_iterable(traces.unknown for traces in every)))),
        )

    def save(self, path: Path) -> None:
        """Write a NumPy archive."""
        np.savez_compressed(
            path,
            articles=np.array(self.articles, dtype=np.str_),
            targets=np.array(self.targets, dtype=np.str_),
            signatures=self.signatures,
            signed=self.signed.astype(np.uint32),
            unknown=np.array(self.unknown, dtype=np.str_),
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what ``save`` wrote; ``unknown`` is lacking in what earlier versions wrote."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return cls(
                tuple(arrays["articles"].tolist()),
                tuple(arrays["targets"].tolist()),
                arrays["signatures"],
                arrays["signed"].astype(np.int64),
                tuple(arrays["unknown"].tolist()) if "unknown" in arrays else (),
            )
