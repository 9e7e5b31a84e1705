"""``stance compare``: runs side by side, as a page to read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.options import Annotations, Part, Resamples, RunTaxonomy, Seed, SliceWords
from stance.phrases import count_of
from stance.shipped import SLICE_WORDS, TAXONOMY

if TYPE_CHECKING:
    from stance.evaluation.score import Reference


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...",
            help="Model folders, label files, earlier reports; the others are subtracted from the first.",
        ),
    ],
    *,
    on: Annotated[Path | None, typer.Option(help="Gold label file; reports need none.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for report.html, .md, .json and .csv.")] = Path("report"),
    taxonomy: RunTaxonomy = TAXONOMY,
    annotations: Annotations = None,
    slice_words: SliceWords = SLICE_WORDS,
    split: Part = "all",
    checks: Annotated[
        Path | None, typer.Option(help="Check config: test the models' behaviour, too.")
    ] = None,
    n_resamples: Resamples = 2000,
    seed: Seed = 0,
    max_mistakes: Annotated[
        int, typer.Option(min=0, help="Mistakes kept for the report, an even share of each run.")
    ] = 1000,
) -> None:
    """Compare runs on the same gold labels and write a report, what guessing scores always in it."""
    from rich.console import Console

    from stance.cli.tables import to_difference_table, to_row_table
    from stance.evaluation.comparison import RANKED_BY
    from stance.workflows.compare import compare

    with Console(stderr=True).status(f"comparing {count_of(len(runs), 'run')}"):
        comparison = compare(
            runs,
            on=on,
            out=out,
            taxonomy=taxonomy,
            annotations=annotations,
            slice_words=slice_words,
            split=split,
            checks=checks,
            n_resamples=n_resamples,
            seed=seed,
            max_mistakes=max_mistakes,
        )
    rows: list[Reference] = [*comparison.evaluations]
    if comparison.human:
        rows.append(comparison.human)
    console = Console()
    console.print(to_row_table(rows))
    if clean := [one.clean for one in comparison.evaluations if one.clean]:
        console.print(to_row_table(clean, title="on the articles that no run has learned from"))
    console.print(to_difference_table(comparison, RANKED_BY))
    console.print("p is corrected for the number of pairs (Holm); in bold what is clear.", highlight=False)
    console.print(str(comparison.best.conditions), style="dim", highlight=False, markup=False)
    console.print(f"report: {out / 'report.html'}", highlight=False, markup=False, soft_wrap=True)
