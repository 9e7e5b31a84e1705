"""The encoder as a whole: what it learns, what it exports, and how it is served."""

import copy
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from transformers import ModernBertConfig, ModernBertModel

from stance.classifiers.base import Fidelity, Runtime
from stance.classifiers.encoder import Encoder
from stance.classifiers.segments import Context
from stance.classifiers.transformer import finetuning, pretrained
from stance.classifiers.transformer.export import export, to_state_dict
from stance.classifiers.transformer.finetuning import _hold_out, fine_tune, to_parameter_groups
from stance.classifiers.transformer.network import Network, build_network, load_backbone, read_tokenizer
from stance.classifiers.transformer.options import FineTuning
from stance.classifiers.transformer.pretrained import find_pretrained
from stance.classifiers.transformer.runtimes import open_onnxruntime
from stance.classifiers.transformer.serving import pad, to_batches
from stance.classifiers.transformer.tokens import ExampleTokenizer, Layout
from stance.errors import DataError, ModelError, StanceError
from stance.workflows.training.training_data import to_training_set
from tests.classifiers.tiny import make_tiny_encoder, tiny_encoder
from tests.contracts.test_classifiers import GROUPS, NEWS, QUESTIONS

TOPICS, STANCES = (to_training_set(QUESTIONS[task], GROUPS) for task in ("topics", "stance"))
FAST = FineTuning(learning_rate=3e-3, num_train_epochs=16, precision="fp32")


def encoder(**parameters):
    defaults = {"base_model": tiny_encoder(), "max_tokens": 64, "max_context_tokens": 8, "training": FAST}
    return Encoder(**(defaults | parameters))


@cache
def joint():
    both = [encoder(context=Context(title=True, previous=1)) for _ in range(2)]
    Encoder.fit_jointly(both, [TOPICS, STANCES], np.random.default_rng(0))
    return both


def test_one_network_learns_both_questions():
    topics, stances = joint()
    assert topics.network_ is stances.network_
    found = topics.predict_proba(TOPICS.examples) >= 0.5
    assert (found == (TOPICS.labels >= 0.5)).mean() > 0.9
    said = stances.predict_proba(STANCES.examples).argmax(axis=1)
    assert (said == STANCES.labels.argmax(axis=1)).mean() > 0.7


def test_the_stance_depends_on_the_target():
    _, stances = joint()
    both = [row for row, sentence in enumerate(NEWS) if len(sentence.labels) == 2]
    examples = TOPICS.examples.take(both)
    one, other = (
        stances.predict_proba(examples.toward([target] * len(both)))
        for target in sorted(set(STANCES.examples.targets))[:2]
    )
    assert np.abs(one - other).max() > 0.01


