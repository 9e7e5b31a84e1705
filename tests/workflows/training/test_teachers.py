"""A model that learns from another's scores: what the teacher knows, the student is not judged on."""

import json
import shutil
import sys
from dataclasses import replace

import pytest

from stance.classifiers.folder import load_model
from stance.errors import DataError
from stance.labelling.interchange import read_labels
from stance.workflows.evaluating.runs import open_runs
from stance.workflows.evaluating.seen import audit_seen, trace
from stance.workflows.predict import predict
from stance.workflows.train import train
from stance.workflows.training.teachers import Teacher, audit_teachers
from tests.town import town_news


@pytest.fixture
def taught(town_training, tmp_path):
    """What the town's model says of an archive that nobody has labelled, and the folder of that model."""
    teacher = shutil.copytree(town_training.folder, tmp_path / "teacher")
    archive = tmp_path / "archive"
    archive.mkdir()
    for sentence in town_news(20, seed=8, distinct=True):
        with (archive / f"old-{sentence.article}.txt").open("a", encoding="utf-8") as file:
            file.write(f"{sentence.text}\n\n")
    predict([str(archive)], out=tmp_path / "taught", model=teacher)
    return tmp_path / "taught", teacher


def learn(config, taught, out, *overrides):
    training = train(config, overrides=[f"data.weak=[{taught}]", *overrides], out=out)
    return training, {finding.code: finding for finding in training.findings}


@pytest.mark.parametrize("part", ["", "labels", "labels/part-*"])
def test_a_student_is_judged_on_what_its_teacher_has_not_learned(
    taught, town_config, town_training, tmp_path, part
):
    (scores,) = taught[0].parent.glob(f"taught/{part}")
    training, findings = learn(town_config, scores, tmp_path / "student")
    assert findings["teachers"].outcome == "passed"
    assert "They have learned 2 of 2 targets" in findings["teachers"].explanation
    traces = training.model.traces
    assert set(town_training.model.traces.articles) < set(traces.articles)
    assert any(article.startswith("old-") for article in traces.articles)
    assert training.model.held_out is None  # its teacher knows the folds


@pytest.mark.parametrize("change", ["split.seed=7", "split.test=0"])
def test_a_teacher_that_knows_the_test_stops_its_student(taught, town_config, tmp_path, change):
    with pytest.raises(DataError, match=r"Articles that a teacher has learned: \d+ of \d+ articles"):
        learn(town_config, taught[0], tmp_path / "student", change)


def check_that_nobody_can_tell(config, scores, out):
    training, findings = learn(config, scores, out)
    assert findings["teachers"].outcome == "noted"
    assert "Nobody can tell what model:town-linear learned" in findings["teachers"].explanation
    assert training.model.traces.unknown == ("model:town-linear",)
    traces = load_model(training.folder).traces
    findings = {finding.code: finding for finding in audit_seen(town_news(2, seed=7), traces).findings}
    assert findings["teachers"].explanation.startswith("It has learned from model:town-linear; nobody can")
    assert (
        audit_teachers(town_news(2, seed=7), [Teacher("model:next", traces)]).findings[0].outcome == "noted"
    )


def test_scores_are_judged_by_what_their_model_has_learned(taught, town_config, town_training):
    (run,), _ = open_runs([taught[0]], town_config.parent / "taxonomy.yaml")
    assert run.model is None  # it cannot be asked
    assert run.traces.articles == town_training.model.traces.articles
    leaked = audit_seen(read_labels(town_config.parent / "gold.jsonl"), run.traces, run.metrics).leaked
    assert leaked


def test_a_teacher_is_found_from_anywhere(taught, town_config, tmp_path, monkeypatch):
    shutil.rmtree(taught[0])
    monkeypatch.chdir(taught[1].parent)
    predict(["archive"], out="taught", model="teacher")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    _, findings = learn(town_config, taught[0], tmp_path / "student")
    assert findings["teachers"].outcome == "passed"


def test_a_teacher_that_is_gone_is_noted(taught, town_config, tmp_path):
    scores, teacher = taught
    shutil.rmtree(teacher)
    check_that_nobody_can_tell(town_config, scores, tmp_path / "student")


def test_a_teacher_in_whose_place_another_stands_is_noted(taught, town_config, tmp_path):
    scores, teacher = taught
    shutil.rmtree(teacher)
    train(town_config, overrides=["seed=9"], out=teacher)
    check_that_nobody_can_tell(town_config, scores, tmp_path / "student")


def test_labels_that_were_carried_away_from_their_run_are_noted(taught, town_config, tmp_path):
    copy = shutil.copytree(taught[0] / "labels", tmp_path / "elsewhere" / "deeper" / "copy")
    check_that_nobody_can_tell(town_config, copy, tmp_path / "student")


def test_a_run_that_was_cut_off_does_not_teach(taught, town_config, tmp_path, monkeypatch):
    (tmp_path / "archive" / "new.txt").write_text("The mayor praised the trams.\n", encoding="utf-8")
    monkeypatch.setattr("stance.workflows.predict._score", lambda *_: sys.exit("killed"))
    with pytest.raises(SystemExit, match="killed"):
        predict([str(tmp_path / "archive")], out=taught[0], model=taught[1])
    with pytest.raises(DataError, match="was cut off; finish it with the same `stance predict`"):
        learn(town_config, taught[0], tmp_path / "student")


def test_a_teacher_by_another_taxonomy_is_refused(taught, town_config, tmp_path):
    run = json.loads((taught[0] / "run.json").read_text(encoding="utf-8"))
    run["model"]["taxonomy"] = "village 1.0"
    (taught[0] / "run.json").write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(DataError, match=r"by the taxonomy village 1\.0, .* expected town"):
        learn(town_config, taught[0], tmp_path / "student")


def test_without_a_teacher_nothing_is_said_of_one(town_training):
    assert "teachers" not in {finding.code for finding in town_training.findings}


def test_joined_traces_know_what_each_knows(tmp_path):
    one, other = (town_news(4, seed=seed, distinct=True) for seed in (1, 2))
    other = [type(s)(f"z{s.article}", s.sentence, s.text, s.labels, s.annotator) for s in other]
    joined, whole = trace(one).join([trace(other)]), trace([*one, *other])
    assert (joined.articles, joined.targets) == (whole.articles, whole.targets)
    assert (joined.signatures == whole.signatures).all()
    assert joined.signed.tolist() == whole.signed.tolist()
    assert len(joined.join([trace(one)]).signed) == len(whole.signed)


def test_joined_traces_know_all_that_each_knows_of_an_article():
    one, other = (town_news(4, seed=seed, distinct=True) for seed in (1, 2))
    joined = trace(one).join([trace(other)])
    copies = [replace(sentence, article=f"z{sentence.article}") for sentence in other]
    assert audit_seen(copies, joined).leaked == audit_seen(copies, trace(other)).leaked != frozenset()


def test_of_two_teachers_of_one_name_each_is_asked(taught, town_config, tmp_path):
    scores, _ = taught
    train(town_config, overrides=["split.seed=7"], out=tmp_path / "knows")
    predict([str(tmp_path / "archive")], out=tmp_path / "more", model=tmp_path / "knows")
    for paths in ([scores, tmp_path / "more"], [tmp_path / "more", scores]):
        with pytest.raises(DataError, match="Articles that a teacher has learned"):
            learn(town_config, ", ".join(map(str, paths)), tmp_path / "student")
