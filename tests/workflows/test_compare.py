import json
from dataclasses import replace

import pytest

from stance.errors import DataError, ReadError
from stance.labelling.interchange import write_labels
from stance.workflows.compare import compare
from tests.evaluation.examples import labelled
from tests.workflows.conftest import GOLD
from tests.workflows.test_check import ASKED


def test_runs_are_compared_with_what_guessing_scores_and_a_report_is_written(models, tmp_path, gold_file):
    out = tmp_path / "report"
    comparison = compare([tmp_path / "one", tmp_path / "two"], on=gold_file, out=out, n_resamples=50)
    assert [evaluation.name for evaluation in comparison.evaluations] == ["one", "two", "majority", "prior"]
    assert sorted(path.name for path in out.iterdir()) == [
        "report.csv",
        "report.html",
        "report.json",
        "report.md",
    ]
    assert json.loads((out / "report.json").read_text())["runs"][2]["name"] == "majority"


def test_models_are_tested_by_a_check_config_and_others_are_not(
    town_model, town_config, write_checks, tmp_path
):
    gold = town_config.parent / "gold.jsonl"
    checks = write_checks(ASKED, limits={"asked": 0.9})
    comparison = compare([town_model], on=gold, out=tmp_path / "report", checks=checks, n_resamples=20)
    model, majority, _ = comparison.to_dict()["runs"]
    assert model["behaviour"]["families"][0]["name"] == "asked"
    assert model["target_rows"]["rows"][0]["support"] > 0
    assert majority["behaviour"] is None
    assert majority["target_rows"]["finding"]["outcome"] == "not applicable"


def test_one_run_is_compared_with_what_guessing_scores(models, tmp_path, gold_file):
    comparison = compare([tmp_path / "one"], on=gold_file, out=tmp_path / "report", n_resamples=50)
    assert {(one.baseline, one.run) for one in comparison.differences} == {
        ("one", "majority"),
        ("one", "prior"),
        ("majority", "prior"),
    }


def test_too_few_resamples_for_so_many_pairs_are_told(models, tmp_path, gold_file, caplog):
    compare([tmp_path / "one"], on=gold_file, out=tmp_path / "a", n_resamples=59)
    assert not caplog.records
    compare([tmp_path / "one"], on=gold_file, out=tmp_path / "a", n_resamples=58)
    assert "among 3 pairs of runs no difference can be clear with 58 resamples; at least 59" in caplog.text


@pytest.fixture
def reports(models, tmp_path, gold_file):
    """One report a model."""
    for name in models:
        compare([tmp_path / name], on=gold_file, out=tmp_path / f"report-{name}", n_resamples=50)
    return [tmp_path / "report-one" / "report.json", tmp_path / "report-two"]


def test_reports_are_compared_without_asking_the_models_again(models, tmp_path, gold_file, reports):
    together = compare([tmp_path / "one", tmp_path / "two"], on=gold_file, out=tmp_path / "a", n_resamples=50)
    models.clear()
    comparison = compare(reports, out=tmp_path / "b")
    assert [one.name for one in comparison.evaluations] == ["one", "two", "majority", "prior"]
    assert comparison.differences == together.differences
    assert (tmp_path / "b" / "report.html").is_file()


def test_a_model_is_compared_with_a_report(models, tmp_path, gold_file, reports):
    comparison = compare([reports[0], tmp_path / "two"], on=gold_file, out=tmp_path / "b", n_resamples=50)
    assert [one.name for one in comparison.evaluations] == ["one", "two", "majority", "prior"]


def test_undefined_scores_do_not_make_a_run_another(models, tmp_path):
    gold = [labelled(article, 0, trams="pro") for article in "abc"]  # none of parks: its scores are undefined
    write_labels(tmp_path / "trams.jsonl", gold)
    settings = {"on": tmp_path / "trams.jsonl", "n_resamples": 50}
    compare([tmp_path / "one"], out=tmp_path / "old", **settings)
    comparison = compare([tmp_path / "one", tmp_path / "old"], out=tmp_path / "new", **settings)
    assert [one.name for one in comparison.evaluations] == ["one", "majority", "prior"]


