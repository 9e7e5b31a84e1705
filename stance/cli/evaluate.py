"""``stance evaluate``: a table of scores with their intervals."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.numbers import print_json, show_interval, show_number
from stance.cli.options import Annotations, AsJson, Part, Resamples, RunTaxonomy, Seed, SliceWords
from stance.shipped import SLICE_WORDS, TAXONOMY

if TYPE_CHECKING:
    from stance.evaluation.calibration import CalibrationCheck
    from stance.evaluation.evaluation import Evaluation


def evaluate(
    model: Annotated[Path, typer.Argument(help="Model folder, or labels predicted before.")],
    *,
    on: Annotated[Path, typer.Option(help="Gold label file.")],
    as_json: AsJson = False,
    taxonomy: RunTaxonomy = TAXONOMY,
    annotations: Annotations = None,
    slices: Annotated[
        bool, typer.Option("--slices", help="Print scores on kinds of sentences, too.")
    ] = False,
    slice_words: SliceWords = SLICE_WORDS,
    split: Part = "all",
    n_resamples: Resamples = 2000,
    seed: Seed = 0,
) -> None:
    """Score a model against gold labels: topics, stance, both end to end, and holders."""
    from rich.console import Console

    from stance.workflows.evaluate import evaluate

    with Console(stderr=True).status(f"scoring {model} on {on}"):
        evaluation = evaluate(
            model,
            on=on,
            taxonomy=taxonomy,
            annotations=annotations,
            slice_words=slice_words,
            split=split,
            n_resamples=n_resamples,
            seed=seed,
        )
    if as_json:
        print_json(evaluation.to_dict())
    else:
        _print_tables(evaluation, with_slices=slices)


def _print_tables(evaluation: "Evaluation", *, with_slices: bool) -> None:
    from rich.console import Console

    from stance.cli import tables
    from stance.evaluation.intervals import FEW_GROUPS

    console = Console()
    console.print(tables.to_score_table(evaluation))
    console.print(tables.to_findings_table(evaluation.audit.findings, title="audit"))
    if evaluation.clean:
        console.print(tables.to_clean_table(evaluation, evaluation.clean))
    console.print(tables.to_row_table([evaluation, *evaluation.references]))
    if with_slices:
        console.print(tables.to_slice_table(evaluation.slices))
        if any(one.is_small for one in evaluation.slices):
            console.print(f"* fewer than {FEW_GROUPS} groups of articles: the interval is too narrow.")
    for line in _describe_calibration(evaluation.calibration):
        console.print(line, highlight=False, soft_wrap=True)
    for part in tables.to_target_lines(evaluation):
        console.print(part, highlight=False, markup=False)
    if evaluation.holders:
        console.print(tables.to_holder_table(evaluation.holders))
    if not evaluation.stance_asked:
        console.print("Stances are read off the labels: a gold topic that is lacking counts as wrong.")
    console.print(str(evaluation.conditions), style="dim", highlight=False, markup=False)


def _describe_calibration(check: "CalibrationCheck") -> Iterator[str]:
    """Lines that say what the probabilities are worth."""
    for title, sides in (("topics", check.topics), ("stance", check.stance)):
        if sides is not None:
            before, after = sides.before, sides.after
            brier = f"{show_number(after.brier)} ({show_interval(after.brier_low, after.brier_high)})"
            ece = f"{show_number(after.ece)} ({show_interval(after.ece_low, after.ece_high)})"
            if before:
                brier, ece = f"{show_number(before.brier)} → {brier}", f"{show_number(before.ece)} → {ece}"
            yield f"probabilities of {title}: Brier score {brier}, calibration error {ece}"
    if curve := check.risk_coverage:
        yield (
            f"labels: {curve.risk:.3f} of {curve.n:,} wrong, {curve.area:.3f} on average over all coverages "
            f"({show_interval(curve.low, curve.high)}; {curve.best_area:.3f} at best)"
        )
    if (held_back := check.abstentions).n_abstained:
        yield (
            f"labels given: {held_back.n_given:,}, {held_back.n_given_wrong:,} wrong; "
            f"held back: {held_back.n_abstained:,}, {held_back.n_abstained_wrong:,} would be wrong"
        )
