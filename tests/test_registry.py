import re

import pytest

from stance.labelling.formats.base import Format
from stance.registry import build, check_block, find_kind, kinds

GROUPS = (
    "readers",
    "labelling_functions",
    "label_models",
    "formats",
    "classifiers",
    "holder_finders",
    "metrics",
    "engines",
)


@pytest.mark.parametrize("group", GROUPS)
def test_each_kind_that_we_declare_can_be_loaded(group):
    assert kinds(group)
    loaded = [find_kind(group, kind) for kind in kinds(group)]
    assert all(isinstance(kind, Format) if group == "formats" else callable(kind) for kind in loaded)


def test_an_unknown_kind_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match=r"unknown engine 'raay'; expected one of \['local'"):
        find_kind("engines", "raay")


def test_a_block_is_built_with_its_values_converted():
    linear = build("classifiers", {"kind": "linear", "C": [1], "context": {"title": True}})
    assert linear.C == [1.0]
    assert linear.context.title


def test_a_mistyped_parameter_is_answered_with_the_nearest():
    problems = check_block("classifiers", {"kind": "linear", "ngram_rnage": [1, 2]}, "topics")
    assert problems == ["topics.ngram_rnage: no such parameter of 'linear'; did you mean 'ngram_range'?"]


def test_a_wrong_value_is_answered_with_what_was_found():
    (problem,) = check_block("classifiers", {"kind": "linear", "min_df": "often"}, "topics")
    assert problem.startswith("topics.min_df: ")
    assert problem.endswith("found 'often'")


def test_a_block_without_kind_lists_the_kinds():
    (problem,) = check_block("classifiers", {}, "stance")
    assert problem.startswith("stance.kind: missing; expected one of ['by_target', 'cascade', ")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"ngram_range": [2, 3]}, r"ngram_range must be .*; found \(2, 3\)"),
        ({"C": []}, "at least 1 item"),
        ({"C": [0]}, "greater than 0"),
        ({"folds": 1}, "greater than or equal to 2"),
        ({"char_ngram_range": [5, 2]}, "must not be longer than the longest"),
    ],
)
def test_a_value_out_of_range_is_a_problem_of_the_block(parameters, message):
    problems = check_block("classifiers", {"kind": "linear"} | parameters, "topics")
    assert re.search(message, "\n".join(problems))
