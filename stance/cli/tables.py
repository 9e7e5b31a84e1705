"""Tables of scores that several commands print."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from stance.cli.numbers import show_interval, show_number, show_p

if TYPE_CHECKING:
    from rich.table import Table

    from stance.evaluation.comparison import Comparison
    from stance.evaluation.score import Reference
    from stance.evaluation.slices import Slice

SLICE_METRICS = ("topics_f1_micro", "stance_f1_macro", "end_to_end_f1_micro")


def to_row_table(rows: "Sequence[Reference]") -> "Table":
    """Scores over all topics with their intervals, a column a run or reference."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False, collapse_padding=True)
    table.add_column("metric", overflow="fold")
    for row in rows:
        table.add_column(escape(row.name), justify="right")
    for metric in dict.fromkeys(score.metric for score in rows[0].scores if score.of is None):
        scores = [row[metric] for row in rows]
        cells = (f"{show_number(score.value)}\n{show_interval(score.low, score.high)}" for score in scores)
        table.add_row(metric, *cells)
    return table


def to_slice_table(slices: "Sequence[Slice]") -> "Table":
    """Scores on kinds of sentences, with their number of gold labels; a small slice has a star.

    Of a single stance the score is its own F1.
    """
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False, collapse_padding=True)
    table.add_column("slice", overflow="fold")
    for heading in ("labels", *SLICE_METRICS):
        table.add_column(heading, justify="right", overflow="fold")
    for by, of_kind in groupby(slices, key=lambda one: one.by):
        table.add_section()
        table.add_row(escape(by), style="bold")
        for one in of_kind:
            scores = {score.metric: score for score in one.scores}
            if by == "stance":
                scores["stance_f1_macro"] = scores["stance_f1"]
            shown = (scores.get(metric) for metric in SLICE_METRICS)
            cells = (
                f"{show_number(score.value)}\n{show_interval(score.low, score.high)}" if score else ""
                for score in shown
            )
            table.add_row(f"{escape(one.value)}{' *' if one.is_small else ''}", f"{one.support:,}", *cells)
    return table


def to_difference_table(comparison: "Comparison", metric: str) -> "Table":
    """How every two runs differ in a metric, and whether that is clear."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"differences in {metric}", title_justify="left", box=box.SIMPLE, pad_edge=False)
    for heading in ("run – baseline", "difference", "p", "only run : only baseline", "p"):
        table.add_column(heading, justify="right" if table.columns else "left")
    of_metric = (one for one in comparison.differences if one.metric == metric)
    for difference, pair in zip(of_metric, comparison.discordances, strict=True):
        table.add_row(
            escape(f"{difference.run} – {difference.baseline}"),
            f"{show_number(difference.value)}\n{show_interval(difference.low, difference.high)}",
            show_p(difference.p_holm),
            f"{pair.n_only_run:,} : {pair.n_only_baseline:,}",
            show_p(pair.p_holm),
            style="bold" if difference.is_clear else "",
        )
    return table
