import pytest

from stance.labelling.labeller import Labeller
from stance.labelling.rule_file import to_functions
from stance.records import LabelledSentence
from tests.labelling.garden import RULES, TAXONOMY

MODELS = ["majority", "weighted_majority", "dawid_skene"]


def make(text, title=""):
    return LabelledSentence("a", 0, text, (), "", title=title)


def judge(*sentences, label_model="majority"):
    labeller = Labeller(to_functions(RULES, TAXONOMY, "rules"), TAXONOMY, label_model=label_model)
    return labeller.fit(sentences).label(sentences)


def label(text, **context):
    return [(given.topic, given.stance) for given in judge(make(text, **context))[0].sentence.labels]


def test_a_sentence_gets_its_topics_and_the_stance_toward_each():
    assert label("Pesticides harm the compost.") == [("pesticide", "contra"), ("compost", "open")]


@pytest.mark.parametrize("model", MODELS)
def test_a_sentence_without_votes_has_no_topic(model):
    assert judge(make("Rain."), make("DDT."), label_model=model)[0].sentence.labels == ()


def test_absent_votes_outvote_a_present_one_only_where_they_are_more():
    assert label("DDT.", title="A film") == [("pesticide", "open")]
    assert label("Arsenic.", title="A film") == []


def test_without_votes_or_with_tied_ones_the_stance_is_the_default():
    assert label("DDT.") == label("DDT is good and harmful.") == [("pesticide", "open")]


@pytest.mark.parametrize("model", MODELS)
def test_probabilities_are_given_and_sum_to_one(model):
    judgement = judge(make("DDT may harm."), make("DDT is good, perhaps."), label_model=model)[1]
    (given,) = judgement.sentence.labels
    assert given.probability == 1
    assert list(given.stance_probabilities) == ["pro", "contra", "open"]
    assert sum(given.stance_probabilities.values()) == pytest.approx(1)


def test_the_votes_behind_a_label_are_named():
    judgement = judge(make("DDT was sprayed, which is good."))[0]
    assert judgement.votes == {
        "pesticide": {"poison_named": "present", "poison_sprayed": "present", "praise": "pro"}
    }


def test_the_annotator_names_the_version_of_the_rules():
    assert judge(make("Rain."))[0].sentence.annotator == "rules:0.3"


def test_an_unknown_label_model_is_named():
    with pytest.raises(ValueError, match="unknown label model 'mayority'"):
        judge(make("Rain."), label_model="mayority")
