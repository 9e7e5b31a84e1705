import pytest

from stance.errors import DataError, ModelError, ReadError
from stance.labelling.interchange import write_labels
from stance.workflows.evaluating.runs import open_runs
from tests.evaluation.examples import TOWN, labelled
from tests.workflows.conftest import GOLD


def test_a_model_is_shown_no_gold_label_and_then_no_gold_stance(models, tmp_path):
    (run,), _ = open_runs([tmp_path / "one"])
    run.predict(GOLD)
    unlabelled, topics_only = models["one"].shown[: len(GOLD)], models["one"].shown[len(GOLD) :]
    assert not any(sentence.labels for sentence in unlabelled)
    assert [{label.topic for label in s.labels} for s in topics_only] == [
        {label.topic for label in s.labels} for s in GOLD
    ]
    assert {label.stance for sentence in topics_only for label in sentence.labels} == {""}


def test_a_label_file_answers_with_its_labels_and_cannot_be_asked(models, tmp_path):
    write_labels(tmp_path / "rules.jsonl", [labelled("a", 0, annotator="rules:1", trams="pro")])
    runs, taxonomy = open_runs([tmp_path / "one", tmp_path / "rules.jsonl"])
    answers = runs[1].predict(GOLD)
    assert runs[1].name == "rules:1"
    assert answers.predicted[0].labels[0].stance == "pro"
    assert answers.asked is None
    assert taxonomy == TOWN


def test_labels_are_checked_against_the_models_taxonomy(models, tmp_path):
    write_labels(tmp_path / "other.jsonl", [labelled("a", 0, ferries="pro")])
    with pytest.raises(ReadError, match=r"other\.jsonl, line 1: unknown topic 'ferries'; town has"):
        open_runs([tmp_path / "one", tmp_path / "other.jsonl"])


def test_a_folder_of_parts_is_read_as_labels(models, tmp_path):
    (tmp_path / "labels").mkdir()
    write_labels(tmp_path / "labels" / "part-0.jsonl", [labelled("a", 0, annotator="")])
    runs, _ = open_runs([tmp_path / "one", tmp_path / "labels"])
    assert runs[1].name == "labels"


@pytest.mark.parametrize("name", ["scores", "scores/labels"])
def test_scores_as_csv_are_no_label_file(models, tmp_path, name):
    (tmp_path / "scores" / "labels").mkdir(parents=True)
    (tmp_path / "scores" / "labels" / "part-0.csv").touch()
    (tmp_path / "scores" / "run.json").touch()
    (tmp_path / "scores" / "errors.jsonl").touch()
    with pytest.raises(ReadError, match=r"part-0\.csv: a label file is JSON Lines or Parquet"):
        open_runs([tmp_path / "one", tmp_path / name])


def test_runs_of_one_name_are_told_apart_by_their_paths(models, tmp_path):
    models["two"].name = "one"
    runs, _ = open_runs([tmp_path / "one", tmp_path / "two"])
    assert [run.name for run in runs] == [str(tmp_path / "one"), str(tmp_path / "two")]


def test_a_run_does_not_take_the_name_of_a_row_beside_it(models, tmp_path):
    models["one"].name = "majority"
    (run,), _ = open_runs([tmp_path / "one"])
    assert run.name == str(tmp_path / "one")


def test_models_of_different_taxonomies_are_refused(models, tmp_path):
    models["two"].taxonomy = TOWN.model_copy(update={"version": "3"})
    with pytest.raises(DataError, match=r"the models follow different taxonomies: .*town 2.*town 3"):
        open_runs([tmp_path / "one", tmp_path / "two"])


def test_a_folder_that_is_neither_model_nor_labels_is_named(tmp_path):
    with pytest.raises(ModelError, match="is not a model folder"):
        open_runs([tmp_path])
