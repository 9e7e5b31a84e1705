"""Divides the inputs into blocks of work, and finds what an earlier run has left to do.

The inputs are an Arrow table of pieces: files, or stretches of large files of many records. Pieces are packed
in their order into blocks of bounded size; what an earlier run has scored is then left out of its block. So a
run that was cut off is continued with the very blocks that it lacked, and writes what it would have written;
and a block of new files between old ones holds the new ones alone.

A block is a sixteenth of what stands before it, within bounds. So few inputs are enough to share among
processors, many are not scattered over small parts, and what is added at the end moves no block.
"""

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stance import storage
from stance.errors import ReadError
from stance.storage import OutputFolder
from stance.text.readers import WHOLE, InputFile, list_files, open_file
from stance.text.readers.cutting import find_cuts
from stance.types import BoolArray, IntArray
from stance.workflows.scoring.ledger import Ledger, is_there
from stance.workflows.scoring.parts import Format

MIN_BLOCK_FILES, MAX_BLOCK_FILES = 50, 500
MIN_BLOCK_BYTES, MAX_BLOCK_BYTES = 2**19, 2**24
"""For the seed articles ``models/fast`` takes a fifth longer with 50 files than with blocks of 500; with 20
it takes two thirds longer."""

_KNOWN = pa.schema(
    [
        ("path", pa.large_string()),
        ("id", pa.large_string()),
        *((name, pa.int64()) for name in ("start", "stop", "size", "mtime")),
        ("digest", pa.string()),
        ("block", pa.int32()),
    ]
)


@dataclass(frozen=True)
class Block:
    """Input files whose scores go to one part; ``name`` is that of the part."""

    name: str
    files: tuple[InputFile, ...]


@dataclass(frozen=True)
class ToDo:
    """What is left to do.

    Attributes
    ----------
    pieces
        All inputs, with the columns ``path``, ``id``, ``start``, ``stop``, ``size`` (of the file), ``mtime``.
    is_open : shape (n_pieces,)
        Whether a piece is to be scored.
    stale
        By block of an earlier run that holds what is no longer so: which of its files still are. If none of
        them is, the block goes.
    n_kept, n_new, n_changed, n_gone
        Numbers of files that the earlier runs have as they are, did not have, have otherwise, or have while
        the inputs have them no longer.
    """

    pieces: pa.Table
    is_open: BoolArray
    stale: Mapping[str, BoolArray]
    n_kept: int
    n_new: int
    n_changed: int
    n_gone: int

    @property
    def n_files(self) -> int:
        """Number of files, or stretches of files, to be scored."""
        return int(self.is_open.sum())

    @property
    def n_bytes(self) -> int:
        """Bytes to be read."""
        return int(_measure(self.pieces)[self.is_open].sum())

    def blocks(self) -> Iterator[Block]:
        """What is to be scored, made as it is asked for."""
        for number, rows in self._segments():
            files = self.pieces.select(["path", "id", "start", "stop"]).take(rows).to_pydict()
            members = tuple(map(InputFile, *files.values()))
            yield Block(f"{number:07d}-{_digest(members)}", members)

    def _segments(self) -> Iterator[tuple[int, IntArray]]:
        """Number and open rows of each segment of the inputs that has any."""
        bounds = _pack(_measure(self.pieces).tolist())
        for number, (first, end) in enumerate(itertools.pairwise(bounds)):
            rows = first + np.flatnonzero(self.is_open[first:end])
            if len(rows):
                yield number, rows


def list_pieces(inputs: Sequence[str], out: OutputFolder, *, can_cut: bool) -> pa.Table:
    """List the inputs, large files cut into stretches; what lies in the output folder is left out.

    Raises
    ------
    ReadError
        If an input names nothing, or there is no file at all.
    """
    files = list_files(inputs, without=str(out))
    if not len(files):
        raise ReadError(", ".join(inputs), "no file to read; expected articles or folders of them")
    cuts: dict[int, list[int]] = {}
    n_before = 0
    for row, size in enumerate(files["size"].to_pylist() if can_cut else ()):
        if size > _limit_bytes(n_before):
            cuts |= _cut(row, files["path"][row].as_py(), size)
        n_before += size
    counts = np.ones(len(files), dtype=np.int64)
    counts[list(cuts)] = [len(places) - 1 for places in cuts.values()]
    firsts = np.cumsum(counts) - counts
    starts, stops = np.zeros(counts.sum(), dtype=np.int64), np.full(counts.sum(), WHOLE)
    for row, places in cuts.items():
        stretch = slice(firsts[row], firsts[row] + counts[row])
        starts[stretch], stops[stretch] = places[:-1], places[1:]
    pieces = files.take(np.repeat(np.arange(len(files)), counts))
    return pieces.append_column("start", pa.array(starts)).append_column("stop", pa.array(stops))


def _cut(row: int, path: str, size: int) -> dict[int, list[int]]:
    """Where the stretches of a file begin, and its end, if it has several."""
    try:
        with storage.open_input(path) as stream:
            found = find_cuts(stream, path, size=size, limit=_limit_bytes)
    except OSError:
        return {}  # which reading says
    return {row: [*found, size]} if len(found) > 1 else {}


def count_blocks(pieces: pa.Table) -> int:
    """Number of blocks that the inputs make."""
    return len(_pack(_measure(pieces).tolist())) - 1


