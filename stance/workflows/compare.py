"""Compares runs on the same gold labels, and writes the report."""

from collections.abc import Sequence
from pathlib import Path

from stance.evaluation.comparison import Comparison, compare_evaluations
from stance.reports.report import write_report
from stance.workflows.evaluate import Part, evaluate_runs, reference_runs
from stance.workflows.runs import DEFAULT_TAXONOMY, open_runs


def compare(
    runs: Sequence[str | Path],
    *,
    on: str | Path,
    out: str | Path,
    taxonomy: str | Path = DEFAULT_TAXONOMY,
    annotations: str | Path | None = None,
    split: Part = "all",
    n_resamples: int = 2000,
    seed: int = 0,
) -> Comparison:
    """Score runs side by side, the majority and prior rows among them, and write a report.

    Parameters
    ----------
    runs
        Model folders and label files; the first is the one that others are subtracted from.
    on
        The gold label file.
    out
        Folder for ``report.html``, ``report.md`` and ``report.json``; made if need be.
    annotations, split, n_resamples, seed
        As for ``evaluate``.

    Raises
    ------
    StanceError
        If a run or the labels cannot be read, or the runs follow different taxonomies.
    """
    opened, shared = open_runs(runs, taxonomy)
    evaluations, human = evaluate_runs(
        [*opened, *reference_runs(seed)],
        shared,
        on=on,
        annotations=annotations,
        split=split,
        n_resamples=n_resamples,
        seed=seed,
    )
    comparison = compare_evaluations(evaluations, human=human)
    write_report(comparison.to_dict(), out)
    return comparison
