import numpy as np
import pytest

from stance.errors import DataError
from stance.holders import linear
from stance.holders.linear import LinearFinder
from stance.records import AUTHOR, UNKNOWN, Examples

WHO = ["the mayor", "Rosa Ekström", "Ali", "she", "the two unions", "Bolt Inc", "we", "a spokesman for Otto"]
PATTERNS = [
    "On Monday {} praised the trams.",
    '"Trams are fine," {} said.',
    "{} said the trams were fine, a day after the vote in Ulm.",
    "The trams, according to {}, are fine.",
]


def ask(texts):
    n = len(texts)
    return Examples(texts, [""] * n, [""] * n, ["trams"] * n, [str(number) for number in range(n)])


def fit(texts, holders, **parameters):
    finder = LinearFinder(**parameters)
    return finder.fit(ask(texts), ["pro"] * len(texts), holders, np.random.default_rng(0))


@pytest.fixture(scope="module")
def finder():
    pairs = [(pattern.format(who), who) for pattern in PATTERNS for who in WHO]
    pairs += [(f"The trams are {word} and a joy.", AUTHOR) for word in ("quick", "cheap", "green", "clean")]
    pairs += [
        (f"It was {word} that trams are a joy.", UNKNOWN) for word in ("said", "argued", "held", "felt")
    ]
    return fit([text for text, _ in pairs], [who for _, who in pairs])


@pytest.mark.parametrize("who", ["the old baker", "Carla Ruiz", "they", "Works Ministry"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_name_never_seen_is_found_by_what_stands_around_it(finder, pattern, who):
    assert finder.find(ask([pattern.format(who)]), ["pro"]) == [who]


def test_a_writers_own_view_and_a_voice_without_name_are_no_span(finder):
    texts = ["The trams are warm and a joy.", "It was thought that trams are a joy."]
    assert finder.find(ask(texts), ["pro", "pro"]) == [AUTHOR, UNKNOWN]


def test_the_word_author_in_a_sentence_is_not_its_author():
    finder = fit(["author, author, author said the trams are a joy."], [AUTHOR])
    assert finder.find(ask(["baker, baker, baker said the trams are a joy."]), ["pro"]) == [AUTHOR]


def test_batches_of_any_size_give_the_same_answers(finder, monkeypatch):
    texts = [pattern.format(who) for pattern in PATTERNS for who in WHO]
    whole = finder.find(ask(texts), ["pro"] * len(texts))
    monkeypatch.setattr(linear, "_BATCH", 5)
    assert finder.find(ask(texts), ["pro"] * len(texts)) == whole


def test_a_target_and_a_stance_never_seen_get_an_answer(finder):
    example = ask(["On Monday Carla Ruiz praised the trams."]).toward(["a carbon tax"])
    assert finder.find(example, ["never seen"]) == ["Carla Ruiz"]


def test_the_stance_can_decide(finder):
    texts = [f"{a} praised and {b} cursed the trams." for a in WHO for b in WHO if a != b]
    first = [a for a in WHO for b in WHO if a != b]
    second = [b for a in WHO for b in WHO if a != b]
    both = LinearFinder().fit(
        ask([*texts, *texts]),
        ["pro"] * len(texts) + ["contra"] * len(texts),
        [*first, *second],
        np.random.default_rng(0),
    )
    new = ask(["Tim praised and Jo cursed the trams."] * 2)
    assert both.find(new, ["pro", "contra"]) == ["Tim", "Jo"]


def test_a_stronger_penalty_is_felt():
    texts, holders = [PATTERNS[0].format(who) for who in WHO], WHO
    weak, strong = (fit(texts, holders, C=C).weights_ for C in (0.01, 10.0))
    assert np.abs(weak).max() < np.abs(strong).max()


def test_what_was_saved_is_loaded(finder, tmp_path):
    finder.save(tmp_path)
    np.testing.assert_array_equal(LinearFinder.load(tmp_path).weights_, finder.weights_)


def test_little_is_kept_of_many_features(finder):
    assert 0 < np.count_nonzero(finder.weights_) < 0.02 * len(finder.weights_)
    assert np.abs(finder.weights_[finder.weights_ != 0]).min() > 0.09


@pytest.mark.parametrize("holders", [[], ["somebody else"]])
def test_without_a_holder_to_learn_from_it_says_so(holders):
    with pytest.raises(DataError, match="no gold label whose holder stands in its sentence"):
        fit(["The mayor praised the trams."] * len(holders), holders)
