import itertools

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.classifiers.ngrams import NgramVectorizer, tokenize
from tests.town import town_news

TEXTS = [sentence.text for sentence in town_news(8)] + [
    "",
    "…",
    "The U.S. can't, the US won't: 36 F-16s?",
] * 2


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The U.S. won't sell us 36 F-16s.", ["the", "US", "won't", "sell", "us", "00", "f-00s"]),
        ("US TELLS US TO WAIT", ["us", "tells", "us", "to", "wait"]),
        ("U.S. TELLS US", ["US", "tells", "us"]),
        ("“Don’t!” he said?", ['"', "don't", "!", '"', "he", "said", "?"]),
        ("NATO’s AT&T deal", ["nato's", "at&t", "deal"]),
        ("", []),
    ],
)
def test_tokens_fold_what_does_not_tell(text, tokens):
    assert tokenize(text) == tokens


@pytest.mark.parametrize("longest", [1, 2, 3, 4])
def test_word_features_equal_those_of_scikit_learn(longest):
    ours = NgramVectorizer((1, longest), char_ngram_range=None).fit(TEXTS)
    theirs = TfidfVectorizer(
        tokenizer=tokenize,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, longest),
        min_df=2,
        sublinear_tf=True,
    ).fit(TEXTS)
    ngrams = list(ours.words_)
    for shorter, word in zip(*divmod(ours.pairs_, len(ours.words_)), strict=True):
        ngrams.append(f"{ngrams[shorter]} {ngrams[word]}")
    columns = [theirs.vocabulary_[ngram] for ngram in ngrams]
    assert sorted(columns) == list(range(len(theirs.vocabulary_)))
    np.testing.assert_allclose(
        ours.transform(TEXTS).toarray(), theirs.transform(TEXTS)[:, columns].toarray(), atol=1e-6
    )


def test_character_features_are_a_sum_over_words():
    vectorizer = NgramVectorizer(char_ngram_range=(2, 3), min_df=1).fit(["trams parks", "trams"])
    both, first, second = vectorizer.transform(["trams parks", "trams", "parks"])[
        :, vectorizer.n_word_features :
    ].toarray()
    total = first * np.hypot(1, 1) + second  # directions, not lengths, are compared below
    assert both @ first > 0.5
    assert set(np.flatnonzero(both)) == set(np.flatnonzero(total))


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_dot_equals_the_product_of_the_matrix(longest):
    vectorizer = NgramVectorizer((1, longest)).fit(TEXTS)
    weights = np.random.default_rng(0).normal(size=(vectorizer.n_features, 5)).astype(np.float32)
    unseen = [*TEXTS, "A word never seen, zyzzyva, by trams."]
    product = vectorizer.transform(unseen) @ weights
    np.testing.assert_allclose(vectorizer.dot(unseen, weights), product, atol=1e-5)


def test_a_row_is_the_same_to_the_last_bit_whatever_stands_beside_it():
    vectorizer = NgramVectorizer().fit(TEXTS)
    weights = np.random.default_rng(0).normal(size=(vectorizer.n_features, 5)).astype(np.float32)
    whole, product = vectorizer.transform(TEXTS), vectorizer.dot(TEXTS, weights)
    for row in range(0, len(TEXTS), 5):
        texts = ["Some words nobody saw.", TEXTS[row]]
        np.testing.assert_array_equal(vectorizer.transform(texts)[[1]].toarray(), whole[[row]].toarray())
        np.testing.assert_array_equal(vectorizer.dot(texts, weights)[1], product[row])


def test_a_text_without_known_words_is_a_row_of_zeros():
    assert not NgramVectorizer().fit(TEXTS).transform(["", "ζζζ"]).nnz


def test_no_text_gives_no_row():
    assert NgramVectorizer((1, 3)).fit(TEXTS).transform([]).shape[0] == 0


@pytest.mark.parametrize("ngram_range", [(2, 3), (0, 1), (1, 0)])
def test_the_shortest_word_ngram_is_a_word(ngram_range):
    with pytest.raises(ValueError, match=r"ngram_range must be .*\(1, 3\), …; found "):
        NgramVectorizer(ngram_range)


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_words_sum_to_the_score_of_their_text(longest):
    vectorizer = NgramVectorizer((1, longest)).fit(TEXTS)
    weights = np.random.default_rng(0).normal(size=(vectorizer.n_features, 2)).astype(np.float32)
    words = vectorizer.dot_by_word(TEXTS, weights)
    sums = [words.scores[start:end].sum(axis=0) for start, end in itertools.pairwise(words.starts)]
    np.testing.assert_allclose(sums, vectorizer.dot(TEXTS, weights), atol=1e-4)


@pytest.mark.parametrize("text", ["The U.S. can't – 36 F-16s?", "THE İZMİR TRAMS", "…", ""])
def test_words_are_found_where_they_stand(text):
    vectorizer = NgramVectorizer().fit(TEXTS)
    words = vectorizer.dot_by_word([text], np.zeros((vectorizer.n_features, 1), dtype=np.float32))
    found = [text[start:end] for start, end in words.spans]
    assert found == {
        "The U.S. can't – 36 F-16s?": ["The", "U.S.", "can't", "36", "F-16s", "?"],
        "THE İZMİR TRAMS": ["THE", "İ", "ZMİ", "R", "TRAMS"],
    }.get(text, [])
