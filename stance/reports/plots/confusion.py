"""Confusion matrices, shaded by the share of the row."""

from collections.abc import Sequence

from markupsafe import Markup

from stance.reports.blocks import Plot
from stance.reports.plots.svg import draw_text, shorten, wrap

CELL_WIDTH, CELL_HEIGHT = 50, 34
LEFT, TOP = 58, 38
DARK_CELL = 0.65
"""Share from which a cell is dark enough to want light digits."""


def draw_confusion(counts: Sequence[Sequence[int]], stances: Sequence[str], *, title: str) -> Plot:
    """A confusion matrix, gold in rows; each cell is shaded by its share of the row.

    Parameters
    ----------
    counts
        One row a stance, one column a stance and a last one for "no prediction", which is shown only where
        it happened.
    """
    has_missing = any(row[-1] for row in counts)
    columns = [*stances, "none"] if has_missing else list(stances)
    parts = [
        draw_text(LEFT + CELL_WIDTH * len(columns) / 2, 12, "predicted", kind="axis middle"),
        draw_text(0, TOP - 8, "gold", kind="axis"),
    ]
    for column, name in enumerate(columns):
        x = LEFT + CELL_WIDTH * (column + 0.5)
        parts.append(draw_text(x, TOP - 8, shorten(name, 8), kind="middle small"))
    for row, (name, line) in enumerate(zip(stances, counts, strict=True)):
        middle = TOP + CELL_HEIGHT * (row + 0.5)
        parts.append(draw_text(LEFT - 8, middle + 4, shorten(name, 9), kind="end small"))
        for column in range(len(columns)):
            x, y = LEFT + CELL_WIDTH * column, TOP + CELL_HEIGHT * row
            parts.append(_draw_cell(x, y, line[column], total=sum(line), is_right=row == column))
    spoken = "; ".join(
        f"gold {name}: "
        + ", ".join(f"{count} {column}" for column, count in zip(columns, line, strict=False))
        for name, line in zip(stances, counts, strict=True)
    )
    width, height = LEFT + CELL_WIDTH * len(columns), TOP + CELL_HEIGHT * len(stances)
    return Plot(title, wrap(parts, width=width, height=height), spoken)


def _draw_cell(x: float, y: float, count: int, *, total: int, is_right: bool) -> Markup:
    share = count / total if total else 0.0
    cell = Markup(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill-opacity="{:.2f}" rx="2"/>'
    ).format("cell right" if is_right else "cell wrong", x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2, share)
    outline = Markup('<rect class="outline" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
        x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2
    )
    kind = "middle on-dark" if share > DARK_CELL else "middle"
    return cell + outline + draw_text(x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2 + 4, f"{count:,}", kind=kind)
