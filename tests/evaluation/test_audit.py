import numpy as np

from stance.evaluation.audit import audit
from stance.evaluation.groups import NO_CLUSTER, Ties
from stance.evaluation.splits import Split
from tests.evaluation.examples import labelled

SENTENCES = [
    labelled("a", 0, text="The council will lay new rails on Harbour Street in May.", trams="pro"),
    labelled("a", 1, text="He declined to comment.", trams="open"),
    labelled("b", 0, text="Two parks are to close at dusk, the mayor's office said.", parks="contra"),
    labelled("c", 0, text="the council will  lay new rails on harbour street in may.", trams="open"),
    labelled("c", 1, text="He declined to comment.", trams="open"),
]
CLUSTERS = np.array([0, NO_CLUSTER, 1, 0, NO_CLUSTER])


def run(parts, *, articles=("a", "a", "b", "c", "c"), article_clusters=(0, 0, 1, 2, 2), clusters=CLUSTERS):
    ties = Ties(articles, np.array(article_clusters), clusters)
    return {finding.code: finding for finding in audit(Split.from_parts(np.array(parts)), SENTENCES, ties)}


def test_a_clean_split_passes():
    findings = run([0, 0, 2, 0, 0])
    outcomes = {code: finding.outcome for code, finding in findings.items()}
    assert outcomes.pop("conflicting_duplicates") == "failed"
    assert set(outcomes.values()) == {"passed"}
    assert findings["shared_articles"].explanation == "None of 3."


def test_an_article_in_two_parts_is_found():
    finding = run([0, 2, 2, 0, 0])["shared_articles"]
    assert finding.outcome == "failed"
    assert finding.explanation == "1 of 3, 2 sentences in all: 'a'"


def test_near_copies_of_articles_in_two_parts_are_found():
    finding = run([0, 0, 2, 0, 0], article_clusters=(0, 0, 0, 2, 2))["near_duplicate_articles"]
    assert finding.outcome == "failed"
    assert "'a', 'b'" in finding.explanation


def test_identical_long_sentences_in_two_parts_are_found_whatever_their_case():
    finding = run([0, 0, 0, 2, 2])["shared_sentences"]
    assert finding.outcome == "failed"
    assert finding.explanation.startswith("1 of 2, 2 sentences in all: 'The council will lay")


def test_short_sentences_may_recur():
    assert (
        run([0, 0, 0, 2, 2], clusters=np.array([0, -1, 1, 2, -1]))["near_duplicate_sentences"].outcome
        == "passed"
    )


def test_identical_sentences_with_different_labels_are_found():
    finding = run([0, 0, 0, 0, 0])["conflicting_duplicates"]
    assert finding.outcome == "failed"
    assert finding.explanation.startswith("1 of 2 repeated sentences: 'the council")


def test_one_part_cannot_leak():
    findings = run([2, 2, 2, 2, 2])
    assert findings["shared_articles"].outcome == "not applicable"


def test_rows_that_are_in_no_part_do_not_count():
    assert run([0, -1, 2, -1, -1])["shared_articles"].outcome == "passed"
