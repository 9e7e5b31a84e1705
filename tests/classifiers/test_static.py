import subprocess
import sys

import numpy as np
import pytest

from stance.classifiers.segments import Context
from stance.classifiers.static import Static, StaticEmbeddings
from stance.errors import StanceError
from stance.records import to_examples
from stance.workflows.training.training_data import TrainingData, ask_stances, ask_topics, to_training_set
from tests.classifiers.tiny import make_tiny_encoder, make_tiny_tokenizer
from tests.evaluation.examples import TOWN
from tests.town import town_news

CONTEXT = Context(title=True, previous=1)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return str(make_tiny_encoder(tmp_path_factory.mktemp("tiny")))


def to_data(news, ask):
    questions = ask(TrainingData.of(news), TOWN)
    return to_training_set(questions, np.array([int(sentence.article[1:]) for sentence in news]))


def fit(base_model, news, ask, **parameters):
    static = Static(base_model=base_model, **{"C": (30.0,)} | parameters)
    return static.fit(to_data(news, ask), np.random.default_rng(0))


def test_it_learns_topics_that_it_has_not_seen_in_these_words(tiny):
    static = fit(tiny, town_news(30, seed=1), ask_topics)
    unseen = to_data(town_news(10, seed=2), ask_topics)
    assert ((static.predict_proba(unseen.examples) > 0.5) == unseen.labels).mean() > 0.95


def test_the_stance_depends_on_the_target(tiny):
    static = fit(tiny, town_news(40), ask_stances)
    text = "The mayor on Monday praised the trams and condemned the parks."
    both = to_examples([type(town_news(1)[0])("x", 0, text, (), "")] * 2).toward(
        [t.target for t in TOWN.topics]
    )
    toward_trams, toward_parks = static.predict_proba(both)
    assert np.abs(toward_trams - toward_parks).max() > 0.05


def test_the_penalty_is_chosen_among_the_candidates(tiny):
    static = fit(tiny, town_news(12), ask_topics, C=(0.0001, 30.0))
    assert static.chosen == {"C": [30.0]}


def test_context_is_read_only_where_it_is_asked_for(tiny):
    news = town_news(20)
    examples = to_data(news, ask_topics).examples
    other = type(examples)(
        examples.texts, examples.titles, ["trams"] * len(examples), examples.targets, examples.articles
    )
    without, with_context = fit(tiny, news, ask_topics), fit(tiny, news, ask_topics, context=CONTEXT)
    np.testing.assert_array_equal(without.predict_proba(other), without.predict_proba(examples))
    assert np.abs(with_context.predict_proba(other) - with_context.predict_proba(examples)).max() > 1e-3


def test_a_text_is_the_sum_of_its_tokens_over_the_root_of_their_number():
    tokenizer = make_tiny_tokenizer()
    vectors = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 4)).astype(np.float32)
    embeddings = StaticEmbeddings.round(tokenizer.to_str(), vectors)
    texts = ["the trams", "the the choir praised the parks", ""]
    tokens = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    expected = [vectors[ids].sum(axis=0) / np.sqrt(max(len(ids), 1)) for ids in tokens]
    np.testing.assert_allclose(embeddings.embed(texts), expected, atol=0.05)
    assert not embeddings.embed(texts)[2].any()
    assert embeddings.embed([]).shape == (0, 4)


def test_tokens_early_in_the_vocabulary_count_less(tiny):
    small, large = (
        fit(tiny, town_news(4), ask_topics, smoothing=smoothing).embeddings_.embed(["after", "welcomed"])
        for smoothing in (1e-3, 1e6)
    )
    kept = np.linalg.norm(small, axis=1) / np.linalg.norm(large, axis=1)
    assert kept[0] < kept[1] < 1


def test_no_more_dimensions_are_kept_than_asked_for(tiny):
    static = fit(tiny, town_news(4), ask_topics, dimensions=5)
    assert static.embeddings_.embed(["the trams"]).shape == (1, 5)


@pytest.mark.parametrize("quantised", [False, True])
def test_embeddings_that_model2vec_wrote_are_taken_as_they_are(tmp_path, quantised):
    from model2vec import StaticModel

    tokenizer = make_tiny_tokenizer()
    n_tokens = tokenizer.get_vocab_size()
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(7 if quantised else n_tokens, 8)).astype(np.float32)
    more = {}
    if quantised:
        more = {"token_mapping": generator.integers(7, size=n_tokens), "weights": generator.random(n_tokens)}
    StaticModel(vectors, tokenizer, normalize=False, **more).save_pretrained(tmp_path)
    static = fit(str(tmp_path), town_news(6), ask_topics)
    text = "the choir praised the parks"
    mean = StaticModel.from_pretrained(tmp_path).encode([text])
    n_text = len(tokenizer.encode(text, add_special_tokens=False).ids)
    np.testing.assert_allclose(static.embeddings_.embed([text]), mean * np.sqrt(n_text), atol=0.05)


def test_a_tokenizer_that_cannot_frame_a_token_is_refused(tmp_path):
    make_tiny_encoder(tmp_path)
    import json

    definition = json.loads((tmp_path / "tokenizer.json").read_text())
    definition["post_processor"] = None
    (tmp_path / "tokenizer.json").write_text(json.dumps(definition))
    with pytest.raises(StanceError, match="frames a text with two tokens, found 0"):
        fit(str(tmp_path), town_news(4), ask_topics)


def test_classifiers_saved_jointly_share_their_embeddings(tiny, tmp_path):
    news = town_news(12)
    both = [fit(tiny, news, ask_topics), fit(tiny, news, ask_stances)]
    Static.save_jointly(both, tmp_path)
    assert len(list(tmp_path.glob("vectors.npz"))) == 1
    for one, again, ask in zip(both, Static.load_jointly(tmp_path), (ask_topics, ask_stances), strict=True):
        examples = to_data(news, ask).examples
        np.testing.assert_array_equal(again.predict_proba(examples), one.predict_proba(examples))


def test_prediction_needs_no_heavy_package(tiny, tmp_path):
    fit(tiny, town_news(6), ask_topics).save(tmp_path)
    program = f"""
import sys
from pathlib import Path
from stance.classifiers.static import Static
from stance.records import Examples
static = Static.load(Path({str(tmp_path)!r}))
static.predict_proba(Examples(["The mayor praised the trams."], [""], [""], [""], [""]))
print([name for name in ("torch", "transformers", "sklearn", "safetensors") if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_missing_package_is_named(tiny, monkeypatch):
    from stance.classifiers import static

    static._to_embeddings.cache_clear()
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "stance.classifiers.transformer.distillation", raising=False)
    with pytest.raises(
        StanceError, match=r"needs the package torch. Install .*: pip install --editable '\.\["
    ):
        fit(tiny, town_news(4), ask_topics)
