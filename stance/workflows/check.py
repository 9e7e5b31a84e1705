"""Tests a model's behaviour: what must not change its labels, what must, and what it must get right."""

import logging
from collections.abc import Sequence
from pathlib import Path

from stance.checks.behaviour import Behaviour, judge
from stance.checks.cases import Answer, Case, Passage, make_cases
from stance.checks.families import read_checks
from stance.classifiers.folder import load_model
from stance.classifiers.model import Model
from stance.records import Label, LabelledSentence
from stance.shipped import CHECKS

logger = logging.getLogger(__name__)


def check(model: str | Path | Model, *, config: str | Path = CHECKS) -> Behaviour:
    """Ask a model about the cases of every family that a check config names.

    Parameters
    ----------
    model
        A model folder, or a model that was loaded before.
    config
        The check config: families, limits, seed.

    Raises
    ------
    StanceError
        If model, config or families cannot be read, or the families' labels are not of the model's taxonomy.
    """
    if not isinstance(model, Model):
        model = load_model(model)
    checks, families = read_checks(config, model.taxonomy)
    results = []
    for family in families:
        cases = make_cases(family, model.taxonomy, seed=checks.seed)
        logger.info("checking %s on %d cases of %s", model.name, len(cases), family.name)
        answers = _answer(model, cases)
        limit = checks.limits.get(family.name)
        results.append(judge(family, cases, answers, limit=limit, seed=checks.seed))
    return Behaviour(model=model.name, families=tuple(results), seed=checks.seed)


def _answer(model: Model, cases: Sequence[Case]) -> list[tuple[Answer, Answer | None]]:
    """What the model says of both passages of each case."""
    asked = [(case.ask, passage) for case in cases for passage in (case.after, case.before) if passage]
    found = iter(_ask(model, asked))
    return [(next(found), next(found) if case.before else None) for case in cases]


def _ask(model: Model, asked: Sequence[tuple[str, Passage]]) -> list[Answer]:
    """Labels where labels are asked for, else the stances toward the topics of the passage's labels."""
    sentences = [
        LabelledSentence(
            "",
            number,
            passage.text,
            tuple(Label(topic, stance="") for topic in passage.labels),
            "",
            passage.title,
            passage.previous,
        )
        for number, (_, passage) in enumerate(asked)
    ]
    answers: dict[int, Answer] = {}
    for question, predict in (("labels", model.predict_labels), ("stance", model.predict_stances)):
        own = [sentence for sentence, (ask, _) in zip(sentences, asked, strict=True) if ask == question]
        for answer in predict(own) if own else []:
            answers[answer.sentence] = frozenset((label.topic, label.stance) for label in answer.labels)
    return [answers[number] for number in range(len(asked))]
