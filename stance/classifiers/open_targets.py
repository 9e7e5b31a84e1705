"""Asks a model for the stance toward targets that its taxonomy does not have."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from stance.classifiers.calibration import no_calibration
from stance.classifiers.dummy import Dummy
from stance.classifiers.model import Model
from stance.errors import DataError
from stance.records import LabelledSentence, to_examples
from stance.taxonomy import Taxonomy, Topic, find_clashes, to_topic_id

_PROBES = ("The minister praised it.", "Critics called it a disgrace.", "It was signed on Monday.")
_MENTION = "Critics said that {} was a disgrace."


def ask_targets(model: Model, targets: Sequence[str]) -> Model:
    """A model that gives every sentence each of ``targets`` as a topic, with the stance toward it.

    How well it does is unknown: it has learned other targets. A topic's id is its target in lower case, with
    underscores.

    Raises
    ------
    DataError
        If a target has no Latin letter or digit, or two have the same id or the same columns.
    """
    ids = [to_topic_id(target) for target in targets]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise DataError(f"targets must differ in a letter or digit, found two of {twice}: {list(targets)}")
    stances = {stance: f"takes the position {stance!r}" for stance in model.taxonomy.stances}
    topics = tuple(
        Topic(
            id=id,
            title=target,
            definition=f"Every sentence, asked about {target!r}.",
            target=target,
            stances=stances,
        )
        for id, target in zip(ids, targets, strict=True)
    )
    if clashes := find_clashes(topics):
        raise DataError(
            f"targets must have columns of their own where articles are counted, found twice {clashes} of "
            f"{list(targets)}; say one in other words"
        )
    taxonomy = Taxonomy(
        name=f"{model.taxonomy.name}, other targets",
        version=model.taxonomy.version,
        neutral_stance=model.taxonomy.neutral_stance,
        topics=topics,
    )
    return replace(
        model,
        taxonomy=taxonomy,
        topics=_EveryTopic(len(topics)),
        topic_calibration=no_calibration(len(topics), exclusive=False),
        held_out=None,
    )


def find_unread(model: Model) -> list[str]:
    """The targets that make no difference to a model, as where it has learned none of their words."""
    return [
        topic.target
        for column, topic in enumerate(model.taxonomy.topics)
        if not _makes_difference(model, column, topic.target)
    ]


def _makes_difference(model: Model, column: int, target: str) -> bool:
    texts = [*_PROBES, _MENTION.format(target)]
    examples = to_examples([LabelledSentence("", row, text, (), "") for row, text in enumerate(texts)])
    rows, columns = np.arange(len(texts)), np.full(len(texts), column)
    asked, of_none = (
        model.stance_of(examples, rows, columns, targets=[name] * len(texts)) for name in (target, "")
    )
    return bool(np.abs(asked - of_none).max() > 1e-9)


class _EveryTopic(Dummy):
    """Sees every topic in every sentence."""

    def __init__(self, n_topics: int) -> None:
        super().__init__()
        self.n_topics = n_topics
        self.exclusive_, self.default_, self.shares_ = False, np.ones(n_topics), {}

    def save(self, folder: Path) -> None:
        raise NotImplementedError("a model asked about other targets is not saved: save the model itself")
