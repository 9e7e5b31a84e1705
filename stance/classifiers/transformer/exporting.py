"""Exports a fine-tuned network in the forms asked for, and finds out whether int8 keeps its answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stance.classifiers.base import Runtime
from stance.classifiers.transformer.export import export, quantise
from stance.classifiers.transformer.network import Network
from stance.classifiers.transformer.runtimes import Form
from stance.classifiers.transformer.serving import (
    TOKENS_PER_BATCH,
    Exported,
    ServedNetwork,
    pad,
    to_batches,
)
from stance.classifiers.transformer.tokens import TokenRows
from stance.types import IntArray

N_CALIBRATION_ROWS = 256
N_COMPARED_ROWS = 1024


@dataclass(frozen=True)
class Question:
    """Rows that the network was trained on, and which of its outputs answer them."""

    rows: TokenRows
    outputs: slice
    exclusive: bool


def export_forms(
    network: Network,
    forms: Sequence[Form],
    questions: Sequence[Question],
    generator: np.random.Generator,
) -> Exported:
    """Export a network; ``forms`` are those that will be kept.

    The scales of the int8 form are set on some rows of the questions, and its decisions compared with those
    of the fp32 form on others.
    """
    config = network.config
    exported = Exported(
        forms={"fp32": export(network)},
        kept=forms,
        n_outputs=network.head.out_features,
        padding=config.pad_token_id or 0,
        config=config.to_json_string(),
    )
    if "int8" not in forms:
        return exported
    samples = [_sample(question.rows, generator) for question in questions]
    batches = [
        pad(question.rows, calibration[batch], padding=exported.padding)
        for question, (calibration, _) in zip(questions, samples, strict=True)
        for batch in to_batches(question.rows.lengths[calibration], TOKENS_PER_BATCH)
    ]
    both = replace(exported, forms={**exported.forms, "int8": quantise(exported.forms["fp32"], batches)})
    agreement = min(
        _measure_agreement(ServedNetwork(both), question, compared)
        for question, (_, compared) in zip(questions, samples, strict=True)
    )
    return replace(both, agreement=round(agreement, 4))


def _sample(rows: TokenRows, generator: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Rows to calibrate on, and others to compare on; the same where there are few."""
    order = generator.permutation(len(rows))
    calibration, compared = order[:N_CALIBRATION_ROWS], order[N_CALIBRATION_ROWS:][:N_COMPARED_ROWS]
    return calibration, compared if len(compared) else calibration


def _measure_agreement(network: ServedNetwork, question: Question, chosen: IntArray) -> float:
    """Share of the chosen rows on which int8 decides as fp32 does, about every class."""
    rows = question.rows.take(chosen)
    answers = []
    for precision in ("fp32", "int8"):
        network.run_on(Runtime(precision=precision))
        logits = network.logits(rows)[:, question.outputs]
        answers.append(logits.argmax(axis=1)[:, None] if question.exclusive else logits > 0)
    return float((answers[0] == answers[1]).all(axis=1).mean())
