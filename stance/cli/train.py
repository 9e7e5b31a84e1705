"""``stance train``: a config in, a model folder out."""

import os
from pathlib import Path
from typing import Annotated

import typer

from stance.cli.evaluate import to_table


def train(
    config: Annotated[
        Path, typer.Argument(help="Config file, as configs/baseline.yaml.", show_default=False)
    ],
    *,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change a parameter for this run: topics.C=[0.1,1].", metavar="KEY=VALUE"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Model folder; models/NAME if not given.", show_default=False)
    ] = None,
) -> None:
    """Train a model from a config, with an audit of its split and an evaluation on what was held out."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from stance.workflows.train import train

    with Console(stderr=True).status(f"training {config}"):
        training = train(config, overrides=set_ or [], out=out)
    if os.environ.get("RANK", "0") != "0":
        return  # the first process of ``accelerate launch`` speaks for all
    console = Console()
    findings = Table(title="audit of the split", title_justify="left")
    for heading in ("check", "outcome", "found"):
        findings.add_column(heading)
    for finding in training.findings:
        findings.add_row(finding.title, finding.outcome, escape(finding.explanation))
    console.print(findings)
    for evaluation in (training.on_folds, training.on_test):
        if evaluation is not None:
            console.print(to_table(evaluation))
            console.print(str(evaluation.conditions), style="dim", highlight=False, markup=False)
    console.print(f"wrote {training.folder}", markup=False, soft_wrap=True)
