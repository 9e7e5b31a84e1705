"""Logits of an exported network, computed without PyTorch."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from stance.classifiers.base import Fidelity, Runtime
from stance.classifiers.transformer.runtimes import (
    Form,
    Run,
    check_runtime,
    open_onnxruntime,
    open_openvino,
    open_torch,
)
from stance.classifiers.transformer.tokens import TokenRows
from stance.errors import StanceError
from stance.processors import count_processors
from stance.types import FloatArray, IntArray

TOKENS_PER_BATCH = 512
"""Padded tokens of a batch. News on two cores: 2,048 was up to 1.2 times slower, 8,192 1.4 to 1.6."""
TOKENS_PER_GPU_BATCH = 65_536
N_ANSWERS = 4
MIN_AGREEMENT, MAX_F1_LOSS = 0.99, 0.005
"""What int8 must keep to be used without being asked for: decisions, and macro F1."""
_AS_IT_COMES = Runtime()


@dataclass(frozen=True)
class Exported:
    """A network as a model folder holds it.

    Attributes
    ----------
    forms
        ONNX files by their form: ``fp32``, or ``int8`` for int8 arithmetic; one of them at least.
    kept
        The forms that are kept in a folder; others only serve to compare with.
    n_outputs
        Number of logits a row.
    padding
        Token that fills a row up.
    config
        The encoder's configuration, as the content of a ``config.json``.
    agreement, f1_change
        What was measured of the int8 form (``Fidelity``); without it, int8 is not used unless asked for.
    """

    forms: Mapping[Form, bytes]
    kept: Sequence[Form]
    n_outputs: int
    padding: int
    config: str
    agreement: float | None = None
    f1_change: float | None = None


class ServedNetwork:
    """An exported network, opened when it is first asked."""

    def __init__(self, exported: Exported) -> None:
        self.exported = exported
        self._runtime = _AS_IT_COMES
        self._opened: Run | None = None
        self._answers: dict[bytes, FloatArray] = {}

    def run_on(self, runtime: Runtime) -> None:
        """Choose precision, device and number of threads.

        Raises
        ------
        StanceError
            If the choice needs a form that the model does not have, or what this machine does not have.
        """
        form, forms = self._find_form(runtime), list(self.exported.forms)
        if form not in forms:
            raise StanceError(
                f"Device {runtime.device} with precision {runtime.precision} needs the {form} form of the "
                f"network, but this model has {forms}; use --precision auto on the cpu, or train with "
                f"forms: [{form}]"
            )
        check_runtime(device=runtime.device, precision=runtime.precision)
        self._runtime, self._opened, self._answers = runtime, None, {}

    @property
    def form(self) -> Form:
        """The form that is run."""
        return self._find_form(self._runtime)

    def _find_form(self, runtime: Runtime) -> Form:
        exported = self.exported
        if runtime.device == "cuda" or runtime.precision in ("fp32", "bf16"):
            return "fp32"
        keeps_answers = (exported.agreement or 0) >= MIN_AGREEMENT and (
            exported.f1_change or 0
        ) >= -MAX_F1_LOSS
        if runtime.precision == "int8" or "fp32" not in exported.kept:
            return "int8"
        return "int8" if "int8" in exported.kept and keeps_answers else "fp32"

    def trust_int8(self, fidelity: Fidelity) -> None:
        """Replace what was measured of the int8 form."""
        self.exported = replace(self.exported, **asdict(fidelity))
        self.run_on(self._runtime)

    def logits(self, rows: TokenRows) -> FloatArray:
        """Logits of rows of tokens, in the order of the rows; shape (n_rows, n_outputs).

        The last few answers are kept: an evaluation asks for labels, for stances and for probabilities of
        the same rows, one after the other.
        """
        key = rows.digest()
        if key not in self._answers:
            if len(self._answers) == N_ANSWERS:
                del self._answers[next(iter(self._answers))]
            self._answers[key] = self.compute(rows)
        return self._answers[key]

    def compute(self, rows: TokenRows) -> FloatArray:
        """The same, computed anew."""
        if self._opened is None:
            self._opened = self._open()
        limit = TOKENS_PER_BATCH if self._runtime.device == "cpu" else TOKENS_PER_GPU_BATCH
        logits = np.empty((len(rows), self.exported.n_outputs))
        for batch in to_batches(rows.lengths, limit):
            logits[batch] = self._opened(pad(rows, batch, padding=self.exported.padding))
        logits.flags.writeable = False
        return logits

    def __getstate__(self) -> dict[str, object]:
        """What another process needs; it opens the network anew."""
        return {**self.__dict__, "_opened": None, "_answers": {}}

    def _open(self) -> Run:
        exported, runtime = self.exported, self._runtime
        threads = runtime.threads or count_processors()
        content = exported.forms[self.form]
        if runtime.device == "cuda":
            in_bf16 = runtime.precision != "fp32"
            return open_torch(content, config=exported.config, n_outputs=exported.n_outputs, in_bf16=in_bf16)
        if runtime.precision == "bf16":
            return open_openvino(content, threads=threads)
        return open_onnxruntime(content, threads=threads)


def save_network(network: ServedNetwork, folder: Path) -> None:
    """Write ``network.json`` and a ``network.FORM.onnx`` a form that is kept."""
    exported = network.exported
    facts = {name: value for name, value in vars(exported).items() if name not in ("forms", "kept", "config")}
    content = {**facts, "forms": list(exported.kept), "config": json.loads(exported.config)}
    (folder / "network.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
    for form in exported.kept:
        (folder / f"network.{form}.onnx").write_bytes(exported.forms[form])


def load_network(folder: Path) -> ServedNetwork:
    """Read what ``save_network`` wrote."""
    content = json.loads((folder / "network.json").read_text(encoding="utf-8"))
    forms = {form: (folder / f"network.{form}.onnx").read_bytes() for form in content.pop("forms")}
    config = json.dumps(content.pop("config"))
    return ServedNetwork(Exported(forms=forms, kept=list(forms), config=config, **content))


def to_batches(lengths: IntArray, n_tokens: int) -> Iterator[IntArray]:
    """Rows of like length, shortest first, as many together as fit.

    Parameters
    ----------
    lengths : shape (n_rows,), positive
    n_tokens
        Padded tokens that a batch may have; a longer row is a batch of its own.

    Yields
    ------
    shape (n_rows_of_batch,)
        Indices into ``lengths``.
    """
    order = np.argsort(lengths, kind="stable")
    start = 0
    for end, length in enumerate(lengths[order]):
        if end > start and (end + 1 - start) * length > n_tokens:
            yield order[start:end]
            start = end
    if start < len(order):
        yield order[start:]


def pad(rows: TokenRows, chosen: Sequence[int] | IntArray, *, padding: int) -> dict[str, IntArray]:
    """Inputs of a network for the chosen rows, each of shape (n_chosen, longest row)."""
    starts, lengths = rows.offsets[:-1][chosen], rows.lengths[chosen]
    columns = np.arange(lengths.max())
    present = columns < lengths[:, None]
    at = np.where(present, starts[:, None] + columns, 0)
    return {
        "input_ids": np.where(present, rows.ids[at], padding),
        "attention_mask": present.astype(np.int64),
        "judged": (present & rows.judged[at]).astype(np.int64),
    }
