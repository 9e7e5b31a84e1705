import pytest
import yaml

from stance.errors import ConfigError
from stance.taxonomy import read_taxonomy, to_taxonomy
from tests.evaluation.examples import TOWN


def test_the_shipped_taxonomy_is_valid():
    taxonomy = read_taxonomy("configs/taxonomies/arms-diplomacy.yaml")
    assert taxonomy.topic_ids == ("arms_deal", "technology_transfer", "us_warning")
    assert taxonomy.stances == ("favor", "against", "neutral")


def test_reading_what_was_written_gives_the_same_stamp(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_text(yaml.safe_dump(TOWN.to_dict()))
    assert read_taxonomy(path).stamp == TOWN.stamp


def test_the_stamp_changes_with_a_definition():
    changed = TOWN.to_dict()
    changed["topics"][0]["definition"] = "On wheels."
    assert to_taxonomy(changed, "x").stamp != TOWN.stamp


def test_all_problems_of_a_taxonomy_are_reported_at_once():
    content = TOWN.to_dict() | {"colour": "red"}
    del content["topics"][0]["target"]
    with pytest.raises(ConfigError) as error:
        to_taxonomy(content, "town.yaml")
    assert [line.split(":")[0] for line in error.value.problems] == ["topics.0.target", "colour"]


def test_what_is_no_mapping_is_said_plainly():
    with pytest.raises(ConfigError, match=r"\(top level\): expected a mapping, found \[1, 2\]"):
        to_taxonomy([1, 2], "town.yaml")


def test_topic_ids_are_unique():
    content = TOWN.to_dict()
    content["topics"].append(content["topics"][0])
    with pytest.raises(ConfigError, match=r"topic ids must be unique, found twice: \['trams'\]"):
        to_taxonomy(content, "town.yaml")


@pytest.mark.parametrize(
    ("ids", "column"),
    [
        (["trams", "sentences"], "n_sentences"),
        (["trams", "dropped"], "n_dropped"),
        (["trams", "trams_pro"], "n_trams_pro"),
        (["trams", "abstained_trams"], "n_abstained_trams"),
    ],
)
def test_two_topics_have_no_column_of_the_articles_in_common(ids, column):
    topics = [TOWN.to_dict()["topics"][0] | {"id": id} for id in ids]
    with pytest.raises(ConfigError, match=rf"columns of their own .*, found twice: \['{column}'\]"):
        to_taxonomy(TOWN.to_dict() | {"topics": topics}, "town.yaml")


def test_the_neutral_stance_must_be_a_stance():
    with pytest.raises(ConfigError, match="neutral_stance 'meh' is none of"):
        to_taxonomy(TOWN.to_dict() | {"neutral_stance": "meh"}, "town.yaml")


def test_an_unknown_topic_is_answered_with_those_there_are():
    with pytest.raises(KeyError, match="unknown topic 'buses'; town has"):
        TOWN["buses"]
