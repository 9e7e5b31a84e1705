"""Runs side by side: their scores, and how sure the differences between them are."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import numpy as np

from stance.errors import DataError
from stance.evaluation.conditions import check_comparable
from stance.evaluation.evaluation import Evaluation
from stance.evaluation.humans import HumanRow
from stance.evaluation.intervals import percentile_interval, resample
from stance.evaluation.majority import MAJORITY
from stance.evaluation.metrics import find_metrics
from stance.evaluation.prior import PRIOR
from stance.evaluation.score import to_plain
from stance.evaluation.significance import exchange, flip_signs, holm, mcnemar_p, randomisation_p
from stance.evaluation.written import WrittenEvaluation

RANKED_BY = "end_to_end_f1_micro"
"""The metric that picks the best run: what a user of the predictions gets."""

LEVEL = 0.05
"""A difference is clear where its corrected p-value is no greater."""


def count_resamples_needed(n_pairs: int) -> int:
    """Resamples with which any difference among so many pairs of runs can be clear.

    The randomisation test's smallest p-value is one in their number and one.
    """
    return math.ceil(n_pairs / LEVEL) - 1


Evaluated = Evaluation | WrittenEvaluation
"""What is compared: made just now, or read back."""


@dataclass(frozen=True)
class Difference:
    """How much better ``run`` is than ``baseline``: the difference of a metric, with its 95 % interval.

    ``p`` is that of the randomisation test by groups, ``p_holm`` the same corrected for the number of pairs
    of runs. What cannot be compared is ``nan``.
    """

    metric: str
    run: str
    baseline: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan

    @property
    def is_clear(self) -> bool:
        """Whether runs without a difference would seldom come out so different, all pairs considered."""
        return self.p_holm <= LEVEL

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, ``None`` for ``nan``."""
        return to_plain(self) | {"is_clear": self.is_clear}


@dataclass(frozen=True)
class Discordance:
    """McNemar's view of a pair: the sentences that only one of the two runs gets right, labels and all.

    ``p`` and ``p_holm`` are as for ``Difference``, of McNemar's exact test with groups kept whole.
    """

    run: str
    baseline: str
    n_only_run: int
    n_only_baseline: int
    p: float
    p_holm: float = math.nan

    @property
    def is_clear(self) -> bool:
        """As for ``Difference``."""
        return self.p_holm <= LEVEL

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"is_clear": self.is_clear}


_Test = TypeVar("_Test", Difference, Discordance)


@dataclass(frozen=True)
class Comparison:
    """Evaluations under equal conditions, the differences of every pair, and what people score."""

    evaluations: tuple[Evaluated, ...]
    differences: tuple[Difference, ...]
    discordances: tuple[Discordance, ...]
    human: HumanRow | None = None

    @property
    def best(self) -> Evaluated:
        """The run with the highest end-to-end F1; the earlier one of equals.

        It is undefined where a run finds nothing and there is nothing to find, which nobody can do better.
        """
        return max(self.evaluations, key=lambda one: np.nan_to_num(one[RANKED_BY].value, nan=1.0))

    def to_dict(self) -> dict[str, Any]:
        """Plain containers: what ``report.json`` holds and the report pages show."""
        first = self.evaluations[0]
        runs = [_without_taxonomy(evaluation.to_dict()) for evaluation in self.evaluations]
        return {
            "conditions": asdict(first.conditions),
            "n_labelled_groups": first.outcomes.counts.n_labelled,
            "taxonomy": first.taxonomy.to_dict(),
            "stances": list(first.taxonomy.stances),
            "metrics": {
                name: (metric.__doc__ or "").partition("\n")[0] for name, metric in find_metrics().items()
            },
            "ranked_by": RANKED_BY,
            "best": self.best.name,
            "majority": MAJORITY,
            "references": [MAJORITY, PRIOR],
            "human": self.human and self.human.to_dict(),
            "runs": runs,
            "differences": [difference.to_dict() for difference in self.differences],
            "mcnemar": [discordance.to_dict() for discordance in self.discordances],
        }


