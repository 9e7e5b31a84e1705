"""When to hold a label back: below a confidence, or below one that keeps a risk on held-out articles."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from stance.errors import DataError, ModelError
from stance.types import BoolArray, FloatArray, IntArray

_DECIMALS = 4  # of a confidence, as label files have them
MIN_THRESHOLD = 0.001
"""Of a topic's probability, of which label files keep four decimals."""


@dataclass(frozen=True)
class Caution:
    """How careful to be: give no label below ``min_confidence``, or keep the share of wrong ones in bounds.

    All are from 0 to 1, ``threshold`` from .001. ``max_risk`` is the share of wrong labels among those given;
    it goes with neither of the others. ``threshold`` is the probability from which a topic is found, in place
    of the model's own.
    """

    min_confidence: float | None = None
    max_risk: float | None = None
    threshold: float | None = None

    def __post_init__(self) -> None:
        if self.min_confidence is not None and self.max_risk is not None:
            raise ValueError("give min_confidence or max_risk, not both: each says what is held back")
        if self.threshold is not None and self.max_risk is not None:
            raise ValueError("give threshold or max_risk, not both: the risk is known at the model's own")
        for name, value in vars(self).items():
            least = MIN_THRESHOLD if name == "threshold" else 0
            if value is not None and not least <= value <= 1:
                raise ValueError(f"{name} must be from {least} to 1, found {value!r}")


@dataclass(frozen=True)
class HeldOut:
    """Labels that models gave to articles which they had not seen, and which of them were wrong.

    Attributes
    ----------
    groups : shape (n_labels,)
        Which labels are of what the split keeps together: an article and its copies, an outlet, an event.
    confidences : shape (n_labels,)
        ``Label.confidence`` of each; four decimals are kept.
    wrong : shape (n_labels,)
        Whether gold lacks the topic with this stance.
    """

    groups: IntArray
    confidences: FloatArray
    wrong: BoolArray

    def save(self, path: Path) -> None:
        """Write them as a NumPy archive; nothing in it can be read back into text."""
        np.savez_compressed(
            path,
            groups=self.groups.astype(np.int32),
            confidences=self.confidences.astype(np.float32),
            wrong=self.wrong,
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(
                arrays["groups"].astype(np.int64),
                arrays["confidences"].astype(np.float64).round(_DECIMALS),
                arrays["wrong"],
            )


@dataclass(frozen=True)
class Abstention:
    """Holds back the labels whose confidence is below ``threshold``; ``reason`` is what they say of it.

    ``kept`` and ``risk`` are the held-out labels' share that reaches the threshold, and the wrong share of
    these, an article counting as much as another; ``n_groups`` is the number of groups behind them. They are
    ``None`` if the threshold was given.
    """

    threshold: float = 0.0
    reason: str = ""
    kept: float | None = None
    risk: float | None = None
    n_groups: int | None = None

    def applies(self, confidences: FloatArray) -> BoolArray:
        """Which labels are held back, of the shape of ``confidences``."""
        held_back: BoolArray = confidences < self.threshold
        return held_back


NEVER = Abstention()
"""Gives every label that was found."""


def choose_abstention(caution: Caution, held_out: HeldOut | None) -> Abstention:
    """The threshold that ``caution`` asks for.

    Raises
    ------
    ModelError
        If a risk is to be kept, and the model has no held-out labels.
    DataError
        If it cannot be kept: there are too few held-out articles, or no threshold does.
    """
    if caution.min_confidence is not None:
        return Abstention(caution.min_confidence, f"confidence below {caution.min_confidence:g}")
    if caution.max_risk is None:
        return NEVER
    if held_out is None:
        raise ModelError(
            "--max-risk needs labels of articles that were held out of the training, and the model has none: "
            "it was saved by an earlier version, trained without gold labels or on another model's, or is "
            "asked about other targets. Train it again with `stance train`, or set --min-confidence"
        )
    return _control_risk(held_out, caution.max_risk)


def _control_risk(held_out: HeldOut, max_risk: float) -> Abstention:
    """The lowest threshold at which held-out articles, and a worst one more, stay within ``max_risk``.

    In a group of articles, let *kept* be the share of its labels at or above the threshold, and *wrong* the
    share that is kept and wrong. The threshold is the lowest with ``(sum(wrong) + 1) / sum(kept) <=
    max_risk``, sums over groups. Groups are the exchangeable units, since the labels of an article are not
    independent; the 1 stands for the next group, whatever it brings. This is stricter than conformal risk
    control (Angelopoulos et al. 2022), which bounds ``(sum(wrong) + 1) / (n_groups + 1)``: that guarantee,
    of the expected *wrong* of the next group, holds. The risk among the kept labels falls in no fixed order
    with the threshold, so that for it the rule is an estimate (compare Jin and Candès 2023, who use the same
    ratio with the number kept among the new labels).
    """
    order = np.argsort(-held_out.confidences, kind="stable")
    confidences = held_out.confidences[order]
    _, of, sizes = np.unique(held_out.groups[order], return_inverse=True, return_counts=True)
    n_groups = len(sizes)
    if n_groups * max_risk < 1:
        raise DataError(
            f"--max-risk {max_risk:g} cannot be promised from {n_groups} held-out articles with labels; "
            f"it takes {_least_groups(max_risk)}. Train with more gold labels, or set --min-confidence"
        )
    shares = 1 / sizes[of]
    kept, wrong = np.cumsum(shares), np.cumsum(shares * held_out.wrong[order])
    bounds = (wrong + 1) / kept
    # Labels of equal confidence are kept together.
    bounds[:-1][confidences[1:] == confidences[:-1]] = np.inf
    if not (bounds <= max_risk).any():
        best = min(1, np.ceil(bounds.min() * 100) / 100)
        raise DataError(
            f"--max-risk {max_risk:g} cannot be promised at any threshold: too many of the labels that "
            f"{n_groups} held-out articles were given are wrong, even of the surest ones. The least that can "
            f"be promised is {best:g}; or set --min-confidence"
        )
    last = np.flatnonzero(bounds <= max_risk)[-1]
    return Abstention(
        threshold=float(confidences[last]),
        reason=f"confidence below {confidences[last]:g}, which keeps the risk at {max_risk:g}",
        kept=float(kept[last] / n_groups),
        risk=float(wrong[last] / kept[last]),
        n_groups=n_groups,
    )


def _least_groups(max_risk: float) -> str:
    return f"{int(np.ceil(1 / max_risk)):,} or more" if max_risk > 0 else "more than there can be"
