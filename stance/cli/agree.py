"""``stance agree``: a table of how far annotators agree."""

import json
from pathlib import Path
from typing import Annotated

import typer

from stance.cli.evaluate import to_table


def agree(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Label files, one an annotator.", show_default=False),
    ],
    *,
    taxonomy: Annotated[
        str, typer.Option(metavar="FILE", help="Topics and stances.")
    ] = "configs/taxonomies/arms-diplomacy.yaml",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    n_resamples: Annotated[int, typer.Option(min=1, help="Bootstrap resamples.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
) -> None:
    """Measure how far annotators of the same sentences agree: F1, Cohen's kappa, Krippendorff's alpha."""
    if len(files) < 2:
        raise typer.BadParameter("name two or more label files, one an annotator", param_hint="FILE")

    from rich.console import Console

    from stance.workflows.agree import agree

    agreement = agree(files, taxonomy=taxonomy, n_resamples=n_resamples, seed=seed)
    if as_json:
        print(json.dumps(agreement.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
        return
    console = Console(highlight=False, markup=False)
    console.print(to_table(agreement))
    for annotator, n_alone in zip(agreement.annotators, agreement.n_alone, strict=True):
        if n_alone:
            console.print(f"Left out: {n_alone:,} judged by {annotator} alone.")
    console.print(str(agreement.conditions), style="dim")
