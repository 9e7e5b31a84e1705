"""A pretrained encoder, fine-tuned: the rung that reads meaning, target and context."""

import json
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field

from stance.classifiers.base import Fidelity, JointClassifier, Runtime, TrainingSet
from stance.classifiers.calibration import to_probabilities
from stance.classifiers.segments import NO_CONTEXT, Context
from stance.classifiers.transformer.options import FineTuning
from stance.classifiers.transformer.pretrained import check_length, find_pretrained
from stance.classifiers.transformer.serving import ServedNetwork, load_network, save_network
from stance.classifiers.transformer.tokens import ExampleTokenizer, Layout, combine_windows
from stance.errors import needing
from stance.records import Examples
from stance.schema import call
from stance.types import FloatArray

_CONTENT, _TOKENIZER = "encoder.json", "tokenizer.json"
DEFAULT_TRAINING = FineTuning()


class Encoder(JointClassifier):
    """A transformer that reads the sentence together with its target and its context.

    Training needs ``stance[transformers]``; prediction needs neither torch nor transformers. Classifiers that
    are fitted jointly share one network, which has outputs for the questions of all.

    Parameters
    ----------
    base_model
        The encoder to start from: a folder, or a name that ``find_pretrained`` finds.
    allow_download
        Whether the hub may be asked for it.
    context
        Whether to read the title and the sentence before.
    max_tokens
        Length limit of what is read at once. A longer sentence is read in overlapping windows.
    max_context_tokens
        At most so many tokens are read of the target, of the title and of the sentence before, and no more
        than each one's share of half of ``max_tokens``.
    mark_target
        Whether to mark the target where it stands in the sentence.
    training
        How to fine-tune.
    forms
        What the folder holds: the network in single precision (``"fp32"``), with int8 arithmetic (``"int8"``,
        a quarter of the size and about twice as fast), or both.
    """

    exclusive_: bool
    span_: slice
    tokenizer_: ExampleTokenizer
    network_: ServedNetwork

    def __init__(
        self,
        *,
        base_model: str = "all-MiniLM-L6-v2",
        allow_download: bool = False,
        context: Context = NO_CONTEXT,
        max_tokens: Annotated[int, Field(ge=16)] = 192,
        max_context_tokens: Annotated[int, Field(ge=1)] = 48,
        mark_target: bool = False,
        training: FineTuning = DEFAULT_TRAINING,
        forms: Annotated[Sequence[Literal["fp32", "int8"]], Field(min_length=1)] = ("fp32", "int8"),
    ) -> None:
        self.base_model = base_model
        self.allow_download = allow_download
        self.context = context
        self.max_tokens = max_tokens
        self.max_context_tokens = max_context_tokens
        self.mark_target = mark_target
        self.training = training
        self.forms = forms

    @classmethod
    def fit_jointly(
        cls, classifiers: Sequence[Self], data: Sequence[TrainingSet], generator: np.random.Generator
    ) -> None:
        with needing("transformers", "Training an encoder"):
            from stance.classifiers.transformer.export import export_forms  # noqa: PLC0415
            from stance.classifiers.transformer.finetuning import fine_tune, to_spans  # noqa: PLC0415
            from stance.classifiers.transformer.network import read_tokenizer  # noqa: PLC0415
        first = classifiers[0]
        pretrained = find_pretrained(first.base_model, allow_download=first.allow_download)
        check_length(pretrained, first.max_tokens)
        tokenizer = ExampleTokenizer(read_tokenizer(pretrained), first._layout())
        network = fine_tune(data, tokenizer, pretrained, first.training, generator)
        spans = to_spans(data)
        rows = [tokenizer.encode(own.examples) for own in data]
        served = ServedNetwork(export_forms(network, first.forms, rows, generator))
        for classifier, own, span in zip(classifiers, data, spans, strict=True):
            classifier._set(own.exclusive, span, tokenizer, served)

    def predict_proba(self, examples: Examples) -> FloatArray:
        n_classes = self.span_.stop - self.span_.start
        if not len(examples):
            return np.zeros((0, n_classes))
        rows = self.tokenizer_.encode(examples)
        logits = self.network_.logits(rows)[:, self.span_]
        combined = combine_windows(logits, rows.owners, exclusive=self.exclusive_)
        return to_probabilities(combined, self.exclusive_)

    def count_windowed(self, examples: Examples) -> int:
        return self.tokenizer_.count_windowed(examples)

    def run_on(self, runtime: Runtime) -> None:
        self.network_.run_on(runtime)

    @property
    def has_int8(self) -> bool:
        return len(self.network_.exported.forms) == 2

    def trust_int8(self, fidelity: Fidelity) -> None:
        self.network_.trust_int8(fidelity)

    @property
    def reads(self) -> Set[str]:
        return self.context.columns

    @classmethod
    def save_jointly(cls, classifiers: Sequence[Self], folder: Path) -> None:
        first = classifiers[0]
        parameters = first.get_params() | {
            "context": first.context.model_dump(),
            "training": first.training.model_dump(),
        }
        questions = [
            {"exclusive": one.exclusive_, "outputs": [one.span_.start, one.span_.stop]} for one in classifiers
        ]
        content = json.dumps({"parameters": parameters, "questions": questions}, indent=2)
        (folder / _CONTENT).write_text(content, encoding="utf-8")
        (folder / _TOKENIZER).write_text(first.tokenizer_.definition, encoding="utf-8")
        save_network(first.network_, folder)

    @classmethod
    def load_jointly(cls, folder: Path) -> list[Self]:
        content = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))
        served = load_network(folder)
        definition = (folder / _TOKENIZER).read_text(encoding="utf-8")
        classifiers = []
        for question in content["questions"]:
            one: Self = call(cls, content["parameters"])
            tokenizer = ExampleTokenizer(definition, one._layout())
            one._set(question["exclusive"], slice(*question["outputs"]), tokenizer, served)
            classifiers.append(one)
        return classifiers

    def _layout(self) -> Layout:
        return Layout(self.max_tokens, self.max_context_tokens, self.context, self.mark_target)

    def _set(self, exclusive: bool, span: slice, tokenizer: ExampleTokenizer, network: ServedNetwork) -> None:
        self.exclusive_ = exclusive
        self.span_ = span
        self.tokenizer_ = tokenizer
        self.network_ = network
