"""Scores on kinds of sentences."""

from collections.abc import Mapping
from typing import Any

from stance.reports.blocks import Block, Cell, Fold, Section, Table, Text
from stance.reports.content import Content, find_score, real_runs
from stance.reports.numbers import score_cell, title_of

SHOWN_ELSEWHERE = ("topic", "stance")
"""Slices that have a section of their own."""

Slice = Mapping[str, Any]


def show_slices(content: Content) -> Section | None:
    """A table a way of slicing, a row a slice, a column a run; of the metric that runs are ranked by."""
    slices = {
        run["name"]: [one for one in run.get("slices") or () if one["by"] not in SHOWN_ELSEWHERE]
        for run in real_runs(content)
    }
    ways = list(dict.fromkeys(one["by"] for own in slices.values() for one in own))
    if not ways:
        return None
    ranked_by = content["ranked_by"]
    note = Text(
        f"{title_of(ranked_by)} on kinds of sentences. Labels is the number of gold labels. A slice marked "
        "“small” has so few groups of articles that its interval is too narrow.",
        "note",
    )
    folds: list[Block] = [
        Fold(f"By {title_of(by).lower()}", [_to_table(slices, by, ranked_by)], is_open=True) for by in ways
    ]
    return Section("slices", "By kind of sentence", [note, *folds])


def _to_table(slices: Mapping[str, list[Slice]], by: str, metric: str) -> Table:
    values = dict.fromkeys(one["value"] for own in slices.values() for one in own if one["by"] == by)
    rows = [_to_row(slices, by, value, metric) for value in values]
    return Table(f"Slices by {by}", [title_of(by), *slices, "Sentences", "Labels"], rows)


def _to_row(slices: Mapping[str, list[Slice]], by: str, value: str, metric: str) -> list[Cell | str]:
    found = {
        name: next((one for one in own if (one["by"], one["value"]) == (by, value)), None)
        for name, own in slices.items()
    }
    one = next(own for own in found.values() if own)
    cells = [score_cell(find_score(own, metric)) if own else "–" for own in found.values()]
    name = Cell(value, "small" if one["is_small"] else "")
    return [name, *cells, f"{one['n_sentences']:,}", f"{one['support']:,}"]
