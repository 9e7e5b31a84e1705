"""The rule language read literally, a sentence and a pattern at a time: what the fast way must agree with."""

import re
from itertools import pairwise, product

from stance.labelling.patterns import NEGATION_WINDOW, split_words


def vote_plainly(rules, context):
    """Names of the functions that vote; ``rules`` is a rule file's content, ``context`` by scope."""
    lists = rules["lists"]
    return {rule["name"] for rule in rules["functions"] if _votes(rule, lists, context)}


def _votes(rule, lists, context):
    def is_found(pattern):
        if isinstance(pattern, str):
            pattern = {"words": pattern}
        scopes = _listed(pattern.get("scope", rule.get("scope", "sentence")))
        return any(_is_in(pattern, lists, context[scope]) for scope in scopes)

    if_any, if_all, if_none = (_listed(rule.get(key, [])) for key in ("any", "all", "none"))
    return (
        (not if_any or any(map(is_found, if_any)))
        and all(map(is_found, if_all))
        and not any(map(is_found, if_none))
    )


def _is_in(pattern, lists, text):
    if "regex" in pattern:
        return re.search(pattern["regex"], text) is not None
    words = split_words(text)
    if "words" in pattern:
        spans = _find(pattern["words"], lists, words)
    else:
        terms = pattern.get("near") or pattern["then"]
        within = pattern.get("within", 5)
        chains = product(*(_find(term, lists, words) for term in terms))
        in_order = "then" in pattern
        spans = [
            (min(start for start, _ in chain), max(end for _, end in chain))
            for chain in chains
            if all(_are_near(a, b, within, in_order) for a, b in pairwise(chain))
        ]
    if pattern.get("negated") is None:
        return bool(spans)
    cues = _find("$negations", lists, words)
    return any(
        any(0 <= start - end < NEGATION_WINDOW for _, end in cues) == pattern["negated"] for start, _ in spans
    )


def _are_near(a, b, within, in_order):
    return 0 <= b[0] - a[1] <= within or (not in_order and 0 <= a[0] - b[1] <= within)


def _find(term, lists, words):
    """Spans of the words in which any phrase of the term stands."""
    found = []
    for phrase in _expand(term, lists, set()):
        wanted = _phrase_words(phrase)
        for start in range(len(words) - len(wanted) + 1):
            if all(map(_matches, wanted, words[start : start + len(wanted)])):
                found.append((start, start + len(wanted)))
    return found


def _expand(term, lists, seen):
    for phrase in _listed(term):
        if not phrase.startswith("$"):
            yield phrase
        elif phrase not in seen:
            seen.add(phrase)
            yield from _expand(lists[phrase[1:]], lists, seen)


def _phrase_words(phrase):
    words = []
    for piece in phrase.split():
        words += split_words(piece)
        if piece.endswith("*"):
            words[-1] += "*"
    return words


def _matches(wanted, word):
    if wanted.endswith("*"):
        return word.lower().startswith(wanted[:-1].lower())
    if len(wanted) > 1 and wanted.isalpha() and wanted.isupper():
        return word == wanted
    return word.lower() == wanted.lower()


def _listed(value):
    return [value] if isinstance(value, str) else value