def test_a_joint_folder_has_one_network(tmp_path):
    Encoder.save_jointly(joint(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "encoder.json",
        "network.fp32.onnx",
        "network.int8.onnx",
        "network.json",
        "tokenizer.json",
    ]
    topics, stances = Encoder.load_jointly(tmp_path)
    np.testing.assert_array_equal(
        topics.predict_proba(TOPICS.examples), joint()[0].predict_proba(TOPICS.examples)
    )
    np.testing.assert_array_equal(
        stances.predict_proba(STANCES.examples), joint()[1].predict_proba(STANCES.examples)
    )


def trained(**options):
    tokenizer = ExampleTokenizer(
        read_tokenizer(tiny_encoder()), Layout(64, 8, Context(title=True, previous=1))
    )
    training = FineTuning(**({"num_train_epochs": 2, "precision": "fp32", "learning_rate": 1e-3} | options))
    network = fine_tune(
        [TOPICS], tokenizer, find_pretrained(tiny_encoder()), training, np.random.default_rng(3)
    )
    return network, tokenizer


def test_what_is_served_is_what_torch_computes():
    topics, _ = joint()
    topics.run_on(Runtime(precision="fp32"))
    rows = topics.tokenizer_.encode(TOPICS.examples)
    exported = topics.network_.exported
    network = Network(load_backbone(find_pretrained(tiny_encoder())), exported.n_outputs, 0.0)
    network.load_state_dict(to_state_dict(exported.forms["fp32"]))
    inputs = pad(rows, np.arange(len(rows)), padding=exported.padding)
    with torch.inference_mode():
        expected = network.eval()(**{name: torch.from_numpy(array) for name, array in inputs.items()})
    np.testing.assert_allclose(topics.network_.logits(rows), expected.numpy(), atol=1e-4)
    topics.run_on(Runtime())


def test_rows_that_were_just_asked_about_are_not_computed_again(monkeypatch):
    topics, _ = joint()
    topics.run_on(Runtime(precision="fp32"))
    network, computed = topics.network_, []
    compute = network.compute
    monkeypatch.setattr(network, "compute", lambda rows: computed.append(len(rows)) or compute(rows))
    whole = topics.predict_proba(TOPICS.examples)
    np.testing.assert_array_equal(topics.predict_proba(TOPICS.examples), whole)
    topics.predict_proba(TOPICS.examples.take([0]))
    assert computed == [len(TOPICS.groups), 1]
    topics.run_on(Runtime())
    topics.predict_proba(TOPICS.examples.take([0]))
    assert computed == [len(TOPICS.groups), 1, 1]


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_row_does_not_depend_on_its_batch(precision):
    topics, _ = joint()
    topics.run_on(Runtime(precision=precision))
    whole = topics.predict_proba(TOPICS.examples)
    alone = np.vstack([topics.predict_proba(TOPICS.examples.take([row])) for row in range(20)])
    topics.run_on(Runtime())
    np.testing.assert_allclose(alone, whole[:20], atol=1e-5)


def test_int8_is_taken_only_where_it_keeps_the_answers():
    topics, _ = joint()
    said = {}
    for precision in ("fp32", "int8"):
        topics.run_on(Runtime(precision=precision))
        said[precision] = topics.predict_proba(TOPICS.examples)
    topics.run_on(Runtime())
    np.testing.assert_array_equal(topics.predict_proba(TOPICS.examples), said["fp32"])
    for fidelity, expected in [
        (Fidelity(0.995, -0.004), "int8"),
        (Fidelity(0.98, 0.0), "fp32"),
        (Fidelity(1.0, -0.006), "fp32"),
    ]:
        topics.trust_int8(fidelity)
        np.testing.assert_array_equal(topics.predict_proba(TOPICS.examples), said[expected])


def test_a_form_that_is_not_there_is_missed():
    one = encoder(forms=["fp32"], training=FAST.model_copy(update={"num_train_epochs": 0.1}))
    one.fit(TOPICS, np.random.default_rng(0))
    with pytest.raises(StanceError, match=r"needs the int8 form of the network, .* has \['fp32'\]"):
        one.run_on(Runtime(precision="int8"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_missed():
    with pytest.raises(StanceError, match="torch finds no GPU; use --device cpu"):
        joint()[0].run_on(Runtime(device="cuda"))


def test_a_gpu_is_not_asked_for_int8():
    with pytest.raises(StanceError, match="in bf16 or fp32, not in int8"):
        joint()[0].run_on(Runtime(device="cuda", precision="int8"))


def test_rows_longer_than_the_encoder_reads_are_refused():
    with pytest.raises(ModelError, match=r"max_tokens is 300, but .* reads 256 at most"):
        encoder(max_tokens=300).fit(TOPICS, np.random.default_rng(0))


def test_the_groups_that_judge_are_the_same_for_every_task():
    fewer = STANCES.take(np.flatnonzero(STANCES.groups < STANCES.groups.max()))
    chosen = _hold_out([TOPICS, fewer], FineTuning(patience=1, validation=0.3), np.random.default_rng(0))
    judging = set(TOPICS.groups[chosen[0]])
    assert 0 < len(judging) < len(set(TOPICS.groups))
    assert set(fewer.groups[chosen[1]]) == judging & set(fewer.groups)
    assert not set(fewer.groups[~chosen[1]]) & judging


def test_a_question_without_examples_is_refused():
    nothing = np.zeros(0, dtype=np.int64)
    with pytest.raises(DataError, match="no example to learn from"):
        encoder().fit(STANCES.take(nothing), np.random.default_rng(0))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_says_what_the_processor_says():
    topics, _ = joint()
    expected = topics.predict_proba(TOPICS.examples)
    topics.run_on(Runtime(device="cuda"))
    np.testing.assert_allclose(topics.predict_proba(TOPICS.examples), expected, atol=0.05)
    topics.run_on(Runtime())


def test_attention_needs_no_plan_for_the_shape_of_a_batch(monkeypatch):
    asked, compute = [], torch.nn.functional.scaled_dot_product_attention

    def watch(*arguments, **named):
        asked.append(torch.backends.cuda.cudnn_sdp_enabled())
        return compute(*arguments, **named)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", watch)
    trained(num_train_epochs=0.1)
    assert asked
    assert not any(asked)
    assert torch.backends.cuda.cudnn_sdp_enabled()  # for others in this process


def test_frozen_parts_stay_as_they_were_pretrained():
    network, _ = trained(freeze_embeddings=True, frozen_layers=1)
    before = load_backbone(find_pretrained(tiny_encoder())).state_dict()
    changed = {
        name for name, value in network.backbone.state_dict().items() if not torch.equal(value, before[name])
    }
    assert changed
    assert all(name.startswith("encoder.layer.1.") for name in changed)


def test_layers_can_be_thinned_out(tmp_path):
    folder = make_tiny_encoder(tmp_path, n_layers=4)
    whole, thin = load_backbone(folder), load_backbone(folder, n_layers=2)
    for kept, before in zip(
        thin.encoder.layer, (whole.encoder.layer[place] for place in (0, 3)), strict=True
    ):
        torch.testing.assert_close(kept.state_dict(), before.state_dict())
    rebuilt = build_network(json.loads(thin.config.to_json_string()), 3)
    rebuilt.backbone.load_state_dict(thin.state_dict())
    own = FAST.model_copy(update={"n_layers": 2, "num_train_epochs": 1})
    short = encoder(base_model=str(folder), training=own).fit(TOPICS, np.random.default_rng(0))
    assert json.loads(short.network_.exported.config)["num_hidden_layers"] == 2
    with pytest.raises(ModelError, match=r"n_layers is 5, but the encoder in .* has 4"):
        load_backbone(folder, n_layers=5)


def test_a_layer_keeps_its_own_attention_where_layers_are_thinned_out(tmp_path):
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_attention_heads": 2, "vocab_size": 50}
    config = ModernBertConfig(**sizes, num_hidden_layers=6, pad_token_id=0, cls_token_id=1, sep_token_id=2)
    ModernBertModel(config).save_pretrained(tmp_path)
    thin = load_backbone(tmp_path, n_layers=4)
    assert thin.config.layer_types == [config.layer_types[place] for place in (0, 2, 3, 5)]
    build_network(json.loads(thin.config.to_json_string()), 3).backbone.load_state_dict(thin.state_dict())


def test_lower_layers_learn_more_slowly():
    network = Network(load_backbone(find_pretrained(tiny_encoder())), 2, 0.0)
    groups = to_parameter_groups(
        network, FineTuning(learning_rate=1.0, layer_decay=0.5, head_learning_rate=9)
    )
    rates = {id(p): group["lr"] for group in groups for p in group["params"]}
    named = {name: rates[id(p)] for name, p in network.named_parameters()}
    assert named["head.weight"] == 9
    assert named["backbone.encoder.layer.1.output.dense.weight"] == 0.5
    assert named["backbone.encoder.layer.0.output.dense.weight"] == 0.25
    assert named["backbone.embeddings.word_embeddings.weight"] == 0.125


def test_training_stops_where_held_out_groups_get_no_better(monkeypatch):
    scores = iter([0.9, 0.5, 0.4, 0.3, 0.2])
    judged = []

    def judge(self, prediction):
        judged.append(len(prediction.predictions))
        return {"score": next(scores)}

    monkeypatch.setattr(finetuning._Judge, "__call__", judge)
    trained(patience=1, num_train_epochs=5, validation=0.25)
    assert len(judged) == 2
    assert judged[0] == len(TOPICS.groups) / 4


def test_a_training_that_patience_has_ended_is_not_trained_on(tmp_path, monkeypatch):
    options = {"patience": 1, "num_train_epochs": 4, "checkpoints": str(tmp_path)}
    scores = iter([0.5, 0.4, 0.9, 0.1])
    monkeypatch.setattr(finetuning._Judge, "__call__", lambda *_: {"score": next(scores)})
    first, _ = trained(**options)
    again, _ = trained(**options)
    assert next(scores) == 0.9
    for name, value in first.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value, rtol=0, atol=0)


def test_epochs_that_nothing_can_judge_are_told(caplog):
    nothing = replace(TOPICS, labels=np.zeros_like(TOPICS.labels))
    _hold_out([nothing], FineTuning(patience=1), np.random.default_rng(0))
    assert "without a label: all seem alike" in caplog.text


def test_the_order_of_rows_follows_from_seed_and_epoch_alone():
    def draw(seed, epoch):
        sampler = finetuning._Sampler(4, lengths=list(range(20)), seed=seed)
        sampler.set_epoch(epoch)
        torch.rand(epoch + 1)
        return list(sampler)

    assert draw(1, 2) == draw(1, 2) != draw(1, 3)
    assert draw(1, 0) != draw(2, 0)
    assert sorted(draw(1, 2)) == list(range(20))


@pytest.mark.parametrize("step", [3, 4, 6])
def test_a_training_that_was_killed_goes_on_to_the_same_result(tmp_path, monkeypatch, step):
    options = {"checkpoints": str(tmp_path / "one"), "save_steps": 1, "num_train_epochs": 3}
    whole, _ = trained(**options)

    class Killed(BaseException):
        pass

    original = finetuning._Trainer.compute_loss
    steps = []

    def die(self, *arguments, **named):
        steps.append(1)
        if len(steps) == step:
            raise Killed
        return original(self, *arguments, **named)

    options["checkpoints"] = str(tmp_path / "other")
    monkeypatch.setattr(finetuning._Trainer, "compute_loss", die)
    with pytest.raises(Killed):
        trained(**options)
    assert list((tmp_path / "other").glob(f"*/checkpoint-{step - 1}"))
    monkeypatch.undo()
    resumed, _ = trained(**options)
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[name], value, rtol=0, atol=0)


def test_averaged_weights_are_the_mean_of_trainings_that_start_alike(monkeypatch):
    seen = []
    average = finetuning._average
    monkeypatch.setattr(
        finetuning,
        "_average",
        lambda networks: average(seen.extend(copy.deepcopy(networks)) or networks),
    )
    whole, _ = trained(n_averaged=2)
    first, second = (network.head.weight for network in seen)
    alone, _ = trained()
    torch.testing.assert_close(first, alone.head.weight, rtol=0, atol=0)
    assert not torch.equal(first, second)
    torch.testing.assert_close(whole.head.weight, (first + second) / 2)


def test_soft_labels_teach_too():
    soft = TOPICS.labels * 0.8 + 0.1
    tokenizer = ExampleTokenizer(read_tokenizer(tiny_encoder()), Layout(64, 8, Context()))
    from dataclasses import replace

    network = fine_tune(
        [replace(TOPICS, labels=soft)],
        tokenizer,
        find_pretrained(tiny_encoder()),
        FAST,
        np.random.default_rng(0),
    )
    rows = tokenizer.encode(TOPICS.examples)
    inputs = pad(rows, np.arange(len(rows)), padding=0)
    with torch.inference_mode():
        said = torch.sigmoid(network(**{k: torch.from_numpy(v) for k, v in inputs.items()})).numpy()
    assert ((said >= 0.5) == (soft >= 0.5)).mean() > 0.9
    assert said.max() < 0.97


def test_what_the_hub_gave_without_weights_is_not_taken_for_an_encoder(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")  # as a tokenizer leaves it that was fetched alone
    asked = []

    def ask_hub(name, *, local_files_only):
        asked.append(local_files_only)
        return tmp_path

    monkeypatch.setattr(pretrained, "_ask_hub", ask_hub)
    find_pretrained("no-such", allow_download=True)
    assert asked == [True, False]


def test_reports_for_tensorboard_need_a_folder_that_stays():
    with pytest.raises(ValueError, match=r"report_to: \[tensorboard\] needs checkpoints"):
        FineTuning(report_to=("tensorboard",))


def test_an_unknown_encoder_is_answered_with_where_it_was_looked_for():
    with pytest.raises(ModelError, match=r"base_model 'no-such' was not found.*allow_download"):
        find_pretrained("no-such")


def test_batches_hold_rows_of_like_length_up_to_a_budget():
    lengths = np.array([5, 1, 9, 2, 30, 2])
    batches = [batch.tolist() for batch in to_batches(lengths, 10)]
    assert batches == [[1, 3, 5], [0], [2], [4]]


def test_training_in_bf16_is_served_in_single_precision():
    network, tokenizer = trained(precision="bf16")
    rows = tokenizer.encode(TOPICS.examples)
    inputs = pad(rows, np.arange(len(rows)), padding=0)
    with torch.inference_mode():
        expected = network(**{name: torch.from_numpy(array) for name, array in inputs.items()}).numpy()
    served = open_onnxruntime(export(network), threads=1)
    np.testing.assert_allclose(served(inputs), expected, atol=1e-5)
