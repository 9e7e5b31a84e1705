"""``stance agree``: a table of how far annotators agree."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.numbers import print_json
from stance.cli.options import AsJson, Resamples, Seed
from stance.shipped import TAXONOMY


def agree(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Label files, one an annotator.")],
    *,
    taxonomy: Annotated[Path, typer.Option(help="Topics and stances.")] = TAXONOMY,
    as_json: AsJson = False,
    n_resamples: Resamples = 2000,
    seed: Seed = 0,
) -> None:
    """Measure how far annotators of the same sentences agree: F1, Cohen's kappa, Krippendorff's alpha."""
    if len(files) < 2:
        raise typer.BadParameter("name two or more label files, one an annotator", param_hint="FILE")

    from rich.console import Console

    from stance.cli.tables import to_score_table
    from stance.workflows.agree import agree

    agreement = agree(files, taxonomy=taxonomy, n_resamples=n_resamples, seed=seed)
    if as_json:
        print_json(agreement.to_dict())
        return
    console = Console(highlight=False, markup=False)
    console.print(to_score_table(agreement))
    for annotator, n_alone in zip(agreement.annotators, agreement.n_alone, strict=True):
        if n_alone:
            console.print(f"Left out: {n_alone:,} judged by {annotator} alone.")
    console.print(str(agreement.conditions), style="dim")
