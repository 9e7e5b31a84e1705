"""P-Stance, stance toward three politicians (Li et al. 2021): ``raw_{train,val,test}_{target}.csv``."""

from collections.abc import Iterator
from pathlib import Path

from stance.labelling.formats.base import Format, JudgedText, find_files, read_table

_STANCES = {"FAVOR": "favor", "AGAINST": "against"}
_SPLITS = {"train": "train", "val": "validation", "test": "test"}


def read_pstance(folder: Path) -> Iterator[JudgedText]:
    """Texts of the parts ``train``, ``validation`` and ``test``; rows of stance NONE are passed over.

    The authors' own loader passes over them, too.
    """
    for path in find_files(folder, *(f"raw_{name}_*.csv" for name in _SPLITS)):
        for row in read_table(path):
            if row["Stance"] == "NONE":
                continue
            yield JudgedText(
                split=_SPLITS[path.stem.split("_")[1]],
                text=row["Tweet"],
                target=row["Target"],
                stance=row.to_stance("Stance", _STANCES),
                group=f"{path.stem}-{row.line}",
            )


FORMAT = Format(read_pstance, "P-Stance (Li et al. 2021)", neutral=None, open_targets=False)
