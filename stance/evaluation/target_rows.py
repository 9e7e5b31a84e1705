"""Does a stance model read its target? Its score beside what it scores when its questions are altered."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np

from stance.evaluation.counts import NO_LABEL, count
from stance.evaluation.intervals import percentile_interval, resample
from stance.evaluation.metrics import stance_f1_macro
from stance.evaluation.score import to_plain
from stance.evaluation.verdicts import Outcome, Verdict
from stance.taxonomy import Taxonomy
from stance.types import IntArray

METRIC = "stance_f1_macro"
"""The metric of the rows."""

LEFT_OUT = "target_left_out"
TITLES = {
    "target_removed": "target removed",
    "text_removed": "text removed",
    "targets_swapped": "targets swapped",
    LEFT_OUT: "target left out of training",
}
"""The rows by their codes: the question without its target; without sentence, headline and the sentence
before; with the target of another topic; and put to a classifier that has learned no example of its target.
"""


@dataclass(frozen=True)
class TargetRow:
    """What is scored when the questions are altered as ``code`` says.

    ``cost`` is what that takes from the score on the same labels, with its paired 95 % interval. ``nan`` is
    what was not measured; ``note`` says why, or under which other conditions it was.
    """

    code: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    support: int = 0
    cost: float = math.nan
    cost_low: float = math.nan
    cost_high: float = math.nan
    note: str = ""

    @property
    def title(self) -> str:
        """What was altered, in words."""
        return TITLES[self.code]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, ``None`` for ``nan``."""
        return {"title": self.title, **to_plain(self)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """The row that ``to_dict`` described."""
        fields: dict[str, Any] = {key: math.nan if value is None else value for key, value in content.items()}
        del fields["title"]
        return cls(**fields)


@dataclass(frozen=True)
class TargetRows:
    """One row an alteration, and what the first of them says of the model."""

    rows: tuple[TargetRow, ...]
    verdict: Verdict
    metric: str = METRIC

    def __getitem__(self, code: str) -> TargetRow:
        return next(row for row in self.rows if row.code == code)

    def with_left_out(self, metrics: Mapping[str, Any]) -> Self:
        """The same with the row that only training can measure, from the ``metrics`` of a model folder."""
        for part in ("test", "cross-validation"):
            measured = (metrics.get(part) or {}).get("target_rows") or {"rows": []}
            for content in measured["rows"]:
                row = TargetRow.from_dict(content)
                if row.code == LEFT_OUT and not row.note:
                    note = f"measured in training, on other labels ({part})"
                    others = [one for one in self.rows if one.code != LEFT_OUT]
                    return replace(self, rows=(*others, replace(row, note=note)))
        return self

    def to_dict(self) -> dict[str, Any]:
        """Plain containers for JSON."""
        rows = [row.to_dict() for row in self.rows]
        return {"metric": self.metric, "rows": rows, "finding": asdict(self.verdict)}


def measure_targets(
    gold: IntArray,
    asked: IntArray,
    altered: Mapping[str, IntArray],
    groups: IntArray,
    taxonomy: Taxonomy,
    *,
    n_resamples: int = 2000,
    seed: int = 0,
) -> TargetRows:
    """Score the answers to altered questions on the resamples of the score itself.

    Parameters
    ----------
    gold : shape (n_sentences, n_topics)
        Codes from ``to_codes``.
    asked : shape (n_sentences, n_topics)
        The stances given to the gold topics.
    altered
        By code of ``TITLES``: the stances given to the gold topics, questions altered. A row without an
        answer to each gold topic is "not measured".
    groups : shape (n_sentences,)
        What the bootstrap keeps together, in ``[0, n_groups)``.
    """
    is_answered = {
        code: bool((answers[gold != NO_LABEL] != NO_LABEL).all()) for code, answers in altered.items()
    }
    answers = {"": asked, **{code: altered[code] for code in TITLES if is_answered.get(code)}}
    counts = [count(gold, answer, answer, groups, taxonomy) for answer in answers.values()]
    # Side by side, so that all are drawn by one hand: that makes the differences paired.
    drawn = resample(
        np.hstack([one.flatten() for one in counts]),
        n_resamples=n_resamples,
        generator=np.random.default_rng(seed),
    )
    parts = np.split(drawn, len(counts), axis=1)
    samples = [stance_f1_macro(one.unflatten(part)) for one, part in zip(counts, parts, strict=True)]
    values = [float(stance_f1_macro(one.total())) for one in counts]
    n_groups, support = counts[0].n_labelled, counts[0].total().n_labels

    def to_row(code: str) -> TargetRow:
        if code not in answers:
            return TargetRow(code, note="not measured")
        at = list(answers).index(code)
        return TargetRow(
            code,
            values[at],
            *percentile_interval(samples[at], n_groups=n_groups),
            support,
            values[0] - values[at],
            *percentile_interval(samples[0] - samples[at], n_groups=n_groups),
        )

    rows = tuple(to_row(code) for code in TITLES)
    low, high = percentile_interval(samples[0], n_groups=n_groups)
    is_alone = len(taxonomy.topics) < 2 and "targets_swapped" not in altered
    return TargetRows(rows, _judge(rows[0], width=high - low, is_alone=is_alone))


def cannot_be_asked() -> TargetRows:
    """The rows of labels that nobody can ask anything."""
    rows = tuple(TargetRow(code, note="cannot be asked") for code in TITLES)
    return TargetRows(rows, _decide("not applicable", "Labels that were given before cannot be asked again."))


def answers_at(gold: IntArray, stances: IntArray) -> IntArray:
    """Codes of the shape of ``gold`` with one stance a gold label, in the order of ``np.nonzero``."""
    codes = np.full_like(gold, NO_LABEL)
    codes[gold != NO_LABEL] = stances
    return codes


def _judge(removed: TargetRow, *, width: float, is_alone: bool) -> Verdict:
    """A model that reads its target loses more without it than the doubt of its score."""
    if is_alone:
        return _decide("not applicable", "There is a single target, and none to tell it from.")
    if math.isnan(removed.cost) or math.isnan(width):
        return _decide("not applicable", "There are too few labels for an interval.")
    cost = (
        f"Removing the target costs {removed.cost:.3f} of {METRIC} "
        f"(95 % interval {removed.cost_low:.3f} to {removed.cost_high:.3f})"
    )
    if removed.cost <= width:
        return _decide(
            "failed",
            f"{cost}, no more than the width of the score's interval, {width:.3f}: "
            "these labels do not show that the model reads its target.",
        )
    return _decide("passed", f"{cost}, more than the width of the score's interval, {width:.3f}.")


def _decide(outcome: Outcome, explanation: str) -> Verdict:
    return Verdict("reads_target", "Reads its target", outcome, explanation)
