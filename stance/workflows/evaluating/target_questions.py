"""Asks a model its stance questions otherwise: without target, without text, with another topic's target."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stance.classifiers.model import Model
from stance.evaluation.counts import NO_LABEL, to_codes
from stance.evaluation.target_rows import answers_at
from stance.records import LabelledSentence, to_examples
from stance.taxonomy import Taxonomy
from stance.types import IntArray


def ask_otherwise(model: Model, gold: Sequence[LabelledSentence], *, seed: int = 0) -> dict[str, IntArray]:
    """The stances that a model gives to the gold topics when its questions are altered.

    A target is removed by asking about the empty one: nothing in the contract of a classifier tells it the
    topic but the target. Which stances a topic allows is still known, so that no answer is wrong for that
    reason.

    Parameters
    ----------
    seed
        Draws the other target that is asked about, where there are several.

    Returns
    -------
    dict
        By the codes of ``TITLES``, as for ``measure_targets``.
    """
    codes = to_codes(gold, model.taxonomy)
    rows, topics, own = find_questions(gold, model.taxonomy)
    examples = to_examples(gold)
    nothing = [""] * len(gold)
    no_text = replace(examples, texts=nothing, titles=nothing, previous=nothing)
    questions = {"target_removed": (examples, [""] * len(own)), "text_removed": (no_text, own)}
    targets = sorted({*own, *(topic.target for topic in model.taxonomy.topics)})
    if len(targets) > 1:
        steps = np.random.default_rng(seed).integers(1, len(targets), size=len(own))
        at = np.array([targets.index(target) for target in own], dtype=np.int64)
        swapped = [targets[other] for other in (at + steps) % len(targets)]
        questions["targets_swapped"] = (examples, swapped)
    return {
        code: answers_at(codes, model.stance_of(texts, rows, topics, targets=asked).argmax(axis=1))
        for code, (texts, asked) in questions.items()
    }


def find_questions(
    gold: Sequence[LabelledSentence], taxonomy: Taxonomy
) -> tuple[IntArray, IntArray, list[str]]:
    """Row, topic and target of each gold label, sentence by sentence, and there in order of topics."""
    rows, topics = np.nonzero(to_codes(gold, taxonomy) != NO_LABEL)
    own = [{label.topic: label.target for label in sentence.labels} for sentence in gold]
    asked = [(own[row], taxonomy.topics[topic]) for row, topic in zip(rows, topics, strict=True)]
    return rows, topics, [targets[topic.id] or topic.target for targets, topic in asked]
