"""Label files, JSON Lines or Parquet: one record a sentence, from people, rules and models alike."""

import gzip
import io
import itertools
import json
import logging
import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from stance.csv_rows import read_rows
from stance.errors import DataError, ReadError
from stance.phrases import count_of
from stance.records import AUTHOR, UNKNOWN, Abstained, Label, LabelledSentence
from stance.storage import RUN, STANDARD_INPUT, open_input, open_output
from stance.taxonomy import Taxonomy

logger = logging.getLogger(__name__)

LABEL_SUFFIXES = (".jsonl", ".jsonl.gz", ".parquet")
SENTENCE_SUFFIXES = (*LABEL_SUFFIXES, ".csv", ".csv.gz")

N_REASONS_SHOWN = 10

ARTICLE_FIELDS = ("title", "outlet", "date", "event")
"""What a record may say of its article, beside the id."""

LABEL_TYPE = pa.struct(
    [
        ("topic", pa.string()),
        ("stance", pa.string()),
        ("holder", pa.string()),
        ("probability", pa.float64()),
        ("stance_probabilities", pa.map_(pa.string(), pa.float64())),
    ]
)
ABSTAINED_TYPE = pa.struct([*LABEL_TYPE, ("reason", pa.string())])
LABEL_SCHEMA = pa.schema(
    [
        ("article", pa.string()),
        ("sentence", pa.int64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("labels", pa.list_(LABEL_TYPE)),
        ("abstained", pa.list_(ABSTAINED_TYPE)),
        ("annotator", pa.string()),
    ]
)
"""Columns of a Parquet label file."""


def knows_sentences(path: str | Path) -> bool:
    """Whether a file's name is that of a file of sentences."""
    return str(path).lower().endswith(SENTENCE_SUFFIXES)


def read_labels(path: str | Path, taxonomy: Taxonomy | None = None) -> list[LabelledSentence]:
    """Read a label file, every label file of a folder in name order, or the labels that ``predict`` wrote.

    Lines with ``"boilerplate": true`` are left out. ``previous`` is filled in from the sentence that stands
    before in the same article, in reading order, unless a record has a ``previous`` of its own, even ``""``.

    Parameters
    ----------
    taxonomy
        Where given, every topic and stance must be in it.

    Raises
    ------
    ReadError
        Naming file and line of the records that are none of a label file.
    DataError
        If there is no record at all.
    """
    read: list[tuple[LabelledSentence, bool]] = []
    mistakes = _Mistakes()
    for file in _label_files(Path(path)):
        for line, record in _read_records(file):
            try:
                if not _is_boilerplate(record, file, line):
                    read.append((_to_sentence(record, file, line, taxonomy), _says_previous(record)))
            except ReadError as error:
                mistakes.add(error)
    if mistakes.firsts:
        raise mistakes.to_error()
    if not read:
        raise DataError(
            f"{path} holds no labelled sentence; expected one record a line, as in docs/codebook.md, or what "
            "`stance predict` writes as parquet or jsonl"
        )
    _warn_of_holders(path, [sentence for sentence, _ in read])
    return _with_previous(read)


class _Mistakes:
    """Wrong records by reason: the first of each of a few, and how many there are."""

    def __init__(self) -> None:
        self.firsts: dict[str, ReadError] = {}
        self.counts: Counter[str] = Counter()
        self.n_more = 0

    def add(self, error: ReadError) -> None:
        if error.reason in self.firsts or len(self.firsts) < N_REASONS_SHOWN:
            self.firsts.setdefault(error.reason, ReadError(error.path, error.reason, error.line))
            self.counts[error.reason] += 1
        else:
            self.n_more += 1

    def to_error(self) -> ReadError:
        """One error that tells of all."""
        lines: list[str] = []
        for reason, error in self.firsts.items():
            times = f" ({count_of(self.counts[reason], 'record')})" if self.counts[reason] > 1 else ""
            lines.append(f"{error if lines else reason}{times}")
        if self.n_more:
            lines.append(f"and {count_of(self.n_more, 'record')} more")
        first = next(iter(self.firsts.values()))
        return ReadError(first.path, "\n".join(lines), first.line)


def _warn_of_holders(path: str | Path, sentences: Sequence[LabelledSentence]) -> None:
    """Say how many holders are no words of their sentence, so that no model can name them."""
    named = [(one, label.holder) for one in sentences for label in one.labels if label.holder]
    strange = [
        (one, holder)
        for one, holder in named
        if holder not in (AUTHOR, UNKNOWN) and holder.casefold() not in one.text.casefold()
    ]
    if strange:
        one, holder = strange[0]
        logger.warning(
            "%s: of %s, %d not in the sentence, as %r in article %r, sentence %d; expected words of the "
            "sentence, %r or %r",
            path,
            count_of(len(named), "holder"),
            len(strange),
            holder,
            *one.key,
            AUTHOR,
            UNKNOWN,
        )


def read_sentences(path: str | Path) -> tuple[list[LabelledSentence], list[ReadError]]:
    """Read sentences that wait for labels, from records like those of a label file, whose labels are ignored.

    ``"-"`` is standard input, as JSON Lines. Lines with ``"boilerplate": true`` are left out and ``previous``
    is filled in, as by ``read_labels``. Beside the sentences stand the errors of records that cannot be read.
    """
    read: list[tuple[LabelledSentence, bool]] = []
    errors: list[ReadError] = []
    try:
        for line, record in _read_records(Path(path), SENTENCE_SUFFIXES):
            try:
                if not _is_boilerplate(record, Path(path), line):
                    sentence = _to_sentence(record, Path(path), line, None, judged=False)
                    read.append((sentence, _says_previous(record)))
            except ReadError as error:
                errors.append(error)
    except ReadError as error:
        errors.append(error)
    return _with_previous(read), errors


def _is_boilerplate(record: Any, path: Path, line: int) -> bool:
    """Whether a record says that it is no sentence of the article; tables say it in words."""
    said = record.get("boilerplate") if isinstance(record, dict) else None
    if said is None or isinstance(said, bool):
        return bool(said)
    known = {"": False, "false": False, "0": False, "0.0": False, "true": True, "1": True, "1.0": True}
    if (word := str(said).strip().casefold()) not in known:
        raise ReadError(path, f"'boilerplate' must be true or false, found {said!r:.80}", line)
    return known[word]


def write_labels(path: str | Path, sentences: Iterable[LabelledSentence]) -> int:
    """Write a JSON Lines label file, gzipped if so named; returns the number of lines.

    A line says what stands before its sentence where reading would fill in something else.
    """
    sentences = list(sentences)
    before = _find_previous(sentences)
    with open_label_file(path) as write:
        for one in sentences:
            is_known = one.previous == before.get(one.key, "")
            write(to_record(one) | ({} if is_known else {"previous": one.previous}))
    return len(sentences)


@contextmanager
def open_label_file(path: str | Path) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Open a JSON Lines label file, gzipped if so named; what is given writes a record a call.

    The file takes its name when the block ends without error; equal records are equal bytes.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    path = Path(path)
    with open_output(path.parent).write(path.name) as file, _compress(file, path) as lines:

        def write(record: Mapping[str, Any]) -> None:
            lines.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

        yield write


def _compress(file: BinaryIO, path: Path) -> AbstractContextManager[BinaryIO]:
    """``file`` itself, or what compresses into it if ``path`` is so named."""
    if path.suffix != ".gz":
        return nullcontext(file)
    # Without the name and the time in its head, so that equal runs write equal bytes.
    return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0))


