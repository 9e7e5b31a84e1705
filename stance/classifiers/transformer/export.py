"""Exports a fine-tuned network as ONNX, in the forms asked for.

Needs torch and onnx, which only training imports.
"""

import io
import warnings
from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from stance.classifiers.transformer.network import Network
from stance.classifiers.transformer.quantisation import quantise
from stance.classifiers.transformer.runtimes import Form
from stance.classifiers.transformer.serving import TOKENS_PER_BATCH, Exported, pad, to_batches
from stance.classifiers.transformer.tokens import TokenRows

N_CALIBRATION_ROWS = 256
INPUTS = ("input_ids", "attention_mask", "judged")
TRANSPOSED = ".T"
"""Ends the name of an initializer that holds a parameter transposed, as ``MatMul`` wants it."""


def export_forms(
    network: Network, forms: Sequence[Form], rows: Sequence[TokenRows], generator: np.random.Generator
) -> Exported:
    """Export a network; ``forms`` are those that will be kept, beside which the fp32 form serves to compare.

    The scales of the int8 form are set on some of the ``rows``, which the network was trained on, of each
    question the same number.
    """
    config = network.config
    exported = Exported(
        forms={"fp32": export(network)},
        kept=forms,
        n_outputs=network.head.out_features,
        padding=config.pad_token_id or 0,
        config=config.to_json_string(),
    )
    if "int8" not in forms:
        return exported
    batches = []
    for own in rows:
        chosen = generator.permutation(len(own))[:N_CALIBRATION_ROWS]
        batches += [
            pad(own, chosen[batch], padding=exported.padding)
            for batch in to_batches(own.lengths[chosen], TOKENS_PER_BATCH)
        ]
    return replace(exported, forms={**exported.forms, "int8": quantise(exported.forms["fp32"], batches)})


def export(network: Network) -> bytes:
    """Write a network as ONNX in single precision.

    The exporter that traces is a score of times faster than the newer one, to the same logits, and
    cross-validation exports often.

    Returns
    -------
    bytes
        The content of an ONNX file whose initializers have the names of the network's parameters; a linear
        weight is stored transposed, as ``<parameter name>.T``.
    """
    example = torch.tensor([[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]])
    mask = torch.ones_like(example)
    file = io.BytesIO()
    attention = network.config._attn_implementation
    network.backbone.set_attn_implementation("eager")  # the smallest graph; runtimes fuse it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of its age, and of each shape that it fixes
        torch.onnx.export(
            network.eval(),
            (example, mask, mask),
            file,
            dynamo=False,
            input_names=list(INPUTS),
            output_names=["logits"],
            dynamic_axes={**{name: {0: "rows", 1: "length"} for name in INPUTS}, "logits": {0: "rows"}},
            opset_version=17,
        )
    network.backbone.set_attn_implementation(attention)
    model = onnx.load_from_string(file.getvalue())
    _take_apart(model.graph, set(network.state_dict()))
    _restore_names(model.graph, network)
    return bytes(model.SerializeToString())


def to_state_dict(content: bytes) -> dict[str, torch.Tensor]:
    """Parameters by name, read back from what ``export`` wrote, for ``load_state_dict``."""
    graph = onnx.load_from_string(content).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    return {
        name.removesuffix(TRANSPOSED): torch.tensor(array.T if name.endswith(TRANSPOSED) else array)
        for name, array in tensors.items()
    }


def _take_apart(graph: onnx.GraphProto, parameters: Set[str]) -> None:
    """Give each parameter a constant of its own: the exporter writes equal ones once, and copies it."""
    constants = {tensor.name: tensor for tensor in graph.initializer}
    copies = [node for node in graph.node if node.op_type == "Identity" and node.input[0] in constants]
    original = {node.output[0]: node.input[0] for node in copies}
    for name in sorted(parameters & original.keys()):
        tensor = graph.initializer.add()
        tensor.CopyFrom(constants[original.pop(name)])
        tensor.name = name
    for node in copies:
        graph.node.remove(node)
    for node in graph.node:
        node.input[:] = [original.get(name, name) for name in node.input]


def _restore_names(graph: onnx.GraphProto, network: Network) -> None:
    """Name again the weights that the exporter transposed and thereby renamed; they are found by value."""
    lost = set(network.state_dict()) - {tensor.name for tensor in graph.initializer}
    by_value = {
        np.ascontiguousarray(value.numpy(force=True).T).tobytes(): name + TRANSPOSED
        for name, value in network.state_dict().items()
        if name in lost
    }
    new = {
        tensor.name: by_value[value]
        for tensor in graph.initializer
        if (value := numpy_helper.to_array(tensor).tobytes()) in by_value
    }
    for tensor in graph.initializer:
        tensor.name = new.get(tensor.name, tensor.name)
    for node in graph.node:
        node.input[:] = [new.get(name, name) for name in node.input]
