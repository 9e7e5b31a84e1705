"""What happened to each group of articles under a run: all that a paired comparison needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from stance.errors import DataError
from stance.evaluation.counts import Counts
from stance.taxonomy import Taxonomy
from stance.types import BoolArray, IntArray


@dataclass(frozen=True)
class Outcomes:
    """Counts by group, and which sentences are right.

    Attributes
    ----------
    counts
        With leading axis ``n_groups``.
    groups : shape (n_sentences,)
        Group of each sentence, in the order of groups and, within them, of the sentences' keys.
    is_right : shape (n_sentences,)
        Whether a sentence has exactly its gold topics with their gold stances.
    """

    counts: Counts
    groups: IntArray
    is_right: BoolArray

    @classmethod
    def sort(
        cls, counts: Counts, groups: IntArray, is_right: BoolArray, keys: Sequence[tuple[str, int]]
    ) -> Self:
        """Put sentences in order, so that outcomes of two runs are of the same sentences."""
        order = sorted(range(len(keys)), key=lambda row: (groups[row], keys[row]))
        return cls(counts, groups[order], is_right[order])

    def count_right(self) -> IntArray:
        """Right sentences by group, shape (n_groups,)."""
        return np.bincount(self.groups[self.is_right], minlength=len(self.counts.topics))

    def to_lines(self) -> list[str]:
        """One line a group, such as ``"101 0:2 7:1"``.

        First a digit a sentence, 1 for right, then ``index:count`` of the counts that are not 0; the indices
        are those of ``Counts.flatten``.
        """
        ends = np.cumsum(np.bincount(self.groups))[:-1]
        digits = ["".join(part) for part in np.split(self.is_right.astype(int).astype(str), ends)]
        return [
            " ".join([right, *(f"{index}:{row[index]}" for index in np.flatnonzero(row).tolist())])
            for right, row in zip(digits, self.counts.flatten(), strict=True)
        ]

    @classmethod
    def from_lines(cls, lines: Sequence[str], taxonomy: Taxonomy) -> Self:
        """The outcomes that ``to_lines`` wrote.

        Raises
        ------
        DataError
            If a line is not one of these.
        """
        empty = Counts.zeros(taxonomy, len(lines))
        rows = empty.flatten()
        digits = []
        for row, line in zip(rows, lines, strict=True):
            try:
                right, *entries = line.split()
                digits.append(np.array([{"0": False, "1": True}[digit] for digit in right]))
                for entry in entries:
                    index, number = entry.split(":")
                    row[int(index)] = int(number)
            except (AttributeError, KeyError, ValueError, IndexError) as error:
                raise DataError(
                    f"expected the outcomes of a group, such as '101 0:2 7:1', found {line!r:.80}"
                ) from error
        groups = np.repeat(np.arange(len(lines)), [len(right) for right in digits])
        return cls(empty.unflatten(rows), groups, np.concatenate(digits))
