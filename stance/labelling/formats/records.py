"""Plain records, for data sets that were brought into one form: JSON Lines, gzipped or not, a file a part.

A record has ``text`` and ``label``; ``target`` where the label is toward one, and ``group`` where something,
as an article, must not be torn apart.
"""

from collections.abc import Iterator
from pathlib import Path

from stance.errors import ReadError
from stance.labelling.formats.base import Format, JudgedText, Row, find_files, read_records

_FIELDS = ("text", "label", "target", "group")


def read_plain(folder: Path) -> Iterator[JudgedText]:
    """Texts of a part a file, by its name without suffixes."""
    for path in find_files(folder, "*.jsonl", "*.jsonl.gz"):
        split = path.name.split(".")[0]
        for line, record in read_records(path):
            values = {key: record[key] for key in _FIELDS if record.get(key) is not None}
            for key, value in values.items():
                if not isinstance(value, str | int | float) or isinstance(value, bool):
                    raise ReadError(path, f"{key!r} must be a text or a number, found {value!r:.80}", line)
            row = Row(path, line, {key: str(value) for key, value in values.items()})
            yield JudgedText(
                split=split,
                text=row["text"],
                target=row.values.get("target", ""),
                stance=row["label"],
                group=row.values.get("group") or f"{split}-{line}",
            )


FORMAT = Format(read_plain, None, neutral="neutral", open_targets=True)
