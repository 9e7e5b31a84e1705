"""TweetEval's stance task (Barbieri et al. 2020): the tweets of SemEval-2016 Task 6 in files of lines.

A folder a target holds ``train_text.txt`` and ``train_labels.txt``, and the same for ``val`` and ``test``;
line *i* of the one is the label of line *i* of the other.
"""

from collections.abc import Iterator
from pathlib import Path

from stance.errors import ReadError
from stance.labelling.formats.base import Format, JudgedText, Row, find_files, read_text

_STANCES = {"0": "none", "1": "against", "2": "favor"}
_SPLITS = {"train": "train", "val": "validation", "test": "test"}
_TARGETS = {
    "abortion": "Legalization of Abortion",
    "atheism": "Atheism",
    "climate": "Climate Change is a Real Concern",
    "feminist": "Feminist Movement",
    "hillary": "Hillary Clinton",
}
"""By the name of the folder; any other folder is named as its target."""


def read_tweeteval(folder: Path) -> Iterator[JudgedText]:
    """Texts of the parts ``train``, ``validation`` and ``test``."""
    for path in find_files(folder, *(f"{name}_text.txt" for name in _SPLITS)):
        name = path.stem.removesuffix("_text")
        beside = path.with_name(f"{name}_labels.txt")
        texts, labels = _lines(path), _lines(beside)
        if len(texts) != len(labels):
            raise ReadError(
                beside, f"expected a line for each of the {len(texts)} in {path.name}, found {len(labels)}"
            )
        for line, (text, label) in enumerate(zip(texts, labels, strict=True), start=1):
            yield JudgedText(
                split=_SPLITS[name],
                text=Row(path, line, {"tweet": text})["tweet"],
                target=_TARGETS.get(path.parent.name, path.parent.name),
                stance=Row(beside, line, {"label": label}).to_stance("label", _STANCES),
                group=f"{path.parent.name}-{name}-{line}",
            )


def _lines(path: Path) -> list[str]:
    # Not splitlines(): a tweet may hold what that takes for the end of a line.
    return read_text(path).removesuffix("\n").split("\n")


FORMAT = Format(
    read_tweeteval, "TweetEval, stance (Barbieri et al. 2020)", neutral="none", open_targets=False
)
