import json
from dataclasses import replace

import pytest

from stance.labelling.interchange import read_labels, write_labels
from stance.reports.report import to_page
from stance.workflows.compare import compare
from stance.workflows.train import train


def test_parts_of_the_articles_are_learned_from_and_the_report_shows_it(town_config, tmp_path):
    training = train(town_config, overrides=["learning_curve=[0.5, 0.25]"], out=tmp_path / "model")
    metrics = json.loads((training.folder / "metrics.json").read_text())
    curve = metrics["learning_curve"]
    sizes = [point["n_articles"] for point in curve]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == 24
    whole = training.on_test["end_to_end_f1_micro"]
    assert curve[-1]["scores"]["end_to_end_f1_micro"]["value"] == pytest.approx(whole.value, abs=1e-6)
    assert {point["scores"]["end_to_end_f1_micro"]["support"] for point in curve} == {whole.support}

    gold = town_config.parent / "gold.jsonl"
    comparison = compare([training.folder], on=gold, out=tmp_path / "report", n_resamples=20)
    (section,) = (one for one in to_page(comparison.to_dict()).sections if one.id == "learning")
    assert len(section.blocks[1].rows) == 3


def test_without_a_test_part_every_point_is_scored_on_its_own_folds(town_config, tmp_path):
    overrides = ["learning_curve=[0.5]", "split.test=0"]
    training = train(town_config, overrides=overrides, out=tmp_path / "model")
    half, whole = training.model.metrics["learning_curve"]
    supports = [point["scores"]["end_to_end_f1_micro"]["support"] for point in (half, whole)]
    assert supports[0] < supports[1] == training.on_folds["end_to_end_f1_micro"].support


def test_a_test_part_without_labels_scores_no_point(town_config, tmp_path):
    gold = town_config.parent / "gold.jsonl"
    sentences = read_labels(gold)
    nothing = [replace(one, article="z", labels=()) for one in sentences[:1]]
    write_labels(tmp_path / "test.jsonl", [replace(one, text="Nobody came to the fair.") for one in nothing])
    overrides = ["learning_curve=[0.5]", "split.test=0", f"data.test=[{tmp_path / 'test.jsonl'}]"]
    training = train(town_config, overrides=overrides, out=tmp_path / "model")
    half, _ = training.model.metrics["learning_curve"]
    assert half["scores"]["topics_f1_macro"]["support"] > 0


def test_weak_labels_alone_have_no_curve_since_nothing_can_be_scored(town_config, tmp_path):
    weak = f"data.weak=[{town_config.parent / 'gold.jsonl'}]"
    blocks = ["topics={kind: dummy}", "stance={kind: dummy}", "holder=null"]
    overrides = ["data.gold=[]", weak, "learning_curve=[0.5]", *blocks]
    training = train(town_config, overrides=overrides, out=tmp_path / "model")
    assert training.model.metrics["learning_curve"] == []


def test_a_part_that_lies_in_one_fold_has_no_point(town_config, tmp_path, caplog):
    gold = town_config.parent / "gold.jsonl"
    sentences = [replace(one, outlet=f"Paper {int(one.article[1:]) % 4}") for one in read_labels(gold)]
    write_labels(tmp_path / "gold.jsonl", sentences)
    split = ["split.by=outlet", "split.test=0", "split.leave_one_out=true"]
    overrides = ["learning_curve=[0.2]", f"data.gold=[{tmp_path / 'gold.jsonl'}]", *split]
    training = train(town_config, overrides=overrides, out=tmp_path / "model")
    assert len(training.model.metrics["learning_curve"]) == 1
    assert "no point of the learning curve at 0.2: all of it is in one fold" in caplog.text
