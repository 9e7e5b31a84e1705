"""Cuts the prose of an article into sentences, each an exact slice of the article's text."""

import itertools
import re
from collections.abc import Iterator

from sentencex import segment

from stance.records import Article, DroppedSpan, Sentence
from stance.text.cleaning import clean, find_reason
from stance.text.lines import Span, skip_bullet

# sentencex keeps a quoted passage whole and takes quadratic time on unmatched quotes; news is cut at sentence
# ends inside a quotation, so the splitter reads quotation marks and a wrapped line's breaks as spaces. So it
# does every blank beyond ASCII: it panics on one between a single capital letter and a full stop.
_CURLY_QUOTES = "“”„‘’«»"
_BLANK = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e]|[^\S\x00-\x7f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # no UTF-8, so no input for sentencex
_WINDOW = 20_000  # code points handed over at a time: its other skips (brackets) are quadratic too

_INNER_END = re.compile(
    r"[.?!…‼⁇⁈⁉。．｡！？।॥][^\w.?!…‼⁇⁈⁉。．｡！？।॥]*\w"
)  # without one, a line is one sentence
_WORD = re.compile(r"[^\W_]")
_QUOTES = _CURLY_QUOTES + "\"'"
_OPENERS = _QUOTES + "([ "
_BETWEEN = frozenset(_QUOTES + " \t\n\r\x0b\x0c\x1c\x1d\x1e\x85\xa0\u2028\u2029")
_MAX_BETWEEN = 50  # marks and white space between two sentences that are looked through
_CLOSERS = re.compile(r"[”\"’'»)\]]*(?:\s+(?:”|''|[\"»](?=\s|$)))*\s*")
_CLOSED_BRACKET = re.compile(r"\s*[(\[][^()\[\]]*[.!?][\"”’]?[)\]]\s+(?=[“\"‘(]?[A-Z])")
# "MOSCOW, November 3. /TASS/. The ministry …" and "KYIV. Nov 3 (Interfax-Ukraine) – The …" open a sentence.
_DATELINE = re.compile(
    r"[A-Z][A-Z .,'’-]{2,40}[.,]? ?(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8})?(?:, \d{4})?[.,]?"
    r"\s*(?:/[A-Z][\w-]+/|\([A-Z][\w .,-]{1,30}\))\s*[-–—.:]*\s*"
)
# Abbreviations that a name, number or day follows, and what may follow "a.m." within a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:Gen|Maj|Brig|Cmdr|Cpl|Pvt|Capt|Col|Lt|Sgt|Adm|Sens?|Reps?|Govs?|Rev|Hon|Amb|Supt|Messrs|Mr|Mrs|Ms|Dr"
    r"|Prof|St|Ft|Mt|Nos?|vs|Atty|Secy))\.$"
)
# The "Japan-U." of "Japan-U.S." and "D-N." of "D-N.Y.".
_BEGUN_ABBREVIATION = re.compile(r"(?<![\w.])[\w.]+-[A-Z]\.$")
_AFTER_CLOCK = re.compile(
    r"\s*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|GMT|UTC|[ECMP][DS]?T|BST|IST|KST|JST)\b"
)


def split(article: Article) -> tuple[list[Sentence], list[DroppedSpan]]:
    """Cut an article into the sentences of its prose, and what is not prose.

    Every code point that is not white space is in exactly one sentence or dropped span, except for the
    bullets, numbers and heading marks that open a line.

    Returns
    -------
    sentences
        In reading order; ``article.text[start:end]`` is the sentence. One that spans a hard-wrapped line
        holds its newline.
    dropped
        In reading order, each with its reason.
    """
    text = article.text
    spans, dropped = find_sentences(text)
    sentences = [
        Sentence(article.id, index, start, end, text[start:end]) for index, (start, end) in enumerate(spans)
    ]
    return sentences, dropped


