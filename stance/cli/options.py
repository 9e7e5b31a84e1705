"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Resamples = Annotated[int, typer.Option(min=1, help="Bootstrap resamples.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")]

RunTaxonomy = Annotated[Path, typer.Option(help="Topics and stances of label files; a model brings its own.")]
Annotations = Annotated[Path | None, typer.Option(help="What several annotators said, for the human row.")]
SliceWords = Annotated[Path, typer.Option(help="Lists of words that make slices, in the texts' language.")]
Part = Annotated[
    Literal["all", "unseen"],
    typer.Option(help="All articles, or only those that no model here was trained on."),
]

TextKey = Annotated[str, typer.Option(help="Field that holds an article's text.")]
TitleKey = Annotated[str, typer.Option(help="Field that holds its title.")]