def to_record(sentence: LabelledSentence) -> dict[str, Any]:
    """The JSON object of one line; empty optional fields are left out."""
    record: dict[str, Any] = {"article": sentence.article, "sentence": sentence.sentence}
    record |= {name: value for name in ARTICLE_FIELDS if (value := getattr(sentence, name))}
    record["text"] = sentence.text
    record["labels"] = [_to_label_record(label) for label in sentence.labels]
    if sentence.abstained:
        record["abstained"] = [
            {**_to_label_record(one.label), "reason": one.reason} for one in sentence.abstained
        ]
    record["annotator"] = sentence.annotator
    return record


def _to_label_record(label: Label) -> dict[str, Any]:
    record: dict[str, Any] = {"topic": label.topic, "stance": label.stance}
    if label.target is not None:
        record["target"] = label.target
    if label.holder is not None:
        record["holder"] = label.holder
    if label.probability is not None:
        record["probability"] = round(label.probability, 4)
    if label.stance_probabilities is not None:
        record["stance_probabilities"] = {k: round(v, 4) for k, v in label.stance_probabilities.items()}
    return record


def holds_records(path: Path) -> bool:
    """Whether a file holds anything; not so where no input of a run could be read."""
    try:
        with _open_text(path) as file:
            return bool(file.read(1))
    except (OSError, EOFError, zlib.error, ValueError):
        return True


