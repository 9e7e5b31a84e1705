"""``stance train``: a config in, a model folder out."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    config: Annotated[Path, typer.Argument(help="Config file, as configs/baseline.yaml.")],
    *,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change a parameter for this run: topics.C=[0.1,1].", metavar="KEY=VALUE"),
    ] = None,
    allow_leaks: Annotated[
        bool, typer.Option("--allow-leaks", help="Train in spite of leaks that the audit of the split finds.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Model folder; models/NAME if not given.")] = None,
) -> None:
    """Train a model from a config, with an audit of its split and an evaluation on what was held out."""
    from rich.console import Console

    from stance.cli.tables import to_findings_table, to_holder_table, to_score_table, to_target_lines
    from stance.workflows.train import is_main_process, train

    overrides = [*(set_ or []), *(["split.allow_leaks=true"] if allow_leaks else [])]
    with Console(stderr=True).status(f"training {config}"):
        training = train(config, overrides=overrides, out=out)
    if not is_main_process():
        return
    console = Console()
    console.print(to_findings_table(training.findings, title="audit of the split"))
    for evaluation in (training.on_folds, training.on_test):
        if evaluation is not None:
            console.print(to_score_table(evaluation))
            for line in to_target_lines(evaluation):
                console.print(line, highlight=False, markup=False)
            if evaluation.holders:
                console.print(to_holder_table(evaluation.holders))
            console.print(str(evaluation.conditions), style="dim", highlight=False, markup=False)
    console.print(f"wrote {training.folder}", markup=False, soft_wrap=True)
