"""How often a model fails each family of behavioural tests (CheckList, Ribeiro et al. 2020)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.checks.cases import Answer, Case
from stance.checks.families import Expectation, Family
from stance.evaluation.groups import number_groups
from stance.evaluation.intervals import percentile_interval, resample
from stance.evaluation.score import to_plain
from stance.evaluation.verdicts import Outcome, Verdict

N_RESAMPLES = 2000
N_EXAMPLES = 3

KINDS: dict[Expectation, str] = {
    "is": "minimum functionality",
    "same": "invariance",
    "changes": "directional",
    "is_not": "directional",
}
"""What CheckList calls each expectation."""


@dataclass(frozen=True)
class Failure:
    """A case that failed; ``before`` and ``found_before`` are empty where nothing was changed."""

    kind: str
    text: str
    title: str
    previous: str
    before: str
    expected: str
    found: str
    found_before: str


@dataclass(frozen=True)
class FamilyResult:
    """How a model does on one family.

    ``rate`` is the share of cases that fail, ``low`` and ``high`` its 95 % interval over templates and pairs.
    """

    name: str
    title: str
    explanation: str
    kinds: tuple[str, ...]
    n_cases: int
    n_groups: int
    n_failed: int
    rate: float
    low: float
    high: float
    limit: float | None
    examples: tuple[Failure, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether the family is within its limit; without one there is nothing to decide."""
        found = f"{self.n_failed:,} of {self.n_cases:,} cases fail, {self.rate:.3f}"
        if not math.isnan(self.low):
            found += f" (95 % interval {self.low:.3f} to {self.high:.3f})"
        if self.limit is None:
            return Verdict(self.name, self.title, "not applicable", f"{found}; no limit is set.")
        outcome: Outcome = "failed" if self.rate > self.limit else "passed"
        return Verdict(self.name, self.title, outcome, f"{found}; the limit is {self.limit:.3f}.")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, ``None`` for ``nan``."""
        return {**to_plain(self), "finding": to_plain(self.verdict)}


@dataclass(frozen=True)
class Behaviour:
    """How a model does on every family of a check config."""

    model: str
    families: tuple[FamilyResult, ...]
    seed: int

    @property
    def failed(self) -> list[str]:
        """Names of the families that fail more often than their limit allows."""
        return [family.name for family in self.families if family.verdict.outcome == "failed"]

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        return {
            "model": self.model,
            "seed": self.seed,
            "n_cases": sum(family.n_cases for family in self.families),
            "failed": self.failed,
            "families": [family.to_dict() for family in self.families],
        }


def judge(
    family: Family,
    cases: Sequence[Case],
    answers: Sequence[tuple[Answer, Answer | None]],
    *,
    limit: float | None,
    seed: int = 0,
) -> FamilyResult:
    """Hold answers against expectations.

    Parameters
    ----------
    answers
        To ``after`` and ``before`` of each case.
    limit
        Share of failing cases above which the family has failed.
    """
    failed = np.array([not case.passes(*answer) for case, answer in zip(cases, answers, strict=True)])
    groups = number_groups([case.group for case in cases])
    low, high = _failure_interval(failed, groups, seed=seed)
    examples: dict[str, Failure] = {}
    for case, answer, is_failed in zip(cases, answers, failed.tolist(), strict=True):
        if is_failed:
            examples.setdefault(case.group, _describe(case, *answer))
    return FamilyResult(
        name=family.name,
        title=family.title,
        explanation=family.explanation,
        kinds=tuple(sorted({KINDS[case.expect] for case in cases})),
        n_cases=len(cases),
        n_groups=int(groups.max()) + 1,
        n_failed=int(failed.sum()),
        rate=float(failed.mean()),
        low=low,
        high=high,
        limit=limit,
        examples=tuple(examples.values())[:N_EXAMPLES],
    )


def _failure_interval(failed: np.ndarray, groups: np.ndarray, *, seed: int) -> tuple[float, float]:
    """The bootstrap over groups.

    Where all groups agree it knows no doubt; then each group counts as one trial (Clopper and Pearson 1934).
    """
    counts = np.stack([np.bincount(groups, weights=failed), np.bincount(groups)], axis=1).astype(np.int64)
    drawn = resample(counts, n_resamples=N_RESAMPLES, generator=np.random.default_rng(seed))
    low, high = percentile_interval(drawn[:, 0] / drawn[:, 1], n_groups=len(counts))
    if not failed.any():
        return 0.0, 1 - 0.025 ** (1 / len(counts))
    if failed.all():
        return 0.025 ** (1 / len(counts)), 1.0
    return low, high


def _describe(case: Case, after: Answer, before: Answer | None) -> Failure:
    return Failure(
        kind=KINDS[case.expect],
        text=case.after.text,
        title=case.after.title,
        previous=case.after.previous,
        before=_tell_before(case),
        expected=_expect(case),
        found=_tell(after),
        found_before="" if before is None else _tell(before),
    )


def _tell_before(case: Case) -> str:
    """The passage that was changed, with its context where that is what was changed."""
    if case.before is None:
        return ""
    if case.before.text != case.after.text:
        return case.before.text
    return " / ".join(part for part in (case.before.title, case.before.previous, case.before.text) if part)


def _expect(case: Case) -> str:
    right = _tell(case.after.right)
    if case.expect == "same":
        return "the same labels"
    if case.expect == "is_not":
        return f"not {right}"
    if case.expect == "changes":
        return "other labels"
    if case.before is None:
        return right
    return f"{_tell(case.before.right)} → {right}"


def _tell(answer: Answer) -> str:
    return ", ".join(f"{topic}: {stance}" for topic, stance in sorted(answer)) or "none"
