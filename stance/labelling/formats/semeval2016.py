"""SemEval-2016 Task 6, stance in tweets (Mohammad et al. 2016), in each form that its site gives out.

Tab-separated files (``*trainingdata*.txt``, ``*trialdata*.txt``, ``*testdata*.txt``) in Windows-1252 with
the columns ID, Target, Tweet, Stance and perhaps more, in which a quotation mark is only that; or
``train.csv`` and ``test.csv`` with commas. The trial data belong to the training data, as in the published
figures. Tweets about a target without training data are the test of subtask B.
"""

from collections.abc import Iterator
from pathlib import Path

from stance.labelling.formats.base import Format, JudgedText, Row, find_files, read_table

_STANCES = {"FAVOR": "favor", "AGAINST": "against", "NONE": "none"}


def read_semeval(folder: Path) -> Iterator[JudgedText]:
    """Texts of the parts ``train``, ``test`` and, where it is there, ``test_b``."""
    files = find_files(folder, "*data*.txt", "train.csv", "test.csv")
    rows = [row for path in files if _is_data(path) for row in _read(path)]
    trained = {row["Target"] for row in rows if not _is_test(row.path)}
    for row in rows:
        known = row["Target"] in trained
        part = "train" if not _is_test(row.path) else "test" if known or not trained else "test_b"
        yield JudgedText(
            split=part,
            text=row["Tweet"].removesuffix("#SemST").rstrip(),
            target=row["Target"],
            stance=row.to_stance("Stance", _STANCES),
            group=f"{row.path.stem}-{row.line}",
        )


def _is_data(path: Path) -> bool:
    return not any(word in path.stem.lower() for word in ("readme", "-ids", "stats"))


def _is_test(path: Path) -> bool:
    return "test" in path.stem.lower()


def _read(path: Path) -> Iterator[Row]:
    if path.suffix == ".csv":
        return read_table(path)
    return read_table(path, delimiter="\t", quoted=False)


FORMAT = Format(
    read_semeval, "SemEval-2016 Task 6 (Mohammad et al. 2016)", neutral="none", open_targets=False
)
