"""Text with HTML tags in it, such as news services send, as plain lines: one a block."""

import re
from collections.abc import Iterator

from lxml.etree import iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring

_BLOCKS = (
    "address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|form|h1|h2|h3|h4|h5|h6|header|hr"
    "|li|main|nav|ol|p|pre|section|table|td|th|tr|ul"
)
_BLOCK_NAMES = frozenset(_BLOCKS.split("|"))
_UNREAD = ("script", "style")
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*=[^<>]*)?\s*/?>", re.IGNORECASE)
_BREAK = re.compile(r"\n\s*\n|</(?:body|html)\s*>", re.IGNORECASE)  # after </html> lxml reads no further


def has_blocks(text: str) -> bool:
    """Whether a tag in it begins or ends a line, such as ``<p>``; "a<p and q>b" has none."""
    return _BLOCK_TAG.search(text) is not None


def to_lines(markup: str) -> list[str]:
    """The text of each block, none of them blank: entities resolved, without tags, scripts and styles.

    A blank line ends a block, too; another end of a line is a space.
    """
    words = " ".join("<br>".join(_BREAK.split(markup)).split())
    parser = HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    tree = document_fromstring(f"<div>{words}</div>", parser=parser)
    lines = (" ".join(line.split()) for line in "".join(_walk(tree)).split("\n"))
    return [line for line in lines if line]


def _walk(tree: HtmlElement) -> Iterator[str]:
    """All text in its order, and the end of a line at either end of a block."""
    for event, element in iterwalk(tree, events=("start", "end")):
        if element.tag in _BLOCK_NAMES:
            yield "\n"
        if event == "end":
            yield element.tail or ""
        elif element.tag not in _UNREAD:
            yield element.text or ""
