"""Web pages: text and metadata by trafilatura, one article a file; nothing is fetched."""

import logging
from collections.abc import Iterator
from typing import Any, BinaryIO

import trafilatura
from trafilatura.settings import Document, use_config

from stance.errors import ReadError
from stance.records import Article
from stance.text.readers.decoding import decode, normalise
from stance.text.readers.inputs import InputFile
from stance.text.readers.reading import Fields
from stance.text.readers.records import to_value

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it names no file; our own errors do
_SHORT = use_config()
_SHORT["DEFAULT"].update(MIN_EXTRACTED_SIZE="1", MIN_OUTPUT_SIZE="1")


def read_html(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article]:
    """Read a saved page; its title opens the text. Its metadata are its own, so ``fields`` are not used."""
    content = decode(stream.read(), file.path)
    page = _extract(content)
    if page and "\n" not in (page.text or ""):  # its last resort for short pages runs all blocks together
        page = _extract(content, config=_SHORT) or page
    if not page:
        raise ReadError(file.path, "no article text found in the page")
    text = normalise(page.text or "").strip()
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


def _extract(content: str, **settings: Any) -> Document | None:
    """What trafilatura finds in a page, if that has text."""
    page = trafilatura.bare_extraction(content, include_comments=False, with_metadata=True, **settings)
    return page if isinstance(page, Document) and page.text else None