def compare_evaluations(evaluations: Sequence[Evaluated], *, human: HumanRow | None = None) -> Comparison:
    """Put runs side by side and take the paired bootstrap difference of each from every earlier one.

    Both runs of a pair are scored on the same resamples, so that what makes an article hard for both of
    them cancels out (Efron and Tibshirani 1993; Koehn 2004 for paired resampling of test sets). Whether a
    difference is clear is decided by the randomisation test, corrected by Holm over the pairs of runs, metric
    by metric; McNemar's test stands beside it.

    Parameters
    ----------
    human
        What people score: shown, but not tested.

    Raises
    ------
    DataError
        If two runs were evaluated under different conditions, there is no run, or two have one name.
    """
    names = [evaluation.name for evaluation in evaluations]
    if not names or len(set(names)) < len(names):
        raise DataError(f"expected one or more runs with names of their own, found {names}")
    for one in evaluations[1:]:
        _check_pair(evaluations[0], one)
    pairs = list(itertools.combinations(evaluations, 2))
    return Comparison(
        evaluations=tuple(evaluations),
        differences=tuple(_find_differences(evaluations, pairs)),
        discordances=tuple(_correct([_find_discordance(run, baseline) for baseline, run in pairs])),
        human=human,
    )


def _check_pair(first: Evaluated, second: Evaluated) -> None:
    check_comparable(first.conditions, second.conditions, names=(first.name, second.name))
    if not np.array_equal(first.outcomes.groups, second.outcomes.groups):
        raise DataError(f"{first.name!r} and {second.name!r} group the same sentences in different ways")


def _find_differences(
    evaluations: Sequence[Evaluated], pairs: Sequence[tuple[Evaluated, Evaluated]]
) -> Iterator[Difference]:
    """Every metric of every pair, the pairs' p-values corrected metric by metric."""
    rows = [evaluation.outcomes.counts.flatten() for evaluation in evaluations]
    n_draws, seed = evaluations[0].conditions.n_resamples, evaluations[0].conditions.seed
    # All runs at once: the same resamples and the same signs for each.
    resampled = resample(np.hstack(rows), n_resamples=n_draws, generator=np.random.default_rng(seed))
    flipped = flip_signs(np.hstack(rows), n_flips=n_draws, generator=np.random.default_rng(seed))
    layout = evaluations[0].outcomes.counts
    samples = [layout.unflatten(part) for part in np.split(resampled, len(rows), axis=1)]
    signed = np.split(flipped, len(rows), axis=1)

    places = {evaluation.name: place for place, evaluation in enumerate(evaluations)}
    found: dict[str, list[Difference]] = {metric: [] for metric in find_metrics()}
    for baseline, run in pairs:
        mine, theirs = places[run.name], places[baseline.name]
        exchanged = exchange(rows[mine].sum(0), rows[theirs].sum(0), signed[mine] - signed[theirs])
        first, second = (layout.unflatten(counts) for counts in exchanged)
        for name, metric in find_metrics().items():
            difference = Difference(name, run.name, baseline.name)
            if _same_question(name, run, baseline):
                value = run[name].value - baseline[name].value
                between = metric(samples[mine]) - metric(samples[theirs])
                low, high = percentile_interval(between, n_groups=layout.n_labelled)
                p = randomisation_p(value, metric(first) - metric(second))
                difference = replace(difference, value=value, low=low, high=high, p=p)
            found[name].append(difference)
    by_metric = [_correct(differences) for differences in found.values()]
    for of_pair in zip(*by_metric, strict=True):
        yield from of_pair


def _same_question(metric: str, run: Evaluated, baseline: Evaluated) -> bool:
    """Whether both were asked about the gold topics, or both had their stances read off their labels."""
    return not metric.startswith("stance") or run.stance_asked == baseline.stance_asked


def _find_discordance(run: Evaluated, baseline: Evaluated) -> Discordance:
    mine, theirs = run.outcomes, baseline.outcomes
    return Discordance(
        run=run.name,
        baseline=baseline.name,
        n_only_run=int(np.count_nonzero(mine.is_right & ~theirs.is_right)),
        n_only_baseline=int(np.count_nonzero(theirs.is_right & ~mine.is_right)),
        p=mcnemar_p(mine.count_right() - theirs.count_right()),
    )


def _correct(tests: Sequence[_Test]) -> list[_Test]:
    """One family of tests with its corrected p-values."""
    corrected = holm(np.array([test.p for test in tests])).tolist()
    return [replace(test, p_holm=p) for test, p in zip(tests, corrected, strict=True)]


def _without_taxonomy(run: Mapping[str, Any]) -> dict[str, Any]:
    """A run as it stands in a report, which names the taxonomy once."""
    return {key: value for key, value in run.items() if key != "taxonomy"}
