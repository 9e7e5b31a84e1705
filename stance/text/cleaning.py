"""Tells the prose of an article from what stands around it; each dropped line keeps its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stance.records import DroppedSpan
from stance.text.boilerplate import CUES, RULES
from stance.text.lines import Span, find_lines, skip_bullet

_MAX_LENGTH = 400  # code points; a longer line is prose
_MIN_SENTENCE = 40

_CLOSERS = "\"'”’)"


def _compile(rules: Mapping[str, Sequence[str]], *, minding_case: bool) -> re.Pattern[str]:
    """One expression of the rules that do, or do not, mind the case; its last group is the reason."""
    chosen = {
        reason: [pattern for pattern in patterns if ("(?-i:" in pattern) == minding_case]
        for reason, patterns in rules.items()
    }
    groups = (f"(?P<{reason.replace('-', '_')}>{'|'.join(some)})" for reason, some in chosen.items() if some)
    return re.compile("|".join(groups), re.IGNORECASE if minding_case else re.NOFLAG)


# Two expressions, because matching a lower-cased line is several times as fast as ignoring the case.
_CASED_RULE = _compile(RULES, minding_case=True)
_RULE = _compile(RULES, minding_case=False)
# What a label such as "Related article" announces: a headline, which ends in no full stop.
_LINK_LABEL = re.compile(
    r"(?:related|recommended|most|more|trending|top|latest|read|see)\b[^:]{0,40}:?", re.IGNORECASE
)
# What a text may begin with under such a label: its own title, which is more than names and a date.
_LABELLED_TITLE = re.compile(
    r"(?:Watch|Video|Explainer|Sources|Analysis|Signed): "
    r"(?=.*\b(?!(?:of|the|and|by|for|from|in|via)\b)[a-z]{2,})\S+(?: \S+){3,}"
)
_TITLE_LABELS = ("related-link", "credit", "press-release")
_HEADLINE = re.compile(r"\S+(?: \S+){4,24}(?<![.!?:”\"])")
_SHOUTED = re.compile(r"(?!.*[a-z])(?:\S+ ){5,}\S*[^\s.!?”\"]")
_MENU_ITEM = re.compile(r"[A-Z0-9]\S*(?: (?:[A-Z0-9&]\S*|of|and|the|in|for|to)){0,3}(?<![.!?:;,])")
_MIN_MENU = 4
# No prose opens under the title with a line of so few words, or ends with a line of so few and no full stop.
_MAX_OPENING = 3
_MAX_ENDING = 10


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Spans of a text in reading order: lines of prose, and what was dropped with its reason.

    A line broken by a margin is one span, so spans may hold newlines; white space around lines is in neither.
    ``cued`` says of each line of prose whether a sentence of it may still be what is to be dropped.
    """

    kept: tuple[Span, ...]
    cued: tuple[bool, ...]
    dropped: tuple[DroppedSpan, ...]


def clean(text: str) -> Cleaned:
    """Judge each line of an article: prose, or a reason to drop it.

    A reason is one of ``boilerplate.RULES``, or ``separator`` for a line of marks alone.
    """
    spans = find_lines(text)
    lines = [text[skip_bullet(text, start, end) : end] for start, end in spans]
    cued = [_has_cue(line) for line in lines]
    reasons = [_find_reason(line, is_cued=is_cued) for line, is_cued in zip(lines, cued, strict=True)]
    _keep_title(lines, reasons)
    _drop_linked_headlines(lines, reasons)
    _drop_shouted_headlines(lines, reasons)
    _drop_menus(lines, reasons)
    _drop_edges(lines, reasons)
    judged = list(zip(spans, cued, reasons, strict=True))
    return Cleaned(
        kept=tuple(span for span, _, reason in judged if reason is None),
        cued=tuple(is_cued for _, is_cued, reason in judged if reason is None),
        dropped=tuple(DroppedSpan(*span, reason) for span, _, reason in judged if reason is not None),
    )


