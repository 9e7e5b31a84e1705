import re
from itertools import pairwise

import pytest

from stance.checks.cases import Case, Passage, make_cases
from stance.checks.families import Family, read_checks
from stance.errors import DataError, ReadError
from stance.shipped import CHECKS, TAXONOMY
from stance.taxonomy import read_taxonomy
from tests.checks.conftest import FAMILY, PAIRS
from tests.evaluation.examples import TOWN

PRO, CONTRA = frozenset({("trams", "pro")}), frozenset({("trams", "contra")})


def make(seed=0, **change):
    return make_cases(Family.model_validate({**FAMILY, **change}), TOWN, seed=seed)


def make_of(template, seed=0, **change):
    return make(seed, templates=[{**FAMILY["templates"][0], **template}], **change)


def test_a_template_is_filled_with_other_values_each_time():
    texts = [case.after.text for case in make()]
    assert len(set(texts)) == 3
    assert all(re.fullmatch(r"(Ada|Bo|Cleo|Dag) praised the (trams|carriages)\.", text) for text in texts)
    assert len({text.split()[0] for text in texts}) == 3


def test_there_are_no_more_cases_than_values():
    assert len(make(cases_per_template=10)) == 4
    assert len(make_of({"text": "Rain."}, cases_per_template=10)) == 1


def test_the_seed_decides():
    assert make(seed=1) == make(seed=1)
    assert make(seed=1) != make(seed=2)


def test_a_family_does_not_depend_on_its_neighbours_names():
    assert make() != make(name="other")


def test_slots_of_a_template_come_before_those_of_the_family():
    assert {case.after.text[:3] for case in make_of({"slots": {"who": ["Eve"]}})} == {"Eve"}


def test_changed_words_share_the_fillings():
    changed = {"text": "{who} cursed the {what}.", "title": "{who}", "labels": {"trams": "contra"}}
    for case in make_of({"changed": changed}):
        assert case.after.text == case.before.text.replace("praised", "cursed")
        assert case.after.title == case.before.text.split()[0]
        assert (case.before.labels, case.after.labels) == ({"trams": "pro"}, {"trams": "contra"})


def test_a_swapped_slot_gets_another_value_and_the_others_stay():
    for case in make_of({"swap": ["who"], "expect": "same"}):
        (who, *rest), (other, *same) = case.before.text.split(), case.after.text.split()
        assert who != other
        assert rest == same


def test_transforms_take_turns_and_what_they_do_not_change_is_no_case():
    cases = make_of({"transforms": ["upper_case", "no_commas", "lower_case"]})
    assert [case.after.text.isupper() for case in cases] == [True, False]
    assert {case.expect for case in cases} == {"same"}


def test_pairs_are_taken_by_their_change_with_their_context(pairs_file):
    cases = make(templates=[], pairs={"file": pairs_file, "changes": ["negation"]})
    assert [case.group for case in cases] == ["p1", "p2"]
    first, second = cases
    assert (first.before.text, first.after.text) == tuple(side["text"] for side in PAIRS[0]["pair"])
    assert (first.before.title, first.after.labels) == ("Rails", {"trams": "contra"})
    assert (second.before.previous, second.after.previous) == ("", "It was noon.")


@pytest.mark.parametrize(
    ("expect", "ids"), [("is", ["p1", "p2", "p3"]), ("same", ["p2", "p3"]), ("changes", ["p1"])]
)
def test_pairs_are_taken_by_whether_their_labels_are_alike(pairs_file, expect, ids):
    pairs = {"file": pairs_file, "changes": ["negation", "holder"], "expect": expect}
    assert [case.group for case in make(templates=[], pairs=pairs)] == ids


def test_pairs_without_a_stance_to_ask_about_are_left_out(pairs_file):
    pairs = {"file": pairs_file, "changes": ["negation"], "ask": "stance"}
    assert [case.group for case in make(templates=[], pairs=pairs)] == ["p1"]


