"""``stance compare``: runs side by side, as a page to read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stance.cli.tables import to_difference_table, to_row_table

if TYPE_CHECKING:
    from stance.evaluation.score import Reference


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...",
            help="Model folders, label files, earlier reports; the others are subtracted from the first.",
            show_default=False,
        ),
    ],
    *,
    on: Annotated[
        Path | None, typer.Option(help="Gold label file; reports need none.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for report.html, .md, .json and .csv.")] = Path("report"),
    taxonomy: Annotated[
        Path, typer.Option(help="Topics and stances of label files; a model brings its own.")
    ] = Path("configs/taxonomies/arms-diplomacy.yaml"),
    annotations: Annotated[
        Path | None,
        typer.Option(help="What several annotators said, for the human row.", show_default=False),
    ] = None,
    slice_words: Annotated[
        str, typer.Option(metavar="FILE", help="Lists of words that make slices, in the texts' language.")
    ] = "configs/slices/english.yaml",
    split: Annotated[
        Literal["all", "unseen"],
        typer.Option(help="All articles, or only those that no model here was trained on."),
    ] = "all",
    checks: Annotated[
        Path | None,
        typer.Option(help="Check config: test the models' behaviour, too.", show_default=False),
    ] = None,
    n_resamples: Annotated[int, typer.Option(min=1, help="Bootstrap resamples.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
    max_mistakes: Annotated[
        int, typer.Option(min=0, help="Mistakes kept for the report, shared among the runs.")
    ] = 1000,
) -> None:
    """Compare runs on the same gold labels and write a report, what guessing scores always in it."""
    from rich.console import Console

    from stance.evaluation.comparison import RANKED_BY
    from stance.workflows.compare import compare

    with Console(stderr=True).status(f"comparing {len(runs)} runs"):
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
    console.print(to_difference_table(comparison, RANKED_BY))
    console.print("p is corrected for the number of pairs (Holm); in bold what is clear.", highlight=False)
    console.print(str(comparison.best.conditions), style="dim", highlight=False, markup=False)
    console.print(f"report: {out / 'report.html'}", highlight=False, markup=False, soft_wrap=True)
