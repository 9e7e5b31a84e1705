"""Pieces of inline SVG: no library, and the colours of the page."""

from collections.abc import Sequence

from markupsafe import Markup


def draw_text(x: float, y: float, words: str, *, kind: str) -> Markup:
    """Words at a place; ``kind`` is their CSS class."""
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, words)


def draw_line(x: tuple[float, float], y: tuple[float, float], *, kind: str) -> Markup:
    """A straight line from the first to the second ends."""
    return Markup('<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>').format(kind, *x, *y)


def wrap(parts: Sequence[Markup], *, width: float, height: float) -> Markup:
    """The drawing, as wide as its place but no wider than ``width`` pixels; its figure speaks for it."""
    opening = Markup('<svg aria-hidden="true" viewBox="0 0 {0:g} {1:g}" style="max-width:{0:g}px">')
    return opening.format(width, height) + Markup().join(parts) + Markup("</svg>")


def shorten(words: str, length: int) -> str:
    """At most ``length`` characters, the last a sign that some are lacking."""
    return words if len(words) <= length else words[: length - 1] + "…"
