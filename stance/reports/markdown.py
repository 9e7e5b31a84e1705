"""Writes a page as Markdown: the same words and tables; of plots, what they show in words."""

from collections.abc import Iterator, Sequence

from stance.reports.blocks import Block, Browser, Cell, Fold, Page, Plots, Table, Terms, Text
from stance.reports.numbers import format_number


def to_markdown(page: Page) -> str:
    """The page as Markdown with pipe tables."""
    parts = [f"# {_inline(page.title)}", _inline(" ".join(page.summary))]
    if page.cautions:
        parts.append("\n".join(f"- {_inline(caution)}" for caution in page.cautions))
    parts += _write(page.conditions)
    for section in page.sections:
        parts.append(f"## {_inline(section.title)}")
        for block in section.blocks:
            parts += _write(block)
    return "\n\n".join(parts) + "\n"


def _write(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield _inline(block.words)
        case Terms():
            yield "\n".join(f"- **{_inline(term)}**: {_inline(meaning)}" for term, meaning in block.pairs)
        case Table():
            yield from _write_table(block)
        case Plots():
            if not block.in_table:
                yield "\n".join(
                    f"- *{_inline(plot.caption)}*: {_inline(plot.spoken)}" for plot in block.plots
                )
        case Fold():
            yield f"### {_inline(block.title)}"
            for inner in block.blocks:
                yield from _write(inner)
        case Browser():
            yield from _write_table(_to_table(block))


def _write_table(table: Table) -> Iterator[str]:
    if table.caption:
        yield _inline(table.caption)
    rules = ["---" if table.is_text(column) else "--:" for column in range(len(table.columns))]
    lines = [[_inline(column) for column in table.columns], rules]
    lines += [[_to_cell(cell) for cell in row] for group in table.groups() for row in group]
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _to_cell(cell: Cell) -> str:
    text = _inline(cell.text)
    bold = f"**{text}**" if cell.is_strong else text
    return f"{bold} ({_inline(cell.detail)})" if cell.detail else bold


def _to_table(browser: Browser) -> Table:
    columns = ["confidence", "run", "sentence", "topic", "mistake", "gold", "predicted", "words", "where"]
    rows: Sequence[Sequence[str]] = [
        [
            format_number(entry.confidence),
            entry.run,
            entry.text,
            entry.topic,
            entry.kind,
            entry.gold,
            entry.predicted,
            entry.reason,
            entry.where,
        ]
        for entry in browser.entries
    ]
    return Table("Mistakes", columns, rows, words=frozenset(range(1, len(columns))))


def _inline(text: str) -> str:
    """Text that cannot break out of a cell or a line, start HTML, or turn into markup."""
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    for mark in "`*_[":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.split())