def test_reports_under_different_conditions_are_refused_with_the_difference_named(
    models, tmp_path, gold_file, reports
):
    compare([tmp_path / "two"], on=gold_file, out=tmp_path / "other", n_resamples=50, seed=4)
    with pytest.raises(DataError, match=r"'one' and 'two' were measured .* compared: seed 0 and 4"):
        compare([reports[0], tmp_path / "other"], out=tmp_path / "b")


def test_other_runs_of_the_same_name_are_told_apart_by_their_reports(models, tmp_path, gold_file, reports):
    models["one"].topic = "parks"
    compare([tmp_path / "one"], on=gold_file, out=tmp_path / "new", n_resamples=50)
    comparison = compare([reports[0], tmp_path / "new"], out=tmp_path / "b")
    names = [one.name for one in comparison.evaluations]
    assert names[:2] == [f"one ({reports[0]})", f"one ({tmp_path / 'new' / 'report.json'})"]
    assert names[2:] == ["majority", "prior"]


def test_a_model_without_gold_labels_is_an_error(models, tmp_path, reports):
    with pytest.raises(DataError, match=r"two has to be scored: name the gold labels \(--on\)"):
        compare([reports[0], tmp_path / "two"], out=tmp_path / "b")


@pytest.mark.parametrize("content", ["{", "\x00", ""])
def test_a_report_that_is_no_json_is_named(tmp_path, content):
    (tmp_path / "old.json").write_text(content)
    with pytest.raises(ReadError, match=r"old\.json: not JSON: "):
        compare([tmp_path / "old.json"], out=tmp_path / "b")


def test_a_report_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(ReadError, match=r"old\.json: cannot be read: No such file"):
        compare([tmp_path / "old.json"], out=tmp_path / "b")


def test_a_folder_for_the_report_that_is_a_file_is_named_before_anything_is_read(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ReadError, match=r"file: expected a folder for the report; name another with --out"):
        compare([tmp_path / "nothing"], on="nowhere", out=tmp_path / "file")


def test_a_folder_of_other_files_is_refused_and_a_report_takes_the_place_of_an_earlier(
    models, tmp_path, gold_file
):
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "report.json").write_text('{"a": 1}')
    for out, reason in (
        (tmp_path, "holds files, but no earlier report; name another folder"),
        (tmp_path / "foreign", r"is not a report that can be compared: .* Move it away"),
        ("s3://bucket/report", "a folder of this machine, not to a URL"),
    ):
        with pytest.raises(ReadError, match=reason):
            compare([tmp_path / "one"], on=gold_file, out=out, n_resamples=50)
    (tmp_path / "report").mkdir()
    for name in (".DS_Store", "report.html.partial"):
        (tmp_path / "report" / name).touch()
    for name in ("one", "two"):
        compare([tmp_path / name], on=gold_file, out=tmp_path / "report", n_resamples=50)
    assert json.loads((tmp_path / "report" / "report.json").read_text())["runs"][0]["name"] == "two"


def test_people_of_a_report_stand_in_what_is_made_of_it(models, tmp_path, gold_file):
    (tmp_path / "people").mkdir()
    for name in ("ann", "bob"):
        judged = [replace(sentence, annotator=name) for sentence in GOLD]
        write_labels(tmp_path / "people" / f"{name}.jsonl", judged)
    compare(
        [tmp_path / "one"],
        on=gold_file,
        annotations=tmp_path / "people",
        out=tmp_path / "old",
        n_resamples=50,
    )
    comparison = compare([tmp_path / "old"], out=tmp_path / "new")
    assert comparison.human.annotators == ("ann", "bob")
    assert comparison.to_dict()["human"]["scores"][0]["value"] == 1.0
