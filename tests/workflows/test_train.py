import json
from dataclasses import replace

import pytest

from stance.classifiers.folder import load_model
from stance.config import read_config, to_config
from stance.errors import ConfigError, DataError
from stance.labelling.interchange import read_labels, write_labels
from stance.records import Abstained, Label, LabelledSentence
from stance.workflows.train import train
from stance.workflows.training.training_data import TrainingData, ask_stances, ask_topics
from tests.evaluation.examples import TOWN
from tests.town import town_news


def test_it_learns_the_made_up_news(town_training):
    assert town_training.on_test["topics_f1_macro"].value > 0.9
    assert town_training.on_test["end_to_end_f1_micro"].value > 0.5


def test_no_article_is_on_both_sides_of_the_split(town_training):
    outcomes = {finding.code: finding.outcome for finding in town_training.findings}
    assert outcomes["shared_articles"] == "passed"
    assert outcomes["near_duplicate_articles"] == "passed"


def test_it_learns_who_holds_a_stance(town_training, town_model):
    for evaluation in (town_training.on_test, town_training.on_folds):
        exact = evaluation.holders.scores[0]
        assert exact.metric == "holder_exact"
        assert exact.value > 0.9
    card = (town_model / "README.md").read_text()
    assert "its holder by `linear`" in card
    assert f"| all | holder_exact | {town_training.on_test.holders.scores[0].value:.3f} |" in card


def test_a_config_that_is_read_already_takes_no_changes(town_config, tmp_path):
    with pytest.raises(ValueError, match="overrides change a config file"):
        train(read_config(town_config), overrides=["seed=9"], out=tmp_path / "other")


def test_a_fold_with_a_single_target_has_no_other_to_ask_about(tmp_path):
    first = TOWN.topics[0]
    write_labels(
        tmp_path / "gold.jsonl",
        [
            replace(
                one,
                labels=tuple(
                    replace(label, target=f"the {one.text.split()[1]}")
                    for label in one.labels
                    if label.topic == first.id and one.article != "a05"
                ),
            )
            for one in town_news(12, distinct=True)
        ],
    )
    (tmp_path / "town.yaml").write_text(json.dumps(TOWN.to_dict() | {"topics": [first.model_dump()]}))
    training = train(
        to_config(
            {
                "name": "one-topic",
                "taxonomy": str(tmp_path / "town.yaml"),
                "data": {"gold": [str(tmp_path / "gold.jsonl")]},
                "split": {"test": 0, "leave_one_out": True},
                "topics": {"kind": "dummy"},
                "stance": {"kind": "dummy"},
                "leave_targets_out": False,
            },
            "one-topic",
        ),
        out=tmp_path / "model",
    )
    swapped = training.on_folds.target_rows["targets_swapped"]
    assert swapped.support == sum(bool(one.labels) for one in read_labels(tmp_path / "gold.jsonl"))


def test_without_a_holder_block_a_model_names_nobody(town_config, tmp_path):
    overrides = ["holder=null", "topics={kind: dummy}", "stance={kind: dummy}"]
    training = train(town_config, overrides=overrides, out=tmp_path / "silent")
    assert training.on_test.holders is None
    assert not (training.folder / "holder").exists()
    (sentence,) = load_model(training.folder).predict(["The mayor praised the trams."])
    assert not [label.holder for label in sentence.labels if label.holder]


def test_labels_without_holders_teach_none(town_config, tmp_path):
    sentences = [
        replace(s, labels=tuple(replace(label, holder=None) for label in s.labels))
        for s in read_labels(town_config.parent / "gold.jsonl")
    ]
    write_labels(tmp_path / "gold.jsonl", sentences)
    overrides = [f"data.gold=[{tmp_path / 'gold.jsonl'}]", "topics={kind: dummy}", "stance={kind: dummy}"]
    with pytest.raises(DataError, match="no gold label whose holder stands in its sentence"):
        train(town_config, overrides=overrides, out=tmp_path / "silent")


def test_where_a_fold_leaves_no_holder_to_learn_nothing_is_measured_on_the_folds(town_config, tmp_path):
    sentences = read_labels(town_config.parent / "gold.jsonl")
    first = next(s.article for s in sentences if any(label.holder for label in s.labels))
    rare = [
        s
        if s.article == first
        else replace(s, labels=tuple(replace(label, holder=None) for label in s.labels))
        for s in sentences
    ]
    write_labels(tmp_path / "gold.jsonl", rare)
    gold = f"data.gold=[{tmp_path / 'gold.jsonl'}]"
    overrides = [gold, "split.test=0", "topics={kind: dummy}", "stance={kind: dummy}", "learning_curve=[0.3]"]
    training = train(town_config, overrides=overrides, out=tmp_path / "rare")
    assert training.on_folds.holders is None
    assert (training.folder / "holder").exists()


