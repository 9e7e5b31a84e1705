"""What may stand in a rule file, checked against a taxonomy; the language is told in ``rule_file.py``."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from stance.schema import Schema, did_you_mean
from stance.taxonomy import Taxonomy

Scope = Literal["sentence", "previous", "title"]
NEGATIONS = "negations"
"""The word list that ``negated`` reads."""


def _taxonomy(info: ValidationInfo) -> Taxonomy:
    taxonomy: Taxonomy = (info.context or {})["taxonomy"]
    return taxonomy


def _to_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _check_word(word: str, info: ValidationInfo) -> str:
    """A word or phrase as it stands, or ``$name`` of a list that exists."""
    lists = sorted((info.context or {})["lists"])
    if word.startswith("$") and word[1:] not in lists:
        raise ValueError(f"there is no list {word[1:]!r}; {did_you_mean(word[1:], lists)}")
    if "$" in word[1:]:
        raise ValueError("a $ opens the name of a list that stands alone; in a phrase, write its words")
    if not any(character.isalnum() for character in word):
        raise ValueError("a phrase needs at least one letter or digit")
    if re.search(r"\*(?!\s|$)", word):
        raise ValueError("a * is understood at the end of a word only")
    return word


def _check_topic(topic: str, info: ValidationInfo) -> str:
    taxonomy = _taxonomy(info)
    if topic not in taxonomy.topic_ids:
        raise ValueError(f"no topic of {taxonomy.name}; {did_you_mean(topic, taxonomy.topic_ids)}")
    return topic


Words = Annotated[
    tuple[Annotated[str, Field(strict=True), AfterValidator(_check_word)], ...], BeforeValidator(_to_list)
]
Scopes = Annotated[tuple[Scope, ...], Field(min_length=1), BeforeValidator(_to_list)]


class Pattern(Schema):
    """One thing to look for; exactly one of ``words``, ``near``, ``then`` and ``regex``."""

    words: Words = ()
    near: tuple[Words, ...] = Field(default=(), max_length=2)
    then: tuple[Words, ...] = ()
    regex: str | None = None
    within: int = Field(default=5, ge=0)
    negated: bool | None = None
    scope: Scopes | None = None

    @field_validator("regex")
    @classmethod
    def _regex_compiles(cls, regex: str | None) -> str | None:
        try:
            re.compile(regex or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return regex

    @model_validator(mode="after")
    def _is_one_kind(self, info: ValidationInfo) -> Self:
        given = [kind for kind in ("words", "near", "then", "regex") if getattr(self, kind)]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of words, near, then, regex; found {given}")
        if min(len(self.near or "ab"), len(self.then or "ab")) < 2:
            raise ValueError(f"{given[0]} needs two terms")
        if self.regex and self.negated is not None:
            raise ValueError("negated does not go with regex; use words, near or then")
        if "within" in self.model_fields_set and not (self.near or self.then):
            raise ValueError(f"within goes with near or then, not with {given[0]}")
        if self.negated is not None and NEGATIONS not in (info.context or {})["lists"]:
            raise ValueError(f"negated needs a list named {NEGATIONS!r}")
        return self


def _to_pattern(value: object) -> object:
    return {"words": [value]} if isinstance(value, str) else value


Patterns = Annotated[tuple[Annotated[Pattern, BeforeValidator(_to_pattern)], ...], BeforeValidator(_to_list)]


class Rule(Schema):
    """A labelling function as it stands in the file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    topic: Annotated[str, AfterValidator(_check_topic)]
    vote: Literal["present", "absent"] | None = None
    stance: str | None = None
    not_: bool = Field(default=False, alias="not")
    scope: Scopes = ("sentence",)
    any_: Patterns = Field(default=(), alias="any")
    all_: Patterns = Field(default=(), alias="all")
    none: Patterns = ()

    @model_validator(mode="after")
    def _votes_on_one_thing(self, info: ValidationInfo) -> Self:
        if (self.vote is None) == (self.stance is None):
            raise ValueError("expected either vote (present, absent) or stance")
        stances = list(_taxonomy(info)[self.topic].stances)
        if self.stance is not None and self.stance not in stances:
            raise ValueError(f"unknown stance {self.stance!r}; {self.topic} has {stances}")
        if self.not_ and self.stance is None:
            raise ValueError("not goes with stance; say vote: absent")
        if not self.any_ and not self.all_:
            raise ValueError("expected a pattern under any or all")
        return self


class RuleFile(Schema):
    """A whole file."""

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    default_stance: str
    lists: Mapping[str, Words] = {}
    functions: tuple[Rule, ...]

    @field_validator("default_stance")
    @classmethod
    def _every_topic_has_it(cls, stance: str, info: ValidationInfo) -> str:
        topics = _taxonomy(info).topics
        if without := [topic.id for topic in topics if stance not in topic.stances]:
            raise ValueError(f"not a stance of {without}")
        return stance

    @field_validator("functions")
    @classmethod
    def _names_are_unique(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        names = [rule.name for rule in rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"function names must be unique, found twice: {twice}")
        return rules
