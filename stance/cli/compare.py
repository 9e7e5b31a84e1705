"""``stance compare``: runs side by side, as a page to read."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from stance.cli.numbers import show_interval, show_number


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...",
            help="Model folders and label files; the others are subtracted from the first.",
            show_default=False,
        ),
    ],
    *,
    on: Annotated[Path, typer.Option(help="Gold label file.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for report.html, report.md and report.json.")] = Path(
        "report"
    ),
    taxonomy: Annotated[
        Path, typer.Option(help="Topics and stances of label files; a model brings its own.")
    ] = Path("configs/taxonomies/arms-diplomacy.yaml"),
    split: Annotated[
        Literal["all", "unseen"],
        typer.Option(help="All articles, or only those that no model here was trained on."),
    ] = "all",
    n_resamples: Annotated[int, typer.Option(min=1, help="Bootstrap resamples.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
) -> None:
    """Compare runs on the same gold labels and write a report, the majority row always in it."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from stance.evaluation.metrics import find_metrics
    from stance.workflows.compare import compare

    with Console(stderr=True).status(f"scoring {len(runs)} runs on {on}"):
        comparison = compare(
            runs, on=on, out=out, taxonomy=taxonomy, split=split, n_resamples=n_resamples, seed=seed
        )
    table = Table("metric", box=box.SIMPLE, pad_edge=False, collapse_padding=True)
    for evaluation in comparison.evaluations:
        table.add_column(escape(evaluation.name), justify="right")
    for metric in find_metrics():
        scores = [evaluation[metric] for evaluation in comparison.evaluations]
        cells = [f"{show_number(score.value)}\n{show_interval(score.low, score.high)}" for score in scores]
        table.add_row(metric, *cells)
    console = Console()
    console.print(table)
    console.print(str(comparison.best.conditions), style="dim", highlight=False, markup=False)
    console.print(f"report: {out / 'report.html'}", highlight=False, markup=False, soft_wrap=True)
