from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from stance.config import SplitConfig
from stance.errors import DataError
from stance.evaluation.audit import audit
from stance.evaluation.groups import find_groups
from stance.workflows.evaluating.ties import tie_sentences
from stance.workflows.training.splitting import choose_drawn, plan_split
from stance.workflows.training.training_data import TrainingData
from tests.evaluation.examples import TOWN
from tests.town import town_news

OUTLETS = ["Gazette", "Herald", "Echo", "Post"]


def news():
    """Forty articles of four outlets, one a month from 2020 on, two articles an event."""
    sentences = []
    for sentence in town_news(40, distinct=True):
        number = int(sentence.article[1:])
        month = f"{2020 + number // 12}-{1 + number % 12:02d}"
        sentences.append(
            replace(sentence, outlet=OUTLETS[number % 4], date=month, event=f"event {number // 2}")
        )
    return sentences


def plan(sentences=None, *, is_test=None, seed=0, **config):
    sentences = news() if sentences is None else sentences
    data = TrainingData.of(sentences)
    if is_test is not None:
        data = replace(data, is_test=is_test)
    ties = tie_sentences(sentences)
    made = plan_split(SplitConfig(**config), data, ties, TOWN, seed=seed)
    found = audit([made.split, *map(made.to_data_rows, made.folds)], sentences, ties)
    assert not found.leaks or is_test is not None
    return made, sentences


def values(sentences, rows, field):
    return {getattr(sentences[row], field) for row in rows}


@pytest.mark.parametrize("by", ["article", "outlet", "event"])
def test_what_a_split_goes_by_is_on_one_side_of_it_and_of_every_fold(by):
    made, sentences = plan(by=by, test=0.25, folds=3)
    splits = [made.split, *map(made.to_data_rows, made.folds)]
    for split in splits:
        assert len(split.train)
        assert len(split.test)
        assert not values(sentences, split.train, by) & values(sentences, split.test, by)
    tested = np.concatenate([split.test for split in splits])
    assert sorted(tested) == list(range(len(sentences)))


def weak_news():
    """Years later: a copy of a gold article that comes first by its id, one between two others, and more."""
    gold = news()
    copy = [replace(one, article="a copy") for one in gold if one.article == "a39"]
    bridge = [replace(one, article="bridge") for one in gold if one.article in ("a01", "a02")]
    more = [replace(one, article=f"z{one.article}") for one in town_news(60, seed=9, distinct=True)]
    return [
        replace(one, sentence=number, outlet="Echo", date="2031-01", event=f"of {one.article}")
        for number, one in enumerate([*copy, *bridge, *more])
    ]


@pytest.mark.parametrize("by", ["article", "outlet", "event", "time"])
@pytest.mark.parametrize("seed", range(3))
def test_weak_labels_leave_the_gold_of_the_test_part_as_it_is(by, seed):
    gold = news()
    config = SplitConfig(by=by, test=0.25, folds=2)
    alone = plan_split(config, TrainingData.of(gold), tie_sentences(gold), TOWN, seed=seed)
    data = TrainingData.of(gold, weak=weak_news())
    ties = tie_sentences(data.sentences)
    beside = plan_split(config, data, ties, TOWN, seed=seed)
    test = beside.split.test
    np.testing.assert_array_equal(test, alone.split.test)
    learned = beside.split.train
    np.testing.assert_array_equal(learned[data.is_gold[learned]], alone.split.train)
    assert not audit([beside.split], data.sentences, ties).leaks
    if by != "article":
        field = "date" if by == "time" else by
        assert not values(data.sentences, learned, field) & values(data.sentences, test, field)


def drawn(by):
    made, sentences = plan(folds=2)
    groups, name = choose_drawn(by, sentences, made.articles)
    return len(np.unique(groups)), name


@pytest.mark.parametrize(("by", "unit"), [("article", "article"), ("event", "event"), ("time", "date")])
def test_the_bootstrap_draws_what_the_split_goes_by(by, unit):
    n_drawn, name = drawn(by)
    assert name == unit
    assert n_drawn == len(values(news(), range(len(news())), unit))


@pytest.mark.parametrize(
    ("by", "name"),
    [("outlet", "article (too few outlets: 4)"), ("topic", "article (topics share sentences)")],
)
def test_the_bootstrap_draws_articles_where_it_cannot_and_says_why(by, name):
    assert drawn(by) == (40, name)


def reprinted(days_between):
    """Forty articles, a day or more apart, each printed again the next day."""
    sentences = []
    for sentence in town_news(40, distinct=True):
        day = date(2024, 1, 1) + timedelta(days=days_between * int(sentence.article[1:]))
        sentences.append(replace(sentence, date=day.isoformat()))
        next_day = (day + timedelta(days=1)).isoformat()
        sentences.append(replace(sentence, article=f"{sentence.article} again", date=next_day))
    return sentences


@pytest.mark.parametrize(
    ("days_between", "n_dates", "name"),
    [(2, 80, "date"), (1, 41, "article (too few dates that share no copies: 1)")],
)
def test_the_bootstrap_does_not_tear_copies_apart(days_between, n_dates, name):
    sentences = reprinted(days_between)
    assert len({sentence.date for sentence in sentences}) == n_dates
    articles = find_groups(tie_sentences(sentences))
    groups, drawn = choose_drawn("time", sentences, articles)
    assert (len(np.unique(groups)), drawn) == (40, name)
    assert all(len(np.unique(groups[articles == article])) == 1 for article in articles)


