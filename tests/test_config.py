import datetime

import pytest
import yaml
from pydantic import ValidationError

from stance.config import SplitConfig, read_config
from stance.errors import ConfigError
from stance.resources import read_yaml

GOOD = {
    "name": "trial",
    "taxonomy": "town.yaml",
    "data": {"gold": ["gold.jsonl"]},
    "topics": {"kind": "linear", "C": [1.0]},
    "stance": {"kind": "dummy"},
}


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "trial.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return path

    return write


def test_a_config_has_defaults_for_what_it_leaves_out(write):
    config = read_config(write(GOOD))
    assert (config.seed, config.split.folds) == (0, 5)


def test_all_problems_are_reported_at_once(write):
    bad = GOOD | {
        "sede": 3,
        "data": {"gold": ["a"], "waek": []},
        "topics": {"kind": "linear", "ngram_rnage": [1, 2]},
        "stance": {"kind": "oracle"},
    }
    del bad["name"]
    with pytest.raises(ConfigError) as error:
        read_config(write(bad))
    assert sorted(line.split(":")[0] for line in error.value.problems) == [
        "data.waek",
        "name",
        "sede",
        "stance.kind",
        "topics.ngram_rnage",
    ]
    assert "data.waek: no such parameter of a config; did you mean 'weak'?" in error.value.problems
    assert "sede: no such parameter of a config; did you mean 'seed'?" in error.value.problems


def test_set_changes_one_parameter_of_one_block(write):
    config = read_config(write(GOOD), ["topics.C=[0.5, 2]", "seed=7"])
    assert config.topics == {"kind": "linear", "C": [0.5, 2]}
    assert config.seed == 7


def test_set_changes_one_block_where_two_share_an_alias(write):
    shared = (
        yaml.safe_dump(GOOD | {"topics": None, "stance": None})
        .replace("topics: null\n", "")
        .replace("stance: null\n", "topics: &a {kind: linear, C: [1]}\nstance: *a\n")
    )
    config = read_config(write(shared), ["topics.C=[9]"])
    assert (config.topics["C"], config.stance["C"]) == ([9], [1])


def test_a_block_that_is_merged_may_have_merged_another(write):
    anchors = "base: &B {x: 0}\ndeep:\n  inner: &A {<<: *B, x: 1}\nc: {<<: *A, x: 2}\n1: a\n'1': b\n"
    assert read_yaml(write(anchors)) == {
        "base": {"x": 0},
        "deep": {"inner": {"x": 1}},
        "c": {"x": 2},
        1: "a",
        "1": "b",
    }


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("topics.C", r"--set topics.C: expected key=value"),
        ("seed.deep=1", r"--set seed.deep=1: 'seed' is a int, not a block"),
        ("topics.C=[1", r"--set topics.C=\[1: the value is not YAML"),
        ("split.since=2024-02-30", r"--set split.since=2024-02-30: the value is not YAML: day is out"),
    ],
)
def test_a_wrong_override_is_named(write, override, message):
    with pytest.raises(ConfigError, match=message):
        read_config(write(GOOD | {"seed": 1}), [override])


def test_a_list_is_asked_for_in_the_words_of_the_file(write):
    with pytest.raises(ConfigError, match=r"data\.gold: expected a list, as \[x\.jsonl\], found 'x\.jsonl'"):
        read_config(write(GOOD | {"data": {"gold": "x.jsonl"}}))
    with pytest.raises(ConfigError, match=r"topics\.C: expected a list, as \[1\.0\], found 1\.0"):
        read_config(write(GOOD | {"topics": {"kind": "linear", "C": 1.0}}))


def test_data_must_name_a_label_file(write):
    with pytest.raises(ConfigError, match="data: names no label file"):
        read_config(write(GOOD | {"data": {}}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- a\n- b\n", "expected a mapping at the top level, found list"),
        ("a: [", "not YAML"),
        ("since: 2024-02-30", "not YAML: day is out of range"),
        ("seed: 1\ndata: {}\nseed: 7\n", "the key 'seed' stands twice in one block"),
        ("a: &a [*a]", r"an alias \(\*name\) stands inside"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(write, content, message):
    with pytest.raises(ConfigError, match=message):
        read_config(write(content))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml is not valid:\n  .* was not found"):
        read_config(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ({"held_out": ["Gazette"]}, "held_out names outlets, events or topics, but the split is by article"),
        ({"by": "outlet", "since": "2024"}, "since is for a split by time, but the split is by outlet"),
        ({"by": "time", "since": "8 Aug 2024"}, "since must be a date like 2024-05-17"),
        ({"by": "topic"}, "a split by topic needs held_out"),
        ({"by": "time", "leave_one_out": True}, "leave_one_out leaves out articles, outlets or events"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(split, message):
    with pytest.raises(ValidationError, match=message):
        SplitConfig(**split)


def test_a_date_may_be_written_as_yaml_reads_it():
    assert SplitConfig(by="time", since=datetime.date(2024, 5, 17)).since == "2024-05-17"
    assert SplitConfig(by="time", since=2024).since == "2024"
    assert SplitConfig(by="time", since="2024-05-17+02:00").since == "2024-05-17+02:00"
