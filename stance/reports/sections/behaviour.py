"""How often the models fail tests of their behaviour."""

from collections.abc import Iterator, Mapping
from typing import Any

from stance.reports.blocks import Block, Cell, Fold, Section, Table, Terms, Text
from stance.reports.content import Content, Run, real_runs
from stance.reports.numbers import format_interval, format_number

Family = Mapping[str, Any]


def show_behaviour(content: Content) -> Section:
    """A row a family, a column a run; the failures of each run with their examples."""
    runs = [run for run in real_runs(content) if run.get("behaviour")]
    if not runs:
        advice = "Not measured: run stance check MODEL, or stance compare with --checks configs/checks.yaml."
        return Section("behaviour", "Behaviour", [Text(advice)])
    note = (
        "Share of cases that fail, with its 95\u00a0% interval over templates and pairs: cases whose answer "
        "is plain, and changes of a sentence after which the answer must stay or must change. Lower is "
        "better; in bold what fails more often than its limit allows."
    )
    families = {family["name"]: family for run in runs for family in run["behaviour"]["families"]}
    rows = [
        [family["title"], f"{family['n_cases']:,}", *(_to_cell(_find(run, name)) for run in runs)]
        for name, family in families.items()
    ]
    blocks: list[Block] = [
        Text(note, "note"),
        Table("Behaviour", ["Family", "Cases", *(run["name"] for run in runs)], rows),
        Fold(
            "What the families test",
            [Terms([(family["title"], family["explanation"]) for family in families.values()])],
        ),
    ]
    blocks += [Fold(f"Failures of {run['name']}", [_list_failures(run)]) for run in runs]
    return Section("behaviour", "Behaviour", blocks)


def _find(run: Run, name: str) -> Family | None:
    return next((family for family in run["behaviour"]["families"] if family["name"] == name), None)


def _to_cell(family: Family | None) -> Cell:
    if family is None:
        return Cell("–")
    return Cell(
        format_number(family["rate"]),
        format_interval(family["low"], family["high"]),
        is_strong=family["finding"]["outcome"] == "failed",
    )


def _list_failures(run: Run) -> Table:
    rows = [row for family in run["behaviour"]["families"] for row in _to_rows(family)]
    columns = ["Family", "Sentence", "Expected", "Found"]
    return Table(f"Failures of {run['name']}", columns, rows, words=frozenset([1, 2, 3]))


def _to_rows(family: Family) -> Iterator[list[Cell | str]]:
    for failure in family["examples"]:
        before = f"changed from: {failure['before']}" if failure["before"] else ""
        found = f"{failure['found_before']} → {failure['found']}" if failure["before"] else failure["found"]
        passage = " | ".join(filter(None, (failure["title"], failure["previous"], failure["text"])))
        yield [family["title"], Cell(passage, before), failure["expected"], found]
