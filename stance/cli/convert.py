"""``stance convert``: a public data set in, label files out."""

from pathlib import Path
from typing import Annotated

import typer


def convert(
    format: Annotated[str, typer.Argument(help="How the data set is distributed, as semeval2016.")],
    folder: Annotated[Path, typer.Argument(help="The data set, as downloaded.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for label files and taxonomy.")],
) -> None:
    """Bring a public data set into label files and a taxonomy, to train and evaluate on."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from stance.registry import kinds
    from stance.workflows.convert import convert

    if format not in kinds("formats"):
        raise typer.BadParameter(f"{format!r} is none of {kinds('formats')}", param_hint="FORMAT")
    conversion = convert(format, folder, out=out)
    stances = sorted(set().union(*conversion.stances.values()))
    table = Table(title=escape(f"label files in {out}"), title_justify="left")
    table.add_column("part")
    for heading in ("texts", *stances):
        table.add_column(escape(heading), justify="right")
    for split, counts in conversion.stances.items():
        numbers = [sum(counts.values()), *(counts.get(stance, 0) for stance in stances)]
        table.add_row(escape(conversion.files[split].name), *(f"{number:,}" for number in numbers))
    Console().print(table)
