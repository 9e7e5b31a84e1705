import doctest

import numpy as np

from stance.labelling import functions
from stance.labelling.functions import ABSENT, PRESENT, apply, explain, labelling_function
from stance.labelling.rule_file import to_functions
from stance.records import Examples
from stance.types import ABSTAIN, vote_against
from tests.labelling.garden import RULES, TAXONOMY


def make_examples(*texts, titles=None):
    empty = [""] * len(texts)
    return Examples(list(texts), titles or empty, empty, empty, empty)


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(functions).failed == 0


def test_votes_have_a_row_an_example_and_a_column_a_function():
    found = to_functions(RULES, TAXONOMY, "rules").on_topic("pesticide")
    examples = make_examples("DDT was sprayed.", "A novel.", "Rain.", titles=["", "", "A film"])
    votes = apply(found, examples, TAXONOMY)
    assert votes.tolist() == [
        [PRESENT, PRESENT, ABSTAIN],
        [ABSTAIN, ABSTAIN, ABSENT],
        [ABSTAIN, ABSTAIN, ABSENT],
    ]


def test_stance_votes_are_indices_of_the_topics_stances():
    found = to_functions(RULES, TAXONOMY, "rules").on_stance("pesticide")
    votes = apply(found, make_examples("Good, but harmful, perhaps."), TAXONOMY)
    assert votes.tolist() == [[0, 1, vote_against(0)]]


def test_no_functions_and_no_examples_give_empty_votes():
    found = to_functions(RULES, TAXONOMY, "rules").functions
    assert apply(found, make_examples(), TAXONOMY).shape == (0, len(found))
    assert apply((), make_examples("a", "b"), TAXONOMY).shape == (2, 0)


def test_a_function_declared_in_python_votes_like_one_from_yaml():
    @labelling_function(topic="pesticide", stance="contra", name="shouting")
    def is_shouted(context):
        return context.sentence.isupper()

    assert (is_shouted.name, is_shouted.vote) == ("shouting", "contra")
    assert apply([is_shouted], make_examples("NO!", "No."), TAXONOMY).tolist() == [[1], [ABSTAIN]]


def test_the_votes_behind_a_label_leave_out_who_abstained():
    found = to_functions(RULES, TAXONOMY, "rules").on_topic("pesticide")
    row = np.array([PRESENT, ABSTAIN, ABSENT])
    assert explain(found, row.tolist()) == {"poison_named": "present", "fiction": "absent"}
