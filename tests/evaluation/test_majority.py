from stance.evaluation.majority import predict_majority
from tests.evaluation.examples import labelled

GOLD = [
    labelled("a", 0, trams="contra", parks="open"),
    labelled("a", 1, trams="contra"),
    labelled("a", 2, trams="pro"),
    labelled("a", 3, parks="open"),
    labelled("a", 4),
]


def stances(sentences):
    return [{label.topic: label.stance for label in sentence.labels} for sentence in sentences]


def test_every_sentence_gets_the_most_frequent_topic_and_stance():
    assert stances(predict_majority(GOLD)[0]) == [{"trams": "contra"}] * 5


def test_each_gold_topic_gets_its_own_most_frequent_stance():
    assert stances(predict_majority(GOLD)[1]) == [
        {"trams": "contra", "parks": "open"},
        {"trams": "contra"},
        {"trams": "contra"},
        {"parks": "open"},
        {},
    ]


def test_a_tie_does_not_depend_on_the_order_of_the_sentences():
    tied = [labelled("a", 0, trams="pro"), labelled("a", 1, parks="open")]
    assert stances(predict_majority(tied)[0]) == stances(predict_majority(tied[::-1])[0])


def test_gold_without_labels_gives_predictions_without_labels():
    assert stances(predict_majority([labelled("a", 0)])[0]) == [{}]
