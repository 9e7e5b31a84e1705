from stance.evaluation.mistakes import find_mistakes
from stance.records import Label, LabelledSentence
from tests.evaluation.examples import labelled


def predicted(index, *labels):
    return LabelledSentence("a", index, f"Sentence {index} of article a.", labels, "x")


def test_the_most_confident_claims_that_gold_does_not_have_come_first():
    gold = [labelled("a", 0, trams="pro"), labelled("a", 1, trams="pro"), labelled("a", 2)]
    answers = [
        predicted(0, Label("trams", "contra", probability=0.9, stance_probabilities={"contra": 0.5})),
        predicted(1, Label("trams", "pro", probability=0.99)),
        predicted(2, Label("parks", "open", probability=0.8), Label("trams", "pro")),
    ]
    mistakes = find_mistakes(gold, answers)
    assert [(m.topic, m.gold_stance, m.predicted_stance, m.confidence) for m in mistakes] == [
        ("parks", None, "open", 0.8),
        ("trams", "pro", "contra", 0.45),
        ("trams", None, "pro", None),
    ]
    assert find_mistakes(gold, answers, limit=1) == mistakes[:1]


def test_a_missed_label_is_no_mistake_of_confidence():
    assert find_mistakes([labelled("a", 0, trams="pro")], [predicted(0)]) == ()
