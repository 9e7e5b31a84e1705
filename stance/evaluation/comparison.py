"""Runs side by side: their scores, and how sure the differences between them are."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stance.errors import DataError
from stance.evaluation.conditions import check_comparable
from stance.evaluation.intervals import percentile_interval
from stance.evaluation.majority import MAJORITY
from stance.evaluation.metrics import find_metrics
from stance.evaluation.scores import Evaluation, to_json_number

RANKED_BY = "end_to_end_f1_micro"
"""The metric that picks the best run: what a user of the predictions gets."""


@dataclass(frozen=True)
class Difference:
    """How much better ``run`` is than ``baseline``: the difference of a metric, with its 95 % interval."""

    metric: str
    run: str
    baseline: str
    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, ``None`` for ``nan``."""
        numbers = {key: to_json_number(value) for key, value in asdict(self).items()}
        return numbers | {"is_clear": self.is_clear}


@dataclass(frozen=True)
class Comparison:
    """Evaluations under equal conditions, and the differences of every pair."""

    evaluations: tuple[Evaluation, ...]
    differences: tuple[Difference, ...]

    @property
    def best(self) -> Evaluation:
        """The run with the highest end-to-end F1; the earlier one of equals."""
        return max(self.evaluations, key=lambda one: np.nan_to_num(one[RANKED_BY].value, nan=-1.0))

    def to_dict(self) -> dict[str, Any]:
        """Plain containers: what ``report.json`` holds and the report pages show."""
        first = self.evaluations[0]
        return {
            "conditions": asdict(first.conditions),
            "signature": str(first.conditions),
            "taxonomy": first.taxonomy.to_dict(),
            "stances": list(first.taxonomy.stances),
            "metrics": {
                name: (metric.__doc__ or "").partition("\n")[0] for name, metric in find_metrics().items()
            },
            "ranked_by": RANKED_BY,
            "best": self.best.name,
            "majority": MAJORITY,
            "runs": [evaluation.to_dict() for evaluation in self.evaluations],
            "differences": [difference.to_dict() for difference in self.differences],
        }


def compare_evaluations(evaluations: Sequence[Evaluation]) -> Comparison:
    """Put runs side by side and take the paired bootstrap difference of each from every earlier one.

    Both runs of a pair are scored on the same resamples, so that what makes an article hard for both of
    them cancels out (Efron and Tibshirani 1993; Koehn 2004 for paired resampling of test sets).

    Raises
    ------
    DataError
        If two runs were evaluated under different conditions, there is no run, or two have one name.
    """
    names = [evaluation.name for evaluation in evaluations]
    if not names or len(set(names)) < len(names):
        raise DataError(f"expected one or more runs with names of their own, found {names}")
    pairs = list(itertools.combinations(evaluations, 2))
    for baseline, run in pairs:
        check_comparable(baseline.conditions, run.conditions)
    differences = [_subtract(run, baseline, metric) for baseline, run in pairs for metric in run.samples]
    return Comparison(evaluations=tuple(evaluations), differences=tuple(differences))


def _subtract(run: Evaluation, baseline: Evaluation, metric: str) -> Difference:
    if metric.startswith("stance") and run.stance_asked != baseline.stance_asked:
        # One was asked about the gold topics, the other's stances were read off its own: two measures.
        return Difference(metric, run.name, baseline.name, math.nan, math.nan, math.nan)
    samples = run.samples[metric] - baseline.samples[metric]
    low, high = percentile_interval(samples, n_groups=run.conditions.n_groups)
    value = run[metric].value - baseline[metric].value
    return Difference(metric, run.name, baseline.name, value, low, high)
