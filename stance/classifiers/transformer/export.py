"""A fine-tuned network as ONNX: in single precision, and with int8 arithmetic at a quarter of the size.

Needs torch and onnx, which only training imports.
"""

import io
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from stance.classifiers.transformer.network import Network

INPUTS = ("input_ids", "attention_mask", "judged")
TRANSPOSED = ".T"
"""Ends the name of an initializer that holds a parameter transposed, as ``MatMul`` wants it."""
BACKBONE = "backbone."
"""Opens the names of the parameters that are quantised; the head stays float, for it decides."""
MAX_INT8 = 127
MAX_UINT8 = 255
SMOOTHING = 0.85
"""Share of the outliers that goes into the weights: a search by layer on MiniLM chose .7 to .9."""


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


def quantise(content: bytes, batches: Iterable[Mapping[str, NDArray[np.int64]]]) -> bytes:
    """Make the linear layers of an exported network multiply int8 weights with uint8 activations.

    Scales of activations are fixed here, so a row does not depend on its batch. Outliers are first moved
    from activations into weights, channel by channel (SmoothQuant, Xiao et al. 2023). Attention, layer
    norms and the head stay float. Large tables of embeddings are stored as int8, a scale a row.

    Parameters
    ----------
    content
        What ``export`` wrote.
    batches
        ``INPUTS`` of sentences like those to come, some 250 of them; take them from the training part.
    """
    model = onnx.load_from_string(content)
    graph = model.graph
    readers: dict[str, list[onnx.NodeProto]] = {}
    matrices = {tensor.name: tensor for tensor in graph.initializer if _is_matrix(tensor)}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            readers.setdefault(node.input[0], []).append(node)
    after: dict[str, list[onnx.NodeProto]] = {}
    for name, values in _activations(model, list(readers), batches).items():
        weights = {node.input[1]: numpy_helper.to_array(matrices[node.input[1]]) for node in readers[name]}
        smooth = _smoothing(np.abs(values).max(axis=0), list(weights.values()))
        tensors, after[name] = _quantised_activation(name, values / smooth, smooth)
        for node in readers[name]:
            node.input[0] = after[name][-1].output[0]
        for weight, matrix in weights.items():
            scaled = numpy_helper.from_array(matrix * smooth[:, None], weight)
            matrices[weight].CopyFrom(scaled)
        graph.initializer.extend(tensors)
    nodes = [follower for node in graph.node for follower in (node, *after.get(node.output[0], ()))]
    del graph.node[:]
    graph.node.extend(nodes)
    _store_int8(model)
    return bytes(model.SerializeToString())


def _store_int8(model: onnx.ModelProto) -> None:
    """Store the encoder's matrices as int8, symmetric: a scale an output channel, or a row of a table."""
    graph = model.graph
    matrices = {tensor.name: tensor for tensor in graph.initializer if _is_matrix(tensor)}
    tensors = [tensor for tensor in graph.initializer if tensor.name not in matrices]
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        name = next((name for name in node.input if name in matrices), None)
        if name is None:
            nodes.append(node)
            continue
        is_table = node.op_type == "Gather"
        values, scales = _to_int8(numpy_helper.to_array(matrices[name]), axis=0 if is_table else 1)
        stored, scale = f"{name}.int8", f"{name}.scale"
        tensors.append(numpy_helper.from_array(values, stored))
        tensors.append(numpy_helper.from_array(scales[:, None] if is_table else scales, scale))
        if is_table:
            nodes += _gather_int8(stored, scale, node)
        else:
            nodes += [helper.make_node("DequantizeLinear", [stored, scale], [name], axis=1), node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(tensors)
    graph.node.extend(nodes)


def _gather_int8(stored: str, scale: str, gather: onnx.NodeProto) -> list[onnx.NodeProto]:
    """Look rows up before they are made floats, so that the table stays small in memory, too."""
    out = gather.output[0]
    return [
        helper.make_node("Gather", [stored, gather.input[1]], [f"{out}.int8"]),
        helper.make_node("Gather", [scale, gather.input[1]], [f"{out}.scale"]),
        helper.make_node("Cast", [f"{out}.int8"], [f"{out}.float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{out}.float", f"{out}.scale"], [out]),
    ]


def _activations(
    model: onnx.ModelProto, names: list[str], batches: Iterable[Mapping[str, NDArray[np.int64]]]
) -> dict[str, NDArray[np.float32]]:
    """Values of inner tensors at all real tokens, each of shape (n_tokens, n_channels)."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    parts: dict[str, list[NDArray[np.float32]]] = {name: [] for name in names}
    for batch in batches:
        for name, values in zip(names, session.run(names, dict(batch)), strict=True):
            parts[name].append(values[batch["attention_mask"] == 1])
    return {name: np.concatenate(values) for name, values in parts.items()}


def _smoothing(largest: NDArray[np.float32], weights: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """What to divide each channel of an activation by, and multiply the weights' rows with."""
    heaviest = np.max([np.abs(matrix).max(axis=1) for matrix in weights], axis=0)
    smooth = np.maximum(largest, 1e-5) ** SMOOTHING / np.maximum(heaviest, 1e-5) ** (1 - SMOOTHING)
    centred: NDArray[np.float32] = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
    return centred


def _quantised_activation(
    name: str, values: NDArray[np.float32], smooth: NDArray[np.float32]
) -> tuple[list[TensorProto], list[onnx.NodeProto]]:
    """Constants and nodes that smooth a tensor and round it to uint8, between its extremes in ``values``."""
    low, high = min(values.min(), 0.0), max(values.max(), 0.0)
    scale = np.float32((high - low) / MAX_UINT8)
    constants: dict[str, NDArray[Any]] = {
        "smooth": 1 / smooth,
        "step": np.array(scale),
        "zero": np.array(np.uint8(round(-low / scale))),
    }
    tensors = [numpy_helper.from_array(value, f"{name}.{key}") for key, value in constants.items()]
    step = [f"{name}.step", f"{name}.zero"]
    nodes = [
        helper.make_node("Mul", [name, f"{name}.smooth"], [f"{name}.smoothed"]),
        helper.make_node("QuantizeLinear", [f"{name}.smoothed", *step], [f"{name}.uint8"]),
        helper.make_node("DequantizeLinear", [f"{name}.uint8", *step], [f"{name}.rounded"]),
    ]
    return tensors, nodes


def _is_matrix(tensor: TensorProto) -> bool:
    """Whether it holds a linear weight, or a table of embeddings, of the encoder."""
    return tensor.name.startswith(BACKBONE) and len(tensor.dims) == 2


def _to_int8(matrix: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers of a matrix's shape, and a scale for each index of ``axis``."""
    scales = np.maximum(np.abs(matrix).max(axis=1 - axis) / MAX_INT8, np.finfo(np.float32).tiny)
    values = np.rint(matrix / np.expand_dims(scales, 1 - axis))
    return values.clip(-MAX_INT8, MAX_INT8).astype(np.int8), scales.astype(np.float32)


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
