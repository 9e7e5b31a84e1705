import json

from stance.workflows.compare import compare


def test_runs_are_compared_with_what_guessing_scores_and_a_report_is_written(models, tmp_path, gold_file):
    out = tmp_path / "report"
    comparison = compare([tmp_path / "one", tmp_path / "two"], on=gold_file, out=out, n_resamples=50)
    assert [evaluation.name for evaluation in comparison.evaluations] == ["one", "two", "majority", "prior"]
    assert sorted(path.name for path in out.iterdir()) == ["report.html", "report.json", "report.md"]
    assert json.loads((out / "report.json").read_text())["runs"][2]["name"] == "majority"


def test_one_run_is_compared_with_what_guessing_scores(models, tmp_path, gold_file):
    comparison = compare([tmp_path / "one"], on=gold_file, out=tmp_path / "report", n_resamples=50)
    assert {(one.baseline, one.run) for one in comparison.differences} == {
        ("one", "majority"),
        ("one", "prior"),
        ("majority", "prior"),
    }
