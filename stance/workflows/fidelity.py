"""Whether int8 arithmetic keeps what single precision finds, on examples that were not learned from."""

from collections.abc import Sequence

from sklearn.metrics import f1_score

from stance.classifiers.base import Fidelity
from stance.types import BoolArray, FloatArray
from stance.workflows.training_data import Questions


def measure_fidelity(
    questions: Sequence[Questions], exact: Sequence[FloatArray], rounded: Sequence[FloatArray]
) -> Fidelity:
    """The worst over the questions, each on its gold examples.

    Parameters
    ----------
    exact, rounded : shape (n_examples, n_classes) each
        Probabilities that fp32 and int8 give the examples of each question.
    """
    measured = []
    for own, *both in zip(questions, exact, rounded, strict=True):
        gold = own.labels[own.is_gold] >= 0.5
        in_fp32, in_int8 = (_decide(one[own.is_gold], own.exclusive) for one in both)
        agreement = float((in_fp32 == in_int8).all(axis=1).mean()) if len(gold) else 0.0
        measured.append((agreement, _f1(gold, in_int8) - _f1(gold, in_fp32)))
    agreements, changes = zip(*measured, strict=True)
    return Fidelity(round(min(agreements), 4), round(min(changes), 4))


def _decide(probabilities: FloatArray, exclusive: bool) -> BoolArray:
    cut = probabilities.max(axis=1, keepdims=True) if exclusive else 0.5
    decided: BoolArray = probabilities >= cut
    return decided


def _f1(gold: BoolArray, said: BoolArray) -> float:
    return float(f1_score(gold, said, average="macro", zero_division=0)) if len(gold) else 0.0
