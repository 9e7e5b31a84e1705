"""One set of checks over every declared holder finder: a new kind is tested as soon as it is declared."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from stance.records import AUTHOR, UNKNOWN, Examples
from stance.registry import build, kinds
from stance.workflows.training.training_data import TrainingData, ask_holders
from tests.evaluation.examples import TOWN
from tests.town import town_news

QUESTIONS = ask_holders(TrainingData.of(town_news(24)), TOWN)

pytestmark = pytest.mark.parametrize("kind", kinds("holder_finders"))


@cache
def fitted(kind):
    return fit(kind)


def fit(kind):
    finder = build("holder_finders", {"kind": kind})
    return finder.fit(QUESTIONS.examples, QUESTIONS.stances, QUESTIONS.holders, np.random.default_rng(0))


def test_it_finds_most_of_what_it_has_learned(kind):
    found = fitted(kind).find(QUESTIONS.examples, QUESTIONS.stances)
    right = [one == holder for one, holder in zip(found, QUESTIONS.holders, strict=True)]
    assert np.mean(right) > 0.9


def test_an_answer_is_a_span_of_the_sentence_or_nobodys_name(kind):
    other = ask_holders(TrainingData.of(town_news(8, seed=1)), TOWN)
    for text, holder in zip(
        other.examples.texts, fitted(kind).find(other.examples, other.stances), strict=True
    ):
        assert holder in (AUTHOR, UNKNOWN) or (holder and holder in text)


def test_the_same_seed_gives_the_same_answers(kind):
    again = fit(kind).find(QUESTIONS.examples, QUESTIONS.stances)
    assert again == fitted(kind).find(QUESTIONS.examples, QUESTIONS.stances)


def test_a_loaded_finder_says_what_the_saved_one_said(kind, tmp_path):
    fitted(kind).save(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".pkl", ".py", ".pt")]
    loaded = type(fitted(kind)).load(tmp_path)
    assert loaded.find(QUESTIONS.examples, QUESTIONS.stances) == fitted(kind).find(
        QUESTIONS.examples, QUESTIONS.stances
    )


def test_an_answer_does_not_depend_on_the_examples_beside(kind):
    finder = fitted(kind)
    answers = finder.find(QUESTIONS.examples, QUESTIONS.stances)
    backwards = QUESTIONS.take(np.arange(len(QUESTIONS.rows))[::-1])
    assert finder.find(backwards.examples, backwards.stances) == answers[::-1]
    alone = [QUESTIONS.take(np.array([place])) for place in range(10)]
    assert [finder.find(one.examples, one.stances)[0] for one in alone] == answers[:10]


def test_an_answer_depends_on_text_target_and_stance_alone(kind):
    other = replace(
        QUESTIONS.examples,
        titles=["Other"] * len(QUESTIONS.rows),
        previous=["Miss Brandt spoke."] * len(QUESTIONS.rows),
        articles=["z"] * len(QUESTIONS.rows),
    )
    finder = fitted(kind)
    assert finder.find(other, QUESTIONS.stances) == finder.find(QUESTIONS.examples, QUESTIONS.stances)


def test_odd_texts_get_an_answer(kind):
    texts = ["", " ", "!!!", "\ud83d half a pair", "x" * 5000, "word " * 3000, "۱۲۳ 漢字", "ſ ß 'S", "author"]
    examples = Examples(texts, *([""] * len(texts) for _ in range(4)))
    for text, answer in zip(texts, fitted(kind).find(examples, ["pro"] * len(texts)), strict=True):
        assert answer in (AUTHOR, UNKNOWN) or (answer and answer in text)


def test_nothing_asked_is_nothing_answered(kind):
    none = QUESTIONS.take(np.array([], dtype=np.int64))
    assert fitted(kind).find(none.examples, none.stances) == []
