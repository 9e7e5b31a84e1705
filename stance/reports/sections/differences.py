"""Every run against every other, on the same resamples of articles."""

from collections.abc import Mapping
from typing import Any

from stance.reports.blocks import Block, Cell, Fold, Section, Table, Text
from stance.reports.content import Content
from stance.reports.numbers import difference_cell, format_difference, format_p, title_of

MAX_WITH_INTERVALS = 6
"""With more runs the matrix would be too wide for an interval in each cell; the list of pairs has them."""

_FULL_SHADE = 0.2
"""A difference of this size has the full colour."""

Difference = Mapping[str, Any]


def show_differences(content: Content) -> Section | None:
    """A matrix of the metric that runs are ranked by, and a list of all pairs and metrics."""
    if len(content["runs"]) < 2:
        return None
    ranked_by = title_of(content["ranked_by"])
    note = (
        f"{ranked_by} of the run in the row minus that of the run in the column, on the same resamples of "
        "articles. In bold where the difference is clear: by a randomisation test that keeps articles whole, "
        "corrected for the number of pairs (Holm), runs that are equal would seldom come out so different."
    )
    blocks: list[Block] = [Text(note, "note"), _to_matrix(content)]
    blocks.append(Fold("Every pair and every metric", [_list_pairs(content)]))
    blocks.append(Fold("Tests of every pair", [_list_tests(content)]))
    return Section("differences", "Differences between runs", blocks)


def _to_matrix(content: Content) -> Table:
    names = [run["name"] for run in content["runs"]]
    pairs = _ranked_pairs(content)
    has_intervals = len(names) <= MAX_WITH_INTERVALS

    def to_cell(run: str, other: str) -> Cell:
        if run == other:
            return Cell("")
        pair = pairs[run, other] if (run, other) in pairs else _turn(pairs[other, run])
        shade = max(-1.0, min(1.0, (pair["value"] or 0.0) / _FULL_SHADE))
        if has_intervals:
            return difference_cell(pair, is_strong=pair["is_clear"], shade=shade)
        return Cell(format_difference(pair["value"]), is_strong=pair["is_clear"], shade=shade)

    rows = [[run, *(to_cell(run, other) for other in names)] for run in names]
    return Table("Differences", ["Row minus column", *names], rows)


def _list_pairs(content: Content) -> Table:
    metrics = list(content["metrics"])
    found = {(one["run"], one["baseline"], one["metric"]): one for one in content["differences"]}
    pairs = dict.fromkeys((run, baseline) for run, baseline, _ in found)
    rows = [
        [f"{run} minus {baseline}"]
        + [
            difference_cell(found[run, baseline, metric], is_strong=found[run, baseline, metric]["is_clear"])
            for metric in metrics
        ]
        for run, baseline in pairs
    ]
    return Table("Every pair and every metric", ["Pair", *map(title_of, metrics)], rows)


def _list_tests(content: Content) -> Table:
    """The randomisation test of the metric that runs are ranked by, and McNemar's test beside it."""
    differences = _ranked_pairs(content)
    rows = [
        [
            f"{one['run']} minus {one['baseline']}",
            *(format_p(differences[one["run"], one["baseline"]][p]) for p in ("p", "p_holm")),
            f"{one['n_only_run']:,}",
            f"{one['n_only_baseline']:,}",
            *(format_p(one[p]) for p in ("p", "p_holm")),
        ]
        for one in content["mcnemar"]
    ]
    columns = [
        "Pair",
        "p, randomisation",
        "corrected",
        "only the first right",
        "only the second right",
        "p, McNemar",
        "corrected",
    ]
    caption = (
        f"The randomisation test is of {title_of(content['ranked_by'])}. McNemar's exact test counts the "
        "sentences that only one of the two has right, labels and all; articles are kept whole, too."
    )
    return Table("Tests of every pair", columns, rows, caption=caption)


def _ranked_pairs(content: Content) -> dict[tuple[str, str], Difference]:
    """Run and baseline of each pair with their difference in the metric that runs are ranked by."""
    return {
        (one["run"], one["baseline"]): one
        for one in content["differences"]
        if one["metric"] == content["ranked_by"]
    }


def _turn(difference: Difference) -> Difference:
    """The same difference seen from the other run."""
    value, low, high = (
        None if difference[key] is None else -difference[key] for key in ("value", "high", "low")
    )
    return {**difference, "value": value, "low": low, "high": high}
