import yaml


def test_the_card_opens_with_a_header_that_hubs_read(town_model):
    header = (town_model / "README.md").read_text().split("---\n")[1]
    assert yaml.safe_load(header)["library_name"] == "stance"


def test_the_card_states_data_audit_and_scores(town_training):
    card = (town_training.folder / "README.md").read_text()
    assert "240 sentences of 30 articles" in card
    assert "| Articles on both sides | passed |" in card
    for evaluation in (town_training.on_test, town_training.on_folds):
        score = evaluation["end_to_end_f1_micro"]
        assert f"| all | end_to_end_f1_micro | {score.value:.3f} |" in card
        guessed = [reference["end_to_end_f1_micro"].value for reference in evaluation.references]
        assert f"| {score.support:,} | {guessed[0]:.3f} | {guessed[1]:.3f} |\n" in card
        assert "| of | metric | value | 95 % interval | support | majority | prior |\n|---|---|--:|" in card
        assert str(evaluation.conditions) in card


def test_the_card_says_whether_the_model_reads_its_target(town_training):
    card = (town_training.folder / "README.md").read_text()
    assert "| target removed |" in card
    assert town_training.on_test.target_rows.verdict.explanation in card


def test_the_card_holds_the_config(town_training):
    card = (town_training.folder / "README.md").read_text()
    settings = card.split("```yaml\n")[1].split("\n```")[0]
    assert yaml.safe_load(settings)["topics"] == town_training.model.config["topics"]
