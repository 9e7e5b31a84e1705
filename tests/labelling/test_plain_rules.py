"""Votes are those of the rule language read literally, whatever is done to find them fast."""

import json

import numpy as np

from stance import shipped
from stance.labelling.functions import apply
from stance.labelling.rule_file import to_functions
from stance.records import Examples
from stance.resources import find_resource, read_yaml
from stance.taxonomy import read_taxonomy
from stance.types import ABSTAIN
from tests.labelling.garden import RULES, TAXONOMY
from tests.labelling.plain_rules import vote_plainly

GARDEN = RULES | {
    "functions": [
        *RULES["functions"],
        {"name": "chain", "topic": "compost", "vote": "present",
         "any": [{"then": ["$toxic", ["spray*", "by"], "us"], "within": 2}, {"regex": "(?i)heap$"}],
         "none": [{"near": ["no", "$poison"], "within": 1, "scope": ["title", "previous"]}]},
        {"name": "unlikely", "topic": "compost", "stance": "pro", "scope": ["title", "sentence"],
         "all": [{"near": ["weed", "killer"], "negated": False}, {"regex": "[.!]"}, "good*"],
         "none": ["US", {"words": ["never never", "good"], "negated": True}]},
    ]
}  # fmt: skip
WORDS = [
    "weed",
    "killer",
    "Weed",
    "DDT",
    "ddt",
    "US",
    "us",
    "U.S.",
    "not",
    "never",
    "no",
    "good",
    "goodness",
    "sprayed",
    "by",
    "heap",
    "Heap",
    "arsenic",
    "pesticides",
    "film",
    "-",
    "…",
    "harm",
    "perhaps",
    "composted",
]


def assert_votes_are_plain(rules, taxonomy, contexts):
    functions = to_functions(rules, taxonomy, "rules").functions
    columns = [[context[scope] for context in contexts] for scope in ("sentence", "title", "previous")]
    empty = [""] * len(contexts)
    votes = apply(functions, Examples(*columns, empty, empty), taxonomy)
    found = [{f.name for f, vote in zip(functions, row, strict=True) if vote != ABSTAIN} for row in votes]
    assert found == [vote_plainly(rules, context) for context in contexts]
    return found


def test_votes_on_random_texts_of_telling_words_are_the_plain_ones():
    generator = np.random.default_rng(0)

    def draw():
        words = generator.choice(WORDS, size=generator.integers(9))
        return " ".join(words) + generator.choice(["", ".", "!"])

    contexts = [{"sentence": draw(), "title": draw(), "previous": draw()} for _ in range(400)]
    found = assert_votes_are_plain(GARDEN, TAXONOMY, contexts)
    assert set().union(*found) == {rule["name"] for rule in GARDEN["functions"]}


def test_votes_on_seed_sentences_are_the_plain_ones():
    taxonomy = read_taxonomy(shipped.TAXONOMY)
    lines = find_resource("seeds/labels.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [record for record in map(json.loads, lines[::50]) if record.get("labels")][:25]
    contexts = [
        {"sentence": r["text"], "title": r.get("title", ""), "previous": r.get("previous", "")}
        for r in labelled
    ]
    found = assert_votes_are_plain(read_yaml(shipped.RULES), taxonomy, contexts)
    assert len(set().union(*found)) > 10
