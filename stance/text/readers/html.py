"""Web pages: text and metadata by trafilatura, one article a file; nothing is fetched."""

import logging
from collections.abc import Iterator
from typing import BinaryIO

import trafilatura
from trafilatura.settings import Document

from stance.errors import ReadError
from stance.records import Article
from stance.text.readers.decoding import decode, normalise
from stance.text.readers.inputs import InputFile
from stance.text.readers.markup import to_lines
from stance.text.readers.reading import Fields
from stance.text.readers.records import to_value

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it names no file; what fails is told here


def read_html(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article]:
    """Read a saved page; its title opens the text. Its metadata are its own, so ``fields`` are not used."""
    content = decode(stream.read(), file.path)
    page = trafilatura.bare_extraction(content, include_comments=False, with_metadata=True)
    if not isinstance(page, Document) or not page.text:
        raise ReadError(file.path, "no article text found in the page")
    text = _mend_lines(normalise(page.text).strip(), content)
    title = to_value(page.title)
    if title and not text.startswith(title):
        text = f"{title}\n{text}"
    yield Article(
        id=file.id,
        text=text,
        title=title,
        outlet=to_value(page.sitename),
        date=to_value(page.date),
        url=to_value(page.url),
        author=to_value(page.author),
        path=file.path,
    )


def _mend_lines(text: str, content: str) -> str:
    """The text with a line a block, where its words are those of blocks of the page.

    What trafilatura falls back on for short pages runs blocks together, or cuts them at inline tags.
    """
    wanted, place, lines = _squeeze(text), 0, []
    for line in to_lines(content):
        squeezed = _squeeze(line)
        if wanted.startswith(squeezed, place):
            place += len(squeezed)
            lines.append(line)
    return "\n".join(lines) if place == len(wanted) else text


def _squeeze(text: str) -> str:
    return "".join(text.split())
