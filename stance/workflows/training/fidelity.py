"""Whether int8 arithmetic keeps what single precision finds, on examples that were not learned from."""

from collections.abc import Sequence
from typing import Literal

from stance.classifiers.base import Classifier, Fidelity, Runtime
from stance.types import BoolArray, FloatArray
from stance.workflows.training.training_data import Questions


def run_in(classifier: Classifier, precision: Literal["fp32", "int8"]) -> None:
    """Let those parts of a classifier compute in ``precision`` that have the choice."""
    for part in classifier.parts:
        run_in(part, precision)
    if not classifier.parts and classifier.has_int8:
        classifier.run_on(Runtime(precision=precision))


def measure_fidelity(questions: Questions, exact: FloatArray, rounded: FloatArray) -> Fidelity | None:
    """How int8 does on the gold examples of a question; ``None`` if there are none.

    Parameters
    ----------
    exact, rounded : shape (n_examples, n_classes) each
        Probabilities that fp32 and int8 give the examples.
    """
    rows = questions.is_gold
    if not rows.any():
        return None
    gold = questions.labels[rows] >= 0.5
    in_fp32, in_int8 = (_decide(one[rows], questions.exclusive) for one in (exact, rounded))
    agreement = float((in_fp32 == in_int8).all(axis=1).mean())
    return Fidelity(round(agreement, 4), round(_f1_macro(gold, in_int8) - _f1_macro(gold, in_fp32), 4))


def find_worst(measured: Sequence[Fidelity | None]) -> Fidelity | None:
    """The least agreement and the greatest loss of several questions; ``None`` if nothing was measured."""
    known = [one for one in measured if one]
    if not known:
        return None
    return Fidelity(min(one.agreement for one in known), min(one.f1_change for one in known))


def _decide(probabilities: FloatArray, exclusive: bool) -> BoolArray:
    cut = probabilities.max(axis=1, keepdims=True) if exclusive else 0.5
    decided: BoolArray = probabilities >= cut
    return decided


def _f1_macro(gold: BoolArray, said: BoolArray) -> float:
    """Mean over the classes that occur."""
    right, sums = (gold & said).sum(axis=0), gold.sum(axis=0) + said.sum(axis=0)
    occurs = sums > 0
    return float((2 * right[occurs] / sums[occurs]).mean()) if occurs.any() else 0.0
