"""``stance check``: how often a model fails tests of its behaviour, with examples."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.numbers import print_json, show_interval, show_number
from stance.cli.options import AsJson
from stance.shipped import CHECKS

if TYPE_CHECKING:
    from rich.table import Table

    from stance.checks.behaviour import Behaviour, Failure


def check(
    model: Annotated[Path, typer.Argument(help="Model folder.")],
    *,
    config: Annotated[
        Path, typer.Option(help="Check config: families of tests, and the limit of each.")
    ] = CHECKS,
    as_json: AsJson = False,
) -> None:
    """Test a model's behaviour: negation, modality, swapped countries, typing errors, …

    The exit code is 1 where a family fails more often than its limit allows.
    """
    from rich.console import Console

    from stance.workflows.check import check

    with Console(stderr=True).status(f"checking {model}"):
        behaviour = check(model, config=config)
    if as_json:
        print_json(behaviour.to_dict())
    else:
        console = Console(highlight=False, markup=False)
        for family in behaviour.families:
            if family.examples:
                console.print(f"{family.title}. {family.explanation}", style="bold")
            for example in family.examples:
                console.print("\n".join(_to_lines(example)), soft_wrap=True)
        console.print(_to_table(behaviour))
        for family in behaviour.families:
            if family.name in behaviour.failed:
                console.print(f"{family.title}: failed. {family.verdict.explanation}")
    if behaviour.failed:
        raise typer.Exit(1)


def _to_lines(example: "Failure") -> list[str]:
    """A case that failed: its passage, changed or not, what was expected and what was found."""
    found = f"{example.found_before} → {example.found}" if example.before else example.found
    parts = {
        "title": example.title,
        "sentence before": example.previous,
        "unchanged": example.before,
        "text": example.text,
        "expected": example.expected,
        "found": found,
    }
    first, *rest = [f"{name}: {part}" for name, part in parts.items() if part]
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _to_table(behaviour: "Behaviour") -> "Table":
    """A row a family: cases, failure rate with its interval, limit, verdict."""
    from stance.cli.tables import new_table

    table = new_table(f"{behaviour.model}: share of cases that fail", is_dense=True)
    table.add_column("family", no_wrap=True)
    for heading in ("cases", "failed", "95 % interval", "limit"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for family in behaviour.families:
        outcome = family.verdict.outcome
        table.add_row(
            family.name,
            f"{family.n_cases:,}",
            show_number(family.rate),
            show_interval(family.low, family.high),
            "–" if family.limit is None else show_number(family.limit),
            "" if outcome == "not applicable" else outcome,
        )
    return table
