"""What computes an exported network: ONNX Runtime, OpenVINO for bf16, PyTorch on a GPU."""

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from stance.errors import StanceError, lacking
from stance.types import IntArray

Form = Literal["fp32", "int8"]
Batch = Mapping[str, IntArray]
Run = Callable[[Batch], NDArray[np.float32]]
"""From ``input_ids``, ``attention_mask``, ``judged``, (n_rows, n_tokens), to logits (n_rows, n_outputs)."""


def open_onnxruntime(content: bytes, *, threads: int) -> Run:
    """Run an ONNX file on the processor, as it is: in single precision, or in int8."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # To spin while waiting is a seventh faster on an idle machine, and takes twice as long on a busy one.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def run(batch: Batch) -> NDArray[np.float32]:
        logits: NDArray[np.float32] = session.run(None, dict(batch))[0]
        return logits

    return run


def check_runtime(*, device: str, precision: str) -> None:
    """Raise what opening a network would, before anything is done.

    Raises
    ------
    StanceError
        If a package or the GPU is missing, or the two do not go together.
    """
    if device == "cuda" and precision == "int8":
        raise StanceError("Device cuda computes in bf16 or fp32, not in int8; use --precision auto")
    needed = ("torch", "transformers", "onnx") if device == "cuda" else ("openvino",) * (precision == "bf16")
    extra = "transformers" if device == "cuda" else "openvino"
    for package in needed:
        if find_spec(package) is None:
            raise lacking(package, extra, f"Device {device} with precision {precision}")
    if device == "cuda":
        import torch  # noqa: PLC0415 (heavy, and only for GPUs)

        if not torch.cuda.is_available():
            raise StanceError("Device cuda was asked for, but torch finds no GPU; use --device cpu")


def open_openvino(content: bytes, *, threads: int) -> Run:
    """Run an ONNX file on the processor in bf16, which is fast where the processor has AMX."""
    import openvino  # noqa: PLC0415 (180 MB, and only for this precision)

    core = openvino.Core()
    hints = {
        "INFERENCE_PRECISION_HINT": "bf16",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
    }
    request = core.compile_model(core.read_model(content, b""), "CPU", hints).create_infer_request()

    def run(batch: Batch) -> NDArray[np.float32]:
        logits: NDArray[np.float32] = request.infer(dict(batch))[0].copy()
        return logits

    return run


def open_torch(content: bytes, *, config: str, n_outputs: int, in_bf16: bool) -> Run:
    """Run the network on a GPU, its weights read from the ONNX file.

    Parameters
    ----------
    config
        The encoder's configuration, as the content of a ``config.json``.
    """
    import torch  # noqa: PLC0415 (heavy, and only for GPUs)

    from stance.classifiers.transformer.export import to_state_dict  # noqa: PLC0415
    from stance.classifiers.transformer.network import build_network  # noqa: PLC0415

    network = build_network(json.loads(config), n_outputs)
    missing, _ = network.load_state_dict(to_state_dict(content), strict=False)
    if missing:
        raise StanceError(
            f"the network in the model lacks the weights {sorted(missing)[:3]}; run it on the cpu"
        )
    network.to("cuda").eval()

    def run(batch: Batch) -> NDArray[np.float32]:
        inputs = {name: torch.from_numpy(array).cuda(non_blocking=True) for name, array in batch.items()}
        with torch.inference_mode(), torch.autocast("cuda", dtype=torch.bfloat16, enabled=in_bf16):
            logits: NDArray[np.float32] = network(**inputs).float().cpu().numpy()
        return logits

    return run
