from stance.reports.summary import summarise, warn

TOWN = {"topics": [{"id": "trams", "title": "the trams"}, {"id": "parks", "title": "parks"}]}


def difference(run, baseline, *, is_clear):
    return {"metric": "f1", "run": run, "baseline": baseline, "is_clear": is_clear}


def run(name, value, *, stance_asked=True):
    scores = [
        ("f1", None, value),
        ("topics_f1_macro", "trams", 0.4),
        ("topics_f1_macro", "parks", 0.7),
        ("stance_f1", "pro", None),
        ("stance_f1", "contra", 0.8),
    ]
    return {
        "name": name,
        "stance_asked": stance_asked,
        "scores": [
            {
                "metric": metric,
                "of": of,
                "value": value,
                "low": value and value - 0.1,
                "high": value and value + 0.1,
            }
            for metric, of, value in scores
        ],
    }


def make_content(*, runs, differences=(), n_groups=40, best="a"):
    return {
        "conditions": {"n_sentences": 1200, "n_articles": 40, "n_groups": 40, "n_resamples": 100},
        "n_labelled_groups": n_groups,
        "ranked_by": "f1",
        "best": best,
        "majority": "majority",
        "taxonomy": TOWN,
        "stances": ["pro", "contra"],
        "references": ["majority", "prior"],
        "runs": runs,
        "differences": differences,
    }


def test_the_summary_has_three_sentences():
    assert len(summarise(make_content(runs=[run("a", 0.6)]))) == 3


def test_the_best_run_is_named_with_its_interval_and_the_majority_beside_it():
    assert summarise(make_content(runs=[run("a", 0.6), run("majority", 0.2)]))[0] == (
        "On 1,200 sentences of 40 articles, a has the highest f1: 0.600 "
        "(95\u00a0% interval 0.500 to 0.700); guessing the majority gives 0.200."
    )


def test_a_rival_that_may_be_as_good_is_named():
    runs = [run("b", 0.5), run("a", 0.6), run("majority", 0.2)]
    pairs = [difference("a", "b", is_clear=False), difference("majority", "a", is_clear=True)]
    assert summarise(make_content(runs=runs, differences=pairs))[1] == (
        "These articles cannot tell b from a: the difference may be zero."
    )


def test_a_run_that_is_no_better_than_guessing_is_told_so():
    pairs = [difference("majority", "a", is_clear=False)]
    sentences = summarise(make_content(runs=[run("a", 0.6), run("majority", 0.55)], differences=pairs))
    assert sentences[1] == "These articles cannot tell majority from a: the difference may be zero."


def test_too_few_resamples_are_not_laid_on_the_articles():
    pairs = [difference("a", f"rival {number}", is_clear=False) for number in range(6)]
    sentences = summarise(make_content(runs=[run("a", 0.6)], differences=pairs))
    assert sentences[1] == (
        "With 100 resamples no difference among 6 pairs of runs can be clear; at least 119 are needed."
    )


def test_a_clear_winner_is_called_one():
    pairs = [difference("b", "a", is_clear=True), difference("b", "majority", is_clear=False)]
    sentences = summarise(make_content(runs=[run("a", 0.6), run("b", 0.3)], differences=pairs))
    assert sentences[1].startswith("It is clearly better than each other row")


def test_the_weakest_topic_and_stance_are_named():
    assert summarise(make_content(runs=[run("a", 0.6)]))[2] == (
        "It is weakest on the trams (topic F1 0.400) and on “contra” (stance F1 0.800)."
    )


def test_few_groups_are_warned_of():
    (caution,) = warn(make_content(runs=[run("a", 0.6)], n_groups=9))
    assert caution.startswith("With labels in only 9 groups of articles the intervals are too narrow")


def test_runs_that_could_not_be_asked_for_stances_are_named():
    (caution,) = warn(make_content(runs=[run("a", 0.6, stance_asked=False)]))
    assert caution.startswith("The stances of a are read off the labels")


def test_leaks_and_blindness_to_the_target_are_warned_of():
    leaky = run("a", 0.6) | {"audit": {"findings": [{"outcome": "leak"}]}}
    blind = run("b", 0.6) | {"target_rows": {"finding": {"outcome": "failed"}}}
    leak, blindness = warn(make_content(runs=[leaky, blind]))
    assert leak.startswith("The test was not new to a, and flatters")
    assert leak.endswith("; no article is left to score without it.")
    assert blindness == "These labels do not show that b reads the target of a stance."


def test_scores_without_leaks_are_named_only_where_there_are_some():
    leaky = run("a", 0.6) | {"audit": {"findings": [{"outcome": "leak"}], "clean": {"scores": []}}}
    (leak,) = warn(make_content(runs=[leaky]))
    assert leak.endswith(", and for the scores without it.")


def test_nothing_is_warned_of_where_all_is_well():
    assert warn(make_content(runs=[run("a", 0.6)])) == []