def test_an_unknown_kind_of_holder_finder_is_named(town_config):
    with pytest.raises(ConfigError, match=r"holder\.kind: unknown holder finder 'linaer'"):
        train(town_config, overrides=["holder={kind: linaer}"])


@pytest.fixture
def official(town_config, tmp_path):
    """A training and a test file that share articles, as overrides of the town's config."""
    gold = read_labels(town_config.parent / "gold.jsonl")
    for name, rows in (("train", gold[:200]), ("test", gold[180:])):
        sentences = [replace(s, sentence=s.sentence + 100 * (name == "test")) for s in rows]
        write_labels(tmp_path / f"{name}.jsonl", sentences)
    return [f"data.gold=[{tmp_path / 'train.jsonl'}]", f"data.test=[{tmp_path / 'test.jsonl'}]"]


def test_a_leak_stops_training(town_config, official, tmp_path):
    with pytest.raises(DataError, match=r"Articles on both sides: 3 of 8 articles[\s\S]*--allow-leaks"):
        train(town_config, overrides=official, out=tmp_path / "leaky")
    assert not (tmp_path / "leaky").exists()


def test_a_leak_that_is_allowed_is_written_in_the_card(town_config, official, tmp_path):
    overrides = [*official, "split.allow_leaks=true", "topics={kind: dummy}", "stance={kind: dummy}"]
    training = train(town_config, overrides=overrides, out=tmp_path / "leaky")
    assert training.on_test.conditions.n_sentences == 60
    card = (training.folder / "README.md").read_text()
    assert "**Trained with --allow-leaks" in card
    assert "| Articles on both sides | leak | 3 of 8 articles" in card
    assert training.model.metrics["audit"][0]["outcome"] == "leak"
    assert training.on_test.clean.conditions.n_articles == 5
    assert "## Measured by clean part of test" in card


def test_the_test_part_is_not_among_the_folds(town_training):
    n_sentences = town_training.on_test.conditions.n_sentences + town_training.on_folds.conditions.n_sentences
    assert n_sentences == 240


def test_the_folder_holds_what_a_reader_needs(town_model):
    assert {path.name for path in town_model.iterdir()} == {
        "README.md",
        "calibration.json",
        "config.yaml",
        "held_out.npz",
        "holder",
        "manifest.json",
        "metrics.json",
        "stance",
        "taxonomy.yaml",
        "topics",
        "traces.npz",
    }
    card = (town_model / "README.md").read_text()
    assert card.startswith("---\nlibrary_name: stance\n")
    assert "## Measured by test" in card
    metrics = json.loads((town_model / "metrics.json").read_text())
    assert metrics["test"]["conditions"]["split"] == "test"
    for part in ("test", "cross-validation"):
        for question in ("topics", "stance"):
            sides = metrics[part]["calibration"][question]
            assert sides["before"]["n"] == sides["after"]["n"] > 0
    assert "| topics | " in card.partition("probabilities")[2]


def test_the_same_seed_gives_the_same_files_but_for_the_time_that_it_took(town_config, town_model, tmp_path):
    again = train(town_config, out=tmp_path / "again").folder
    first, second = (
        json.loads((folder / "manifest.json").read_text())["files"] for folder in (town_model, again)
    )
    assert {name for name in first if first[name] != second[name]} == {"metrics.json"}
    before, after = (json.loads((folder / "metrics.json").read_text()) for folder in (town_model, again))
    assert before.pop("training_seconds") > 0
    assert after.pop("training_seconds") > 0
    assert before == after


def test_set_changes_the_run_and_is_saved(town_config, tmp_path):
    with pytest.raises(ConfigError, match=r"stance\.C: no such parameter of 'dummy'"):
        train(town_config, overrides=["stance.kind=dummy"], out=tmp_path / "d")
    training = train(town_config, overrides=["stance={kind: dummy}", "name=d"], out=tmp_path / "d")
    assert load_model(training.folder).config["stance"] == {"kind": "dummy"}


def test_without_a_test_part_the_folds_are_the_measure(town_config, tmp_path):
    training = train(town_config, overrides=["split.test=0"], out=tmp_path / "all")
    assert training.on_test is None
    assert training.on_folds.conditions.n_sentences == 240


@pytest.mark.parametrize("kind", ["dummy", "linear"])
def test_a_fold_without_any_stance_is_no_trouble(town_config, tmp_path, kind):
    news = [replace(sentence, labels=()) for sentence in town_news(12, distinct=True)]
    label = next(sentence.labels for sentence in town_news(12, distinct=True) if sentence.labels)
    write_labels(tmp_path / "gold.jsonl", [replace(news[0], labels=label), *news[1:]])
    gold = f"data.gold=[{tmp_path / 'gold.jsonl'}]"
    blocks = [f"{question}={{kind: {kind}}}" for question in ("topics", "stance")]
    training = train(town_config, overrides=[gold, "split.test=0", *blocks], out=tmp_path / "model")
    assert training.on_folds["stance_f1_macro"].support == len(label)


