"""Lines between two axes: precision and recall, reliability, risk and coverage, learning."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from stance.reports.blocks import Plot
from stance.reports.plots.svg import draw_line, draw_text, wrap

LEFT, RIGHT, TOP, BOTTOM = 56, 12, 10, 38
WIDTH, HEIGHT = 250, 190
N_TICKS = 4


@dataclass(frozen=True)
class Line:
    """Points from left to right. ``kind`` is the CSS class; ``has_dots`` marks the points themselves.

    ``whiskers``, low and high of each point, are drawn at the points.
    """

    name: str
    points: Sequence[tuple[float, float]]
    kind: str = "line-0"
    has_dots: bool = False
    whiskers: Sequence[tuple[float | None, float | None]] = ()


@dataclass(frozen=True)
class Axis:
    """A scale with its name; ``form`` is the format of its ticks."""

    name: str
    low: float = 0.0
    high: float = 1.0
    form: str = "g"

    def place(self, value: float) -> float:
        """Where a value lies between the ends, in [0, 1]."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Values at equal distances, ends included."""
        return [self.low + (self.high - self.low) * tick / N_TICKS for tick in range(N_TICKS + 1)]


def draw_curves(
    lines: Sequence[Line], x: Axis, y: Axis, *, title: str, spoken: str, has_diagonal: bool = False
) -> Plot:
    """Lines over a grid; the last of ``lines`` lies on top. A diagonal shows where both axes agree."""
    parts = [_draw_grid(x, y)]
    if has_diagonal:
        low, high = max(x.low, y.low), min(x.high, y.high)
        parts.append(
            draw_line((_at_x(x, low), _at_x(x, high)), (_at_y(y, low), _at_y(y, high)), kind="diagonal")
        )
    parts += [_draw_curve(line, x, y) for line in lines if line.points]
    drawing = wrap(parts, width=LEFT + WIDTH + RIGHT, height=TOP + HEIGHT + BOTTOM)
    return Plot(title, drawing, spoken)


def _draw_grid(x: Axis, y: Axis) -> Markup:
    parts = []
    for value in x.ticks():
        at = _at_x(x, value)
        parts.append(draw_line((at, at), (TOP, TOP + HEIGHT), kind="grid"))
        parts.append(draw_text(at, TOP + HEIGHT + 15, f"{value:{x.form}}", kind="axis middle"))
    for value in y.ticks():
        at = _at_y(y, value)
        parts.append(draw_line((LEFT, LEFT + WIDTH), (at, at), kind="grid"))
        parts.append(draw_text(LEFT - 6, at + 4, f"{value:{y.form}}", kind="axis end"))
    parts.append(draw_text(LEFT + WIDTH / 2, TOP + HEIGHT + 32, x.name, kind="axis middle"))
    middle = TOP + HEIGHT / 2
    parts.append(
        Markup('<text class="axis middle" transform="translate(10 {:.1f}) rotate(-90)">{}</text>').format(
            middle, y.name
        )
    )
    return Markup().join(parts)


def _draw_curve(line: Line, x: Axis, y: Axis) -> Markup:
    places = [(_at_x(x, across), _at_y(y, up)) for across, up in line.points]
    path = "L".join(f"{across:.1f} {up:.1f}" for across, up in places)
    parts = [Markup('<path class="curve {}" d="M{}"/>').format(line.kind, path)]
    for (across, _), (low, high) in zip(places, line.whiskers, strict=False):
        if low is not None and high is not None:
            parts.append(
                draw_line((across, across), (_at_y(y, low), _at_y(y, high)), kind=f"curve {line.kind} thin")
            )
    if line.has_dots:
        parts += [
            Markup('<circle class="dot {}" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(line.kind, across, up)
            for across, up in places
        ]
    return Markup().join(parts)


def _at_x(axis: Axis, value: float) -> float:
    return LEFT + WIDTH * axis.place(value)


def _at_y(axis: Axis, value: float) -> float:
    return TOP + HEIGHT * (1 - axis.place(value))
