"""Bytes to text: byte order mark, then UTF-8, then what the page declares, then the best guess."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes

from stance.errors import ReadError

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE
)
_WIDE = [
    "utf_16",
    "utf_16_be",
    "utf_16_le",
    "utf_32",
    "utf_32_be",
    "utf_32_le",
    "utf_7",
]  # never without a mark
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""In what pages that declare these are read: it has quotes, dashes and names that they lack.

As browsers do (WHATWG, Encoding Standard, section 4.2).
"""
_WESTERN = frozenset(
    "‘’“”‚„–—…•€£§°©®™«»¿¡·´½ªº\u00a0ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒàáâãäåæçèéêëìíîïñòóôõöøùúûüœÿß"
)
"""What English and its neighbours write beyond ASCII, in Windows-1252.

Text in another code page nearly always has something else at one of these places.
"""
_TYPESET = frozenset("“”‘’—…·")
"""What English from East Asia writes beyond ASCII, its quotes alike in GBK and EUC-KR."""
MAX_STRETCH = 2**20
"""Bytes, or characters, of an article that are held at once; some 170,000 words, longer than any article."""

_UNTOLD = "its encoding cannot be told; save it as UTF-8"
_GUESSED = 2**18  # bytes of a large file from which its encoding is guessed
_ENDS = (("\n",), (". ", "! ", "? "), (" ",))  # of lines, sentences, words
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(content: bytes, path: str, *, line: int | None = None) -> str:
    """Text of a file or line, its line ends as ``\\n``.

    Raises
    ------
    ReadError
        If it is empty, binary, or in no encoding that can be told.
    """
    if not content.strip():
        raise ReadError(path, "empty; expected the text of an article", line=line)
    mark = find_mark(content)
    if mark is None and b"\0" in content:
        raise ReadError(path, "binary (it holds NUL bytes); expected text", line=line)
    try:
        return normalise(content.decode(_MARKS[mark] if mark else "utf-8"))
    except UnicodeDecodeError as error:
        if mark:
            raise ReadError(path, _UNTOLD, line=line) from error
        encoding = _tell_encoding(content, len(content), error, path, line=line)
    return normalise(content.decode(encoding))


def _tell_encoding(
    content: bytes, n_guessed: int, error: UnicodeDecodeError, path: str, *, line: int | None = None
) -> str:
    """The encoding of what is not UTF-8: as declared, else a guess by the lines in its first bytes.

    Where most of it is UTF-8, a guess would garble that.
    """
    if declared := _declared(content):
        return declared
    if _is_mostly_utf8(content):
        reason = f"byte {error.start} is not UTF-8, though the rest is; take it out, or save it as UTF-8"
        raise ReadError(path, reason, line=line) from error
    if guessed := _guess(content if n_guessed >= len(content) else _cut_lines(content, n_guessed)):
        return guessed
    raise ReadError(path, _UNTOLD, line=line) from error


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether more characters beyond ASCII are whole than broken; in other encodings hardly any is whole."""
    beyond = [character for character in content.decode("utf-8", "replace") if character > "\x7f"]
    return beyond.count("\ufffd") < len(beyond) / 2


def to_utf8(stream: BinaryIO, path: str) -> BinaryIO:
    """The stream itself, or, if it begins with the mark of another encoding, its text in UTF-8."""
    mark = find_mark(stream.read(4))
    stream.seek(0)
    if mark is None or mark == codecs.BOM_UTF8:
        return stream
    return io.BytesIO(decode(stream.read(), path).encode())


def find_mark(content: bytes) -> bytes | None:
    """The byte order mark that the content begins with."""
    return next((mark for mark in _MARKS if content.startswith(mark)), None)


def decode_stretches(stream: BinaryIO, path: str) -> Iterator[str]:
    """Text of a file that may be too large to be held, in stretches that end at the end of a line.

    The text of a smaller file is one stretch, as by ``decode``. The encoding of a larger one is told from its
    beginning, and all of it is read once to be sure, so that nothing is yielded of a file that fails.

    Raises
    ------
    ReadError
        As ``decode``.
    """
    head = stream.read(MAX_STRETCH)
    rest = stream.read(1)
    if not rest:
        yield decode(head, path)
        return
    encoding = _find_encoding(head, path)
    for _ in _decode(stream, encoding, path):
        pass
    for text in _decode(stream, encoding, path):
        yield normalise(text)


def _find_encoding(head: bytes, path: str) -> str:
    """The encoding of a large file, by its first bytes, of which the last may be half a character."""
    mark = find_mark(head)
    if mark is not None:
        return _MARKS[mark]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        return _tell_encoding(_cut_lines(head, len(head)), _GUESSED, error, path)
    return "utf-8"


def _decode(stream: BinaryIO, encoding: str, path: str) -> Iterator[str]:
    """Decode the whole stream, each piece of it that is read cut by ``find_cut``."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    pending = ""
    while content := stream.read(MAX_STRETCH):
        if "\0" in (text := _decode_some(decoder, content, path)):
            raise ReadError(path, "binary (it holds NUL bytes); expected text")
        pending += text
        cut = find_cut(pending, 0, len(pending))
        yield pending[:cut]
        pending = pending[cut:]
    pending += _decode_some(decoder, b"", path, final=True)
    if pending:
        yield pending


def _decode_some(
    decoder: codecs.IncrementalDecoder, content: bytes, path: str, *, final: bool = False
) -> str:
    try:
        return decoder.decode(content, final)
    except UnicodeDecodeError as error:
        raise ReadError(
            path, f"not {error.encoding} all through: {error.reason}; save it as UTF-8"
        ) from error


def find_cut(text: str, start: int, end: int) -> int:
    """Where a stretch of at most ``text[start:end]`` ends: with a line, else a sentence, else a word."""
    for ends in _ENDS:
        place, length = max((text.rfind(one, start, end), len(one)) for one in ends)
        if place >= 0:
            return place + length
    return end


def normalise(text: str) -> str:
    """Line ends as ``\\n``; lone surrogates, which no file can hold, as the replacement character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def _declared(content: bytes) -> str | None:
    """The encoding that a page declares; none if it cannot be that."""
    declared = _DECLARED.search(content[:4096])
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared[1].decode()).name
        encoding = _SUPERSETS.get(name, name)
        content.decode(encoding)
    except (LookupError, UnicodeError):
        return None
    return None if encoding.replace("-", "_") in _WIDE else encoding


def _cut_lines(content: bytes, n_bytes: int) -> bytes:
    """The whole lines in the first bytes, for the last of these may be half a character."""
    return content[: content.rfind(b"\n", 0, n_bytes) + 1] or content[:n_bytes]


def _guess(content: bytes) -> str | None:
    if _is_typeset(content):
        return "gb18030"
    if _is_western(content):
        return "cp1252"
    best = from_bytes(content, cp_exclusion=_WIDE).best()
    return best.encoding if best else None


def _is_typeset(content: bytes) -> bool:
    """Whether it is English with the quotes and dashes of an East Asian code page."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    beyond = {character for character in text if character > "\x7f"}
    return bool(beyond) and beyond <= _TYPESET


def _is_western(content: bytes) -> bool:
    """Whether it reads as a Western European language in Windows-1252."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = [character for character in text if character > "\x7f"]
    return len(beyond) < len(text) / 5 and _WESTERN.issuperset(beyond)