def find_reason(text: str, start: int, end: int) -> str | None:
    """Why ``text[start:end]`` alone, a line or a sentence, is not prose; none if it may be."""
    line = text[skip_bullet(text, start, end) : end]
    return _find_reason(line, is_cued=_has_cue(line))


def _find_reason(line: str, *, is_cued: bool) -> str | None:
    if len(line) > _MAX_LENGTH or (not is_cued and _reads_like_sentence(line)):
        return None
    line = " ".join(line.split())
    if match := _RULE.fullmatch(line.lower()) or _CASED_RULE.fullmatch(line):
        return str(match.lastgroup).replace("_", "-")
    return None if any(map(str.isalnum, line)) else "separator"


def _reads_like_sentence(line: str) -> bool:
    return len(line) >= _MIN_SENTENCE and line.rstrip(_CLOSERS).endswith((".", "?", "!", "…"))


def _has_cue(line: str) -> bool:
    """Whether a word of ``line`` makes it worth asking for the reason to drop it."""
    line = line.lower()
    for mark in ".,:()":
        line = line.replace(mark, " ")
    return not CUES.isdisjoint(line.split())


def _keep_title(lines: Sequence[str], reasons: list[str | None]) -> None:
    """The first line is the headline, though it may open as a link does: "Watch: Kim warns Seoul"."""
    if lines and reasons[0] in _TITLE_LABELS and _LABELLED_TITLE.fullmatch(" ".join(lines[0].split())):
        reasons[0] = None


def _drop_linked_headlines(lines: Sequence[str], reasons: list[str | None]) -> None:
    """A label such as "Related article" takes the headlines under it along."""
    under_label = False
    for i, line in enumerate(lines):
        if reasons[i] is not None:
            under_label = reasons[i] == "related-link" and bool(_LINK_LABEL.fullmatch(line))
        elif under_label and _HEADLINE.fullmatch(line):
            reasons[i] = "related-link"
        else:
            under_label = False


def _drop_shouted_headlines(lines: Sequence[str], reasons: list[str | None]) -> None:
    """A long headline in capitals amid an article links to another story, unless the article is capitals."""
    shouted = [i for i, line in enumerate(lines) if i > 0 and reasons[i] is None and _SHOUTED.fullmatch(line)]
    if len(shouted) <= len(lines) / 3:
        for i in shouted:
            reasons[i] = "related-link"


def _drop_menus(lines: Sequence[str], reasons: list[str | None]) -> None:
    """A run of short lines in title case is a menu, unless a colon announces it as a list."""
    run: list[int] = []
    for i, line in enumerate([*lines, ""]):
        if _MENU_ITEM.fullmatch(line):
            run.append(i)
            continue
        announced = bool(run) and run[0] > 0 and lines[run[0] - 1].endswith(":")
        if len(run) >= _MIN_MENU and not announced:
            for item in run:
                reasons[item] = reasons[item] or "navigation"
        run = []


def _drop_edges(lines: Sequence[str], reasons: list[str | None]) -> None:
    """Names before the first sentence and after the last are no headings: nothing stands under them.

    Leaves texts alone that are not mostly sentences, such as lists of headlines.
    """
    sentences = [i for i, line in enumerate(lines) if reasons[i] is None and _ends_like_prose(line)]
    if not sentences or 2 * len(sentences) < reasons.count(None):
        return
    for i in range(1, sentences[0]):
        if reasons[i] is None and len(lines[i].split()) <= _MAX_OPENING:
            reasons[i] = "byline"
    if lines[sentences[-1]].endswith(":"):
        return
    for i in range(sentences[-1] + 1, len(lines)):
        if reasons[i] is None and len(lines[i].split()) <= _MAX_ENDING and not lines[i][0].islower():
            reasons[i] = "sign-off"


def _ends_like_prose(line: str) -> bool:
    return line.rstrip(_CLOSERS).endswith((".", "?", "!", "…", ":"))