def test_each_side_of_a_pair_can_be_transformed(pairs_file):
    pairs = {"file": pairs_file, "changes": ["negation", "holder"], "transforms": ["upper_case"]}
    cases = make(templates=[], pairs=pairs)
    assert len(cases) == 6
    assert all(case.after.text == case.before.text.upper() for case in cases)
    assert len(make(templates=[], pairs={**pairs, "max_cases": 4})) == 4


def test_a_file_that_holds_no_pairs_is_named_with_the_line(tmp_path):
    (tmp_path / "pairs.jsonl").write_text('{"id": "x"}\n')
    with pytest.raises(
        ReadError, match=r"pairs\.jsonl, line 1: is no pair: KeyError\('pair'\); expected 'id'"
    ):
        make(templates=[], pairs={"file": str(tmp_path / "pairs.jsonl"), "changes": ["x"]})


def test_a_file_of_pairs_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ReadError, match=r"cannot be read: .*directory"):
        make(templates=[], pairs={"file": str(tmp_path), "changes": ["x"]})
    (tmp_path / "pairs.jsonl").write_text("{nope\n")
    with pytest.raises(ReadError, match=r"pairs\.jsonl, line 1: not JSON"):
        make(templates=[], pairs={"file": str(tmp_path / "pairs.jsonl"), "changes": ["x"]})


@pytest.mark.parametrize(
    "change",
    [
        {"swap": ["who"], "slots": {"who": ["Ada"]}},
        {"swap": ["when"], "slots": {"when": ["now", "then"]}},
        {"changed": {"labels": {"trams": "contra"}}},
    ],
)
def test_what_changes_no_word_is_no_case(change):
    with pytest.raises(DataError, match="makes no case"):
        make_of({**change, "expect": "same"})


def test_a_family_without_a_case_is_named(pairs_file):
    with pytest.raises(DataError, match="the family 'praise' makes no case: its pairs must have one of"):
        make(templates=[], pairs={"file": pairs_file, "changes": ["voice"]})


def test_labels_of_pairs_are_the_taxonomys(tmp_path):
    (tmp_path / "p.jsonl").write_text(
        '{"id": "x", "change": "y", "pair": [{"text": "", "labels": [{"topic": "z", "stance": "pro"}]}, '
        '{"text": "", "labels": []}]}'
    )
    with pytest.raises(ReadError, match="line 1: unknown topic 'z'; town has"):
        make(templates=[], pairs={"file": str(tmp_path / "p.jsonl"), "changes": ["y"]})


@pytest.mark.parametrize(
    ("expect", "after", "before", "passes"),
    [
        ("is", CONTRA, PRO, True),
        ("is", CONTRA, CONTRA, False),
        ("is", PRO, PRO, False),
        ("same", PRO, PRO, True),
        ("same", PRO, CONTRA, False),
        ("changes", PRO, CONTRA, True),
        ("changes", PRO, PRO, False),
        ("is_not", PRO, None, True),
        ("is_not", CONTRA, None, False),
    ],
)
def test_answers_pass_as_expected(expect, after, before, passes):
    first, second = Passage("", "", "", {"trams": "pro"}), Passage("", "", "", {"trams": "contra"})
    case = Case("g", expect, "labels", second, None if before is None else first)
    assert case.passes(after, before) is passes


def test_the_shipped_families_are_varied_and_large_enough():
    taxonomy = read_taxonomy(TAXONOMY)
    config, families = read_checks(CHECKS, taxonomy)
    total = 0
    for family in families:
        cases = make_cases(family, taxonomy, seed=config.seed)
        total += len(cases)
        assert len({case.group for case in cases}) >= 10, family.name
        asked = [(case.before, case.after) for case in cases]
        assert len(set(map(repr, asked))) == len(asked), family.name
        assert not any("{" in case.after.text for case in cases)
    assert total > 500
    assert all(one.name < other.name for one, other in pairwise(families))
