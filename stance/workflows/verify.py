"""Checks an output folder against its own account: parts, ledger, counts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stance.errors import DataError
from stance.phrases import count_of
from stance.storage import ASIDE, LEDGER, RUN, OutputFolder, open_output
from stance.workflows.scoring.duplicates import SharedIds, find_shared_ids
from stance.workflows.scoring.ledger import BlockRecord, Ledger, count_rows_by_file, digest_conditions
from stance.workflows.scoring.parts import TABLES, Format, count_rows, describe_part, name_part
from stance.workflows.scoring.setting import ERRORS, read_run
from stance.workflows.scoring.summary import Summary, summarise

AGAIN = "run the same stance predict again: it does what is missing"
REMOVE = "remove it, and run the same stance predict again: it is made anew"
AFRESH = "score the articles afresh, with --overwrite"


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with an output folder, and what to do about it."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}; {self.remedy}"


@dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes
    ----------
    problems
        None of them, and the folder holds what its account says.
    n_blocks, summary
        What the ledger says is there.
    shared_ids
        Article ids that several articles have: no fault of the run, but of the inputs.
    """

    problems: tuple[Problem, ...]
    n_blocks: int
    summary: Summary
    shared_ids: SharedIds


def verify(folder: str | Path) -> Verification:
    """Check every part of a run by its digest, and every count by another.

    Articles read are those scored and those set aside; rows are as many as the ledger says; no file is in two
    blocks; no part is without a block, no block without its parts.

    Raises
    ------
    DataError
        If the folder holds no run, or its ledger cannot be read.
    """
    out = open_output(folder)
    ledger = Ledger(out)
    if ledger.conditions is None:
        raise DataError(f"{out} holds no run: there is no {LEDGER}")
    format: Format = ledger.conditions["format"]
    problems = [problem for record in ledger.blocks() for problem in _check_block(out, record, format)]
    problems += _check_conditions(ledger)
    problems += _check_files(ledger)
    problems += _check_folders(out, ledger)
    summary = summarise(ledger.blocks())
    problems += _check_run(out, summary)
    if ledger.is_torn:
        problems.append(Problem(f"{LEDGER} ends in a line that is not whole", AGAIN))
    shared = SharedIds() if problems else find_shared_ids(out)
    return Verification(tuple(problems), len(ledger), summary, shared)


def _check_block(out: OutputFolder, record: BlockRecord, format: Format) -> Iterator[Problem]:
    """Parts as they were written, and rows as many as its files have."""
    expected = {table: sum(rows) for table, rows in count_rows_by_file(record, format).items()}
    for table in TABLES:
        name, part = name_part(table, record.name, format), record.parts.get(table)
        n_rows = 0 if part is None else part.rows
        if n_rows != expected[table]:
            rows = count_of(n_rows, "row")
            what = f"{LEDGER} says that {name} has {rows}, and that its files have {expected[table]}"
            yield Problem(what, AFRESH)
        if part is None:
            continue
        if out.size(name) is None:
            yield Problem(f"{name} is not there", AGAIN)
        elif describe_part(out, name, part.rows) != part:
            yield Problem(f"{name} is not what was written", REMOVE)
        else:
            with out.open(name) as file:
                found = count_rows(file, name)
            if found != part.rows:
                yield Problem(f"{name} has {found} rows, {LEDGER} says {part.rows}", AFRESH)
    for what in ("articles", "sentences"):
        aside = "set_aside" if what == "articles" else "sentences_set_aside"
        counts = [sum(record.files[name]) for name in (f"{what}_in", what, aside)]
        if counts[0] != counts[1] + counts[2]:
            told = f"{counts[0]} {what} read, {counts[1]} scored and {counts[2]} set aside"
            yield Problem(f"block {record.name} does not account for its {what}: {told}", AFRESH)


def _check_conditions(ledger: Ledger) -> Iterator[Problem]:
    expected = digest_conditions(ledger.conditions or {})
    other = [record.name for record in ledger.blocks() if record.conditions != expected]
    if other:
        yield Problem(
            f"another model or other options scored {count_of(len(other), 'block')}, as {other[0]}", AFRESH
        )


def _check_files(ledger: Ledger) -> Iterator[Problem]:
    """Every file, or stretch of one, in one block alone."""
    places: Counter[int] = Counter()
    for record in ledger.blocks():
        places.update(map(hash, zip(record.files["path"], record.files["start"], strict=True)))
    n_twice = sum(n > 1 for n in places.values())
    if n_twice:
        yield Problem(f"two blocks hold {count_of(n_twice, 'file')} both", AFRESH)


def _check_folders(out: OutputFolder, ledger: Ledger) -> Iterator[Problem]:
    for folder in ("", *TABLES):
        for name in out.names(folder):
            place = f"{folder}/{name}" if folder else name
            if name.endswith(ASIDE):
                yield Problem(f"{place} is half written", AGAIN)
            elif folder and not name.startswith("part-"):
                yield Problem(f"{place} is not of the run", "move it out of the folder")
            elif folder and name.removeprefix("part-").partition(".")[0] not in ledger:
                yield Problem(f"{place} is of no block of the run", AGAIN)


def _check_run(out: OutputFolder, summary: Summary) -> Iterator[Problem]:
    run = read_run(out)
    if run is None or not run["finished"]:
        yield Problem("the run is not finished", AGAIN)
        return
    if run["counts"] != summary.to_dict():
        yield Problem(f"the counts of {RUN} are not those of {LEDGER}", AGAIN)
    n_errors = 0
    if out.size(ERRORS) is not None:
        with out.open(ERRORS) as file:
            n_errors = count_rows(file, ERRORS)
    if n_errors != summary.n_set_aside:
        yield Problem(f"{ERRORS} has {count_of(n_errors, 'record')}, {summary.n_set_aside:,} expected", AGAIN)
