"""What the sections say of keys that not every comparison has."""

import copy

import pytest

from stance.reports.blocks import Browser, Fold, Plots, Table, Text
from stance.reports.sections.audit import show_audit
from stance.reports.sections.behaviour import show_behaviour
from stance.reports.sections.calibration import show_reliability, show_risk
from stance.reports.sections.cost import show_cost
from stance.reports.sections.differences import show_differences
from stance.reports.sections.holders import show_holders
from stance.reports.sections.learning import show_learning
from stance.reports.sections.mistakes import show_mistakes
from stance.reports.sections.precision_recall import show_precision_recall
from stance.reports.sections.slices import show_slices
from stance.reports.sections.targets import show_targets

INTERVAL = {"value": 0.5, "low": 0.4, "high": 0.6}


@pytest.fixture
def linear(content):
    """The content, and in it the run to add keys to."""
    content = copy.deepcopy(content)
    return content, next(run for run in content["runs"] if run["name"] == "linear")


def tables(section):
    """Every table as rows of words, folded ones too; a cell's detail follows in brackets."""
    blocks = list(section.blocks)
    blocks += [inner for block in blocks if isinstance(block, Fold) for inner in block.blocks]
    return [
        [
            [f"{cell.text} ({cell.detail})" if cell.detail else cell.text for cell in row]
            for group in block.groups()
            for row in group
        ]
        for block in blocks
        if isinstance(block, Table)
    ]


def words(section):
    return " ".join(block.words for block in section.blocks if isinstance(block, Text))


@pytest.mark.parametrize(
    "show", [show_audit, show_holders, show_reliability, show_risk, show_targets, show_precision_recall]
)
def test_what_no_run_has_is_left_out(linear, show):
    content, _ = linear
    for run in content["runs"]:
        for key in ("audit", "holders", "calibration", "target_rows", "precision_recall"):
            run.pop(key, None)
    assert show(content) is None


@pytest.mark.parametrize(
    ("show", "advice"),
    [
        (show_behaviour, "Not measured: run stance check MODEL"),
        (show_learning, "Not measured: train with learning_curve"),
        (show_cost, "Not measured: label files have no cost"),
    ],
)
def test_what_can_be_measured_says_how(linear, show, advice):
    assert words(show(linear[0])).startswith(advice)


def test_cost_is_in_units_that_one_would_say(linear):
    content, run = linear
    run["cost"] = {"training_seconds": 95.0, "sentences_per_second": 1234.5, "n_bytes": 6_180_000}
    assert tables(show_cost(content)) == [[["linear", "95\u00a0s", "1,234", "6.18\u00a0MB"]]]


def test_a_model_that_did_not_note_its_training_says_so(linear):
    content, run = linear
    run["cost"] = {"training_seconds": None, "sentences_per_second": None, "n_bytes": 1}
    assert tables(show_cost(content)) == [[["linear", "not noted", "–", "1\u00a0B"]]]


def test_every_pair_is_in_the_matrix_from_both_sides(content):
    matrix = tables(show_differences(content))[0]
    names = [row[0] for row in matrix]
    sides = {(row, names[place - 1]): cell for row, *cells in matrix for place, cell in enumerate(cells, 1)}
    assert sides["rules", "rules"] == ""
    value = sides["linear", "rules"].split()[0]
    assert sides["rules", "linear"].split()[0] == value.translate(str.maketrans("+−", "−+"))


def test_a_target_row_stands_under_the_score_with_its_cost_and_the_verdict(linear):
    content, run = linear
    row = {
        "title": "target removed",
        "support": 9,
        "note": "",
        "cost": 0.1,
        "cost_low": 0.05,
        "cost_high": 0.2,
    }
    run["target_rows"] = {
        "metric": "stance_f1_macro",
        "rows": [row | INTERVAL],
        "finding": {"outcome": "failed", "explanation": "It reads nothing."},
    }
    section = show_targets(content)
    ((asked, removed),) = tables(section)
    assert asked[:2] == ["linear", "as asked"]
    assert removed == ["linear", "target removed", "0.500 (0.400–0.600)", "+0.100 (+0.050 to +0.200)", ""]
    assert "linear: failed. It reads nothing." in words(section)


