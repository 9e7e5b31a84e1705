import gzip
import json

import pytest
import yaml

from stance.errors import DataError, ReadError
from stance.labelling.interchange import read_labels
from stance.workflows.label import analyse, label
from tests.labelling.garden import RULES, TAXONOMY

ARTICLE = """Sprayed again

Weed killer was sprayed on Monday. It does harm, neighbours said. Rain fell at night.
"""


@pytest.fixture
def setting(tmp_path):
    """Rules, taxonomy and two articles of another field; keyword arguments of ``label``."""
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(RULES), encoding="utf-8")
    (tmp_path / "taxonomy.yaml").write_text(yaml.safe_dump(TAXONOMY.to_dict()), encoding="utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "one.txt").write_text(ARTICLE, encoding="utf-8")
    (inbox / "two.jsonl").write_text(
        json.dumps({"id": "two", "title": "Garden", "text": "Compost warms the beds."}) + "\nnot json\n",
        encoding="utf-8",
    )
    return {"functions": tmp_path / "rules.yaml", "taxonomy": tmp_path / "taxonomy.yaml"}


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_one_input_needs_no_list(setting, tmp_path):
    summary = label(str(tmp_path / "inbox" / "one.txt"), out=tmp_path / "labels.jsonl", **setting)
    assert summary.n_articles == 1


def test_an_input_is_not_written_over(setting, tmp_path):
    own = tmp_path / "inbox" / "two.jsonl"
    before = own.read_bytes()
    with pytest.raises(DataError, match=r"two\.jsonl is an input, and would be written over"):
        label([str(tmp_path / "inbox" / "one.txt"), str(own)], out=own, **setting)
    assert own.read_bytes() == before


def test_labels_that_are_there_are_kept_unless_they_are_to_be_overwritten(setting, tmp_path):
    out, inbox = tmp_path / "labels.jsonl", str(tmp_path / "inbox")
    out.write_text("corrected by hand")
    with pytest.raises(DataError, match=r"labels\.jsonl is there already; .* \(--overwrite\)"):
        label(inbox, out=out, **setting)
    assert out.read_text() == "corrected by hand"
    assert label(inbox, out=out, **setting, overwrite=True).n_articles == 2


def test_a_folder_without_a_file_is_named_and_nothing_written(setting, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadError, match="empty: no file to read; expected articles or folders of them"):
        label(str(tmp_path / "empty"), out=tmp_path / "labels.jsonl", **setting)
    assert not (tmp_path / "labels.jsonl").exists()


def test_the_shipped_functions_are_for_their_own_taxonomy(setting, tmp_path):
    setting.pop("functions")
    with pytest.raises(DataError, match="the shipped labelling functions are not for the taxonomy 'garden'"):
        label(str(tmp_path / "inbox"), out=tmp_path / "labels.jsonl", **setting)


def test_every_sentence_is_written_with_its_labels_and_the_votes_behind_them(setting, tmp_path):
    out = tmp_path / "labels" / "labels.jsonl"
    summary = label([str(tmp_path / "inbox")], out=out, **setting)
    lines = {line["text"]: line for line in read_lines(out)}
    sprayed = lines["Weed killer was sprayed on Monday."]
    assert sprayed["annotator"] == "rules:0.3"
    assert sprayed["labels"] == [
        {
            "topic": "pesticide",
            "stance": "open",
            "probability": 1.0,
            "stance_probabilities": {"pro": 0.0, "contra": 0.0, "open": 1.0},
            "votes": {"poison_named": "present", "poison_sprayed": "present"},
        }
    ]
    assert lines["Rain fell at night."]["labels"] == []
    assert summary.labels == {("pesticide", "open"): 1, ("compost", "open"): 1}
    assert (summary.n_articles, summary.n_sentences) == (2, len(lines))


def test_what_cannot_be_read_is_set_aside_with_file_line_and_reason(setting, tmp_path):
    summary = label([str(tmp_path / "inbox")], out=tmp_path / "labels.jsonl", **setting)
    assert summary.errors == tmp_path / "labels.errors.jsonl"
    (error,) = read_lines(summary.errors)
    assert (error["file"], error["line"]) == (str(tmp_path / "inbox" / "two.jsonl"), 2)
    assert error["reason"]
    assert summary.n_errors == 1


def test_an_old_file_of_errors_does_not_outlive_a_clean_run(setting, tmp_path):
    label([str(tmp_path / "inbox")], out=tmp_path / "labels.jsonl", **setting)
    one = str(tmp_path / "inbox" / "one.txt")
    summary = label(one, out=tmp_path / "labels.jsonl", **setting, overwrite=True)
    assert summary.errors is None
    assert not (tmp_path / "labels.errors.jsonl").exists()


def test_the_output_is_a_label_file_that_keeps_probabilities(setting, tmp_path):
    out = tmp_path / "labels.jsonl"
    label([str(tmp_path / "inbox")], out=out, **setting)
    sentences = read_labels(out, TAXONOMY)
    (given,) = next(s.labels for s in sentences if s.labels)
    assert given.probability == 1
    assert given.stance_probabilities == {"pro": 0, "contra": 0, "open": 1}


@pytest.mark.parametrize("model", ["weighted_majority", "dawid_skene"])
def test_models_that_learn_label_the_same_sentences(setting, tmp_path, model):
    inbox = [str(tmp_path / "inbox")]
    plain = label(inbox, out=tmp_path / "plain.jsonl", **setting)
    learned = label(inbox, out=tmp_path / "learned.jsonl", label_model=model, **setting)
    assert (learned.n_sentences, learned.labels) == (plain.n_sentences, plain.labels)


def test_a_name_in_gz_is_compressed(setting, tmp_path):
    out = tmp_path / "labels.jsonl.gz"
    summary = label([str(tmp_path / "inbox" / "one.txt")], out=out, **setting)
    with gzip.open(out, "rt", encoding="utf-8") as file:
        assert sum(1 for _ in file) == summary.n_sentences
    assert out.read_bytes()[3:8] == bytes(5)  # neither its name nor its time, which differ from run to run


def test_each_judgement_is_handed_to_explain(setting, tmp_path):
    seen = []
    summary = label([str(tmp_path / "inbox")], out=tmp_path / "l.jsonl", explain=seen.append, **setting)
    assert len(seen) == summary.n_sentences


def test_a_reader_of_the_explanations_who_leaves_is_no_error_of_the_label_file(setting, tmp_path):
    def leave(judgement):
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        label([str(tmp_path / "inbox")], out=tmp_path / "labels.jsonl", explain=leave, **setting)
    assert not list(tmp_path.glob("labels*"))


def test_another_suffix_is_refused_before_anything_is_read(setting, tmp_path):
    with pytest.raises(ValueError, match=r"expected a name ending in \.jsonl or \.jsonl\.gz"):
        label(["nowhere"], out=tmp_path / "labels.csv", **setting)


def test_what_cannot_be_written_is_named(setting, tmp_path):
    (tmp_path / "labels.jsonl").mkdir()
    with pytest.raises(DataError, match=r"labels\.jsonl cannot be written: Is a directory"):
        label([str(tmp_path / "inbox")], out=tmp_path / "labels.jsonl", **setting)
    with pytest.raises(DataError, match=r"one\.txt/labels\.jsonl cannot be written: File exists"):
        label([str(tmp_path / "inbox")], out=tmp_path / "inbox" / "one.txt" / "labels.jsonl", **setting)


def test_an_input_that_names_nothing_stops_the_run(setting, tmp_path):
    with pytest.raises(ReadError, match="nowhere"):
        label([str(tmp_path / "nowhere")], out=tmp_path / "labels.jsonl", **setting)


def test_functions_are_measured_against_gold(setting, tmp_path):
    gold = {
        "article": "g",
        "sentence": 0,
        "text": "DDT is good.",
        "labels": [{"topic": "pesticide", "stance": "pro"}],
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    table = {summary.name: summary for summary in analyse(tmp_path / "gold.jsonl", **setting)}
    assert table["poison_named"].accuracy == table["praise"].accuracy == 1
    assert table["heap"].n_votes == 0
