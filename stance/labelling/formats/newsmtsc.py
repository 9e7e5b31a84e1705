"""NewsMTSC, sentiment toward mentions in news sentences (Hamborg and Donnay 2021).

``train.jsonl``, ``dev.jsonl`` and ``test.jsonl`` in a folder whose name says ``rw`` or ``mt``, in either form
of the repository: a line a sentence with a list of targets, or a line a target (``-hf``).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.errors import ReadError
from stance.labelling.formats.base import Format, JudgedText, Row, find_files, read_records

_STANCES = {
    "2.0": "negative",
    "4.0": "neutral",
    "6.0": "positive",
    "-1.0": "negative",
    "0.0": "neutral",
    "1.0": "positive",
}


def read_newsmtsc(folder: Path) -> Iterator[JudgedText]:
    """Texts of the parts ``train``, ``dev_rw``, ``test_rw``, ``dev_mt`` and ``test_mt``.

    The training file, of which each folder may have a copy, is read once.
    """
    seen: set[str] = set()
    for path in find_files(folder, "train.jsonl", "dev.jsonl", "test.jsonl"):
        kind = "mt" if "mt" in path.parent.name.split("-") else "rw"
        split = path.stem if path.stem == "train" else f"{path.stem}_{kind}"
        if split in seen:
            continue
        seen.add(split)
        for line, record in read_records(path):
            for row in _rows(path, line, record):
                yield JudgedText(
                    split=split,
                    text=row["sentence"],
                    target=row["mention"],
                    stance=row.to_stance("polarity", _STANCES),
                    group="_".join(row["id"].split("_")[:3]),
                )


def _rows(path: Path, line: int, record: dict[str, Any]) -> Iterator[Row]:
    targets = record.get("targets", [record])
    if not (isinstance(targets, list) and all(isinstance(target, dict) for target in targets)):
        raise ReadError(path, f"'targets' must be a list of objects, found {targets!r:.80}", line)
    sentence = record.get("sentence_normalized", record.get("sentence", ""))
    for target in targets:
        values = {
            "sentence": str(sentence),
            "mention": str(target.get("mention", "")),
            "id": str(record.get("primary_gid", record.get("id", ""))),
        }
        polarity = target.get("polarity")
        values["polarity"] = str(float(polarity)) if isinstance(polarity, int | float) else str(polarity)
        yield Row(path, line, values)


FORMAT = Format(read_newsmtsc, "NewsMTSC (Hamborg and Donnay 2021)", neutral="neutral", open_targets=True)
