"""Text with HTML tags in it, such as news services send, as plain lines: one a block."""

import re
from collections.abc import Mapping

from lxml.etree import HTMLParser, fromstring

_BLOCKS = (
    "address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|figcaption|figure|footer|form"
    "|h1|h2|h3|h4|h5|h6|header|hr|li|main|nav|ol|p|pre|section|summary|table|td|th|tr|ul"
)
_BLOCK_NAMES = frozenset(_BLOCKS.split("|"))
BREAKS = frozenset(["br", "hr"])
"""Tags that plain text may have."""

_UNREAD = ("script", "style")
_BLOCK_TAG = re.compile(rf"</?({_BLOCKS})(?:\s*/?|\s[^<>=]*=[^<>]*)>", re.IGNORECASE)
_BREAK = re.compile(r"\n\s*\n|</(?:body|html)\s*>", re.IGNORECASE)  # after </html> lxml reads no further


def find_blocks(text: str) -> set[str]:
    """Names of the tags in it that begin or end a line, such as ``<p>``; "a<p and q>b" has none."""
    return {name.lower() for name in _BLOCK_TAG.findall(text)}


def to_lines(markup: str, *, has_lines: bool = False) -> list[str]:
    """The text of each block, none of them blank: entities resolved, without tags, scripts and styles.

    A blank line ends a block, too. Another end of a line is a space, unless the markup ``has_lines`` itself.
    """
    if has_lines:
        markup = markup.replace("\n", "<br>")
    words = " ".join("<br>".join(_BREAK.split(markup)).split())
    text: str = fromstring(f"<div>{words}</div>", HTMLParser(target=_Text(), huge_tree=True))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return [line for line in lines if line]


class _Text:
    """Collects all text in its order, and the end of a line at either end of a block.

    The parser calls it as it reads: a tree would end where tags are nested too deep, and say nothing.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._n_unread = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._n_unread += tag in _UNREAD
        self._break(tag)

    def end(self, tag: str) -> None:
        self._n_unread -= tag in _UNREAD
        self._break(tag)

    def data(self, text: str) -> None:
        if not self._n_unread:
            self._pieces.append(text)

    def close(self) -> str:
        return "".join(self._pieces)

    def _break(self, tag: str) -> None:
        if tag in _BLOCK_NAMES:
            self._pieces.append("\n")