def find_todo(pieces: pa.Table, ledger: Ledger, format: Format) -> ToDo:
    """Compare the inputs with what the ledger says is scored.

    A piece is as it was if its size and time are those of the ledger, or else if its bytes are.
    """
    names, known, lost, lost_paths = _read_known(ledger, format)
    match = pc.index_in(_to_keys(pieces), value_set=_to_keys(known)).fill_null(-1).to_numpy()
    rows = np.flatnonzero(match >= 0)
    ours, theirs = pieces.take(rows), known.take(match[rows])
    same = {name: pc.equal(ours[name], theirs[name]).to_numpy() for name in ("id", "stop", "size", "mtime")}
    is_same = same["id"] & same["stop"] & same["size"] & same["mtime"] & (ours["mtime"].to_numpy() > 0)
    is_whole = ours["stop"].to_numpy() == WHOLE
    may_be = ~is_same & same["id"] & same["stop"] & (same["size"] | ~is_whole)
    for row in np.flatnonzero(may_be).tolist():
        is_same[row] = _has_digest(ours.slice(row, 1), theirs["digest"][row].as_py())
    is_open = np.ones(len(pieces), dtype=np.bool_)
    is_open[rows[is_same]] = False
    is_kept = np.zeros(len(known), dtype=np.bool_)
    is_kept[match[rows[is_same]]] = True
    stale = {name: np.zeros(0, dtype=np.bool_) for name in lost}
    of_block = known["block"].to_numpy()
    for number in np.unique(of_block[~is_kept]).tolist():
        stale[names[number]] = is_kept[of_block == number]
    n_open = _count_distinct(pieces["path"].filter(pa.array(is_open)))
    was_known = (match >= 0) | pc.is_in(pieces["path"], value_set=lost_paths).to_numpy()
    n_changed = _count_distinct(pieces["path"].filter(pa.array(is_open & was_known)))
    is_listed = pc.is_in(known["path"], value_set=pieces["path"].combine_chunks())
    return ToDo(
        pieces,
        is_open,
        stale,
        n_kept=_count_distinct(pieces["path"]) - n_open,
        n_new=n_open - n_changed,
        n_changed=n_changed,
        n_gone=_count_distinct(known["path"].filter(pc.invert(is_listed))),
    )


def _read_known(ledger: Ledger, format: Format) -> tuple[list[str], pa.Table, list[str], pa.Array]:
    """Names of the ledger's blocks, their files as a table; blocks of which a part is gone, their paths."""
    names: list[str] = []
    lost: list[str] = []
    lost_paths: list[str] = []
    tables = [_KNOWN.empty_table()]
    for record in ledger.blocks():
        if not is_there(record, ledger.out, format):
            lost.append(record.name)
            lost_paths += record.files["path"]
            continue
        columns = {name: record.files[name] for name in _KNOWN.names[:-1]}
        columns["block"] = [len(names)] * len(columns["path"])
        tables.append(pa.table(columns, schema=_KNOWN))
        names.append(record.name)
    known = pa.concat_tables(tables).combine_chunks()
    return names, known, lost, pa.array(lost_paths, type=pa.large_string())


def _has_digest(piece: pa.Table, digest: str) -> bool:
    (row,) = piece.select(["path", "id", "start", "stop"]).to_pylist()
    try:
        opened = open_file(InputFile(**row))
    except ReadError:
        return False
    opened.close()
    return opened.digest == digest


def _to_keys(pieces: pa.Table) -> pa.Array:
    """What tells a piece from all others: its path, and where it starts."""
    starts = pieces["start"].cast(pa.large_string())
    keys = pc.binary_join_element_wise(pieces["path"], starts, pa.scalar("\n", pa.large_string()))
    return keys.combine_chunks()


def _count_distinct(paths: pa.ChunkedArray) -> int:
    return int(pc.count_distinct(paths).as_py())


def _measure(pieces: pa.Table) -> IntArray:
    """Bytes of each piece."""
    stops, sizes = pieces["stop"].to_numpy(), pieces["size"].to_numpy()
    measured: IntArray = np.where(stops == WHOLE, sizes, stops) - pieces["start"].to_numpy()
    return measured


def _pack(sizes: Sequence[int]) -> list[int]:
    """Where each block begins, and the end; a piece that is too large for any is a block of its own."""
    bounds, n_before, n_bytes = [0], 0, 0
    for place, size in enumerate(sizes):
        n_files = place - bounds[-1]
        if n_files and (n_files >= _limit_files(bounds[-1]) or n_bytes + size > _limit_bytes(n_before)):
            bounds.append(place)
            n_before, n_bytes = n_before + n_bytes, 0
        n_bytes += size
    return [*bounds, len(sizes)]


def _limit_files(n_before: int) -> int:
    return min(MAX_BLOCK_FILES, max(MIN_BLOCK_FILES, n_before // 16))


def _limit_bytes(n_before: int) -> int:
    return min(MAX_BLOCK_BYTES, max(MIN_BLOCK_BYTES, n_before // 16))


def _digest(members: Sequence[InputFile]) -> str:
    names = "\n".join(f"{one.path}\t{one.id}\t{one.start}\t{one.stop}" for one in members)
    return hashlib.blake2b(names.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
