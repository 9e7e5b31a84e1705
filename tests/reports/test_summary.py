from stance.reports.summary import format_difference, format_number, summarise


def difference(run, baseline, *, is_clear):
    return {"metric": "f1", "run": run, "baseline": baseline, "is_clear": is_clear}


def run(name, value, *, stance_asked=True):
    score = {"metric": "f1", "of": None, "value": value, "low": value - 0.1, "high": value + 0.1}
    return {"name": name, "stance_asked": stance_asked, "scores": [score]}


def make_content(*, runs, differences=(), n_groups=40, best="a"):
    conditions = {"n_sentences": 1200, "n_articles": 40, "n_groups": n_groups}
    return {
        "conditions": conditions,
        "ranked_by": "f1",
        "best": best,
        "majority": "majority",
        "references": ["majority", "prior"],
        "runs": runs,
        "differences": differences,
    }


def test_the_best_run_is_named_with_its_interval_and_the_majority_beside_it():
    assert summarise(make_content(runs=[run("a", 0.6), run("majority", 0.2)])) == [
        (
            "On 1,200 sentences of 40 articles, a has the highest end-to-end F1: 0.600 "
            "(95\u00a0% interval 0.500 to 0.700); guessing the majority gives 0.200."
        )
    ]


def test_a_rival_that_may_be_as_good_is_named():
    runs = [run("b", 0.5), run("a", 0.6), run("majority", 0.2)]
    pairs = [difference("a", "b", is_clear=False), difference("majority", "a", is_clear=True)]
    assert summarise(make_content(runs=runs, differences=pairs))[1] == (
        "These articles cannot tell b from a: the difference may be zero."
    )


def test_a_clear_winner_is_called_one():
    pairs = [difference("b", "a", is_clear=True), difference("b", "majority", is_clear=False)]
    sentences = summarise(make_content(runs=[run("a", 0.6), run("b", 0.3)], differences=pairs))
    assert sentences[1].startswith("It is clearly better than each other run")


def test_few_groups_are_warned_of():
    sentences = summarise(make_content(runs=[run("a", 0.6)], n_groups=9))
    assert sentences[1].startswith("With only 9 groups of articles the intervals are too narrow")


def test_runs_that_could_not_be_asked_for_stances_are_named():
    sentences = summarise(make_content(runs=[run("a", 0.6, stance_asked=False)]))
    assert sentences[1].startswith("The stances of a are read off the labels")


def test_numbers_are_set_as_in_print():
    assert format_number(None) == "–"
    assert format_number(0.5) == "0.500"
    assert format_difference(-0.25) == "−0.250"
    assert format_difference(0.25) == "+0.250"
