"""Static word embeddings of an encoder, with logistic regression: some meaning at the price of words."""

import json
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveFloat, PositiveInt
from scipy import sparse
from tokenizers import Tokenizer

from stance.classifiers.base import JointClassifier, TrainingSet
from stance.classifiers.segments import NO_CONTEXT, Context
from stance.classifiers.transformer.pretrained import find_pretrained
from stance.classifiers.vector_head import VectorHead, Vectors, load_heads, save_heads
from stance.errors import ModelError, needing
from stance.records import Examples
from stance.schema import call
from stance.types import FloatArray

_CONTENT, _TOKENIZER, _VECTORS = "static.json", "tokenizer.json", "vectors.npz"
_MODEL2VEC, _MODEL2VEC_ARRAYS = "model.safetensors", ("embeddings", "mapping", "weights")
_MAX_INT8 = 127


class Static(JointClassifier):
    """Logistic regression on static embeddings of the sentence and its context, for each target.

    Training needs ``stance[transformers]`` unless ``base_model`` is a folder of model2vec; prediction needs
    neither torch nor transformers. Only the regression learns from the examples. Classifiers that are saved
    jointly share their embeddings.

    Parameters
    ----------
    base_model
        The encoder to distil: a folder, or a name that ``find_pretrained`` finds. Static embeddings that
        model2vec wrote are taken as they are.
    allow_download
        Whether the hub may be asked for it.
    dimensions
        Length of a distilled vector.
    smoothing
        The smaller, the less frequent tokens count (``distil``).
    C, folds, class_weight, context, max_target_words, mark_target
        As in ``Linear``.
    """

    def __init__(
        self,
        *,
        base_model: str = "all-MiniLM-L6-v2",
        allow_download: bool = False,
        dimensions: PositiveInt = 256,
        smoothing: PositiveFloat = 1e-4,
        C: Annotated[Sequence[PositiveFloat], Field(min_length=1)] = (0.1, 0.3, 1.0, 3.0),
        folds: Annotated[int, Field(ge=2)] = 3,
        class_weight: Literal["balanced"] | None = "balanced",
        context: Context = NO_CONTEXT,
        max_target_words: int = 12,
        mark_target: bool = False,
    ) -> None:
        self.base_model = base_model
        self.allow_download = allow_download
        self.dimensions = dimensions
        self.smoothing = smoothing
        self.C = C
        self.folds = folds
        self.class_weight = class_weight
        self.context = context
        self.max_target_words = max_target_words
        self.mark_target = mark_target

    def fit(self, data: TrainingSet, generator: np.random.Generator) -> Self:
        pretrained = find_pretrained(self.base_model, allow_download=self.allow_download)
        self.embeddings_ = _to_embeddings(pretrained, self.dimensions, self.smoothing)
        self.head_ = VectorHead.fit(
            data,
            self.embeddings_.embed,
            generator,
            context=self.context,
            C=self.C,
            folds=self.folds,
            class_weight=self.class_weight,
            max_target_words=self.max_target_words,
            mark_target=self.mark_target,
        )
        return self

    @property
    def chosen(self) -> Mapping[str, Any]:
        return self.head_.chosen

    def predict_proba(self, examples: Examples) -> FloatArray:
        return self.head_.predict_proba(examples, self.embeddings_.embed)

    @property
    def reads(self) -> Set[str]:
        return self.context.columns

    @classmethod
    def save_jointly(cls, classifiers: Sequence[Self], folder: Path) -> None:
        first = classifiers[0]
        parameters = first.get_params() | {"context": first.context.model_dump()}
        (folder / _CONTENT).write_text(json.dumps(parameters, indent=2), encoding="utf-8")
        first.embeddings_.save(folder)
        save_heads([one.head_ for one in classifiers], folder)

    @classmethod
    def load_jointly(cls, folder: Path) -> list[Self]:
        parameters = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))
        embeddings = StaticEmbeddings.load(folder)
        classifiers = []
        for head in load_heads(folder):
            one: Self = call(cls, parameters)
            one.embeddings_, one.head_ = embeddings, head
            classifiers.append(one)
        return classifiers


