"""JSON and JSON Lines: an article an object."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from stance.errors import ReadError
from stance.records import Article
from stance.text.readers.decoding import decode, to_utf8
from stance.text.readers.inputs import WHOLE, InputFile
from stance.text.readers.reading import Fields
from stance.text.readers.records import to_article


def read_json(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article | ReadError]:
    """Read one object or an array of objects."""
    content = _parse(decode(stream.read(), file.path), file)
    if not isinstance(content, list):
        yield to_article(content, file, fields)
        return
    for number, record in enumerate(content, start=1):
        yield to_article(record, file, fields, line=number)


def read_json_lines(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article | ReadError]:
    """Read an object a line; blank lines are passed over."""
    is_empty = True
    for number, line in enumerate(to_utf8(stream, file.path), start=1):
        if not line.strip():
            continue
        is_empty = False
        try:
            record = _parse(decode(line, file.path, line=number).rstrip(), file, line=number)
        except ReadError as error:
            yield error
        else:
            yield to_article(record, file, fields, line=number)
    if is_empty and file.stop == WHOLE:
        raise ReadError(file.path, "empty; expected one JSON object a line")


def _parse(content: str, file: InputFile, *, line: int | None = None) -> object:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        several = error.msg == "Extra data" and line is None
        hint = "; if it holds one object a line, name it .jsonl" if several else ""
        place = error.lineno if line is None else line
        raise ReadError(
            file.path, f"not JSON: {error.msg} at column {error.colno}{hint}", line=place
        ) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
        raise ReadError(file.path, f"not JSON that can be read: {error}", line=line) from error
