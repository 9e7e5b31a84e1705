"""The labelling functions that come with the package, on the codebook's worked cases."""

import pytest

from stance.labelling.labeller import Labeller
from stance.labelling.rule_file import shipped
from stance.records import LabelledSentence
from stance.registry import find_kind
from stance.resources import find_resource
from stance.taxonomy import read_taxonomy

TAXONOMY = read_taxonomy(find_resource("configs/taxonomies/arms-diplomacy.yaml"))


@pytest.fixture(scope="module")
def labeller():
    return Labeller(shipped(TAXONOMY), TAXONOMY).fit([])


def label(labeller, text, title="", previous=""):
    sentence = LabelledSentence("a", 0, text, (), "", title=title, previous=previous)
    return {given.topic: given.stance for given in labeller.label([sentence])[0].sentence.labels}


def test_there_are_functions_on_presence_and_stance_for_every_topic():
    functions = shipped(TAXONOMY)
    assert len(functions.functions) >= 25
    for topic in TAXONOMY.topic_ids:
        assert {f.negative for f in functions.on_topic(topic)} == {True, False}
        assert {f.stance for f in functions.on_stance(topic)} == set(TAXONOMY[topic].stances)


def test_the_set_is_declared_as_any_other():
    assert find_kind("labelling_functions", "arms-diplomacy") is shipped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The two ministers signed a contract for forty howitzers.", {"arms_deal": "favor"}),
        ("Analysts think the talks may touch on artillery shells.", {"arms_deal": "neutral"}),
        ("Tokyo condemned the sale of the missiles to Moscow.", {"arms_deal": "against"}),
        ("Moscow denies buying shells from Pyongyang.", {"arms_deal": "neutral"}),
        ("The cabinet halted arms exports to the kingdom.", {"arms_deal": "against"}),
        ("Washington warned that there would be serious consequences.", {"us_warning": "favor"}),
        ("The State Department voiced concern over the crackdown.", {"us_warning": "favor"}),
        (
            "The ministry fears that the export of dual-use technology would be dangerous.",
            {"technology_transfer": "against"},
        ),
        (
            "The engineers will build two reactors under a contract with Rosatom.",
            {"technology_transfer": "neutral"},
        ),
        ("The armoured train left the capital on Sunday night.", {}),
        ("The treasury imposed sanctions on two banks.", {}),
        ("Rebels fired mortars and rockets at the airport.", {}),
        ("The army tested a missile over the sea.", {}),
        ("The weather service warned of heavy rain.", {}),
        ("Shares of the smartphone maker rose after quarterly results.", {}),
    ],
)
def test_plain_cases_are_labelled(labeller, text, expected):
    assert label(labeller, text) == expected


def test_a_short_form_takes_its_meaning_from_the_headline_or_the_sentence_before(labeller):
    deal = "Paris agrees missile sale to Athens"
    assert label(labeller, "Ankara condemned the deal.", title=deal) == {"arms_deal": "against"}
    assert label(labeller, "Ankara condemned the deal.", previous=deal + ".") == {"arms_deal": "against"}
    assert label(labeller, "Ankara condemned the deal.") == {}


def test_the_wish_to_stop_a_transfer_is_against_it_and_its_refusal_in_favour(labeller):
    assert label(labeller, "The deputies called for an arms embargo.") == {"arms_deal": "against"}
    assert label(labeller, "The minister will not support an arms embargo.") == {"arms_deal": "favor"}
    assert label(labeller, "The council lifted the arms embargo.") == {"arms_deal": "favor"}
