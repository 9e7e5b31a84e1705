"""Families of behavioural tests as data: what is written in a check file, read and checked whole."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from stance.checks.transforms import TRANSFORMS
from stance.errors import ConfigError, StanceError
from stance.resources import find_resource, read_yaml
from stance.schema import Schema, check_content, did_you_mean
from stance.taxonomy import Taxonomy

Expectation = Literal["is", "is_not", "same", "changes"]
Question = Literal["labels", "stance"]


class Wording(Schema):
    """What is put in place of a template's own words; left out, they stay."""

    text: str | None = None
    title: str | None = None
    previous: str | None = None
    labels: Mapping[str, str] | None = None


class Template(Schema):
    """A sentence with ``{slots}``, in its context, and what is expected of a model.

    ``labels`` maps topics to stances. A case is one filling of the slots. Its words may be changed in one of
    three ways: to those of ``changed``, by another value for each slot of ``swap``, or by a transform.
    """

    text: str = Field(min_length=1)
    title: str = ""
    previous: str = ""
    labels: Mapping[str, str] = {}
    expect: Expectation = "is"
    ask: Question | None = None
    slots: Mapping[str, tuple[str, ...]] = {}
    changed: Wording | None = None
    swap: tuple[str, ...] = ()
    transforms: tuple[str, ...] = ()

    @field_validator("transforms")
    @classmethod
    def _are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _check_transforms(names)

    @model_validator(mode="after")
    def _is_changed_in_one_way(self) -> Self:
        ways = [name for name in ("changed", "swap", "transforms") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"a template is changed in one way, found {ways}")
        _check_expectation(self)
        if self.expect in ("same", "changes") and not ways:
            raise ValueError(f"expect: {self.expect} needs 'changed', 'swap' or 'transforms'")
        _ = self.used_slots  # raises on a brace without its partner
        if self.expect == "is_not" and not self.labels:
            raise ValueError("expect: is_not needs the 'labels' that must not be given")
        return self

    @property
    def used_slots(self) -> list[str]:
        """What stands in braces, in the order of its first mention; only the name of a slot has values."""
        wordings = [self.text, self.title, self.previous]
        if self.changed:
            wordings += [self.changed.text or "", self.changed.title or "", self.changed.previous or ""]
        names = (
            f"{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}"
            for wording in wordings
            for _, name, form, conversion in Formatter().parse(wording)
            if name is not None
        )
        return list(dict.fromkeys(names))


class Pairs(Schema):
    """Minimal pairs of a file, by what was changed between their sides.

    ``is`` expects the right labels on both sides. ``same`` and ``changes`` take the pairs whose right labels
    are alike, or are not, and expect the same of the answers. With ``transforms`` each side is a case of its
    own: its text is transformed, and its labels must stay as they are, right or wrong.
    """

    file: str
    changes: tuple[str, ...] = Field(min_length=1)
    expect: Literal["is", "same", "changes"] = "is"
    ask: Question | None = None
    transforms: tuple[str, ...] = ()
    max_cases: int | None = Field(default=None, ge=1)

    @field_validator("transforms")
    @classmethod
    def _are_known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _check_transforms(names)

    @model_validator(mode="after")
    def _expects_what_transforms_do(self) -> Self:
        _check_expectation(self)
        return self


class Family(Schema):
    """Tests of one behaviour.

    ``ask: labels`` asks for topics with their stances, as a user would; ``stance`` for the stance toward the
    topics that are named. ``cases_per_template`` fillings are drawn of each template.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    explanation: str = Field(min_length=1)
    ask: Question = "labels"
    cases_per_template: int = Field(default=3, ge=1)
    slots: Mapping[str, tuple[str, ...]] = {}
    templates: tuple[Template, ...] = ()
    pairs: Pairs | None = None

    @model_validator(mode="after")
    def _has_cases_and_slots(self) -> Self:
        if not self.templates and not self.pairs:
            raise ValueError("a family needs 'templates' or 'pairs'")
        for number, template in enumerate(self.templates):
            if (template.ask or self.ask) == "stance" and not template.labels:
                raise ValueError(f"templates.{number}: ask: stance needs the 'labels' that it is asked at")
            known = {**self.slots, **template.slots}
            for name in [*template.used_slots, *template.swap]:
                if not known.get(name):
                    raise ValueError(
                        f"templates.{number}: no values for the slot {name!r}; {list(known)} have some"
                    )
        return self

    def check(self, taxonomy: Taxonomy) -> Iterator[str]:
        """Problems of its templates' labels with a taxonomy."""
        for number, template in enumerate(self.templates):
            changed = (template.changed and template.changed.labels) or {}
            for topic, stance in [*template.labels.items(), *changed.items()]:
                if problem := taxonomy.find_problem(topic, stance):
                    yield f"templates.{number}.labels: {problem}"


class CheckConfig(Schema):
    """Which families are tested, and the share of failing cases from which one has failed.

    ``families`` are files, or folders of them; ``limits`` maps their names to shares, and a family without a
    limit cannot fail.
    """

    families: tuple[str, ...] = Field(min_length=1)
    limits: Mapping[str, float] = {}
    seed: int = Field(default=0, ge=0)

    @field_validator("limits")
    @classmethod
    def _are_shares(cls, limits: Mapping[str, float]) -> Mapping[str, float]:
        if wrong := {name: limit for name, limit in limits.items() if not 0 <= limit <= 1}:
            raise ValueError(f"a limit is a share from 0 to 1, found {wrong}")
        return limits


def read_checks(path: str | Path, taxonomy: Taxonomy) -> tuple[CheckConfig, list[Family]]:
    """Read a check config and its families, for models of one taxonomy.

    Raises
    ------
    ConfigError
        With every problem of the first file that has some.
    """
    config = check_content(read_yaml(path), CheckConfig, path, owner="a check config")
    files = [file for name in config.families for file in _list_files(name, path)]
    families = []
    for file in files:
        family = check_content(read_yaml(file), Family, file, owner="a family of checks")
        if problems := list(family.check(taxonomy)):
            raise ConfigError(file, problems)
        families.append(family)
    names = [family.name for family in families]
    problems = [
        f"families: two are named {name!r}" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    problems += [
        f"limits.{name}: no such family; {did_you_mean(name, names)}"
        for name in sorted(config.limits.keys() - set(names))
    ]
    if problems:
        raise ConfigError(path, problems)
    return config, families


def _list_files(name: str, config: str | Path) -> Sequence[Path]:
    try:
        path = find_resource(name)
    except StanceError as error:
        raise ConfigError(config, [f"families: {error}"]) from error
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise ConfigError(config, [f"families: the folder {name!r} holds no .yaml file"])
    return files


def _check_transforms(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in TRANSFORMS:
            raise ValueError(f"unknown transform {name!r}; {did_you_mean(name, list(TRANSFORMS))}")
    return names


def _check_expectation(block: Template | Pairs) -> None:
    if block.transforms and "expect" in block.model_fields_set and block.expect != "same":
        raise ValueError(f"transforms expect the same answer, found expect: {block.expect}")
