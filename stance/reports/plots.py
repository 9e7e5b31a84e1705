"""Small plots as inline SVG: no library, the colours of the page, and words for a screen reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

LABEL_WIDTH, PLOT_WIDTH, VALUE_WIDTH = 132, 220, 48
ROW_HEIGHT, BAR_HEIGHT, AXIS_HEIGHT = 24, 12, 18
CELL_WIDTH, CELL_HEIGHT = 50, 34
MAX_LABEL = 19
DARK_CELL = 0.65
"""Share from which a cell of a confusion matrix is dark enough to want light digits."""


@dataclass(frozen=True)
class Bar:
    """One bar on a scale from 0 to 1; ``None`` is undefined. ``kind`` is its CSS class."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    kind: str = "run"


def draw_bars(bars: Sequence[Bar], *, title: str) -> Markup:
    """Horizontal bars with their intervals as whiskers."""
    width = LABEL_WIDTH + PLOT_WIDTH + VALUE_WIDTH
    bottom = ROW_HEIGHT * len(bars)
    ticks = [_draw_tick(tick / 4, bottom) for tick in range(5)]
    rows = [_draw_bar(bar, ROW_HEIGHT * (row + 0.5)) for row, bar in enumerate(bars)]
    spoken = "; ".join(_speak(bar) for bar in bars)
    return _wrap([*ticks, *rows], width=width, height=bottom + AXIS_HEIGHT, label=f"{title}. {spoken}")


def draw_confusion(counts: Sequence[Sequence[int]], stances: Sequence[str], *, title: str) -> Markup:
    """A confusion matrix, gold in rows; each cell is shaded by its share of the row.

    Parameters
    ----------
    counts
        One row a stance, one column a stance and a last one for "no prediction", which is shown only where
        it happened.
    """
    has_missing = any(row[-1] for row in counts)
    columns = [*stances, "none"] if has_missing else list(stances)
    left, top = 58, 38
    parts = [
        _text(left + CELL_WIDTH * len(columns) / 2, 12, "predicted", kind="axis middle"),
        _text(0, top - 8, "gold", kind="axis"),
    ]
    for column, name in enumerate(columns):
        parts.append(
            _text(left + CELL_WIDTH * (column + 0.5), top - 8, _shorten(name, 8), kind="middle small")
        )
    for row, (name, line) in enumerate(zip(stances, counts, strict=True)):
        middle = top + CELL_HEIGHT * (row + 0.5)
        parts.append(_text(left - 8, middle + 4, _shorten(name, 9), kind="end small"))
        for column in range(len(columns)):
            x, y = left + CELL_WIDTH * column, top + CELL_HEIGHT * row
            parts.append(_draw_cell(x, y, line[column], total=sum(line), is_right=row == column))
    spoken = "; ".join(
        f"gold {name}: "
        + ", ".join(f"{count} {column}" for column, count in zip(columns, line, strict=False))
        for name, line in zip(stances, counts, strict=True)
    )
    width, height = left + CELL_WIDTH * len(columns), top + CELL_HEIGHT * len(stances)
    return _wrap(parts, width=width, height=height, label=f"{title}. {spoken}")


def _draw_tick(share: float, bottom: float) -> Markup:
    x = LABEL_WIDTH + PLOT_WIDTH * share
    line = Markup('<line class="grid" x1="{0:.1f}" x2="{0:.1f}" y1="0" y2="{1:.1f}"/>').format(x, bottom)
    return line + _text(x, bottom + 14, f"{share:g}", kind="axis middle")


def _draw_bar(bar: Bar, middle: float) -> Markup:
    name = _text(LABEL_WIDTH - 8, middle + 4, _shorten(bar.label, MAX_LABEL), kind="end")
    value_at = LABEL_WIDTH + PLOT_WIDTH + VALUE_WIDTH
    if bar.value is None:
        return name + _text(value_at, middle + 4, "–", kind="end axis")
    shape = Markup('<rect class="bar {}" x="{}" y="{:.1f}" width="{:.1f}" height="{}" rx="1.5"/>').format(
        bar.kind, LABEL_WIDTH, middle - BAR_HEIGHT / 2, PLOT_WIDTH * bar.value, BAR_HEIGHT
    )
    whisker = Markup()
    if bar.low is not None and bar.high is not None:
        low, high = (LABEL_WIDTH + PLOT_WIDTH * end for end in (bar.low, bar.high))
        whisker = Markup(
            '<path class="whisker" d="M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}v6M{1:.1f} {3:.1f}v6"/>'
        )
        whisker = whisker.format(low, high, middle, middle - 3)
    return name + shape + whisker + _text(value_at, middle + 4, f"{bar.value:.3f}", kind="end value")


def _draw_cell(x: float, y: float, count: int, *, total: int, is_right: bool) -> Markup:
    share = count / total if total else 0.0
    cell = Markup(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill-opacity="{:.2f}" rx="2"/>'
    ).format("cell right" if is_right else "cell wrong", x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2, share)
    outline = Markup('<rect class="outline" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
        x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2
    )
    kind = "middle on-dark" if share > DARK_CELL else "middle"
    return cell + outline + _text(x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2 + 4, f"{count:,}", kind=kind)


def _text(x: float, y: float, words: str, *, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, words)


def _wrap(parts: Sequence[Markup], *, width: float, height: float, label: str) -> Markup:
    opening = Markup('<svg role="img" aria-label="{}" viewBox="0 0 {:g} {:g}" style="max-width:{:g}px">')
    return opening.format(label, width, height, width) + Markup().join(parts) + Markup("</svg>")


def _shorten(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"


def _speak(bar: Bar) -> str:
    if bar.value is None:
        return f"{bar.label} undefined"
    interval = "" if bar.low is None else f", interval {bar.low:.3f} to {bar.high:.3f}"
    return f"{bar.label} {bar.value:.3f}{interval}"