def test_outlets_can_be_named():
    made, sentences = plan(by="outlet", held_out=("Echo", "Post"), folds=2)
    assert values(sentences, made.split.test, "outlet") == {"Echo", "Post"}
    assert values(sentences, made.split.train, "outlet") == {"Gazette", "Herald"}


def test_each_outlet_is_left_out_once():
    made, sentences = plan(by="outlet", test=0, leave_one_out=True)
    assert [values(sentences, fold.test, "outlet") for fold in made.folds] == [
        {name} for name in sorted(OUTLETS)
    ]


def test_training_lies_before_the_test():
    made, sentences = plan(by="time", test=0.2)
    before, after = (values(sentences, rows, "date") for rows in (made.split.train, made.split.test))
    assert max(before) < min(after)
    assert len(made.split.test) / len(sentences) == pytest.approx(0.2, abs=0.03)
    last = [max(values(sentences, made.to_data_rows(fold).test, "date")) for fold in made.folds]
    assert last == sorted(last)


def test_the_first_date_of_the_test_can_be_named():
    made, sentences = plan(by="time", since="2022")
    assert min(values(sentences, made.split.test, "date")) == "2022-01"
    assert max(values(sentences, made.split.train, "date")) == "2021-12"


def test_what_may_be_older_or_newer_than_the_test_is_in_neither_part():
    sentences = [
        replace(one, date="2022" if one.article == "a03" else one.date.replace("2022-01", "2022-01-15"))
        for one in news()
    ]
    for data in (TrainingData.of(sentences), TrainingData.of([], weak=sentences)):
        config = SplitConfig(by="time", since="2022-06")
        made = plan_split(config, data, tie_sentences(sentences), TOWN, seed=0)
        placed = values(sentences, [*made.split.train, *made.split.test], "date")
        assert "2022" not in placed
        assert {"2022-01-15", "2022-06"} <= placed


@pytest.mark.parametrize("date", ["2024/01/03", "2023 May", "2024-13-45", "2024-02-31T", "24-01-03"])
def test_what_is_no_date_of_iso_8601_is_refused(date):
    sentences = news()
    with pytest.raises(DataError, match="a split by time needs dates like 2024-05-17"):
        plan([replace(sentences[0], date=date), *sentences[1:]], by="time", test=0.2)


def test_an_earlier_copy_of_what_is_tested_is_not_learned_from():
    sentences = news()
    early, late = sentences[0], sentences[-1]
    sentences[0] = replace(early, text=late.text)
    made, _ = plan(sentences, by="time", test=0.2)
    in_neither = set(range(len(sentences))) - set(made.split.train) - set(made.split.test)
    assert {sentences[row].article for row in in_neither} == {early.article}


def test_no_article_that_speaks_of_a_topic_held_out_is_learned_from():
    only_parks = [replace(s, article=f"p{s.article}", labels=()) for s in town_news(6, seed=9, distinct=True)]
    sentences = [
        replace(
            s,
            labels=tuple(label for label in s.labels if label.topic == topic),
            article=f"{topic}{s.article}",
        )
        for topic, s in ((TOWN.topic_ids[int(s.article[1:]) % 2], s) for s in news())
    ]
    made, _ = plan([*sentences, *only_parks], by="topic", held_out=("parks",))
    everything = [*sentences, *only_parks]
    assert all("parks" in {label.topic for label in everything[row].labels} for row in made.split.test)
    assert not any(everything[row].article.startswith("parks") for row in made.split.train)
    assert any(everything[row].article.startswith("trams") for row in made.split.train)


def test_a_split_that_somebody_else_made_is_left_as_it_is():
    sentences = news()
    is_test = np.arange(len(sentences)) % 5 == 0  # cuts through every article
    made, _ = plan(sentences, is_test=is_test)
    assert made.split.test.tolist() == np.flatnonzero(is_test).tolist()
    assert len(made.split.train) + len(made.split.test) == len(sentences)


def test_labels_without_the_field_are_refused():
    lacking = [replace(sentence, outlet="") for sentence in news()]
    with pytest.raises(
        DataError,
        match=r"needs 'outlet' .* lacking in 320 of 320 sentences, the first in article 'a00'",
    ):
        plan(lacking, by="outlet")


def test_dates_that_have_no_order_are_refused():
    lacking = [replace(sentence, date="8 Aug 2024") for sentence in news()]
    with pytest.raises(DataError, match=r"ISO 8601.*as '8 Aug 2024'"):
        plan(lacking, by="time")


def test_a_name_that_no_sentence_has_is_refused():
    with pytest.raises(DataError, match=r"no sentence has the outlet 'Gazete'; did you mean 'Gazette'"):
        plan(by="outlet", held_out=("Gazete",))


def test_nothing_left_to_learn_from_is_an_error():
    with pytest.raises(DataError, match="nothing is left to learn from"):
        plan(by="time", since="1990")


def test_a_fold_that_would_learn_from_nothing_is_an_error():
    sentences = [replace(sentence, outlet="Echo") for sentence in news()]
    with pytest.raises(DataError, match="a fold by outlet would learn from nothing"):
        plan(sentences, by="outlet", test=0, leave_one_out=True)


def test_sentences_without_any_label_are_nothing_to_learn_from():
    with pytest.raises(DataError, match="of 256 sentences left to learn from none has a topic"):
        plan([replace(sentence, labels=()) for sentence in news()], by="article", test=0.2)
