import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from stance.classifiers.base import Runtime
from stance.classifiers.embedding import Embedding
from stance.classifiers.segments import Context
from stance.classifiers.transformer.network import load_backbone, read_tokenizer
from stance.errors import StanceError
from stance.records import to_examples
from stance.workflows.training.training_data import ask_stances, ask_topics
from tests.classifiers.test_static import to_data
from tests.classifiers.tiny import make_tiny_encoder
from tests.evaluation.examples import TOWN
from tests.town import town_news

NEWS = town_news(16)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_encoder(tmp_path_factory.mktemp("tiny"))


def fit(base_model, news, ask, **parameters):
    embedding = Embedding(base_model=str(base_model), **parameters)
    return embedding.fit(to_data(news, ask), np.random.default_rng(0))


@pytest.fixture(scope="module")
def both(tiny):
    """A classifier of topics and one of stances, fitted jointly."""
    both = [Embedding(base_model=str(tiny), n_hidden=n_hidden, C=(30.0,)) for n_hidden in (128, None)]
    Embedding.fit_jointly(
        both, [to_data(NEWS, ask) for ask in (ask_topics, ask_stances)], np.random.default_rng(0)
    )
    return both


def test_a_vector_points_where_the_mean_of_the_tokens_does(tiny, both):
    import torch
    from tokenizers import Tokenizer

    text = "The choir praised the parks."
    ids = Tokenizer.from_str(read_tokenizer(tiny)).encode(text).ids
    with torch.inference_mode():
        hidden = load_backbone(tiny).eval()(input_ids=torch.tensor([ids])).last_hidden_state
    mean = hidden[0].mean(dim=0)
    embed = both[0].vectors_.embed
    np.testing.assert_allclose(
        embed([text, "a longer text beside it " * 9])[0], mean / mean.norm(), atol=1e-5
    )
    assert embed([]).shape == (0, 32)


@pytest.mark.parametrize(
    ("parameters", "expected"), [({"n_hidden": 128}, 0.8), ({"n_hidden": None, "C": (30.0,)}, 0.9)]
)
def test_it_learns_topics_that_it_has_not_seen_in_these_words(tiny, parameters, expected):
    embedding = fit(tiny, town_news(60, seed=1), ask_topics, **parameters)
    unseen = to_data(town_news(10, seed=2), ask_topics)
    assert ((embedding.predict_proba(unseen.examples) > 0.5) == unseen.labels).mean() > expected


def test_the_stance_depends_on_the_target(both):
    text = "The mayor on Monday praised the trams and condemned the parks."
    pair = to_examples([type(NEWS[0])("x", 0, text, (), "")] * 2).toward([t.target for t in TOWN.topics])
    toward_trams, toward_parks = both[1].predict_proba(pair)
    assert np.abs(np.log(toward_trams) - np.log(toward_parks)).max() > 1


def test_context_is_read_where_it_is_asked_for(tiny, both):
    examples = to_data(NEWS, ask_topics).examples
    other = type(examples)(
        examples.texts, examples.titles, ["trams"] * len(examples), examples.targets, examples.articles
    )
    np.testing.assert_array_equal(both[0].predict_proba(other), both[0].predict_proba(examples))
    reader = fit(tiny, NEWS, ask_topics, context=Context(title=True, previous=1))
    assert np.abs(reader.predict_proba(other) - reader.predict_proba(examples)).max() > 1e-3


def test_a_long_sentence_is_read_to_its_end(tiny):
    embedding = fit(tiny, NEWS, ask_topics, max_tokens=32)
    ends = ["the mayor ate soup " * 40 + end for end in ("", "the choir praised the trams")]
    examples = to_examples([type(NEWS[0])("x", n, text, (), "") for n, text in enumerate([*ends, "short"])])
    assert embedding.count_windowed(examples) == 2
    probabilities = embedding.predict_proba(examples)
    assert np.abs(probabilities[0] - probabilities[1]).max() > 1e-4


def test_classifiers_fitted_jointly_share_their_network(both, tmp_path):
    Embedding.save_jointly(both, tmp_path)
    assert len(list(tmp_path.glob("*.onnx"))) == 1
    loaded = Embedding.load_jointly(tmp_path)
    assert loaded[0].vectors_ is loaded[1].vectors_
    for one, again, ask in zip(both, loaded, (ask_topics, ask_stances), strict=True):
        examples = to_data(NEWS, ask).examples
        np.testing.assert_array_equal(again.predict_proba(examples), one.predict_proba(examples))


def test_it_says_the_same_on_one_thread(both):
    examples = to_data(NEWS, ask_topics).examples
    before = both[0].predict_proba(examples)
    both[0].run_on(Runtime(threads=1))
    np.testing.assert_allclose(both[0].predict_proba(examples), before, atol=1e-5)


def test_texts_are_read_once_for_all_fits(tiny, monkeypatch):
    from stance.classifiers.embedding import TextVectors

    fit(tiny, NEWS, ask_topics)
    read = []
    embed = TextVectors.embed
    monkeypatch.setattr(TextVectors, "embed", lambda self, texts: read.extend(texts) or embed(self, texts))
    fit(tiny, NEWS, ask_stances)
    assert not read
    fit(tiny, town_news(17), ask_topics)
    assert len(read) == 8


def test_soft_labels_and_weights_are_learned_from(tiny):
    data = to_data(town_news(40), ask_topics)
    generator = np.random.default_rng(0)
    hard, soft, light = (
        Embedding(base_model=str(tiny), class_weight=None)
        .fit(changed, generator)
        .predict_proba(data.examples)
        for changed in (
            data,
            replace(data, labels=data.labels * 0.6),
            replace(data, weights=np.where(data.labels.any(axis=1), 0.01, 1.0)),
        )
    )
    present = data.labels > 0
    assert light[present].mean() < soft[present].mean() - 0.1 < hard[present].mean() - 0.2


def test_topics_always_and_never_true_are_learned(tiny):
    data = to_data(NEWS, ask_topics)
    labels = np.tile([1.0, 0.0], (len(data.labels), 1))
    embedding = Embedding(base_model=str(tiny)).fit(replace(data, labels=labels), np.random.default_rng(0))
    always, never = embedding.predict_proba(data.examples).T
    assert always.min() > 0.5
    assert never.max() < 1e-9


def test_prediction_needs_no_heavy_package(both, tmp_path):
    both[0].save(tmp_path)
    program = f"""
import sys
from pathlib import Path
from stance.classifiers.embedding import Embedding
from stance.records import Examples
embedding = Embedding.load(Path({str(tmp_path)!r}))
embedding.predict_proba(Examples(["The mayor praised the trams."], [""], [""], [""], [""]))
print([name for name in ("torch", "transformers", "sklearn", "onnx") if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_missing_package_is_named(tiny, monkeypatch):
    from stance.classifiers import embedding

    embedding._freeze.cache_clear()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        StanceError, match=r"needs the package torch. Install .*: pip install --editable '\.\["
    ):
        fit(tiny, NEWS, ask_topics)
