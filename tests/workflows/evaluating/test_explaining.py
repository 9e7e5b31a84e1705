import pytest

from stance.classifiers.folder import load_model
from stance.evaluation.mistakes import find_mistakes
from stance.labelling.interchange import read_labels
from stance.workflows.evaluating.explaining import explain_mistakes
from tests.evaluation.examples import TOWN, labelled
from tests.workflows.stubs import StubModel

TEXT = "After lunch the mayor praised the trams."


@pytest.fixture(scope="module")
def model(town_model):
    return load_model(town_model)


def explain(model, gold, predicted):
    (mistake,) = explain_mistakes(model, find_mistakes([gold], [predicted]), [gold])
    pushes = {mistake.text[start:end]: push for start, end, push in mistake.words}
    return mistake, max(pushes, key=pushes.get)


def test_a_wrong_stance_is_explained_by_what_speaks_for_it_against_gold(model):
    gold, predicted = (labelled("a", 0, text=TEXT, trams=stance) for stance in ("contra", "pro"))
    mistake, word = explain(model, gold, predicted)
    assert word == "praised"
    _, against = explain(model, predicted, gold)
    assert against != "praised"
    assert mistake.rest is not None


def test_a_topic_is_explained_by_what_speaks_for_it_and_a_missed_one_by_what_speaks_against(model):
    without, with_topic = labelled("a", 0, text=TEXT), labelled("a", 0, text=TEXT, trams="pro")
    given, word = explain(model, without, with_topic)
    missed, _ = explain(model, with_topic, without)
    assert word == "trams"
    assert [push for *_, push in missed.words] == [-push for *_, push in given.words]
    assert missed.rest == -given.rest


def test_a_model_that_cannot_tell_leaves_mistakes_as_they_are():
    gold, predicted = labelled("a", 0), labelled("a", 0, trams="pro")
    mistakes = find_mistakes([gold], [predicted])
    assert explain_mistakes(StubModel(TOWN), mistakes, [gold]) == tuple(mistakes)


def test_no_mistakes_need_no_explanation(model, town_config):
    assert explain_mistakes(model, [], read_labels(town_config.parent / "gold.jsonl", TOWN)) == ()
