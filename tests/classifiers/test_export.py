"""Networks as ONNX: what int8 arithmetic keeps, for encoders of different makes."""

from collections import Counter

import numpy as np
import onnx
import pytest
import torch
from transformers import (
    AlbertConfig,
    AlbertModel,
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    ModernBertConfig,
    ModernBertModel,
)

from stance.classifiers.transformer.export import export, to_state_dict
from stance.classifiers.transformer.network import Network
from stance.classifiers.transformer.quantisation import quantise
from stance.classifiers.transformer.runtimes import open_onnxruntime

SHAPE = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "pad_token_id": 0,
}
RELATIVE = {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "max_relative_positions": 16}
MAKERS = {
    "bert": lambda: BertModel(BertConfig(**SHAPE), add_pooling_layer=False),
    "albert": lambda: AlbertModel(AlbertConfig(**SHAPE, embedding_size=16), add_pooling_layer=False),
    "deberta": lambda: DebertaV2Model(DebertaV2Config(**SHAPE, **RELATIVE)),
    "modernbert": lambda: ModernBertModel(ModernBertConfig(**SHAPE)),
}


def make_network(make):
    """A network with random weights, a few channels of which stand out, as in pretrained ones."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Network(MAKERS[make](), 4, 0.0).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "Norm" in name and name.endswith("weight"):
                parameter[:2] *= 10
    return network


def batches(seed):
    generator = np.random.default_rng(seed)
    for _ in range(4):
        mask = (np.arange(12) < generator.integers(3, 13, size=(8, 1))).astype(np.int64)
        ids = np.where(mask == 1, generator.integers(1, 50, size=mask.shape), 0)
        yield {"input_ids": ids, "attention_mask": mask, "judged": mask}


@pytest.mark.parametrize("make", MAKERS)
def test_int8_says_what_single_precision_says(make):
    content = export(make_network(make))
    forms = {"fp32": content, "int8": quantise(content, batches(0))}
    said = {
        form: np.concatenate([open_onnxruntime(forms[form], threads=1)(batch) for batch in batches(1)])
        for form in forms
    }
    missed = np.abs(said["int8"] - said["fp32"]).mean(axis=0)
    assert (missed < 0.05 * said["fp32"].std(axis=0)).all()
    assert len(forms["int8"]) < len(content)


@pytest.mark.parametrize("make", MAKERS)
def test_int8_multiplies_every_weight_of_the_encoder_as_integers(make):
    graph = onnx.load_from_string(quantise(export(make_network(make)), batches(0))).graph
    constants = {tensor.name for tensor in graph.initializer}
    kinds = Counter(node.op_type for node in graph.node)
    assert kinds["MatMulIntegerToFloat"] >= 4 * SHAPE["num_hidden_layers"]
    assert not any(node.op_type == "MatMul" and constants.intersection(node.input) for node in graph.node)


def test_a_bias_is_added_by_the_product():
    before = onnx.load_from_string(content := export(make_network("bert"))).graph
    after = onnx.load_from_string(quantise(content, batches(0))).graph
    n_before, n_after = (sum(node.op_type == "Add" for node in graph.node) for graph in (before, after))
    assert n_before - n_after == 6 * SHAPE["num_hidden_layers"]


@pytest.mark.parametrize(
    "make", sorted(MAKERS.keys() - {"deberta"})
)  # whose relative positions the exporter folds
def test_what_was_exported_can_be_read_back(make):
    network = make_network(make)
    read = to_state_dict(export(network))
    for name, value in network.state_dict().items():
        torch.testing.assert_close(read[name], value)
