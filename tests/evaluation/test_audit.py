import numpy as np
import pytest

from stance.evaluation.audit import audit, find_conflicts, report_shared, report_targets, targets_of
from stance.evaluation.groups import NO_CLUSTER, Ties
from stance.evaluation.splits import Split
from stance.records import Label, LabelledSentence
from tests.evaluation.examples import labelled

SENTENCES = [
    labelled("a", 0, text="The council will lay new rails on Harbour Street in May.", trams="pro"),
    labelled("a", 1, text="He declined to comment.", trams="open"),
    labelled("b", 0, text="Two parks are to close at dusk, the mayor's office said.", parks="contra"),
    labelled("c", 0, text="the council will  lay new rails on harbour street in may.", trams="open"),
    labelled("c", 1, text="He declined to comment.", trams="open"),
]
CLUSTERS = np.array([0, NO_CLUSTER, 1, 0, NO_CLUSTER])


def run(*parts, articles=("a", "a", "b", "c", "c"), article_clusters=(0, 0, 1, 2, 2), clusters=CLUSTERS):
    ties = Ties(articles, np.array(article_clusters), clusters)
    splits = [Split(*(np.flatnonzero(np.array(one) == part) for part in (0, 1))) for one in parts]
    return audit(splits, SENTENCES, ties)


def find(found, code):
    return next(finding for finding in found.findings if finding.code == code)


def test_a_clean_split_passes():
    found = run([0, 0, 1, 0, 0])
    assert {finding.code: finding.outcome for finding in found.findings} == {
        "shared_articles": "passed",
        "near_duplicate_articles": "passed",
        "near_duplicate_sentences": "passed",
        "shared_targets": "passed",
        "conflicting_duplicates": "noted",
    }
    assert find(found, "shared_articles").explanation == "None of 1 article."
    assert not found.leaks
    assert not found.leaked


def test_an_article_in_two_parts_is_found():
    found = run([0, 1, 1, 0, 0])
    finding = find(found, "shared_articles")
    assert finding.outcome == "leak"
    assert finding.explanation == "1 of 2 articles, 1 of 2 sentences."
    assert finding.examples == ("a",)
    assert found.leaked == {"a"}


def test_near_copies_of_articles_in_two_parts_are_found():
    finding = find(run([0, 0, 1, 0, 0], article_clusters=(0, 0, 0, 2, 2)), "near_duplicate_articles")
    assert finding.outcome == "leak"
    assert finding.examples == ("b ↔ a",)


def test_near_copies_of_sentences_in_two_parts_are_shown_side_by_side():
    finding = find(run([0, 0, 0, 1, 1]), "near_duplicate_sentences")
    assert finding.outcome == "leak"
    assert finding.explanation.startswith("1 of 1 article, ")
    assert finding.examples == (
        "“the council will  lay new rails on harbour street in may.” (c) ↔ "
        "“The council will lay new rails on Harbour Street in May.” (a)",
    )


def test_short_sentences_may_recur():
    found = run([0, 0, 0, 1, 1], clusters=np.array([0, NO_CLUSTER, 1, 2, NO_CLUSTER]))
    assert find(found, "near_duplicate_sentences").outcome == "passed"


def test_every_fold_is_looked_at():
    folds = [0, 0, 0, 1, 1], [0, 1, 1, 0, 0]
    assert find(run(*folds), "shared_articles").explanation.startswith("1 of 3 articles")
    assert run(*folds).leaked == {"a", "c"}


def test_shared_targets_are_noted_and_are_no_leak():
    found = run([0, 0, 0, 1, 1], clusters=np.array([0, NO_CLUSTER, 1, 2, NO_CLUSTER]))
    assert find(found, "shared_targets").outcome == "noted"
    assert find(found, "shared_targets").examples == ("trams",)
    assert not found.leaks
    assert report_targets(set(), {"trams"}).outcome == "not applicable"


def test_identical_sentences_with_different_labels_are_noted_with_their_labels():
    finding = find_conflicts(SENTENCES)
    assert finding.outcome == "noted"
    assert finding.explanation == "1 of 2 repeated sentences."
    assert finding.examples == (
        "“The council will lay new rails on Harbour Street in May.”: trams pro (a), but trams open (c)",
    )
    assert find_conflicts(SENTENCES[1:]).outcome == "passed"
    assert find_conflicts(SENTENCES[:3]).outcome == "not applicable"


def test_answers_about_different_targets_are_no_conflict():
    rows = [
        LabelledSentence("a", n, SENTENCES[0].text, (Label("any", stance, target=target),), "gold")
        for n, (target, stance) in enumerate([("rails", "pro"), ("roads", "contra"), ("rails", "contra")])
    ]
    assert find_conflicts(rows[:2]).outcome == "not applicable"
    assert find_conflicts(rows).outcome == "noted"
    assert targets_of(rows) == {"rails", "roads"}


def test_without_a_test_part_nothing_can_leak():
    assert find(run([0, 0, 0, 0, 0]), "shared_articles").outcome == "not applicable"


def test_rows_that_are_in_no_part_do_not_count():
    assert find(run([0, None, 1, None, None]), "shared_articles").outcome == "passed"


def test_few_examples_are_shown_and_long_ones_cut():
    asked = [labelled(f"article {n}", 0, text=f"{n} " + "word " * 100) for n in range(9)]
    finding = report_shared("near_duplicate_sentences", asked, dict.fromkeys(range(9), "known"))
    assert len(finding.examples) == 3
    assert max(map(len, finding.examples)) < 200


def test_a_finding_is_plain_values():
    plain = find(run([0, 1, 1, 0, 0]), "shared_articles").to_dict()
    assert plain["title"] == "Articles on both sides"
    assert plain["examples"] == ["a"]


def test_a_code_without_a_title_is_a_mistake():
    with pytest.raises(KeyError, match="invented"):
        _ = report_shared("invented", [], {}).title