def reliability(ece):
    one = {"n": 10, "probability": 0.8, "share": 0.6, "share_low": 0.5, "share_high": None}
    brier = {"brier": 0.2, "brier_low": 0.1, "brier_high": 0.3}
    return {"n": 10, **brier, "ece": ece, "ece_low": None, "ece_high": None, "bins": [one]}


@pytest.fixture
def calibrated(linear):
    content, run = linear
    points = [
        {"confidence": 0.9, "coverage": 0.5, "risk": 0.1, "low": 0.0, "high": 0.2},
        {"confidence": 0.5, "coverage": 1.0, "risk": 0.3, "low": None, "high": None},
    ]
    run["calibration"] = {
        "topics": {"before": reliability(0.3), "after": reliability(0.1)},
        "stance": {"before": None, "after": reliability(0.2)},
        "risk_coverage": INTERVAL | {"n": 20, "risk": 0.3, "area": 0.2, "best_area": 0.05, "points": points},
        "abstentions": {"n_given": 15, "n_given_wrong": 4, "n_abstained": 5, "n_abstained_wrong": 2},
    }
    return content


@pytest.mark.parametrize("is_asked", [True, False])
def test_holders_have_a_row_a_kind_and_a_guess_at_the_end(linear, is_asked):
    content, run = linear
    scores = [
        {"metric": metric, "of": of, **INTERVAL, "support": support}
        for of, support in ((None, 30), ("author", 3))
        for metric in ("holder_exact", "holder_token_f1")
    ]
    guess = [score | {"value": 0.1} for score in scores]
    run["holders"] = {"scores": scores, "guess": guess, "is_asked": is_asked}
    run["audit"] = {"clean": None}
    (rows,) = tables(show_holders(content))
    name, value = "linear" if is_asked else "linear *", "0.500 (0.400–0.600)"
    assert rows[:2] == [[name, "all", value, value, "30"], [name, "author", value, value, "3"]]
    assert rows[2][:3] == ["first capitalised words", "all", "0.100 (0.400–0.600)"]


def test_reliability_is_shown_before_and_after_calibration(calibrated):
    section = show_reliability(calibrated)
    assert tables(section) == [
        [
            ["topics", "linear", "0.200 (0.100–0.300)", "0.200 (0.100–0.300)", "0.100", "0.300"],
            ["stance", "linear", "0.200 (0.100–0.300)", "–", "0.200", "–"],
        ]
    ]
    spoken = [plot.spoken for block in section.blocks if isinstance(block, Plots) for plot in block.plots]
    assert spoken == ["promised 0.80, came true 0.60 of 10"] * 2


def test_risk_is_told_at_a_few_coverages_and_what_is_held_back_is_counted(calibrated):
    section = show_risk(calibrated)
    assert tables(section) == [[["linear", "20", "30\u00a0%", "0.200", "0.400–0.600", "0.050", "5", "2"]]]
    (plots,) = (block for block in section.blocks if isinstance(block, Plots))
    assert plots.plots[0].spoken.startswith("linear: 10\u00a0% wrong of 50\u00a0% kept")


def test_leaks_stand_beside_the_scores_on_the_clean_part(linear):
    content, run = linear
    finding = {"code": "shared_articles", "title": "Articles on both sides", "examples": ["a00"]}
    run["audit"] = {
        "findings": [finding | {"outcome": "leak", "explanation": "1 of 30 articles."}],
        "clean": {"conditions": {"n_sentences": 28, "n_articles": 29}, "scores": run["scores"]},
    }
    clean, findings, examples = tables(show_audit(content))
    assert [row[1] for row in clean] == [
        "all articles (31 sentences, 30 articles)",
        "clean part (28 sentences, 29 articles)",
    ]
    assert findings == [["linear", "Articles on both sides", "leak", "1 of 30 articles."]]
    assert examples == [["Articles on both sides", "a00"]]


