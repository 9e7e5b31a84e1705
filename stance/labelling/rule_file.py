"""Rule files: labelling functions written in YAML.

A file names its ``version``, the ``default_stance`` of a sentence on whose stance no function votes, word
``lists``, and ``functions``::

    name: floods
    version: "1.0"
    default_stance: neutral
    lists:
      negations: [not, never, "no"]   # quoted: a bare no is YAML for false
      water: [flood*, river*, "high water"]
      rising: [rise, rises, rose, swell*]
    functions:
      - name: water_rises
        topic: floods
        vote: present                      # or absent
        any:
          - near: [$water, $rising]        # in any order, at most `within` words between them
            within: 4
        none:
          - {words: [film, novel], scope: [title]}
      - name: help_is_promised
        topic: floods
        stance: favor                      # `not: true` turns it into "not this stance"
        all: [$water]
        any:
          - {words: [promise*, pledg*], negated: false}

A function votes where *any* of its first patterns is found, *all* of the second, and *none* of the third.
A pattern is a word or phrase, ``{words: […]}`` for one of several, ``{near: […]}`` for terms near each other,
``{then: […]}`` for terms in that order, or ``{regex: …}``. Words count whatever their case, except those
written in capitals; a final ``*`` stands for any ending; ``$name`` is a list. ``scope`` says where to look
(``sentence``, ``previous``, ``title``; the sentence if left out), for a function or for one pattern.
``negated: false`` passes over matches with a cue of the list ``negations`` among the four words before them,
``negated: true`` over all others.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from stance.errors import ConfigError
from stance.labelling.functions import Context, Contexts, FunctionSet, LabellingFunction
from stance.labelling.patterns import (
    Finder,
    Lexicon,
    Matcher,
    find_near,
    find_term,
    is_found,
    is_found_negated,
    matches_regex,
)
from stance.registry import find_kind, kinds
from stance.resources import read_yaml
from stance.schema import describe, did_you_mean
from stance.shipped import RULES
from stance.taxonomy import Taxonomy
from stance.types import BoolArray, IntArray

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
    if not any(character.isalnum() for character in word):
        raise ValueError("a phrase needs at least one letter or digit")
    if re.search(r"\*(?!\s|$)", word):
        raise ValueError("a * is understood at the end of a word only")
    return word


def _check_topic(topic: str, info: ValidationInfo) -> str:
    known = _taxonomy(info).topic_ids
    if topic not in known:
        raise ValueError(f"unknown topic; {did_you_mean(topic, known)}")
    return topic


Words = Annotated[
    tuple[Annotated[str, Field(strict=True), AfterValidator(_check_word)], ...], BeforeValidator(_to_list)
]
Scopes = Annotated[tuple[Scope, ...], Field(min_length=1), BeforeValidator(_to_list)]


class Pattern(BaseModel):
    """One thing to look for; exactly one of ``words``, ``near``, ``then`` and ``regex``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
        if self.negated is not None and NEGATIONS not in (info.context or {})["lists"]:
            raise ValueError(f"negated needs a list named {NEGATIONS!r}")
        return self


def _to_pattern(value: object) -> object:
    return {"words": [value]} if isinstance(value, str) else value


Patterns = Annotated[tuple[Annotated[Pattern, BeforeValidator(_to_pattern)], ...], BeforeValidator(_to_list)]


class Rule(BaseModel):
    """A labelling function as it stands in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


class RuleFile(BaseModel):
    """A whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


def read_functions(path: str | Path, taxonomy: Taxonomy) -> FunctionSet:
    """Read a rule file and compile its functions.

    Raises
    ------
    ConfigError
        With every problem of the file at once.
    """
    return to_functions(read_yaml(path), taxonomy, path)


def to_functions(content: object, taxonomy: Taxonomy, path: str | Path) -> FunctionSet:
    """Compile plain containers, as they stand in a rule file; ``path`` names them in the error."""
    lists = content.get("lists") if isinstance(content, dict) else None
    context = {"taxonomy": taxonomy, "lists": list(lists) if isinstance(lists, dict) else []}
    try:
        rules = RuleFile.model_validate(content, context=context)
    except ValidationError as error:
        raise ConfigError(path, describe(error, RuleFile, owner="a rule file")) from error
    compiler = _Compiler(rules.lists)
    functions = tuple(compiler.compile(rule) for rule in rules.functions)
    return FunctionSet(rules.name, rules.version, rules.default_stance, functions)


