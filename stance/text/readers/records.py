"""Makes an article of a record: a row or object with named fields."""

import hashlib
import math
import shlex
from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from stance.errors import ReadError
from stance.records import Article
from stance.text.readers.decoding import normalise
from stance.text.readers.inputs import InputFile
from stance.text.readers.markup import BREAKS, find_blocks, to_lines
from stance.text.readers.reading import Fields


def to_article(
    record: object, file: InputFile, fields: Fields, *, line: int | None = None
) -> Article | ReadError:
    """The article of a record, or what is wrong with the record.

    Its id is the record's own, else a digest of its url, else of its text. Of a text that is HTML it is what
    a reader sees.
    """
    if not isinstance(record, Mapping):
        return ReadError(file.path, f"expected an object, found {record!r:.80}", line=line)
    text = record.get(fields.text)
    if fields.text not in record:
        return ReadError(file.path, describe_missing(record, fields), line=line)
    if not isinstance(text, str) or not text.strip():
        found = "nothing" if text is None or isinstance(text, str) else f"{text!r:.80}"
        return ReadError(file.path, f"{fields.text!r} must be the article's text, found {found}", line=line)
    text, metadata = normalise(text), to_metadata(record, fields)
    if blocks := find_blocks(text):
        text = "\n".join(to_lines(text, has_lines=blocks <= BREAKS))
        metadata["title"] = to_value(" ".join(to_lines(metadata["title"] or "")))
        if not text:
            return ReadError(file.path, f"{fields.text!r} is HTML without any text", line=line)
    id = to_value(record.get(fields.id)) or _digest(metadata["url"] or text)
    return Article(id=id, text=text, path=file.path, **metadata)


def to_metadata(record: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """Title, outlet, date, url and author, by their names in ``Article``."""
    named = {field.name: getattr(fields, field.name) for field in dataclass_fields(fields)}
    return {name: to_value(record.get(key)) for name, key in named.items() if name not in ("id", "text")}


def to_value(value: object) -> str | None:
    """A metadata value on one line; none if it is blank or NaN. Several authors are joined by commas."""
    if isinstance(value, list | tuple):
        value = ", ".join(str(part) for part in value)
    is_nan = isinstance(value, float) and math.isnan(value)  # what pandas writes for a gap
    return None if value is None or is_nan else " ".join(normalise(str(value)).split()) or None


def describe_missing(record: Mapping[str, Any], fields: Fields) -> str:
    """What to say of a record without text; of the fields that hold words the longest is the likely one."""
    keys = [str(key) for key in record]
    texts = {key: value for key, value in record.items() if isinstance(value, str) and " " in value.strip()}
    likely = shlex.quote(str(max(texts, key=lambda key: len(texts[key])))) if texts else "KEY"
    return f"{fields.text!r} is missing; found keys {keys}. Name it with --text-key {likely}."


def _digest(content: str) -> str:
    return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()
