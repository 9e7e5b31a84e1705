"""A network in ONNX with int8 arithmetic: a quarter of the size if no layers share weights, and faster.

Needs onnx, which only training imports.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from stance.classifiers.transformer.runtimes import Batch

BACKBONE = "backbone."
"""Opens the names of the parameters that are quantised; the head stays float, for it decides."""
MICROSOFT = "com.microsoft"
"""Domain of the operators that ONNX Runtime has beyond ONNX."""
MAX_INT8 = 127
MAX_UINT8 = 255
SMOOTHING = 0.85
"""Share of the outliers that goes into the weights: a search by layer on MiniLM chose .7 to .9."""


def quantise(content: bytes, batches: Iterable[Batch]) -> bytes:
    """Make the linear layers of an exported network multiply int8 weights with uint8 activations.

    Scales of activations are fixed here, so a row does not depend on its batch. Outliers are first moved
    from activations into weights, channel by channel (SmoothQuant, Xiao et al. 2023). Attention, layer
    norms and the head stay float. Large tables of embeddings are stored as int8, a scale a row.

    Parameters
    ----------
    content
        What ``export`` wrote.
    batches
        Inputs of sentences like those to come, some 250 of them; take them from the training part.
    """
    model = onnx.load_from_string(content)
    graph = model.graph
    matrices = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer if _is_matrix(tensor)
    }
    layers = _find_layers(graph, matrices)
    tensors = [tensor for tensor in graph.initializer if tensor.name not in matrices]
    instead: dict[str, list[onnx.NodeProto]] = {}  # of the node that has this output
    for name, (low, high) in _find_ranges(model, list(layers), batches).items():
        instead |= _quantise_layers(name, low, high, layers[name], tensors)
    for node in graph.node:
        read = next((name for name in node.input if name in matrices), None)
        if read is not None and node.output[0] not in instead:
            instead[node.output[0]] = _read_int8(node, read, matrices[read], tensors)
    nodes = [new for node in graph.node for new in instead.get(node.output[0], [node])]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(tensors)
    graph.node.extend(nodes)
    model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    return bytes(model.SerializeToString())


@dataclass(frozen=True)
class _Layer:
    """A linear layer of a graph: its product, and the sum with its bias, if it has one."""

    product: onnx.NodeProto
    weight: NDArray[np.float32]
    bias: str = ""
    sum: onnx.NodeProto | None = None

    @property
    def result(self) -> str:
        """Name of what the layer gives."""
        return str((self.sum or self.product).output[0])


def _find_layers(
    graph: onnx.GraphProto, matrices: Mapping[str, NDArray[np.float32]]
) -> dict[str, list[_Layer]]:
    """The linear layers whose weights are among ``matrices``, by the tensor that they read."""
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    readers: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    layers: dict[str, list[_Layer]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in matrices:
            layer = _Layer(node, matrices[node.input[1]])
            biases = [name for name in shapes if shapes[name] == [layer.weight.shape[1]]]
            match readers.get(node.output[0]):
                case [onnx.NodeProto(op_type="Add") as add] if added := set(add.input).intersection(biases):
                    layer = replace(layer, bias=added.pop(), sum=add)
            layers.setdefault(node.input[0], []).append(layer)
    return layers


def _quantise_layers(
    name: str,
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    layers: Sequence[_Layer],
    tensors: list[TensorProto],
) -> dict[str, list[onnx.NodeProto]]:
    """The nodes that stand for layers which read a tensor, by the output of those that they replace.

    Parameters
    ----------
    low, high : shape (n_channels,)
        Between what the values of the tensor ``name`` have been seen to lie.
    tensors
        Constants of the nodes are appended.
    """
    smooth = _smoothing(np.maximum(np.abs(low), np.abs(high)), [layer.weight for layer in layers])
    least, largest = min((low / smooth).min(), 0.0), max((high / smooth).max(), 0.0)
    step = np.float32((largest - least) / MAX_UINT8)
    scale, zero = f"{name}.scale", f"{name}.zero"
    tensors.append(numpy_helper.from_array(1 / smooth, f"{name}.smooth"))
    tensors.append(numpy_helper.from_array(np.array(step), scale))
    tensors.append(numpy_helper.from_array(np.array(np.uint8(round(-least / step))), zero))
    before = [
        helper.make_node("Mul", [name, f"{name}.smooth"], [f"{name}.smoothed"]),
        helper.make_node("QuantizeLinear", [f"{name}.smoothed", scale, zero], [f"{name}.uint8"]),
    ]
    instead: dict[str, list[onnx.NodeProto]] = {}
    for layer in layers:
        product = layer.product.output[0]
        weight, scales = _add_int8(f"{product}.weight", layer.weight * smooth[:, None], 1, tensors)
        inputs = [f"{name}.uint8", weight, scale, scales, zero, "", layer.bias]
        node = helper.make_node("MatMulIntegerToFloat", inputs, [layer.result], domain=MICROSOFT)
        instead |= {layer.result: [], product: [*before, node]}
        before = []
    return instead


def _read_int8(
    node: onnx.NodeProto, name: str, matrix: NDArray[np.float32], tensors: list[TensorProto]
) -> list[onnx.NodeProto]:
    """What stands for a node that reads a matrix: made floats first, or of a table the rows looked up."""
    (out,) = node.output
    if node.op_type == "Gather":
        table, scales = _add_int8(f"{out}.table", matrix, 0, tensors)
        return [
            helper.make_node("Gather", [table, node.input[1]], [f"{out}.int8"]),
            helper.make_node("Gather", [scales, node.input[1]], [f"{out}.scale"]),
            helper.make_node("Cast", [f"{out}.int8"], [f"{out}.float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{out}.float", f"{out}.scale"], [out]),
        ]
    weight, scales = _add_int8(f"{out}.weight", matrix, 1, tensors)
    as_float = f"{out}.weight.float"
    node.input[list(node.input).index(name)] = as_float
    return [helper.make_node("DequantizeLinear", [weight, scales], [as_float], axis=1), node]


def _find_ranges(
    model: onnx.ModelProto, names: list[str], batches: Iterable[Batch]
) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Least and largest values of inner tensors at all real tokens, each of shape (n_channels,)."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    ranges: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    for batch in batches:
        real = batch["attention_mask"] == 1
        for name, values in zip(names, session.run(names, dict(batch)), strict=True):
            is_by_token = values.shape[:-1] == real.shape  # others are relative positions and the like
            rows = values[real] if is_by_token else values.reshape(-1, values.shape[-1])
            low, high = rows.min(axis=0), rows.max(axis=0)
            if name in ranges:
                low, high = np.minimum(low, ranges[name][0]), np.maximum(high, ranges[name][1])
            ranges[name] = low, high
    return ranges


def _smoothing(largest: NDArray[np.float32], weights: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """What to divide each channel of an activation by, and multiply the weights' rows with."""
    heaviest = np.max([np.abs(matrix).max(axis=1) for matrix in weights], axis=0)
    smooth = np.maximum(largest, 1e-5) ** SMOOTHING / np.maximum(heaviest, 1e-5) ** (1 - SMOOTHING)
    centred: NDArray[np.float32] = (smooth / np.exp(np.log(smooth).mean())).astype(np.float32)
    return centred


def _is_matrix(tensor: TensorProto) -> bool:
    """Whether it holds a linear weight, or a table of embeddings, of the encoder."""
    return tensor.name.startswith(BACKBONE) and len(tensor.dims) == 2


def _add_int8(
    name: str, matrix: NDArray[np.float32], axis: int, tensors: list[TensorProto]
) -> tuple[str, str]:
    """Append a matrix as int8, symmetric, with a scale an output channel (``axis`` 1) or a row (0)."""
    largest = np.abs(matrix).max(axis=1 - axis, keepdims=True)
    scales = np.maximum(largest / MAX_INT8, np.finfo(np.float32).tiny).astype(np.float32)
    values = np.rint(matrix / scales).clip(-MAX_INT8, MAX_INT8).astype(np.int8)
    tensors.append(numpy_helper.from_array(values, name))
    tensors.append(numpy_helper.from_array(scales[0] if axis else scales, f"{name}.scales"))
    return name, f"{name}.scales"