def load_functions(name: str | Path, taxonomy: Taxonomy) -> FunctionSet:
    """The function set that an installed package declares under ``name``, or the rule file at that path."""
    if str(name) in kinds("labelling_functions"):
        loaded: FunctionSet = find_kind("labelling_functions", str(name))(taxonomy)
        return loaded
    return read_functions(name, taxonomy)


def shipped(taxonomy: Taxonomy) -> FunctionSet:
    """The function set that comes with this package, declared like any other."""
    return read_functions(RULES, taxonomy)


Test = Callable[[Contexts, IntArray], BoolArray]
"""Whether something is true of the contexts in these rows."""


class _Condition(NamedTuple):
    test: Test
    has_regex: bool


class _Compiler:
    """Turns the rules of one file into tests that share one lexicon, so that a text is searched once."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self.lists = lists
        self.lexicon = Lexicon()

    def compile(self, rule: Rule) -> LabellingFunction:
        conditions = [self._condition([pattern], rule.scope) for pattern in rule.all_]
        conditions += [self._condition([pattern], rule.scope, holds=False) for pattern in rule.none]
        if rule.any_:
            conditions.append(self._condition(rule.any_, rule.scope))
        # Regular expressions last: they are searched only where the rest leaves a doubt.
        conditions.sort(key=lambda condition: condition.has_regex)

        def test(contexts: Contexts) -> BoolArray:
            rows = np.arange(len(contexts))
            for condition in conditions:
                rows = rows[condition.test(contexts, rows)]
            votes = np.zeros(len(contexts), dtype=np.bool_)
            votes[rows] = True
            return votes

        negative = rule.not_ or rule.vote == "absent"
        return LabellingFunction(rule.name, rule.topic, test, rule.stance, negative)

    def _condition(
        self, patterns: Sequence[Pattern], scope: Sequence[Scope], *, holds: bool = True
    ) -> _Condition:
        """Whether any of the patterns is found; or, if it must not hold, whether none is."""
        patterns = sorted(patterns, key=lambda pattern: pattern.regex is not None)
        searches = [self._search(pattern, scope) for pattern in patterns]

        def test(contexts: Contexts, rows: IntArray) -> BoolArray:
            found = np.zeros(len(rows), dtype=np.bool_)
            for search in searches:
                open_rows = np.flatnonzero(~found)
                found[open_rows] = search(contexts, rows[open_rows])
            return found if holds else ~found

        return _Condition(test, has_regex=patterns[-1].regex is not None)

    def _search(self, pattern: Pattern, scope: Sequence[Scope]) -> Test:
        match, read = self._matcher(pattern), self.lexicon.read
        columns = [Context._fields.index(place) for place in pattern.scope or scope]

        def test(contexts: Contexts, rows: IntArray) -> BoolArray:
            asked = contexts.rows[rows][:, columns]
            found: BoolArray = np.any(match(contexts.read(read), asked), axis=1)
            return found

        return test

    def _matcher(self, pattern: Pattern) -> Matcher:
        if pattern.regex:
            return matches_regex(pattern.regex)
        find = self._finder(pattern)
        if pattern.negated is None:
            return is_found(find)
        return is_found_negated(find, self._term([f"${NEGATIONS}"]), negated=pattern.negated)

    def _finder(self, pattern: Pattern) -> Finder:
        if pattern.words:
            return find_term(self._term(pattern.words))
        terms = [self._term(words) for words in pattern.near or pattern.then]
        return find_near(terms, pattern.within, in_order=bool(pattern.then))

    def _term(self, words: Sequence[str]) -> int:
        return self.lexicon.add(self._expand(words, ()))

    def _expand(self, words: Sequence[str], inside: tuple[str, ...]) -> set[str]:
        phrases: set[str] = set()
        for word in words:
            if not word.startswith("$"):
                phrases.add(word)
            elif word not in inside:
                phrases |= self._expand(self.lists.get(word[1:], ()), (*inside, word))
        return phrases