class StaticEmbeddings:
    """A vector a token, kept as integers: that of token *i* is ``values[i] * scales[i]``.

    Parameters
    ----------
    definition
        The tokenizer, as the content of a ``tokenizer.json``.
    values : shape (n_tokens, n_dimensions)
    scales : shape (n_tokens, 1)
    """

    def __init__(self, definition: str, values: NDArray[np.int8], scales: Vectors) -> None:
        self.definition = definition
        self.values = values
        self.scales = scales
        self._tokenizer = _to_tokenizer(definition)
        self._vectors = values * scales

    @classmethod
    def round(cls, definition: str, vectors: Vectors) -> Self:
        """Embeddings that take a quarter of the room of ``vectors``, shape (n_tokens, n_dimensions)."""
        scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True) / _MAX_INT8, np.float32(1e-12))
        return cls(definition, np.rint(vectors / scales).astype(np.int8), scales)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vector of each text, shape (n_texts, n_dimensions); zero for one without tokens.

        It is the sum of its tokens' vectors over the square root of their number. A mean would be noise for
        short texts and nothing for long ones; on the seeds it costs .10 of the topics' average precision, and
        vectors of unit length cost .02.
        """
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        tokens = [encoding.ids for encoding in encodings]
        lengths = np.array([len(ids) for ids in tokens], dtype=np.int64)
        total = int(lengths.sum())
        numbers = np.fromiter(chain.from_iterable(tokens), dtype=np.int64, count=total)
        counts = sparse.csr_array(
            (np.ones(total, dtype=np.float32), numbers, np.concatenate([[0], np.cumsum(lengths)])),
            shape=(len(tokens), len(self._vectors)),
        )
        sums: Vectors = counts @ self._vectors
        sums /= np.sqrt(np.maximum(lengths, 1))[:, None]
        return sums

    def save(self, folder: Path) -> None:
        """Write tokenizer and vectors."""
        (folder / _TOKENIZER).write_text(self.definition, encoding="utf-8")
        np.savez(folder / _VECTORS, values=self.values, scales=self.scales)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        with np.load(folder / _VECTORS, allow_pickle=False) as arrays:
            return cls((folder / _TOKENIZER).read_text(encoding="utf-8"), arrays["values"], arrays["scales"])


@lru_cache(maxsize=2)  # cross-validation asks again and again, and a distillation takes half a minute
def _to_embeddings(pretrained: Path, dimensions: int, smoothing: float) -> StaticEmbeddings:
    with needing("transformers", "Distilling an encoder"):
        if (found := _read_model2vec(pretrained)) is not None:
            return found
        from stance.classifiers.transformer.distillation import distil  # noqa: PLC0415
        from stance.classifiers.transformer.network import read_tokenizer  # noqa: PLC0415
    definition = read_tokenizer(pretrained)
    tokenizer = _to_tokenizer(definition)
    if (n_framing := len(tokenizer.encode("").ids)) != 2:
        raise ModelError(
            f"{pretrained} cannot be distilled: expected a tokenizer that frames a text with two tokens, "
            f"found {n_framing}. Choose another base_model."
        )
    vectors = distil(pretrained, tokenizer, dimensions=dimensions, smoothing=smoothing)
    return StaticEmbeddings.round(definition, vectors)


def _read_model2vec(folder: Path) -> StaticEmbeddings | None:
    """The embeddings in a folder that model2vec wrote; none if it holds something else."""
    from safetensors import safe_open  # noqa: PLC0415 (only training needs it)

    if not (folder / _MODEL2VEC).is_file():
        return None
    with safe_open(folder / _MODEL2VEC, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in set(_MODEL2VEC_ARRAYS) & set(file.keys())}
    if "embeddings" not in arrays:
        return None
    vectors = arrays["embeddings"].astype(np.float32)
    if "mapping" in arrays:  # a quantised vocabulary: several tokens share a vector
        vectors = vectors[arrays["mapping"]]
    if "weights" in arrays:
        vectors = vectors * arrays["weights"].astype(np.float32)[:, None]
    return StaticEmbeddings.round((folder / _TOKENIZER).read_text(encoding="utf-8"), vectors)


def _to_tokenizer(definition: str) -> Tokenizer:
    tokenizer = Tokenizer.from_str(definition)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
