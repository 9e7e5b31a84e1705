"""Vectors of a frozen encoder with a small classifier on top: the rung that fine-tunes nothing."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, PositiveFloat, PositiveInt

from stance.classifiers.base import JointClassifier, Runtime, TrainingSet
from stance.classifiers.segments import NO_CONTEXT, Context
from stance.classifiers.transformer.pretrained import check_length, find_pretrained
from stance.classifiers.transformer.serving import Exported, ServedNetwork, load_network, save_network
from stance.classifiers.transformer.tokens import ExampleTokenizer, Layout, combine_windows
from stance.classifiers.vector_head import VectorHead, Vectors, load_heads, save_heads
from stance.errors import needing
from stance.records import Examples
from stance.schema import call
from stance.types import FloatArray

_CONTENT, _TOKENIZER = "embedding.json", "tokenizer.json"
_MAX_REMEMBERED = 100_000


class Embedding(JointClassifier):
    """A perceptron on the vectors that an encoder gives the sentence and its context, for each target.

    Training needs ``stance[transformers]``; prediction needs neither torch nor transformers. Only what stands
    on the encoder learns from the examples. Classifiers that are fitted jointly share one network.

    Parameters
    ----------
    base_model
        The encoder: a folder, or a name that ``find_pretrained`` finds.
    allow_download
        Whether the hub may be asked for it.
    max_tokens
        Length limit of what is read at once. A longer text is read in overlapping windows, whose vectors are
        averaged.
    n_hidden
        Hidden units of a perceptron, which takes no notice of ``C``; if null, logistic regression.
    C, folds, class_weight, context, max_target_words, mark_target
        As in ``Linear``.
    """

    def __init__(
        self,
        *,
        base_model: str = "all-MiniLM-L6-v2",
        allow_download: bool = False,
        max_tokens: Annotated[int, Field(ge=16)] = 192,
        n_hidden: PositiveInt | None = 128,
        C: Annotated[Sequence[PositiveFloat], Field(min_length=1)] = (0.1, 0.3, 1.0, 3.0),
        folds: Annotated[int, Field(ge=2)] = 3,
        class_weight: Literal["balanced"] | None = "balanced",
        context: Context = NO_CONTEXT,
        max_target_words: int = 12,
        mark_target: bool = False,
    ) -> None:
        self.base_model = base_model
        self.allow_download = allow_download
        self.max_tokens = max_tokens
        self.n_hidden = n_hidden
        self.C = C
        self.folds = folds
        self.class_weight = class_weight
        self.context = context
        self.max_target_words = max_target_words
        self.mark_target = mark_target

    @classmethod
    def fit_jointly(
        cls, classifiers: Sequence[Self], data: Sequence[TrainingSet], generator: np.random.Generator
    ) -> None:
        first = classifiers[0]
        pretrained = find_pretrained(first.base_model, allow_download=first.allow_download)
        check_length(pretrained, first.max_tokens)
        frozen = _freeze(pretrained)
        vectors = TextVectors(frozen.definition, ServedNetwork(frozen.exported), first.max_tokens)
        for classifier, own in zip(classifiers, data, strict=True):
            head = VectorHead.fit(
                own,
                lambda texts: frozen.remember(texts, vectors),
                generator,
                context=classifier.context,
                C=classifier.C,
                folds=classifier.folds,
                class_weight=classifier.class_weight,
                max_target_words=classifier.max_target_words,
                mark_target=classifier.mark_target,
                n_hidden=classifier.n_hidden,
            )
            classifier._set(vectors, head)

    @property
    def chosen(self) -> Mapping[str, Any]:
        return self.head_.chosen

    def predict_proba(self, examples: Examples) -> FloatArray:
        return self.head_.predict_proba(examples, self.vectors_.embed)

    @property
    def reads(self) -> Set[str]:
        return self.context.columns

    def count_windowed(self, examples: Examples) -> int:
        return self.vectors_.tokenizer.count_windowed(examples.toward([""] * len(examples)))

    def run_on(self, runtime: Runtime) -> None:
        self.vectors_.network.run_on(runtime)

    @classmethod
    def save_jointly(cls, classifiers: Sequence[Self], folder: Path) -> None:
        first = classifiers[0]
        parameters = first.get_params() | {"context": first.context.model_dump()}
        content = json.dumps({"parameters": parameters}, indent=2)
        (folder / _CONTENT).write_text(content, encoding="utf-8")
        (folder / _TOKENIZER).write_text(first.vectors_.tokenizer.definition, encoding="utf-8")
        save_network(first.vectors_.network, folder)
        save_heads([one.head_ for one in classifiers], folder)

    @classmethod
    def load_jointly(cls, folder: Path) -> list[Self]:
        parameters = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))["parameters"]
        definition = (folder / _TOKENIZER).read_text(encoding="utf-8")
        vectors = TextVectors(definition, load_network(folder), parameters["max_tokens"])
        classifiers = []
        for head in load_heads(folder):
            one: Self = call(cls, parameters)
            one._set(vectors, head)
            classifiers.append(one)
        return classifiers

    def _set(self, vectors: "TextVectors", head: VectorHead) -> None:
        self.vectors_ = vectors
        self.head_ = head


class TextVectors:
    """Gives each text the direction of the mean of what an exported encoder makes of its tokens.

    Parameters
    ----------
    definition
        The tokenizer, as the content of a ``tokenizer.json``.
    network
        Its outputs are the mean vector of a row.
    """

    def __init__(self, definition: str, network: ServedNetwork, max_tokens: int) -> None:
        # No context: each text is a row of its own, and the room that Layout keeps for context is not used.
        self.tokenizer = ExampleTokenizer(definition, Layout(max_tokens, 0, NO_CONTEXT))
        self.network = network

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A vector of unit length a text, shape (n_texts, hidden_size).

        Means as they come, longer for some texts than for others, cost .04 of the topics' average precision
        on the seeds, and .005 to .03 of macro F1 on the development files of NewsMTSC and the UN sentences.
        """
        if not texts:
            return np.zeros((0, self.network.exported.n_outputs), dtype=np.float32)
        nothing = [""] * len(texts)
        rows = self.tokenizer.encode(Examples(texts, nothing, nothing, nothing, nothing))
        windows = self.network.logits(rows)
        means = combine_windows(windows, rows.owners, exclusive=True)
        directions: Vectors = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
        return directions


