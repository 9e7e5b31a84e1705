"""The contrast set keeps its format, its labels agree with its claims, and it is large enough."""

import json
from collections import Counter
from pathlib import Path

import pytest

PATH = Path(__file__).parents[1] / "seeds" / "contrast.jsonl"
TOPICS = {"arms_deal", "technology_transfer", "us_warning"}
STANCES = {"favor", "against", "neutral"}
CHANGES = {
    "holder": 40,
    "negation": 40,
    "modality": 40,
    "target": 40,
    "country": 40,
    "speech_act": 25,
    "tense": 25,
    "voice": 25,
    "context": 25,
    "irrelevant": 25,
}
RULES = {str(number) for number in range(1, 21)}
OTHER_RULES = {"stance", "holder"} | {f"topic:{topic}" for topic in TOPICS}
PAIRS = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]


def labels_without_holder(member):
    return sorted((label["topic"], label["stance"]) for label in member["labels"])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_a_pair_is_well_formed(pair):
    context = {"title", "previous"}
    in_context = pair["change"] == "context"
    outer = {"id", "change", "rule", "pair", "same"} | (set() if in_context else context)
    assert set(pair) == outer
    assert pair["change"] in CHANGES
    assert pair["rule"] in RULES | OTHER_RULES
    assert len(pair["pair"]) == 2
    for member in pair["pair"]:
        assert set(member) == {"text", "labels"} | (context if in_context else set())
        assert member["text"] == member["text"].strip() != ""


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_labels_are_of_the_taxonomy_and_holders_stand_in_their_sentence(pair):
    for member in pair["pair"]:
        topics = [label["topic"] for label in member["labels"]]
        assert len(topics) == len(set(topics))
        for label in member["labels"]:
            assert label["topic"] in TOPICS
            assert label["stance"] in STANCES
            if label["stance"] == "neutral":
                assert "holder" not in label
            else:
                assert label["holder"] in {"author", "unknown"} or label["holder"] in member["text"]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_same_says_whether_the_labels_agree(pair):
    first, second = map(labels_without_holder, pair["pair"])
    assert pair["same"] == (first == second)
    if pair["change"] == "irrelevant":
        assert pair["same"]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_the_members_of_a_pair_differ_where_the_change_says(pair):
    first, second = pair["pair"]
    if pair["change"] == "context":
        assert first["text"] == second["text"]
        assert (first["title"], first["previous"]) != (second["title"], second["previous"])
    else:
        assert first["text"] != second["text"]


def test_ids_are_unique():
    assert len({pair["id"] for pair in PAIRS}) == len(PAIRS)


def test_no_sentence_stands_in_two_pairs():
    counts = Counter(text for pair in PAIRS for text in {member["text"] for member in pair["pair"]})
    assert [text for text, count in counts.items() if count > 1] == []


def test_there_are_enough_pairs_of_each_kind():
    assert len(PAIRS) >= 300
    counts = Counter(pair["change"] for pair in PAIRS)
    assert {change: counts[change] for change, least in CHANGES.items() if counts[change] < least} == {}


def test_every_ruling_is_covered():
    counts = Counter(pair["rule"] for pair in PAIRS)
    assert sorted(rule for rule in RULES if counts[rule] < 2) == []
