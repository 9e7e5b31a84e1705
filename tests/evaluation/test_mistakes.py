from stance.evaluation.mistakes import find_mistakes, keep_surest
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


def test_a_missed_label_is_as_confident_as_its_absence():
    gold = [labelled("a", 0, trams="pro"), labelled("a", 1, parks="open")]
    asked = [predicted(0, Label("trams", "pro", probability=0.3)), predicted(1, Label("parks", "open"))]
    mistakes = find_mistakes(gold, [predicted(0), predicted(1)], asked)
    assert [(m.topic, m.gold_stance, m.predicted_stance, m.confidence) for m in mistakes] == [
        ("trams", "pro", None, 0.7),
        ("parks", "open", None, None),
    ]


def test_what_is_right_is_no_mistake():
    sentences = [labelled("a", 0, trams="pro"), labelled("a", 1)]
    assert find_mistakes(sentences, sentences) == []


def test_the_surest_of_either_kind_are_kept():
    gold = [labelled("a", 0, trams="pro"), labelled("a", 1)] * 2
    answers = [
        predicted(0),
        predicted(1, Label("trams", "pro", probability=0.4)),
        predicted(0),
        predicted(1, Label("trams", "pro", probability=0.6)),
    ]
    kept = keep_surest(find_mistakes(gold, answers), 1)
    assert [(m.predicted_stance, m.confidence) for m in kept] == [("pro", 0.6), (None, None)]