def find_sentences(text: str) -> tuple[list[Span], list[DroppedSpan]]:
    """What ``split`` gives of an article with this text, the sentences as spans of it."""
    cleaned = clean(text)
    sentences: list[Span] = []
    dropped = list(cleaned.dropped)
    for line, is_cued in zip(cleaned.kept, cleaned.cued, strict=True):
        spans = _split_line(text, *line)
        if len(spans) == 1 or not is_cued:
            sentences += spans
            continue
        for span in spans:
            reason = find_reason(text, *span)
            if reason is None:
                sentences.append(span)
            else:
                dropped.append(DroppedSpan(*span, reason))
    return sentences, sorted(dropped, key=lambda span: span.start)


def _split_line(text: str, start: int, end: int) -> list[Span]:
    """Spans of the sentences of a line, without the white space between them."""
    begin = last = skip_bullet(text, start, end)
    spans: list[Span] = []
    for cut in _find_cuts(text, begin, end):
        has_word = _WORD.search(text, last, cut)
        last = cut
        if not has_word and not spans and cut < end:
            continue  # stray marks stay with the sentence after
        piece = text[begin:cut]
        span = begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip())
        if not has_word and spans:
            span = spans.pop()[0], max(span)  # stray marks stay with the sentence before
        spans.append(span)
        begin = cut
    return spans


def _find_cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Where each sentence of ``text[start:end]`` but the first begins, white space perhaps before it."""
    if not _INNER_END.search(text, start, end):
        yield end
        return
    dateline = _DATELINE.match(text, start, end)
    earliest = dateline.end() if dateline else start
    before = start
    for boundary in itertools.chain(_find_boundaries(text, start, end), (end,)):
        cut = _mend_boundary(text, before, boundary, end)
        if cut is None or (cut <= earliest and cut < end):
            continue
        if bracket := _CLOSED_BRACKET.match(text, before, cut):
            yield bracket.end()
        yield cut
        before = cut


def _mend_boundary(text: str, before: int, boundary: int, end: int) -> int | None:
    """Move a boundary past the quotes that close its sentence; none if no sentence ends there."""
    if boundary == end:
        return end
    last, furthest_back = boundary, max(before, boundary - _MAX_BETWEEN)
    while last > furthest_back and text[last - 1] in _BETWEEN:
        last -= 1
    closers = _CLOSERS.match(text, last, end)
    cut = closers.end() if closers else boundary
    following = text[cut : cut + 20]
    if following.lstrip(_OPENERS)[:1].islower():
        return None
    if "." in text[last - 2 : last] and _ABBREVIATION.search(text, max(before, last - 8), last):
        return None
    if text[last - 3 : last] == ".m." and _AFTER_CLOCK.match(following):
        return None
    if text[last + 1 : last + 2] == "." and _BEGUN_ABBREVIATION.search(text, max(before, last - 20), last):
        return None
    return cut


def _find_boundaries(text: str, start: int, end: int) -> Iterator[int]:
    """What sentencex takes for the starts of sentences after the first, read through a sliding window."""
    while start < end:
        window = text[start : start + _WINDOW] if end - start > _WINDOW else text[start:end]
        lengths = map(len, _segment(_mask(window)))
        starts = [start + length for length in itertools.accumulate(lengths)]
        if start + len(window) >= end:
            yield from starts[:-1]
            return
        # The window's last sentence may go on: read it again whole. A longer one is cut at a space.
        starts = starts[:-1] or [start + (len(window[: window.rfind(" ") + 1]) or len(window))]
        yield from starts
        start = starts[-1]


def _segment(text: str) -> list[str]:
    """What sentencex makes of the text; its panic is an ordinary error, which costs one file."""
    try:
        return list(segment("en", text))
    except BaseException as error:  # a panic is no Exception, and its class cannot be imported
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise RuntimeError(f"sentencex panicked: {error}") from error


def _mask(text: str) -> str:
    """The same number of code points, with spaces for what would mislead the splitter."""
    if not text.isascii():
        text = _LONE_SURROGATE.sub(" ", text.replace("…”", ". ").replace('…"', ". "))
        for mark in _CURLY_QUOTES:
            text = text.replace(mark, " ")
    text = text.replace('"', " ")
    return text if text.isprintable() else _BLANK.sub(" ", text)
