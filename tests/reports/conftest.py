import pytest

from stance.evaluation.comparison import compare_evaluations
from stance.evaluation.evaluation import evaluate_labels
from stance.evaluation.majority import MAJORITY, predict_majority
from tests.evaluation.examples import TOWN, labelled

HOSTILE = "<script>alert('rails')</script> | & more"


@pytest.fixture
def content():
    """Three runs on thirty articles; one of them has a mistake whose text wants to break out of the page."""
    gold = [labelled(f"a{i:02}", 0, trams="pro" if i % 3 else "contra") for i in range(30)]
    gold.append(labelled("a00", 1, text=HOSTILE))
    rules = [labelled(*s.key, text=s.text, trams="pro") for s in gold]
    perfect_but_one = [*gold[:-1], labelled("a00", 1, text=HOSTILE, parks="open")]
    majority, asked = predict_majority(gold)
    settings = {"n_resamples": 200, "source": "gold <1>.jsonl"}
    return compare_evaluations(
        [
            evaluate_labels(gold, rules, TOWN, name="rules", **settings),
            evaluate_labels(
                gold, perfect_but_one, TOWN, name="linear", predicted_given_gold=gold, **settings
            ),
            evaluate_labels(gold, majority, TOWN, name=MAJORITY, predicted_given_gold=asked, **settings),
        ]
    ).to_dict()
