"""IBM Debater's claim stance data (Bar-Haim et al. 2017): ``claim_stance_dataset_v1.csv``.

Claims of Wikipedia for or against a motion; the motions of the test are not those of the training part.
"""

from collections.abc import Iterator
from pathlib import Path

from stance.labelling.formats.base import Format, JudgedText, find_files, read_table

_STANCES = {"PRO": "pro", "CON": "con"}


def read_ibm_claim_stance(folder: Path) -> Iterator[JudgedText]:
    """Texts of the parts ``train`` and ``test``."""
    for path in find_files(folder, "claim_stance_dataset_v1.csv"):
        for row in read_table(path):
            yield JudgedText(
                split=row["split"],
                text=row["claims.claimCorrectedText"],
                target=row["topicText"],
                stance=row.to_stance("claims.stance", _STANCES),
                group=f"topic-{row['topicId']}",
            )


FORMAT = Format(
    read_ibm_claim_stance, "IBM claim stance (Bar-Haim et al. 2017)", neutral=None, open_targets=True
)
