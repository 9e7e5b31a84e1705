import re
from dataclasses import replace

import pytest

from stance.classifiers.abstention import Abstention
from stance.errors import DataError
from stance.labelling.interchange import read_labels, write_labels
from stance.workflows.evaluate import evaluate
from tests.evaluation.examples import TOWN, labelled
from tests.workflows.conftest import GOLD


def test_a_model_is_scored_and_the_conditions_say_on_what(models, tmp_path, gold_file):
    evaluation = evaluate(tmp_path / "one", on=gold_file, split="all", n_resamples=50, seed=3)
    assert evaluation.name == "one"
    assert evaluation.stance_asked
    assert evaluation["topics_f1_micro"].value == pytest.approx(2 * 3 / (5 + 5))
    conditions = evaluation.conditions
    assert (conditions.split, conditions.n_resamples, conditions.seed) == ("all", 50, 3)
    assert (conditions.source, conditions.taxonomy) == (str(gold_file), TOWN.stamp)


def test_beside_a_score_stands_what_guessing_scores(models, tmp_path, gold_file):
    evaluation = evaluate(tmp_path / "one", on=gold_file, n_resamples=50)
    assert [row.name for row in evaluation.references] == ["majority", "prior"]
    assert {row.conditions.signature for row in evaluation.references} == {evaluation.conditions.signature}
    written = evaluation.to_dict()["references"]
    assert written["majority"][0]["value"] == evaluation.references[0]["topics_f1_macro"].value


def test_people_stand_beside_it_where_several_annotators_are_known(models, tmp_path):
    second = [replace(s, annotator="second", labels=s.labels[:1]) for s in GOLD]
    write_labels(tmp_path / "two.jsonl", [*GOLD, *second])
    evaluation = evaluate(tmp_path / "one", on=tmp_path / "two.jsonl", n_resamples=50)
    human = evaluation.references[-1]
    assert (human.name, human.annotators) == ("human", ("gold", "second"))
    assert human["topics_f1_micro"].value == pytest.approx(2 * 4 / (5 + 4))
    assert human.conditions.signature != evaluation.conditions.signature


def test_people_of_whom_no_two_judged_the_same_stand_beside_nothing(models, tmp_path):
    alone = [replace(sentence, annotator="first") for sentence in GOLD]
    settled = [replace(sentence, annotator="adjudicated") for sentence in GOLD]
    write_labels(tmp_path / "gold.jsonl", [*alone, *settled])
    evaluation = evaluate(tmp_path / "one", on=tmp_path / "gold.jsonl", n_resamples=50)
    assert [row.name for row in evaluation.references] == ["majority", "prior"]


def test_probabilities_of_a_model_are_judged_before_and_after(town_training, town_config):
    gold = town_config.parent / "gold.jsonl"
    content = evaluate(town_training.folder, on=gold, n_resamples=50).to_dict()["calibration"]
    for question in ("topics", "stance"):
        before, after = content[question]["before"], content[question]["after"]
        assert before["brier"] != after["brier"]
        assert sum(one["n"] for one in after["bins"]) == after["n"] == before["n"]
    assert content["risk_coverage"]["points"][-1]["coverage"] == 1
    assert content["abstentions"]["n_abstained"] == 0


def test_labels_that_a_run_held_back_are_none_of_its_labels(town_training, town_config, tmp_path):
    gold = town_config.parent / "gold.jsonl"
    careful = replace(town_training.model, abstention=Abstention(0.8, "confidence below 0.8"))
    write_labels(tmp_path / "bold.jsonl", town_training.model.predict_labels(read_labels(gold)))
    write_labels(tmp_path / "careful.jsonl", careful.predict_labels(read_labels(gold)))
    bold, held = (
        evaluate(
            tmp_path / f"{name}.jsonl", on=gold, taxonomy=town_config.parent / "taxonomy.yaml", n_resamples=50
        )
        for name in ("bold", "careful")
    )
    assert held["topics_f1_micro"].value < bold["topics_f1_micro"].value
    assert held.calibration.risk_coverage == bold.calibration.risk_coverage
    counts = held.calibration.abstentions
    assert counts.n_abstained > 0
    assert counts.n_given + counts.n_abstained == bold.calibration.abstentions.n_given
    assert counts.n_given_wrong + counts.n_abstained_wrong == bold.calibration.abstentions.n_given_wrong


def test_predictions_that_lack_a_sentence_are_refused(models, tmp_path, gold_file, monkeypatch):
    monkeypatch.setattr("stance.workflows.evaluating.runs._find_taxonomy", lambda models: TOWN)
    write_labels(tmp_path / "some.jsonl", GOLD[:3])
    with pytest.raises(DataError, match="2 of 5 gold sentences have no prediction"):
        evaluate(tmp_path / "some.jsonl", on=gold_file)


