"""Horizontal bars with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stance.reports.blocks import Plot
from stance.reports.plots.svg import draw_line, draw_text, shorten, wrap

LABEL_WIDTH, PLOT_WIDTH, VALUE_WIDTH = 146, 206, 48
ROW_HEIGHT, BAR_HEIGHT, AXIS_HEIGHT = 24, 12, 18
MAX_LABEL = 19


@dataclass(frozen=True)
class Bar:
    """One bar on a scale from 0 to 1; ``None`` is undefined. ``kind`` is its CSS class."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    kind: str = "run"


def draw_bars(bars: Sequence[Bar], *, title: str) -> Plot:
    """Bars with their intervals as whiskers."""
    width = LABEL_WIDTH + PLOT_WIDTH + VALUE_WIDTH
    bottom = ROW_HEIGHT * len(bars)
    ticks = [_draw_tick(tick / 4, bottom) for tick in range(5)]
    rows = [_draw_bar(bar, ROW_HEIGHT * (row + 0.5)) for row, bar in enumerate(bars)]
    drawing = wrap([*ticks, *rows], width=width, height=bottom + AXIS_HEIGHT)
    return Plot(title, drawing, "; ".join(_speak(bar) for bar in bars))


def _draw_tick(share: float, bottom: float) -> Markup:
    x = LABEL_WIDTH + PLOT_WIDTH * share
    line = draw_line((x, x), (0, bottom), kind="grid")
    return line + draw_text(x, bottom + 14, f"{share:g}", kind="axis middle")


def _draw_bar(bar: Bar, middle: float) -> Markup:
    name = draw_text(LABEL_WIDTH - 8, middle + 4, shorten(bar.label, MAX_LABEL), kind="end")
    value_at = LABEL_WIDTH + PLOT_WIDTH + VALUE_WIDTH
    if bar.value is None:
        return name + draw_text(value_at, middle + 4, "–", kind="end axis")
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
    return name + shape + whisker + draw_text(value_at, middle + 4, f"{bar.value:.3f}", kind="end value")


def _speak(bar: Bar) -> str:
    if bar.value is None:
        return f"{bar.label} undefined"
    interval = "" if bar.low is None else f", interval {bar.low:.3f} to {bar.high:.3f}"
    return f"{bar.label} {bar.value:.3f}{interval}"
