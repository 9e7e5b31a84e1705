"""Compares runs on the same gold labels, and writes the report."""

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from stance.errors import DataError, ReadError, StanceError
from stance.evaluation.comparison import Comparison, Evaluated, compare_evaluations, count_resamples_needed
from stance.evaluation.majority import MAJORITY
from stance.evaluation.prior import PRIOR
from stance.evaluation.written import WrittenEvaluation, WrittenReport, read_report
from stance.reports.report import write_report
from stance.shipped import SLICE_WORDS, TAXONOMY
from stance.storage import ASIDE, is_url, open_output
from stance.workflows.evaluate import Part, evaluate_runs, reference_runs
from stance.workflows.evaluating.runs import open_runs

logger = logging.getLogger(__name__)

REPORT = "report.json"


def compare(
    runs: Sequence[str | Path],
    *,
    on: str | Path | None = None,
    out: str | Path,
    taxonomy: str | Path = TAXONOMY,
    annotations: str | Path | None = None,
    slice_words: str | Path = SLICE_WORDS,
    split: Part = "all",
    checks: str | Path | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
    max_mistakes: int = 1000,
) -> Comparison:
    """Score runs side by side, the majority and prior rows among them, and write a report.

    Parameters
    ----------
    runs
        Model folders and label files; the first is the one that others are subtracted from. A report that was
        written before (``report.json``, its folder, or what ``stance evaluate --json`` prints) stands for its
        runs, which are not asked again.
    on
        The gold label file; not needed where all runs are in reports.
    out
        Folder for ``report.html``, ``.md``, ``.json`` and ``.csv``; made if need be. If it holds files,
        an earlier report must be among them, which is replaced at the end.
    annotations, slice_words, split, n_resamples, seed
        As for ``evaluate``.
    max_mistakes
        Mistakes kept for the report: an even share of each run, half of it for labels that it gave and half
        for those that it missed. What guessing scores has as many. Their number is always told.
    checks
        A check config; the models are tested by it, as by ``check``.

    Raises
    ------
    StanceError
        If a run or the labels cannot be read, the runs were measured under different conditions, or ``out``
        is a file, holds files but no earlier report, or cannot be written.
    """
    _check_target(out)
    written = {path: _read_report(path) for path in runs if _is_report(path)}
    others = [path for path in runs if path not in written]
    of_run: dict[str | Path, Sequence[Evaluated]] = {path: one.evaluations for path, one in written.items()}
    references: Sequence[Evaluated] = ()
    human = next((report.human for report in written.values() if report.human), None)
    if others:
        if on is None:
            raise DataError(f"{others[0]} has to be scored: name the gold labels (--on)")
        opened, shared = open_runs(others, taxonomy)
        scored, judged = evaluate_runs(
            [*opened, *reference_runs(seed)],
            shared,
            on=on,
            annotations=annotations,
            slice_words=slice_words,
            split=split,
            checks=checks,
            n_resamples=n_resamples,
            seed=seed,
            max_mistakes=max_mistakes // (2 * len(others)),
        )
        of_run |= {path: [one] for path, one in zip(others, scored, strict=False)}
        references, human = scored[len(others) :], judged or human
    evaluations = [*chain.from_iterable(of_run[path] for path in runs), *references]
    comparison = compare_evaluations(_tell_apart(evaluations), human=human)
    _warn_of_few_resamples(len(comparison.discordances), comparison.best.conditions.n_resamples)
    write_report(comparison.to_dict(), out)
    return comparison


def _check_target(out: str | Path) -> None:
    """Refuse what is neither an empty folder nor one with an earlier report, before anything is scored."""
    if is_url(str(out)):
        raise ReadError(out, "a report is written to a folder of this machine, not to a URL")
    if Path(out).exists() and not Path(out).is_dir():
        raise ReadError(out, "expected a folder for the report; name another with --out")
    names = [name for name in open_output(out).names() if not name.endswith(ASIDE)]
    if REPORT in names:
        try:
            _read_report(out)
        except StanceError as error:
            raise ReadError(out, f"{error}. Move it away, or name another folder with --out") from error
    elif names:
        raise ReadError(out, "holds files, but no earlier report; name another folder with --out")


def _warn_of_few_resamples(n_pairs: int, n_resamples: int) -> None:
    needed = count_resamples_needed(n_pairs)
    if n_resamples < needed:
        logger.warning(
            "among %d pairs of runs no difference can be clear with %d resamples; at least %d are needed",
            n_pairs,
            n_resamples,
            needed,
        )


def _is_report(path: str | Path) -> bool:
    return Path(path).suffix == ".json" or (Path(path) / REPORT).is_file()


def _read_report(path: str | Path) -> WrittenReport:
    file = Path(path) if Path(path).suffix == ".json" else Path(path) / REPORT
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(file, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ReadError(file, f"not JSON: {error}") from error
    return read_report(content, str(file))


def _tell_apart(evaluations: Sequence[Evaluated]) -> list[Evaluated]:
    """Each run once, what guessing scores last; other runs of one name are told apart by their reports."""
    kept: list[Evaluated] = []
    for one in evaluations:
        if not any(one.name == other.name and _score_alike(one, other) for other in kept):
            kept.append(one)
    times = Counter(one.name for one in kept)
    named = [
        replace(one, name=f"{one.name} ({one.source})")
        if times[one.name] > 1 and isinstance(one, WrittenEvaluation)
        else one
        for one in kept
    ]
    return sorted(named, key=lambda one: one.name in (MAJORITY, PRIOR))


def _score_alike(one: Evaluated, other: Evaluated) -> bool:
    """Whether all scores are equal, undefined ones too, which no number equals."""
    first, second = ([score.to_dict() for score in run.scores] for run in (one, other))
    return first == second