def test_copied_articles_are_drawn_together(models, tmp_path):
    text = "The council voted on Tuesday night to lay new rails along the whole of Harbour Street."
    copies = [labelled(article, 0, text=text, trams="pro") for article in "ab"]
    write_labels(tmp_path / "gold.jsonl", [*copies, labelled("c", 0, text="No.")])
    conditions = evaluate(tmp_path / "one", on=tmp_path / "gold.jsonl", n_resamples=50).conditions
    assert (conditions.n_articles, conditions.n_groups) == (3, 2)


def test_no_clean_part_is_promised_where_all_is_learned_from(town_training, town_config, tmp_path, caplog):
    gold = read_labels(town_config.parent / "gold.jsonl")
    known = [one for one in gold if one.article in town_training.model.traces.articles]
    write_labels(tmp_path / "known.jsonl", known)
    assert evaluate(town_training.folder, on=tmp_path / "known.jsonl", n_resamples=10).clean is None
    assert "24 of these 24 articles" in caplog.text
    assert "no clean part is left to score" in caplog.text


def test_what_a_model_learned_from_is_found_and_the_rest_scored_beside(town_training, town_config, caplog):
    evaluation = evaluate(town_training.folder, on=town_config.parent / "gold.jsonl", n_resamples=10)
    assert "town-linear has learned from 24 of these 30 articles" in caplog.text
    outcomes = {finding.code: finding.outcome for finding in evaluation.audit.findings}
    assert outcomes["shared_articles"] == "leak"
    assert outcomes["shared_targets"] == "noted"
    assert outcomes["trained_with_leaks"] == "passed"
    clean = evaluation.clean
    assert (clean.conditions.split, clean.conditions.n_articles) == ("clean part of all", 6)
    assert clean["topics_f1_macro"].value == town_training.on_test["topics_f1_macro"].value
    assert evaluation.to_dict()["audit"]["clean"]["conditions"]["n_articles"] == 6


def test_articles_that_a_model_learned_from_can_be_left_out(town_training, town_config):
    gold = town_config.parent / "gold.jsonl"
    unseen = evaluate(town_training.folder, on=gold, split="unseen", n_resamples=10)
    assert unseen.conditions.n_articles == 6
    assert unseen["topics_f1_macro"].value == town_training.on_test["topics_f1_macro"].value
    assert not unseen.audit.leaks
    assert unseen.clean is None


def test_nothing_unseen_is_an_error(town_training, town_config, tmp_path):
    seen = [s for s in read_labels(town_config.parent / "gold.jsonl") if s.article in _learned(town_training)]
    write_labels(tmp_path / "seen.jsonl", seen)
    with pytest.raises(DataError, match="the runs have learned from all 24 articles"):
        evaluate(town_training.folder, on=tmp_path / "seen.jsonl", split="unseen")


def _learned(training):
    return set(training.model.traces.articles)


def test_a_copy_under_another_id_is_not_unseen(town_training, town_config, tmp_path):
    gold = read_labels(town_config.parent / "gold.jsonl")
    write_labels(tmp_path / "renamed.jsonl", [replace(s, article=f"copy of {s.article}") for s in gold])
    unseen = evaluate(town_training.folder, on=tmp_path / "renamed.jsonl", split="unseen", n_resamples=10)
    assert unseen.conditions.n_articles == 6


def test_a_rewritten_sentence_under_another_id_is_not_unseen(town_training, town_config, tmp_path):
    gold = read_labels(town_config.parent / "gold.jsonl")
    rewritten = [
        replace(s, article=f"copy of {s.article}", text=f"Then {s.text.replace(' the ', ' a ')}")
        for s in gold
    ]
    write_labels(tmp_path / "rewritten.jsonl", rewritten)
    evaluation = evaluate(town_training.folder, on=tmp_path / "rewritten.jsonl", n_resamples=10)
    leak = next(one for one in evaluation.audit.leaks if one.code == "near_duplicate_sentences")
    assert leak.explanation.startswith("24 of 30 articles, ")
    assert re.search(r"\(copy of (a\d\d)\) ↔ a sentence of \1$", leak.examples[0])


def test_label_files_alone_have_nothing_unseen(gold_file, town_config):
    with pytest.raises(DataError, match="no run says what it has learned from"):
        evaluate(gold_file, on=gold_file, taxonomy=town_config.parent / "taxonomy.yaml", split="unseen")


def test_gold_against_itself_is_told(gold_file, town_config, caplog):
    taxonomy = town_config.parent / "taxonomy.yaml"
    evaluate(gold_file, on=gold_file, taxonomy=taxonomy, n_resamples=20)
    assert "holds the gold labels themselves, it seems; its scores would say nothing" in caplog.text
