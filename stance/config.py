"""A training run's config: one YAML file, checked whole before anything is done."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from stance.errors import ConfigError
from stance.registry import check_block
from stance.resources import read_yaml
from stance.schema import Schema, describe


class DataConfig(Schema):
    """Label files to learn from: ``gold`` by people, ``weak`` by rules or other models.

    ``test`` are gold labels that are only asked about: a split that somebody else has made.

    Weak labels count ``weak_weight`` times as much as gold ones, and give way to gold on the same sentence.
    """

    gold: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    weak_weight: float = Field(default=1.0, gt=0, allow_inf_nan=False)


SplitBy = Literal["article", "outlet", "event", "topic", "time"]


class SplitConfig(Schema):
    """What is held out for the test, and the folds inside the rest.

    Sentences of one article and of its near-copies stay together. ``by`` keeps more together: all of an
    ``outlet`` or an ``event``; or it holds out a ``topic`` (that is, its target), or what was published last
    (``time``). ``test`` is the share held out; ``held_out`` names the outlets, events or topics in its place,
    ``since`` the first date of the test part. With ``test: 0`` the model learns from everything, and its
    metrics are those of the folds; label files in ``data.test`` are held out whatever stands here.

    ``leave_one_out`` makes each article, outlet or event a fold. ``allow_leaks`` trains in spite of leaks
    that the audit finds. ``seed`` is that of the run if not given; with its own, runs of several seeds are
    trained and tested on the same articles.
    """

    by: SplitBy = "article"
    test: float = Field(default=0.2, ge=0, lt=1)
    held_out: tuple[str, ...] = ()
    since: Annotated[str, BeforeValidator(str)] = ""
    folds: int = Field(default=5, ge=2)
    leave_one_out: bool = False
    allow_leaks: bool = False
    seed: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _check_combination(self) -> Self:
        if self.held_out and self.by not in ("outlet", "event", "topic"):
            raise ValueError(f"held_out names outlets, events or topics, but the split is by {self.by}")
        if self.since and self.by != "time":
            raise ValueError(f"since is for a split by time, but the split is by {self.by}")
        if self.since and not is_date(self.since):
            raise ValueError(f"since must be a date like 2024-05-17, 2024-05 or 2024, not {self.since!r}")
        if self.by == "topic" and self.test and not self.held_out:
            raise ValueError("a split by topic needs held_out with the topics that are left for the test")
        if self.leave_one_out and self.by in ("topic", "time"):
            raise ValueError(f"leave_one_out leaves out articles, outlets or events, not a {self.by}")
        return self


def is_date(text: str) -> bool:
    """Whether ``text`` is a year, a month, a day or a time of ISO 8601, so that its order is that of time."""
    month, day = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
    return re.fullmatch(rf"\d{{4}}(-{month}(-{day}([T ]\d.*|Z|[+-]\d\d:\d\d)?)?)?", text) is not None


CalibrationMethod = Literal["temperature", "sigmoid", "isotonic", "none"]


class CalibrationConfig(Schema):
    """How each question's probabilities are put right on the folds; ``none`` leaves them as they come."""

    topics: CalibrationMethod = "sigmoid"
    stance: CalibrationMethod = "sigmoid"


class RunConfig(Schema):
    """What one training run does; ``topics`` and ``stance`` are blocks that name a classifier's kind.

    ``holder`` is a block that names a kind of holder finder, which learns from the gold labels with a holder.
    Without it the model names none.

    A topic is given from the calibrated probability with the best F1 on the folds (``thresholds: f1``), or
    where it is more likely than not (``half``), which gives fewer labels and asks less of the folds.

    ``learning_curve`` names shares of the training part, such as ``[0.25, 0.5]``, on which the model is
    trained as well, for the report to show whether more labels would help; each costs its share of the time.

    ``leave_targets_out`` measures how the stance classifier does on a target of which it has learned no
    example. That takes another fit for each target; with ``split.test: 0``, for each target and fold.

    With ``shared``, the kind of both blocks, which must be equal, learns both questions at once: an encoder
    has one network for them. Kinds that cannot do so learn them one by one.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    taxonomy: str
    data: DataConfig
    topics: dict[str, Any]
    stance: dict[str, Any]
    holder: dict[str, Any] | None = None
    shared: bool = False
    split: SplitConfig = SplitConfig()
    calibration: CalibrationConfig = CalibrationConfig()
    thresholds: Literal["f1", "half"] = "f1"
    learning_curve: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    leave_targets_out: bool = True
    seed: int = Field(default=0, ge=0)

    @property
    def split_seed(self) -> int:
        """The seed of split and folds."""
        return self.seed if self.split.seed is None else self.split.seed


_BLOCKS = {"topics": "classifiers", "stance": "classifiers", "holder": "holder_finders"}
"""The blocks of a config that name a kind, and the groups of kinds."""


def read_config(path: str | Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Read a config, change it by ``overrides``, and check it.

    Parameters
    ----------
    overrides
        ``"key=value"`` each: the key with dots (``"topics.C"``), the value as YAML (``"[0.1, 1]"``).

    Raises
    ------
    ConfigError
        With every problem at once.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ConfigError(path, [f"expected a mapping at the top level, found {type(content).__name__}"])
    problems = [problem for change in overrides if (problem := override(content, change))]
    if problems:
        raise ConfigError(path, problems)
    return to_config(content, path)


def to_config(content: Mapping[str, Any], path: str | Path) -> RunConfig:
    """Check plain containers against the schema and the constructors; ``path`` names them in errors."""
    problems = []
    for place, group in _BLOCKS.items():
        if isinstance(content.get(place), dict):
            problems += check_block(group, content[place], place)
    try:
        config = RunConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigError(path, describe(error, RunConfig, owner="a config") + problems) from error
    if config.shared and config.topics != config.stance:
        problems.append("shared: needs 'topics' and 'stance' to be the same block; found two that differ")
    if not config.data.gold and not config.data.weak:
        problems.append("data: names no label file; expected 'gold', 'weak' or both")
    if problems:
        raise ConfigError(path, problems)
    return config


def override(content: dict[str, Any], change: str) -> str | None:
    """Apply one ``key=value`` in place; returns the problem where it cannot be applied."""
    key, separator, value = change.partition("=")
    if not separator:
        return f"--set {change}: expected key=value, as in topics.C=[0.1,1]"
    *path, name = key.strip().split(".")
    block = content
    for part in path:
        block = block.setdefault(part, {})
        if not isinstance(block, dict):
            return f"--set {change}: {part!r} is a {type(block).__name__}, not a block with parameters"
    try:
        block[name] = yaml.safe_load(value)
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2024-02-30
        return f"--set {change}: the value is not YAML: {error}"
    return None
