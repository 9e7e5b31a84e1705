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

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

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
from stance.labelling.rule_schema import NEGATIONS, Pattern, Rule, RuleFile, Scope
from stance.registry import find_kind, kinds
from stance.resources import read_yaml
from stance.schema import check_content
from stance.shipped import RULES
from stance.taxonomy import Taxonomy
from stance.types import BoolArray, IntArray


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
    rules = check_content(content, RuleFile, path, owner="a rule file", context=context)
    compiler = _Compiler(rules.lists)
    functions = tuple(compiler.compile(rule) for rule in rules.functions)
    return FunctionSet(rules.name, rules.version, rules.default_stance, functions)


def load_functions(name: str | Path, taxonomy: Taxonomy) -> FunctionSet:
    """The function set that an installed package declares under ``name``, or the rule file at that path.

    Raises
    ------
    ConfigError
        If functions are not of the taxonomy.
    """
    if str(name) in kinds("labelling_functions"):
        loaded: FunctionSet = find_kind("labelling_functions", str(name))(taxonomy)
        if problems := list(_find_problems(loaded, taxonomy)):
            raise ConfigError(str(name), problems)
        return loaded
    if not Path(name).suffix and not Path(name).exists():
        known = kinds("labelling_functions")
        raise ConfigError(str(name), [f"no such file, and no installed set of functions; these are {known}"])
    return read_functions(name, taxonomy)


def _find_problems(functions: FunctionSet, taxonomy: Taxonomy) -> Iterator[str]:
    """Topics and stances that a set written in Python names, and that are not there."""
    for one in functions.functions:
        is_asked = one.topic not in taxonomy.topic_ids or one.stance is not None
        if is_asked and (problem := taxonomy.find_problem(one.topic, one.stance or "")):
            yield f"{one.name}: {problem}"
    for topic in taxonomy.topics:
        if problem := taxonomy.find_problem(topic.id, functions.default_stance):
            yield f"default_stance: {problem}"


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
                if len(rows):
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
                if len(open_rows):
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
