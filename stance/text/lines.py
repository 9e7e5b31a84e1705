"""The lines of a text as their writer meant them: hard-wrapped copy is joined again."""

import re
from collections.abc import Sequence

Span = tuple[int, int]

# Wire copy is wrapped at 60 to 80 columns; a longer line was broken by a paragraph's end, not by a margin.
_MAX_WIDTH = 100
_MIN_WIDTH = 40
_RAGGED = 8  # columns by which a line may fall short of the margin although the next word had fitted

_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
_BULLET = re.compile(r"(?:[•⦁▪●◦‣·*\-–—]|#{1,6}|\d{1,2}[.)])[ \t]+")


def find_lines(text: str) -> list[Span]:
    """Spans of the lines of ``text`` that hold anything, without the white space around them.

    Lines that a margin broke (as in wire copy) are joined into one span, so a span may hold newlines. A text
    is taken for hard-wrapped if few lines are long and many break in mid-sentence, before a lower-case word.
    """
    spans, follows = _physical_lines(text)
    margin = _find_margin(text, spans, follows)
    if margin is None:
        return spans
    joined: list[Span] = spans[:1]
    for before, here, is_next in zip(spans, spans[1:], follows[1:], strict=False):
        if is_next and _is_wrapped(text, before, here, margin):
            joined[-1] = (joined[-1][0], here[1])
        else:
            joined.append(here)
    return joined


def skip_bullet(text: str, start: int, end: int) -> int:
    """Where the line at ``text[start:end]`` begins after its bullet, number or heading mark."""
    bullet = _BULLET.match(text, start, end)
    return bullet.end() if bullet else start


def _physical_lines(text: str) -> tuple[list[Span], list[bool]]:
    """Stripped spans, and for each whether it follows the one before with no blank line between."""
    spans: list[Span] = []
    follows: list[bool] = []
    start, after_blank = 0, True
    for line in text.splitlines(keepends=True):
        if stripped := line.strip():
            first = start + len(line) - len(line.lstrip())
            spans.append((first, first + len(stripped)))
            follows.append(not after_blank and first == start)  # an indented line opens a paragraph
        after_blank = not stripped
        start += len(line)
    return spans, follows


def _find_margin(text: str, spans: Sequence[Span], follows: Sequence[bool]) -> int | None:
    """Width of the longest line that runs on into the next; none if the text is not hard-wrapped."""
    widths = [end - start for start, end in spans]
    if len(spans) < 3 or sum(width > _MAX_WIDTH for width in widths) > len(widths) / 5:
        return None
    pairs = [i for i in range(1, len(spans)) if follows[i]]
    run_on = [
        i
        for i in pairs
        if _MIN_WIDTH <= widths[i - 1] <= _MAX_WIDTH
        and text[spans[i][0]].islower()
        and not _ENDS_SENTENCE.search(text, *spans[i - 1])
    ]
    if len(run_on) < 2 or len(run_on) < 0.4 * len(pairs):
        return None
    return max(widths[i - 1] for i in run_on)


def _is_wrapped(text: str, before: Span, here: Span, margin: int) -> bool:
    """Whether the first word of the line ``here`` had no room on the line ``before``."""
    first_word = text[here[0] : here[1]].split(None, 1)[0]
    width = before[1] - before[0]
    had_no_room = margin - _RAGGED < width + 1 + len(first_word)
    return had_no_room and width <= margin + _RAGGED and not _BULLET.match(text, *here)