@dataclass(frozen=True)
class _Frozen:
    """An exported encoder with its tokenizer, and the vectors of texts that training has read so far."""

    definition: str
    exported: Exported
    known: dict[tuple[str, int], Vectors] = field(default_factory=dict)

    def remember(self, texts: Sequence[str], vectors: TextVectors) -> Vectors:
        """Vectors of texts, computed once for all folds and questions."""
        keys = [(text, vectors.tokenizer.layout.max_tokens) for text in texts]
        new = [key for key in keys if key not in self.known]
        if len(self.known) + len(new) > _MAX_REMEMBERED:
            self.known.clear()
            new = keys
        self.known.update(zip(new, vectors.embed([text for text, _ in new]), strict=True))
        return np.stack([self.known[key] for key in keys])


@lru_cache(maxsize=1)
def _freeze(pretrained: Path) -> _Frozen:
    """Export a pretrained encoder."""
    with needing("transformers", "Exporting an encoder"):
        import torch  # noqa: PLC0415

        from stance.classifiers.transformer.export import export_forms  # noqa: PLC0415
        from stance.classifiers.transformer.network import (  # noqa: PLC0415
            Network,
            load_backbone,
            read_tokenizer,
        )
    backbone: Any = load_backbone(pretrained)
    network = Network(backbone, n_outputs=backbone.config.hidden_size, dropout=0.0)
    torch.nn.init.eye_(network.head.weight)  # the outputs are the pooled features themselves
    torch.nn.init.zeros_(network.head.bias)
    exported = export_forms(network, ["fp32"], [], np.random.default_rng(0))
    return _Frozen(read_tokenizer(pretrained), exported)
