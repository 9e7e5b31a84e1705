"""The ledger of an output folder: which inputs are scored, under which conditions, and in which parts.

``ledger.jsonl`` opens with a line of conditions: the model by the digest of its manifest, and the options.
Each block that is complete adds a line: its files with what each holds, the digest of what was read, and its
parts with theirs. If a run is cut off while it writes a line, that line is not whole, and does not count. A
block may have several lines, of which the last holds; one that has lost its last file is dropped by a line.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from stance.errors import DataError
from stance.storage import LEDGER, OutputFolder
from stance.workflows.scoring.parts import Format, Part, name_part

COUNTED = (
    "articles_in",
    "articles",
    "set_aside",
    "sentences_in",
    "sentences",
    "sentences_set_aside",
    "sentences_with_topic",
    "dropped_spans",
    "windowed_sentences",
)
"""What is counted by file: articles read are those scored and those set aside, and so are their sentences."""

Conditions = Mapping[str, Any]
"""What must not change from one run to the next: model, options, version, by their names."""


@dataclass(frozen=True)
class BlockRecord:
    """A block that is complete.

    Attributes
    ----------
    files
        Columns with an entry a file: ``path``, ``id``, ``start`` and ``stop`` as in ``InputFile``; ``size``,
        ``mtime`` and ``digest`` as it was read (0 and empty where that cannot be relied on); each of
        ``COUNTED``; ``labels``, counts by topic and stance: ``{"arms_deal:favor": 3}``; and ``abstained``,
        counts by topic of the labels that were held back.
    parts
        By table; a table without a row has none.
    conditions
        Digest of the model and the options that it was scored with.
    """

    name: str
    files: Mapping[str, Sequence[Any]]
    parts: Mapping[str, Part]
    conditions: str

    @property
    def n_bytes(self) -> int:
        """Bytes that were read for the block."""
        columns = zip(*(self.files[name] for name in ("start", "stop", "size")), strict=True)
        return sum((size if stop < 0 else stop) - start for start, stop, size in columns)

    @property
    def input_digest(self) -> str:
        """Digest of all that was read for the block."""
        return hashlib.blake2b("".join(self.files["digest"]).encode(), digest_size=16).hexdigest()

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The record that a line of the ledger holds."""
        parts = {table: Part(**part) for table, part in content["parts"].items()}
        return cls(content["block"], content["files"], parts, content["conditions"])


class Ledger:
    """Reads a folder's ledger, and adds to it.

    Parameters
    ----------
    is_read
        Whether what is there counts.

    Attributes
    ----------
    conditions
        Of the runs so far; none if there was no run.
    """

    def __init__(self, out: OutputFolder, *, is_read: bool = True) -> None:
        self.out = out
        self.conditions: Conditions | None = None
        self._numbers: dict[str, int] = {}
        self._n_lines = self._n_bytes = 0
        for line, n_bytes in self._lines() if is_read else ():
            if self.conditions is None:
                self.conditions = line["conditions"]
            else:
                self._count(line)
            self._n_lines += 1
            self._n_bytes += n_bytes

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, name: object) -> bool:
        return name in self._numbers

    def blocks(self) -> Iterator[BlockRecord]:
        """The records that hold, one in memory at a time."""
        live = set(self._numbers.values())
        return (BlockRecord.from_dict(line) for n, (line, _) in enumerate(self._lines()) if n in live)

    def has_scores(self) -> bool:
        """Whether any article was scored; of some inputs none can be read."""
        return any(any(record.files["articles"]) for record in self.blocks())

    @classmethod
    def begin(cls, out: OutputFolder, conditions: Conditions) -> Self:
        """A new ledger, in place of what may be there."""
        with out.write(LEDGER) as file:
            file.write(_to_line({"conditions": conditions}).encode() + b"\n")
        return cls(out)

    @property
    def is_torn(self) -> bool:
        """Whether it ends in a line that a run was writing when it was cut off."""
        return self.out.size(LEDGER) != self._n_bytes

    def go_on(self) -> None:
        """Remove a line that is torn."""
        if self.is_torn:
            self.out.truncate(LEDGER, self._n_bytes)

    def add(self, record: BlockRecord) -> None:
        """Count a block as done, or put another record in place of its own."""
        self._append(
            {
                "block": record.name,
                "input": record.input_digest,
                "conditions": record.conditions,
                "files": dict(record.files),
                "parts": {table: asdict(part) for table, part in record.parts.items()},
            }
        )

    def drop(self, name: str) -> None:
        """Count a block as not done."""
        self._append({"block": name, "dropped": True})

    def _append(self, content: Mapping[str, Any]) -> None:
        self.out.append(LEDGER, _to_line(content))
        self._count(content)
        self._n_lines += 1

    def _count(self, line: Mapping[str, Any]) -> None:
        if line.get("dropped"):
            self._numbers.pop(line["block"], None)
        else:
            self._numbers[line["block"]] = self._n_lines

    def _lines(self) -> Iterator[tuple[dict[str, Any], int]]:
        """What each whole line holds, and its bytes; a last line that is not whole is left out."""
        if self.out.size(LEDGER) is None:
            return
        with self.out.open(LEDGER) as file:
            damaged = 0
            for number, line in enumerate(file, start=1):
                if damaged:
                    raise DataError(
                        f"{self.out}/{LEDGER}, line {damaged} is not a record of a run; "
                        "score the articles afresh with --overwrite"
                    )
                try:
                    content = json.loads(line)
                    content["conditions" if number == 1 else "block"]
                except (ValueError, KeyError, TypeError):
                    damaged = number
                    continue
                if line.endswith(b"\n"):
                    yield content, len(line)


def is_there(record: BlockRecord, out: OutputFolder, format: Format) -> bool:
    """Whether the folder holds the parts of a block, by their sizes."""
    return all(
        out.size(name_part(table, record.name, format)) == part.bytes for table, part in record.parts.items()
    )


def count_rows_by_file(record: BlockRecord, format: Format) -> dict[str, Sequence[int]]:
    """By table, the rows that each file of a block has in its part; they stand in the order of the files."""
    files = record.files
    labels = [
        sum(given.values()) + sum(held_back.values())
        for given, held_back in zip(files["labels"], files["abstained"], strict=True)
    ]
    set_aside = zip(files["set_aside"], files["sentences_set_aside"], strict=True)
    return {
        "labels": labels if format == "csv" else files["sentences"],
        "articles": files["articles"],
        "errors": [articles + sentences for articles, sentences in set_aside],
    }


def digest_conditions(conditions: Conditions) -> str:
    """What stands for the conditions in the line of a block."""
    return hashlib.blake2b(_to_line(conditions).encode(), digest_size=8).hexdigest()


def describe_difference(before: Conditions, now: Conditions) -> str:
    """Each condition that has changed, with what it was and what it is; empty if none has."""
    before, now = _flatten(before), _flatten(now)
    return "; ".join(
        "the model is another"
        if name == "model"
        else f"{name} was {before.get(name)!r}, and is now {now.get(name)!r}"
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    )


def _flatten(conditions: Conditions) -> Conditions:
    """A condition of several parts, as the names of fields, part by part."""
    flat: dict[str, Any] = {}
    for name, value in conditions.items():
        parts = value if isinstance(value, Mapping) else {"": value}
        flat |= {f"{name} {part}".strip(): one for part, one in parts.items()}
    return flat


def _to_line(content: Mapping[str, Any]) -> str:
    line = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return line.encode(errors="backslashreplace").decode()  # a path may have bytes that are no text