def _label_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if path.is_dir():
        written_by_predict = (path / RUN).is_file() and (path / "labels").is_dir()
        folder = path / "labels" if written_by_predict else path
        files = sorted(folder.iterdir())
        if found := [file for file in files if file.name.lower().endswith(LABEL_SUFFIXES)]:
            return found
        if tables := [file for file in files if knows_sentences(file)]:
            raise ReadError(
                tables[0], "a label file is JSON Lines or Parquet; score the articles with such a --format"
            )
        return []
    raise ReadError(path, "no such file or folder; expected a label file")


def _read_records(path: Path, suffixes: Sequence[str] = LABEL_SUFFIXES) -> Iterator[tuple[int, Any]]:
    """Number and content of each record, an error in its place where it alone cannot be read.

    A field that is NaN, as pandas writes gaps, is left out.

    Raises ``ReadError`` where the file cannot be read on.
    """
    for line, record in _read_rows(path, suffixes):
        if isinstance(record, dict):
            yield line, {name: value for name, value in record.items() if not _is_nan(value)}
        else:
            yield line, record


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _read_rows(path: Path, suffixes: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """What the file holds, as it is."""
    if str(path) != STANDARD_INPUT and not path.name.lower().endswith(tuple(suffixes)):
        raise ReadError(path, f"not a file of labels or sentences by its name; expected {list(suffixes)}")
    try:
        if path.suffix.lower() == ".parquet":
            yield from enumerate(pq.read_table(path).to_pylist(maps_as_pydicts="strict"), start=1)
            return
        with _open_text(path) as file:
            is_table = path.name.lower().endswith((".csv", ".csv.gz"))
            yield from _read_table(file, path) if is_table else _read_json_lines(file, path)
    except (OSError, EOFError, zlib.error, pa.ArrowException, ValueError, OverflowError) as error:
        raise ReadError(path, f"cannot be read: {error}") from error


def _open_text(path: Path) -> IO[str]:
    """The lines of a file, each byte that is not UTF-8 as a ``_STRAY`` character."""
    if str(path) == STANDARD_INPUT:
        stream = open_input(STANDARD_INPUT)
        return io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape")
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


_STRAY = re.compile("[\udc80-\udcff]")
_NOT_UTF_8 = "not UTF-8, as files of labels and sentences are; save it as that"


def _read_json_lines(file: IO[str], path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        if _STRAY.search(line):
            yield number, ReadError(path, _NOT_UTF_8, line=number)
            continue
        try:
            record = json.loads(line.rstrip())
        except (ValueError, RecursionError) as error:
            yield number, ReadError(path, f"not JSON: {error}", line=number)
        else:
            yield number, record


def _read_table(file: IO[str], path: Path) -> Iterator[tuple[int, Any]]:
    first = file.readline()
    delimiter = max(",;\t", key=first.count)
    rows = read_rows(itertools.chain([first], file), delimiter, path)
    _, header = next(rows, (1, ReadError(path, "empty; expected a row with the names of columns")))
    if isinstance(header, ReadError):
        raise header
    if any(map(_STRAY.search, header)):
        raise ReadError(path, _NOT_UTF_8, line=1)
    for line, row in rows:
        if isinstance(row, ReadError):
            yield line, row
        elif any(map(_STRAY.search, row)):
            yield line, ReadError(path, _NOT_UTF_8, line=line)
        elif len(row) == len(header):
            yield line, dict(zip(header, row, strict=True))
        else:
            reason = f"found {count_of(len(row), 'value')}, expected {len(header)}: {header!r:.80}"
            yield line, ReadError(path, reason, line=line)


_NAMES = {str: "text", int: "whole number", list: "list"}


def _to_sentence(
    record: Any, path: Path, line: int, taxonomy: Taxonomy | None, *, judged: bool = True
) -> LabelledSentence:
    if isinstance(record, ReadError):
        raise record
    if not isinstance(record, dict):
        raise ReadError(path, f"expected a JSON object, found {type(record).__name__}", line=line)
    number = record.get("sentence")
    # All that a CSV file holds is text; of thousands of digits Python makes no number.
    if isinstance(number, str) and number.isdecimal() and len(number) < 20:
        record = {**record, "sentence": int(number)}
    expected = {"article": str, "sentence": int, "text": str} | ({"labels": list} if judged else {})
    for key, kind in expected.items():
        if not isinstance(record.get(key), kind) or isinstance(record[key], bool):
            reason = f"{key!r} must be a {_NAMES[kind]}, found {record.get(key)!r:.80}"
            raise ReadError(path, reason, line=line)
    for key in ("article", "text"):
        if not record[key].strip():
            raise ReadError(path, f"{key!r} is empty", line=line)
    labels = tuple(_to_label(label, path, line, taxonomy) for label in record["labels"]) if judged else ()
    abstained = _to_abstained(record, path, line, taxonomy) if judged else ()
    topics = [label.topic for label in (*labels, *(one.label for one in abstained))]
    if len(set(topics)) < len(topics):
        raise ReadError(path, f"a topic is given twice: {topics}", line=line)
    if not 0 <= record["sentence"] < 2**63:
        raise ReadError(path, f"'sentence' must be a number from 0, found {record['sentence']!r:.80}", line)
    return LabelledSentence(
        article=_to_plain(record["article"]),
        sentence=record["sentence"],
        text=_to_plain(record["text"]),
        labels=labels,
        annotator=str(record.get("annotator") or ""),
        previous=_to_plain(str(record.get("previous") or "")),
        **{name: _to_plain(str(record.get(name) or "")) for name in ARTICLE_FIELDS},
        abstained=abstained,
    )


def _to_plain(text: str) -> str:
    r"""Half a character, which no file can hold, becomes a question mark, and every line end ``\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")


def _to_label(record: Any, path: Path, line: int, taxonomy: Taxonomy | None) -> Label:
    if not (isinstance(record, dict) and all(isinstance(record.get(k), str) for k in ("topic", "stance"))):
        raise ReadError(
            path, f"a label needs 'topic' and 'stance', both texts, found {record!r:.80}", line=line
        )
    label = Label(
        topic=record["topic"],
        stance=record["stance"],
        holder=_to_plain(record["holder"]) if isinstance(record.get("holder"), str) else record.get("holder"),
        probability=record.get("probability"),
        stance_probabilities=record.get("stance_probabilities"),
        target=record.get("target"),
    )
    if label.target is not None and not (isinstance(label.target, str) and label.target.strip()):
        raise ReadError(path, f"a label's 'target' must be a text, found {label.target!r:.80}", line=line)
    if not isinstance(label.holder, str | None):
        raise ReadError(path, f"a label's 'holder' must be a text, found {label.holder!r:.80}", line=line)
    _check_probabilities(label, path, line)
    if taxonomy is not None:
        _check_label(label, path, line, taxonomy)
    return label


def _to_abstained(
    record: dict[str, Any], path: Path, line: int, taxonomy: Taxonomy | None
) -> tuple[Abstained, ...]:
    given = record.get("abstained")
    if given is None:
        return ()
    if not isinstance(given, list):
        raise ReadError(path, f"'abstained' must be a list of labels, found {given!r:.80}", line=line)
    return tuple(
        Abstained(_to_label(one, path, line, taxonomy), str(one.get("reason") or "")) for one in given
    )


def _check_label(label: Label, path: Path, line: int, taxonomy: Taxonomy) -> None:
    if problem := taxonomy.find_problem(label.topic, label.stance):
        raise ReadError(path, problem, line=line)
    allowed = list(taxonomy[label.topic].stances)
    given = label.stance_probabilities or {}
    if not given.keys() <= set(allowed):
        reason = f"stance_probabilities of {label.topic!r} must be of {allowed}, found {sorted(given)}"
        raise ReadError(path, reason, line=line)


def _check_probabilities(label: Label, path: Path, line: int) -> None:
    given = {} if label.stance_probabilities is None else label.stance_probabilities
    probability = 0 if label.probability is None else label.probability
    reason = ""
    if not isinstance(given, Mapping):
        reason = f"stance_probabilities must map stances to numbers, found {given!r:.80}"
    elif not all(_is_probability(one) for one in (*given.values(), probability)):
        reason = (
            f"a probability must be a number from 0 to 1, found {label.probability!r} and {dict(given)!r}"
        )
    elif given and abs(sum(given.values()) - 1) > 0.01:
        reason = f"stance_probabilities must sum to one, found {dict(given)!r}"
    if reason:
        raise ReadError(path, reason, line=line)


def _is_probability(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


def _says_previous(record: Mapping[str, Any]) -> bool:
    return record.get("previous") is not None


def _with_previous(read: Sequence[tuple[LabelledSentence, bool]]) -> list[LabelledSentence]:
    """Fill in the sentence before, whoever judged it, where a record does not say what it is."""
    before = _find_previous([sentence for sentence, _ in read])
    return [one if says else replace(one, previous=before.get(one.key, "")) for one, says in read]


def _find_previous(sentences: Sequence[LabelledSentence]) -> dict[tuple[str, int], str]:
    """By sentence, the text of the one that stands before it; of two with one number the first holds."""
    texts: dict[tuple[str, int], str] = {}
    for sentence in sentences:
        texts.setdefault(sentence.key, sentence.text)
    return {here: texts[last] for last, here in itertools.pairwise(sorted(texts)) if last[0] == here[0]}
