"""What a report is made of: sections of blocks, which say nothing of HTML or Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True)
class Text:
    """A paragraph. ``kind`` is ``""``, ``"note"`` for small print, or ``"warning"``."""

    template: ClassVar = "text"
    words: str
    kind: str = ""


@dataclass(frozen=True)
class Terms:
    """Terms and what they mean, or settings and their values."""

    template: ClassVar = "terms"
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    ``detail`` is a smaller line beneath, such as an interval. ``shade`` in [-1, 1] colours the cell: what is
    good above zero, what is bad below.
    """

    text: str
    detail: str = ""
    is_strong: bool = False
    shade: float = 0.0


@dataclass(frozen=True)
class Table:
    """A table whose first ``n_headers`` columns say what a row is of.

    ``label`` names it for a screen reader. Neighbouring rows with the same first header are one group.
    ``words`` are the columns that hold words; the others hold figures and are set to the right.
    """

    template: ClassVar = "table"
    label: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    n_headers: int = 1
    caption: str = ""
    words: frozenset[int] = frozenset()

    def groups(self) -> Iterator[list[list[Cell]]]:
        """Rows of cells, those of one group together."""
        rows = [[Cell(cell) if isinstance(cell, str) else cell for cell in row] for row in self.rows]
        if self.n_headers == 1:
            yield rows
            return
        for _, group in groupby(rows, key=lambda row: row[0].text):
            yield list(group)

    def is_text(self, column: int) -> bool:
        """Whether a column holds words."""
        return column < self.n_headers or column in self.words


@dataclass(frozen=True)
class Plot:
    """A drawing, and in ``spoken`` what it shows, for those who do not see it."""

    caption: str
    drawing: Markup
    spoken: str


@dataclass(frozen=True)
class Plots:
    """Plots side by side. ``legend`` pairs a line's CSS class with its name.

    ``in_table`` says that a table holds the same numbers, so that Markdown need not tell them again.
    """

    template: ClassVar = "plots"
    plots: Sequence[Plot]
    is_narrow: bool = False
    in_table: bool = False
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Fold:
    """Blocks that a reader opens; printed, they are open."""

    template: ClassVar = "fold"
    title: str
    blocks: "Sequence[Block]"
    is_open: bool = False


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence and how far it pushed the decision, in [-1, 1]; 0 for not at all."""

    text: str
    push: float = 0.0


@dataclass(frozen=True)
class Entry:
    """A mistake, ready to be shown and filtered."""

    run: str
    topic: str
    kind: str
    gold: str
    predicted: str
    confidence: float | None
    pieces: Sequence[Piece]
    where: str
    reason: str = ""

    @property
    def text(self) -> str:
        """The sentence."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Browser:
    """Mistakes to leaf through, with filters."""

    template: ClassVar = "browser"
    entries: Sequence[Entry]
    page_size: int = 50

    def options(self, name: str) -> list[str]:
        """The distinct values of an entry's field, for a filter."""
        return list(dict.fromkeys(getattr(entry, name) for entry in self.entries))


Block = Text | Terms | Table | Plots | Fold | Browser


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it. ``id`` is its anchor."""

    id: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A report: what it says in three sentences, what to beware of, the conditions, the sections."""

    title: str
    summary: Sequence[str]
    cautions: Sequence[str]
    conditions: Terms
    sections: Sequence[Section] = field(repr=False)