def test_behaviour_has_a_column_a_run_and_the_failures(linear):
    content, run = linear
    failure = {
        "title": "Rails",
        "previous": "",
        "text": "It will not.",
        "before": "It will.",
        "expected": "another stance",
        "found": "pro",
        "found_before": "pro",
    }
    family = {
        "name": "negation",
        "title": "Negation",
        "explanation": "Not.",
        "n_cases": 40,
        "rate": 0.25,
        "low": 0.1,
        "high": 0.4,
        "limit": 0.2,
        "finding": {"outcome": "failed"},
        "examples": [failure],
    }
    run["behaviour"] = {"families": [family]}
    rates, failures = tables(show_behaviour(content))
    assert rates == [["Negation", "40", "0.250 (0.100–0.400)"]]
    passage = "Rails | It will not. (changed from: It will.)"
    assert failures == [["Negation", passage, "another stance", "pro → pro"]]


def test_a_learning_curve_has_a_point_a_share(linear):
    content, run = linear
    run["learning_curve"] = [
        {"n_articles": n, "n_sentences": 8 * n, "scores": dict.fromkeys(content["metrics"], INTERVAL)}
        for n in (6, 12)
    ]
    section = show_learning(content)
    assert [row[:4] for row in tables(section)[0]] == [
        ["linear", "6", "48", "0.500 (0.400–0.600)"],
        ["linear", "12", "96", "0.500 (0.400–0.600)"],
    ]
    (plots,) = (block for block in section.blocks if isinstance(block, Plots))
    assert plots.plots[0].spoken == "linear: 0.500 from 6 articles, 0.500 from 12 articles"


def test_precision_recall_has_a_row_a_topic_beside_a_guess(linear):
    content, run = linear
    curve = {"of": "trams", "average_precision": 0.5, "low": 0.4, "high": 0.6, "prevalence": 0.25}
    run["precision_recall"] = [curve | {"points": [{"threshold": 0.5, "recall": 0.5, "precision": 0.8}]}]
    section = show_precision_recall(content)
    assert tables(section) == [[["trams", "0.500 (0.400–0.600)", "0.250"]]]


def test_slices_that_have_no_section_of_their_own_are_shown(linear):
    content, run = linear
    score = INTERVAL | {"metric": content["ranked_by"], "of": None}
    common = {"n_sentences": 9, "support": 7, "is_small": True, "scores": [score]}
    run["slices"] = [
        {"by": "topic", "value": "trams"} | common,
        {"by": "length", "value": "long"} | common,
    ]
    for other in content["runs"]:
        if other is not run:
            other["slices"] = []
    assert tables(show_slices(content))[0][0][0] == "long (small)"
    assert len(tables(show_slices(content))) == 1


@pytest.fixture
def explained(linear):
    content, run = linear
    (mistake,) = run["mistakes"]
    run["mistakes"] = [
        mistake | {"text": "We love the parks", "words": [[3, 7, 0.6], [8, 11, 0.001]], "rest": -0.5}
    ]
    return content


def test_a_mistake_names_the_words_and_all_else(explained):
    (browser,) = (block for block in show_mistakes(explained).blocks if isinstance(block, Browser))
    entry = next(entry for entry in browser.entries if entry.run == "linear")
    assert [(piece.text, piece.push) for piece in entry.pieces] == [
        ("We ", 0.0),
        ("love", 1.0),
        (" the parks", 0.0),
    ]
    assert entry.reason.startswith("love +0.600, the +0.001; all else")
    assert entry.text == "We love the parks"


def test_mistakes_that_are_not_shown_are_counted(explained):
    explained["runs"][0]["n_mistakes"] = 5000
    assert f"{len(explained['runs'][0]['mistakes'])} of 5,000 of rules" in words(show_mistakes(explained))