def test_topics_can_be_given_where_they_are_more_likely_than_not(town_config, tmp_path):
    training = train(town_config, overrides=["thresholds=half"], out=tmp_path / "half")
    assert load_model(training.folder).topic_calibration.thresholds.tolist() == [0.5, 0.5]


def test_held_out_labels_are_those_of_the_folds(town_training):
    held_out = load_model(town_training.folder).held_out
    curve = town_training.on_folds.calibration.risk_coverage
    assert len(held_out.wrong) == curve.n
    assert held_out.wrong.mean() == pytest.approx(curve.risk)
    assert len(set(held_out.groups)) == town_training.on_folds.conditions.n_groups == 24


@pytest.mark.parametrize("method", ["temperature", "isotonic", "none"])
def test_a_config_chooses_how_probabilities_are_calibrated(town_config, tmp_path, method):
    settings = f"calibration={{topics: {method}, stance: {method}}}"
    training = train(town_config, overrides=[settings], out=tmp_path / method)
    loaded = load_model(training.folder)
    assert loaded.config["calibration"] == {"topics": method, "stance": method}
    sides = training.on_test.calibration.topics
    assert (sides.before == sides.after) == (method == "none")
    news = town_news(4, seed=8)
    assert loaded.predict_labels(news) == training.model.predict_labels(news)


def test_an_unknown_calibration_is_refused(town_config, tmp_path):
    with pytest.raises(ConfigError, match=r"calibration\.topics: Input should be 'temperature'"):
        train(town_config, overrides=["calibration.topics=platt"], out=tmp_path / "x")


def test_weak_labels_alone_train_a_model(town_config, tmp_path):
    weak = [
        type(s)(
            s.article, s.sentence, s.text, tuple(_soften(label) for label in s.labels), "rules:1", s.title
        )
        for s in town_news(30, seed=5, distinct=True)
    ]
    write_labels(tmp_path / "weak.jsonl", weak)
    overrides = [f"data={{weak: [{tmp_path / 'weak.jsonl'}]}}", "split.test=0", "holder=null"]
    training = train(town_config, overrides=overrides, out=tmp_path / "weak")
    assert training.on_folds is None
    assert training.model.held_out is None
    predicted = load_model(training.folder).predict_labels(town_news(10, seed=6, distinct=True))
    right = [
        {label.topic for label in p.labels} == {label.topic for label in s.labels}
        for p, s in zip(predicted, town_news(10, seed=6, distinct=True), strict=True)
    ]
    assert sum(right) / len(right) > 0.8


def test_weak_labels_that_were_held_back_still_teach():
    label = Label("trams", "pro", probability=0.4, stance_probabilities={"pro": 0.7, "open": 0.3})
    held_back = LabelledSentence("a", 0, "t", (), "model:x", abstained=(Abstained(label, "doubt"),))
    data = TrainingData.of([], weak=[held_back])
    assert ask_topics(data, TOWN).labels.tolist() == [[0.4, 0]]
    assert ask_stances(data, TOWN).labels.tolist() == [[0.7, 0, 0.3]]


def test_a_stance_counts_as_much_as_its_topic_is_probable():
    labels = [(Label("trams", "pro", probability=probability),) for probability in (0.4, 1.0, None)]
    sentences = [LabelledSentence("a", row, "t", own, "model:x") for row, own in enumerate(labels)]
    data = TrainingData.of(sentences[2:], weak=sentences[:2], weak_weight=0.5)
    assert ask_topics(data, TOWN).weights.tolist() == [1, 0.5, 0.5]
    assert ask_stances(data, TOWN).weights.tolist() == [1, 0.2, 0.5]


def test_gold_labels_prevail_over_weak_ones_of_the_same_sentence(town_config, tmp_path):
    gold = read_labels(town_config.parent / "gold.jsonl")
    wrong = [type(s)(s.article, s.sentence, s.text, (), "rules:1", s.title) for s in gold]
    write_labels(tmp_path / "weak.jsonl", wrong)
    overrides = [f"data.weak=[{tmp_path / 'weak.jsonl'}]"]
    training = train(town_config, overrides=overrides, out=tmp_path / "both")
    assert training.on_test["topics_f1_macro"].value > 0.9


def test_gold_labels_given_twice_are_refused(town_config, tmp_path):
    gold = town_config.parent / "gold.jsonl"
    with pytest.raises(DataError, match="found gold labels twice for 240 sentences"):
        train(town_config, overrides=[f"data.gold=[{gold}, {gold}]"], out=tmp_path / "x")


def _soften(label):
    return Label(label.topic, label.stance, probability=0.9, stance_probabilities={label.stance: 1.0})
