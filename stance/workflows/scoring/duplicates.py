"""Finds articles that share an id, which makes their sentences' keys ambiguous."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from stance.storage import OutputFolder
from stance.workflows.scoring.parts import read_columns

N_EXAMPLES = 5


@dataclass(frozen=True)
class SharedIds:
    """Number of ids that two or more articles have, and some of them, each with the files of its articles."""

    n: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)


def find_shared_ids(out: OutputFolder) -> SharedIds:
    """Look through the ids of all articles in an output folder; some 8 bytes an article are held."""
    hashes = np.fromiter((hash(id) for id, _ in _read_ids(out)), dtype=np.int64)
    hashes.sort()
    suspects = set(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
    if not suspects:
        return SharedIds()
    paths: defaultdict[str, list[str]] = defaultdict(list)
    for id, path in _read_ids(out):
        if hash(id) in suspects:  # two ids can have one hash, so the ids themselves decide
            paths[id].append(path)
    shared = {id: where for id, where in paths.items() if len(where) > 1}
    return SharedIds(len(shared), {id: shared[id] for id in sorted(shared)[:N_EXAMPLES]})


def _read_ids(out: OutputFolder) -> Iterator[tuple[str, str]]:
    for name in out.names("articles"):
        with out.open(f"articles/{name}") as file:
            yield from read_columns(file, name, ["article", "path"])
