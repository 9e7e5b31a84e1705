"""``stance evaluate``: a table of scores with their intervals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stance.cli.numbers import show_interval, show_number
from stance.cli.tables import to_row_table, to_slice_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from stance.evaluation.agreement import Agreement
    from stance.evaluation.audit import Finding
    from stance.evaluation.calibration import CalibrationCheck
    from stance.evaluation.scores import Evaluation


def evaluate(
    model: Annotated[
        Path, typer.Argument(help="Model folder, or labels predicted before.", show_default=False)
    ],
    *,
    on: Annotated[Path, typer.Option(help="Gold label file.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    taxonomy: Annotated[
        Path, typer.Option(help="Topics and stances of label files; a model brings its own.")
    ] = Path("configs/taxonomies/arms-diplomacy.yaml"),
    annotations: Annotated[
        Path | None,
        typer.Option(help="What several annotators said, for the human row.", show_default=False),
    ] = None,
    slices: Annotated[
        bool, typer.Option("--slices", help="Print scores on kinds of sentences, too.")
    ] = False,
    slice_words: Annotated[
        str, typer.Option(metavar="FILE", help="Lists of words that make slices, in the texts' language.")
    ] = "configs/slices/english.yaml",
    split: Annotated[
        Literal["all", "unseen"],
        typer.Option(help="All articles, or only those that no model here was trained on."),
    ] = "all",
    n_resamples: Annotated[int, typer.Option(min=1, help="Bootstrap resamples.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
) -> None:
    """Score a model against gold labels: topics, stance, and both end to end."""
    from rich.console import Console

    from stance.evaluation.intervals import FEW_GROUPS
    from stance.workflows.evaluate import evaluate

    with Console(stderr=True).status(f"scoring {model} on {on}"):
        evaluation = evaluate(
            model,
            on=on,
            taxonomy=taxonomy,
            annotations=annotations,
            slice_words=slice_words,
            split=split,
            n_resamples=n_resamples,
            seed=seed,
        )
    if as_json:
        print(json.dumps(evaluation.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
        return
    console = Console()
    console.print(to_table(evaluation))
    console.print(to_findings_table(evaluation.audit.findings, title="audit"))
    if evaluation.clean:
        console.print(to_clean_table(evaluation, evaluation.clean))
    console.print(to_row_table([evaluation, *evaluation.references]))
    if slices:
        console.print(to_slice_table(evaluation.slices))
        if any(one.is_small for one in evaluation.slices):
            console.print(f"* fewer than {FEW_GROUPS} groups of articles: the interval is too narrow.")
    for line in describe_calibration(evaluation.calibration):
        console.print(line, highlight=False, soft_wrap=True)
    for part in to_target_lines(evaluation):
        console.print(part, highlight=False, markup=False)
    if not evaluation.stance_asked:
        console.print("Stances are read off the labels: a gold topic that is lacking counts as wrong.")
    console.print(str(evaluation.conditions), style="dim", highlight=False, markup=False)


def describe_calibration(check: "CalibrationCheck") -> Iterator[str]:
    """Lines that say what the probabilities are worth."""
    for title, sides in (("topics", check.topics), ("stance", check.stance)):
        if sides is not None:
            brier, ece = (
                (f"{getattr(sides.before, key):.3f} → " if sides.before else "")
                + f"{getattr(sides.after, key):.3f}"
                for key in ("brier", "ece")
            )
            yield f"probabilities of {title}: Brier score {brier}, calibration error {ece}"
    if curve := check.risk_coverage:
        yield (
            f"labels: {curve.risk:.3f} of {curve.n:,} wrong, {curve.area:.3f} on average over all coverages "
            f"({show_interval(curve.low, curve.high)}; {curve.best_area:.3f} at best)"
        )
    if (held_back := check.abstentions).n_abstained:
        yield (
            f"labels given: {held_back.n_given:,}, {held_back.n_given_wrong:,} wrong; "
            f"held back: {held_back.n_abstained:,}, {held_back.n_abstained_wrong:,} would be wrong"
        )


def to_table(evaluation: "Evaluation | Agreement") -> "Table":
    """Scores with intervals and support, a section for all topics together and one a topic or stance."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=escape(evaluation.name),
        title_justify="left",
        box=box.SIMPLE,
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column("of", no_wrap=True)
    table.add_column("metric", no_wrap=True)
    for heading in ("value", "95 % interval", "support"):
        table.add_column(heading, justify="right", no_wrap=True)
    for before, score in zip([None, *evaluation.scores], evaluation.scores, strict=False):
        is_new = before is None or score.of != before.of
        if before is not None and is_new and score.metric != before.metric:
            table.add_section()
        table.add_row(
            escape(score.of or "all") if is_new else "",
            score.metric,
            show_number(score.value),
            show_interval(score.low, score.high),
            f"{score.support:,}",
        )
    return table


def to_clean_table(everything: "Evaluation", clean: "Evaluation") -> "Table":
    """Scores over all topics on everything and, beside them, on the part without leaks."""
    from rich import box
    from rich.table import Table

    table = Table(
        "metric", title="with and without leaks", title_justify="left", box=box.SIMPLE, pad_edge=False
    )
    for part in (everything, clean):
        n = part.conditions
        table.add_column(
            f"{n.split}: {n.n_sentences:,} sentences,\n{n.n_articles:,} articles", justify="right"
        )
    for score in everything.scores:
        if score.of is None:
            cells = (
                f"{show_number(one.value)} ({show_interval(one.low, one.high)})"
                for one in (score, clean[score.metric])
            )
            table.add_row(score.metric, *cells)
    return table


def to_findings_table(findings: "Sequence[Finding]", *, title: str) -> "Table":
    """What an audit found, a check a row, with examples."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=escape(title), title_justify="left", box=box.SIMPLE, pad_edge=False, show_header=False
    )
    for finding in findings:
        lines = [f"{finding.title}: {finding.explanation}", *(f"· {one}" for one in finding.examples)]
        table.add_row(finding.outcome, escape("\n".join(lines)))
    return table


def to_target_lines(evaluation: "Evaluation") -> "Iterator[Table | str]":
    """What the stance score becomes when the questions are altered, with the verdict in words."""
    from rich import box
    from rich.table import Table

    target_rows = evaluation.target_rows
    if target_rows is None:
        return
    table = Table(title="does it read the target?", title_justify="left", box=box.SIMPLE, pad_edge=False)
    for heading in (target_rows.metric, "value", "95 % interval", "costs", "95 % interval"):
        table.add_column(heading, justify="right" if table.columns else "left", no_wrap=True)
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
