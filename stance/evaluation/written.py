"""Evaluations that were written as JSON, read back to be compared with others."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from stance.errors import DataError
from stance.evaluation.conditions import Conditions
from stance.evaluation.humans import HumanRow
from stance.evaluation.outcomes import Outcomes
from stance.evaluation.score import Score
from stance.phrases import count_of
from stance.taxonomy import Taxonomy, to_taxonomy


@dataclass(frozen=True)
class WrittenEvaluation:
    """What ``Evaluation.to_dict`` gave. What no comparison needs stays as it was written.

    ``source`` is the file that it stands in.
    """

    name: str
    taxonomy: Taxonomy
    content: Mapping[str, Any] = field(repr=False)
    source: str

    @cached_property
    def conditions(self) -> Conditions:
        """What the scores were measured under."""
        return Conditions(**self.content["conditions"])

    @property
    def stance_asked(self) -> bool:
        """As for ``Evaluation``."""
        return bool(self.content["stance_asked"])

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """As for ``Evaluation``."""
        return _to_scores(self.content)

    @cached_property
    def outcomes(self) -> Outcomes:
        """As for ``Evaluation``."""
        return Outcomes.from_lines(self.content["outcomes"], self.taxonomy)

    @property
    def clean(self) -> Self | None:
        """The scores on the articles that no run has learned from, where that is some of them."""
        clean = (self.content.get("audit") or {}).get("clean")
        return replace(self, content=clean) if clean else None

    def __getitem__(self, metric: str) -> Score:
        """The score of ``metric`` over all topics."""
        return next(score for score in self.scores if (score.metric, score.of) == (metric, None))

    def to_dict(self) -> dict[str, Any]:
        """Plain containers, as they were read."""
        return {**self.content, "name": self.name}


@dataclass(frozen=True)
class WrittenReport:
    """The evaluations of a ``report.json``, or the one that ``stance evaluate --json`` prints."""

    evaluations: tuple[WrittenEvaluation, ...]
    human: HumanRow | None


def read_report(content: object, source: str) -> WrittenReport:
    """Read plain containers back; ``source`` names them in errors.

    Raises
    ------
    DataError
        If they are no evaluations, or were written without what a comparison needs.
    """
    try:
        if not isinstance(content, dict):
            raise TypeError(f"expected an object, found {type(content).__name__}")
        taxonomy = to_taxonomy(content["taxonomy"], source)
        runs = content.get("runs", [content])
        evaluations = tuple(WrittenEvaluation(run["name"], taxonomy, run, source) for run in runs)
        for evaluation in evaluations:
            _check_complete(evaluation)
        human = content.get("human")
        return WrittenReport(evaluations, _to_human(human) if human else None)
    except (KeyError, TypeError, ValueError, DataError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise DataError(
            f"{source} is not a report that can be compared: {reason}. Expected a report.json of "
            "'stance compare', or what 'stance evaluate --json' prints"
        ) from error


def _check_complete(evaluation: WrittenEvaluation) -> None:
    """Read all that is read late, so that what is wrong is said where the file is named."""
    conditions = evaluation.conditions
    n_groups, n_sentences = len(evaluation.outcomes.counts.topics), len(evaluation.outcomes.groups)
    if (n_groups, n_sentences) != (conditions.n_groups, conditions.n_sentences):
        raise DataError(
            f"{evaluation.name!r} has outcomes of {count_of(n_sentences, 'sentence')} in "
            f"{count_of(n_groups, 'group')}, but conditions of {conditions.n_sentences} in "
            f"{conditions.n_groups}"
        )
    if not evaluation.scores:
        raise DataError(f"{evaluation.name!r} has no scores")


def _to_human(content: Mapping[str, Any]) -> HumanRow:
    return HumanRow(tuple(content["annotators"]), Conditions(**content["conditions"]), _to_scores(content))


def _to_scores(content: Mapping[str, Any]) -> tuple[Score, ...]:
    return tuple(Score.from_dict(score) for score in content["scores"])
