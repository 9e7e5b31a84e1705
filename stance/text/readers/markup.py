"""HTML in a field of a record, as many news services send it: its text, a line a block."""

import re
from html.parser import HTMLParser

_BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
    *("section", "table", "td", "th", "tr", "ul"),
)
_UNSEEN = ("script", "style", "template")
_BLOCK = re.compile(rf"</?(?:{'|'.join(_BLOCKS)})(?:\s[^<>]*=[^<>]*)?\s*/?>", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n\s*\n")


def has_blocks(text: str) -> bool:
    """Whether a text has tags that begin or end a block; "a <p and q> b" has none."""
    return _BLOCK.search(text) is not None


def read_markup(markup: str) -> str:
    """What a reader sees of HTML: no tags, entities resolved, a line a block. A blank line ends one, too."""
    parser = _Parser()
    parser.feed(_BLANK_LINE.sub("<p>", markup))
    parser.close()
    lines = ("".join(parser.pieces)).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


class _Parser(HTMLParser):
    """Collects text; a block begins and ends with a line end."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.unseen += tag in _UNSEEN
        self._end_line(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in _UNSEEN and self.unseen > 0
        self._end_line(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.pieces.append(data.replace("\n", " "))

    def _end_line(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
