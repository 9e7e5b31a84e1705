"""Web pages: text and metadata by trafilatura, one article a file; nothing is fetched."""

from collections.abc import Iterator
from typing import BinaryIO

import trafilatura
from trafilatura.settings import Document

from stance.errors import ReadError
from stance.records import Article
from stance.text.readers.decoding import decode, normalise
from stance.text.readers.inputs import InputFile
from stance.text.readers.reading import Fields
from stance.text.readers.records import to_value


def read_html(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article]:
    """Read a saved page; its title opens the text. Its metadata are its own, so ``fields`` are not used."""
    page = trafilatura.bare_extraction(
        decode(stream.read(), file.path), include_comments=False, with_metadata=True
    )
    if not isinstance(page, Document) or not page.text:
        raise ReadError(file.path, "no article text found in the page")
    text = normalise(page.text).strip()
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
