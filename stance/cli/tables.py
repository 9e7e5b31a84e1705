"""Tables of scores that several commands print; imported when they do, since it needs much."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.markup import escape
from rich.table import Table

from stance.cli.names import Name
from stance.cli.numbers import show_interval, show_number, show_p
from stance.evaluation.agreement import Agreement
from stance.evaluation.audit import Finding
from stance.evaluation.comparison import Comparison
from stance.evaluation.evaluation import Evaluation
from stance.evaluation.holders import HolderScores
from stance.evaluation.score import Reference
from stance.evaluation.slices import Slice
from stance.phrases import count_of

SLICE_METRICS = ("topics_f1_micro", "stance_f1_macro", "end_to_end_f1_micro")


def new_table(title: str = "", *, is_dense: bool = False, show_header: bool = True) -> Table:
    """An empty table without frame; ``title`` is shown as it is."""
    return Table(
        title=escape(title),
        title_justify="left",
        box=box.SIMPLE,
        pad_edge=False,
        collapse_padding=is_dense,
        show_header=show_header,
    )


def _add_columns(table: Table, *, texts: Sequence[str], numbers: Sequence[str]) -> None:
    """Columns of text, which fold in a narrow window, and of numbers, which stay whole."""
    for heading in texts:
        table.add_column(Name(heading), overflow="fold")
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)


def to_score_table(scored: Evaluation | Agreement) -> Table:
    """Scores with intervals and support, a section for all topics together and one a topic or stance."""
    table = new_table(scored.name, is_dense=True)
    _add_columns(table, texts=("of", "metric"), numbers=("value", "95 % interval", "support"))
    for before, score in zip([None, *scored.scores], scored.scores, strict=False):
        is_new = before is None or score.of != before.of
        if before is not None and is_new and score.metric != before.metric:
            table.add_section()
        table.add_row(
            Name(score.of or "all") if is_new else "",
            Name(score.metric),
            show_number(score.value),
            show_interval(score.low, score.high),
            f"{score.support:,}",
        )
    return table


def to_row_table(rows: Sequence[Reference], *, title: str = "") -> Table:
    """Scores over all topics with their intervals, a column a run or reference."""
    table = new_table(title, is_dense=True)
    table.add_column("metric")
    for row in rows:
        table.add_column(Name(row.name), justify="right", overflow="fold")
    for metric in dict.fromkeys(score.metric for score in rows[0].scores if score.of is None):
        scores = [row[metric] for row in rows]
        cells = (f"{show_number(score.value)}\n{show_interval(score.low, score.high)}" for score in scores)
        table.add_row(Name(metric), *cells)
    return table


def to_holder_table(holders: HolderScores) -> Table:
    """Scores of holders by the kind of gold's holder, with what the first capitalised words score."""
    table = new_table("who holds the stances?", is_dense=True)
    numbers = ("value", "95 % interval", "first capitals", "labels")
    _add_columns(table, texts=("gold's holder", "metric"), numbers=numbers)
    for score, guess in zip(holders.scores, holders.guess, strict=True):
        table.add_row(
            Name(score.of or "all"),
            Name(score.metric),
            show_number(score.value),
            show_interval(score.low, score.high),
            show_number(guess.value),
            f"{score.support:,}",
        )
    return table


def to_slice_table(slices: Sequence[Slice]) -> Table:
    """Scores on kinds of sentences, with their number of gold labels; a small slice has a star.

    Of a single stance the score is its own F1.
    """
    table = new_table(is_dense=True)
    table.add_column("slice", overflow="fold")
    for heading in ("labels", *SLICE_METRICS):
        table.add_column(Name(heading), justify="right", overflow="fold")
    for by, of_kind in groupby(slices, key=lambda one: one.by):
        table.add_section()
        table.add_row(Name(by), style="bold")
        for one in of_kind:
            scores = {score.metric: score for score in one.scores}
            if by == "stance":
                scores["stance_f1_macro"] = scores["stance_f1"]
            shown = (scores.get(metric) for metric in SLICE_METRICS)
            cells = (
                f"{show_number(score.value)}\n{show_interval(score.low, score.high)}" if score else ""
                for score in shown
            )
            table.add_row(Name(f"{one.value}{' *' if one.is_small else ''}"), f"{one.support:,}", *cells)
    return table


def to_clean_table(everything: Evaluation, clean: Evaluation) -> Table:
    """Scores over all topics on everything and, beside them, on the part without leaks."""
    table = new_table("with and without leaks")
    table.add_column("metric")
    for part in (everything, clean):
        n = part.conditions
        table.add_column(
            f"{n.split}: {count_of(n.n_sentences, 'sentence')},\n{count_of(n.n_articles, 'article')}",
            justify="right",
        )
    for score in everything.scores:
        if score.of is None:
            cells = (
                f"{show_number(one.value)} ({show_interval(one.low, one.high)})"
                for one in (score, clean[score.metric])
            )
            table.add_row(Name(score.metric), *cells)
    return table


def to_difference_table(comparison: Comparison, metric: str) -> Table:
    """How every two runs differ in a metric, and whether that is clear."""
    table = new_table(f"differences in {metric}")
    for heading in ("run – baseline", "difference", "p of it", "only run : only baseline", "p of these"):
        table.add_column(Name(heading), justify="right" if table.columns else "left")
    of_metric = (one for one in comparison.differences if one.metric == metric)
    for difference, pair in zip(of_metric, comparison.discordances, strict=True):
        table.add_row(
            Name(f"{difference.run} – {difference.baseline}"),
            f"{show_number(difference.value)}\n{show_interval(difference.low, difference.high)}",
            show_p(difference.p_holm),
            f"{pair.n_only_run:,} : {pair.n_only_baseline:,}",
            show_p(pair.p_holm),
            style="bold" if difference.is_clear else "",
        )
    return table


def to_findings_table(findings: Sequence[Finding], *, title: str) -> Table:
    """What an audit found, a check a row, with examples."""
    table = new_table(title, show_header=False)
    for finding in findings:
        lines = [f"{finding.title}: {finding.explanation}", *(f"· {one}" for one in finding.examples)]
        table.add_row(finding.outcome, escape("\n".join(lines)))
    return table


def to_target_lines(evaluation: Evaluation) -> Iterator[Table | str]:
    """What the stance score becomes when the questions are altered, with the verdict in words."""
    target_rows = evaluation.target_rows
    if target_rows is None:
        return
    table = new_table("does it read the target?")
    numbers = ("value", "95 % interval", "costs", "95 % interval")
    _add_columns(table, texts=(target_rows.metric,), numbers=numbers)
    score = evaluation[target_rows.metric]
    table.add_row("as asked", show_number(score.value), show_interval(score.low, score.high))
    for row in target_rows.rows:
        costs = show_number(row.cost), show_interval(row.cost_low, row.cost_high)
        table.add_row(row.title, show_number(row.value), show_interval(row.low, row.high), *costs)
    verdict = target_rows.verdict
    in_words = f"{verdict.title}: {verdict.outcome}. {verdict.explanation}"
    if all(row.support == 0 for row in target_rows.rows):
        yield in_words
        return
    yield from (table, in_words)
    yield from (f"{row.title}: {row.note}." for row in target_rows.rows if row.note)
