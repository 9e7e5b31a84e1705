"""VAST, stance of readers' comments toward varied topics (Allaway and McKeown 2020).

Tables ``vast_train.csv``, ``vast_dev.csv`` and ``vast_test.csv``, in which a comment stands once a topic. The
topic is ``topic_str``, which holds for the synthetic neutral examples, too.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from stance.labelling.formats.base import Format, JudgedText, find_files, read_table

_STANCES = {"0": "con", "1": "pro", "2": "neutral"}
_SPLITS = {"vast_train": "train", "vast_dev": "validation", "vast_test": "test"}


def read_vast(folder: Path) -> Iterator[JudgedText]:
    """Texts of the parts ``train``, ``validation`` and ``test``."""
    for path in find_files(folder, *(f"{name}.csv" for name in _SPLITS)):
        for row in read_table(path):
            post = row["post"]
            yield JudgedText(
                split=_SPLITS[path.stem],
                text=post,
                target=row["topic_str"],
                stance=row.to_stance("label", _STANCES),
                group=hashlib.sha256(post.encode()).hexdigest()[:12],
            )


FORMAT = Format(read_vast, "VAST (Allaway and McKeown 2020)", neutral="neutral", open_targets=True)
