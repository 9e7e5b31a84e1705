"""Plain text and Markdown: one article a file, with YAML front matter if it has any."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

import yaml

from stance.errors import ReadError
from stance.records import Article
from stance.text.cleaning import find_reason
from stance.text.lines import find_lines, skip_bullet
from stance.text.readers.decoding import decode_stretches
from stance.text.readers.inputs import InputFile
from stance.text.readers.reading import Fields
from stance.text.readers.records import to_metadata

_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?=[\w-]+[ \t]*:)(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_ENDS_CLAUSE = re.compile(r"[.!?…:;,][\"'”’)\]]*$")
_RUNS_ON = re.compile(r"\s*?\n[ \t]*[a-z]")
_MAX_TITLE = 150  # code points
_HEAD = 5000  # code points in which a title is looked for


def read_text(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article]:
    """Read a text; its first line of prose, if short and without a full stop, is its title, too."""
    return _read_plain(stream, file, fields, _first_line)


def read_markdown(stream: BinaryIO, file: InputFile, fields: Fields) -> Iterator[Article]:
    """Read a Markdown file; its first heading is its title and stays in the text."""
    return _read_plain(stream, file, fields, _first_heading)


def _read_plain(
    stream: BinaryIO, file: InputFile, fields: Fields, find_title: Callable[[str], str | None]
) -> Iterator[Article]:
    stretches = decode_stretches(stream, file.path)
    text = next(stretches)
    while not text.strip() and (after := next(stretches, "")):
        text += after
    record: Mapping[str, object] = {}
    if match := _FRONT_MATTER.match(text):
        record = _parse_front_matter(match[1], file)
        text = text[match.end() :]
    if not text.strip():
        raise ReadError(file.path, "no text; expected an article after the front matter")
    article = Article(id=file.id, text=text, path=file.path, **to_metadata(record, fields))
    if not article.title:
        article = replace(article, title=find_title(text))
    yield article
    for text in stretches:
        article = replace(article, text=text, start=article.start + len(article.text))
        yield article


def _parse_front_matter(content: str, file: InputFile) -> Mapping[str, object]:
    try:
        record = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or error
        raise ReadError(
            file.path,
            f"front matter is not YAML: {problem}; a value that holds a colon needs quotes around it",
            line=mark and mark.line + 2,
        ) from error
    except ValueError as error:  # a date such as 2023-13-45
        raise ReadError(file.path, f"front matter is not YAML: {error}") from error
    if not isinstance(record, Mapping):
        raise ReadError(file.path, f"front matter must be 'key: value' lines, found {record!r:.80}")
    return record


def _first_heading(text: str) -> str | None:
    heading = re.search(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", text, re.MULTILINE)
    return heading[1] if heading else _first_line(text)


def _first_line(text: str) -> str | None:
    head = text[:_HEAD]
    for start, end in find_lines(head):
        if find_reason(head, start, end) is None:
            line = " ".join(head[skip_bullet(head, start, end) : end].split())
            is_title = (
                len(line) <= _MAX_TITLE and not _ENDS_CLAUSE.search(line) and not _RUNS_ON.match(head, end)
            )
            return line if is_title else None
    return None
