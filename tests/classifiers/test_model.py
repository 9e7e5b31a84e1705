import numpy as np
import pytest

from stance.records import Label, LabelledSentence, to_examples
from tests.evaluation.examples import TOWN
from tests.town import town_news


@pytest.fixture(scope="module")
def model(town_training):
    return town_training.model


def test_sentences_are_labelled_from_a_list_of_texts(model):
    labelled = model.predict(["The mayor on Monday praised the trams.", "Old Henk ate soup."])
    assert [[label.topic for label in sentence.labels] for sentence in labelled] == [["trams"], []]
    assert labelled[1].previous == "The mayor on Monday praised the trams."
    assert labelled[0].annotator == "model:town-linear"


def test_one_text_is_not_taken_for_a_list_of_letters(model):
    with pytest.raises(TypeError, match="and None is no text"):
        model.predict(["The mayor praised the trams.", None])
    with pytest.raises(TypeError, match="found one text; put it in a list"):
        model.predict("The mayor praised the trams.")


def test_nothing_in_gives_nothing_out(model):
    assert model.predict([]) == []
    assert model.predict_stances([]) == []


def test_labels_keep_keys_and_carry_probabilities(model):
    news = town_news(4, seed=7)
    predicted = model.predict_labels(news)
    assert [sentence.key for sentence in predicted] == [sentence.key for sentence in news]
    for label in (label for sentence in predicted for label in sentence.labels):
        assert 0 < label.probability <= 1
        assert sum(label.stance_probabilities.values()) == pytest.approx(1)
        assert label.stance == max(label.stance_probabilities, key=label.stance_probabilities.get)


def test_a_stance_that_takes_a_side_has_a_holder(model):
    labels = [label for sentence in model.predict_labels(town_news(4, seed=7)) for label in sentence.labels]
    assert {(label.stance == "open", label.holder is None) for label in labels} == {
        (True, True),
        (False, False),
    }
    (praised,) = model.predict(["Miss Brandt on Monday praised the trams."])
    assert {label.holder for label in praised.labels if label.stance != "open"} == {"Miss Brandt"}


def test_holders_are_asked_for_at_the_given_stances(model):
    labels = (Label("trams", "pro", holder="nobody"), Label("parks", "open", holder="nobody"))
    (answer,) = model.predict_holders(
        [
            LabelledSentence(
                "a", 0, "Miss Brandt on Monday praised the trams and listed the parks.", labels, ""
            )
        ]
    )
    assert [(label.stance, label.holder) for label in answer.labels] == [
        ("pro", "Miss Brandt"),
        ("open", None),
    ]
    assert model.predict_holders([]) == []


def test_stances_are_asked_at_exactly_the_given_topics(model):
    sentence = LabelledSentence("a", 0, "The mayor ate soup.", (Label("parks", ""), Label("trams", "")), "")
    (answer,) = model.predict_stances([sentence])
    assert [label.topic for label in answer.labels] == ["parks", "trams"]
    assert {label.stance for label in answer.labels} <= set(TOWN.stances)


def test_the_target_of_a_label_takes_the_place_of_its_topics(model):
    def ask(topic, target):
        labels = (Label(topic, "", target=target),)
        (answer,) = model.predict_stances([LabelledSentence("a", 0, "The mayor praised it.", labels, "")])
        return answer.labels[0]

    trams, parks = (TOWN[topic].target for topic in ("trams", "parks"))
    assert ask("trams", parks).target == parks
    assert ask("trams", trams).stance_probabilities == ask("trams", None).stance_probabilities
    assert ask("trams", parks).stance_probabilities != ask("trams", None).stance_probabilities


def test_scores_agree_with_labels(model):
    news = town_news(4, seed=8)
    scores, labelled = model.score(to_examples(news)), model.predict_labels(news)
    pairs = [(row, label.topic) for row, s in enumerate(labelled) for label in s.labels]
    assert pairs == [(row, TOWN.topic_ids[t]) for row, t in zip(scores.rows, scores.pair_topics, strict=True)]
    assert (scores.topics >= model.topic_calibration.thresholds).sum() == len(pairs)


def test_a_stance_that_a_topic_does_not_allow_has_no_probability(model):
    from dataclasses import replace

    from stance.taxonomy import to_taxonomy

    narrow = TOWN.to_dict()
    del narrow["topics"][1]["stances"]["pro"]
    narrowed = replace(model, taxonomy=to_taxonomy(narrow, "narrow"))
    examples = to_examples(town_news(2))
    stances = narrowed.stance_of(examples, np.arange(len(examples)), np.ones(len(examples), dtype=int))
    assert (stances[:, TOWN.stances.index("pro")] == 0).all()
    np.testing.assert_allclose(stances.sum(axis=1), 1)
