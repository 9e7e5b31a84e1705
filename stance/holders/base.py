"""The contract of a holder finder: learn from labels with holders, name the holder of a stance."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from stance.records import Examples


class HolderFinder(ABC):
    """Says who holds a stance: a span of the sentence, ``records.AUTHOR`` or ``records.UNKNOWN``.

    An example's target is what the stance is toward. An answer depends on text, target and stance alone, and
    on no other example. Constructors store, ``fit`` learns, and what it learned ends in an underscore. A new
    kind is declared in the entry-point group ``stance.holder_finders``.
    """

    @abstractmethod
    def fit(
        self,
        examples: Examples,
        stances: Sequence[str],
        holders: Sequence[str],
        generator: np.random.Generator,
    ) -> Self:
        """Learn from the stances of ``examples`` and who holds them, one an example.

        Raises
        ------
        DataError
            If there is nothing to learn from.
        """

    @abstractmethod
    def find(self, examples: Examples, stances: Sequence[str]) -> list[str]:
        """The holder of each example's stance; a span is a slice of the example's text."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write what was learned into an existing, empty folder, in files that cannot run code."""

    @classmethod
    @abstractmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
