"""Learns from vectors of texts that are given: logistic regression, or a perceptron with one hidden layer."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from stance.classifiers.base import TrainingSet
from stance.classifiers.calibration import to_probabilities
from stance.classifiers.segments import Context, Segments, find_target_words, to_segments
from stance.errors import DataError
from stance.records import Examples
from stance.types import FloatArray

Vectors = NDArray[np.float32]

Layer = tuple[Vectors, Vectors]
"""Coefficients and intercepts."""

Embed = Callable[[Sequence[str]], Vectors]
"""Gives a vector a text, shape (n_texts, n_dimensions)."""

_CONTENT, _ARRAYS = "heads.json", "heads.npz"


@dataclass(frozen=True)
class VectorHead:
    """A fitted logistic regression, or perceptron, on the vectors of an example's segments (``to_segments``).

    Attributes
    ----------
    context
        What is read beside the sentence.
    target_words
        Each group of words has a copy of the sentence's vector, switched on where a target has one of them.
    mark_target
        Whether what stands around the target's mention is read, too.
    exclusive
        Whether rows of probabilities sum to one.
    C
        The inverse strength of the penalty that was chosen; none for a perceptron.
    coefficients : shape (n_segments, n_dimensions + 1, n_classes or n_hidden)
        The last of a segment belongs to a constant, which tells segments that are switched off.
    intercepts : shape (n_classes or n_hidden,)
    output
        The second layer of a perceptron: shapes (n_hidden, n_classes) and (n_classes,).
    """

    context: Context
    target_words: Sequence[Sequence[str]]
    mark_target: bool
    exclusive: bool
    C: float | None
    coefficients: Vectors
    intercepts: Vectors
    output: Layer | None = None

    @classmethod
    def fit(
        cls,
        data: TrainingSet,
        embed: Embed,
        generator: np.random.Generator,
        *,
        context: Context,
        C: Sequence[float],
        folds: int,
        class_weight: Literal["balanced"] | None,
        max_target_words: int,
        mark_target: bool,
        n_hidden: int | None = None,
    ) -> Self:
        """Learn from labelled examples.

        Parameters
        ----------
        context, C, folds, class_weight, max_target_words, mark_target
            As in ``Linear``.
        n_hidden
            Hidden units of a perceptron, which takes no notice of ``C``; a logistic regression if not given.

        Raises
        ------
        DataError
            If there is no example.
        """
        if not len(data.examples):
            raise DataError("found a question with no example to learn from; label more, or use fewer folds")
        target_words = find_target_words(list(data.examples.targets), max_words=max_target_words)
        segments = to_segments(data.examples, context, target_words, mark_target=mark_target)
        vectors = embed(segments.texts)
        centre = vectors.mean(axis=0)
        # As long as rows of TF-IDF on average, so that C means here what it means there; a perceptron wants
        # features of unit variance.
        length = 1.0 if n_hidden is None else np.sqrt(vectors.shape[1])
        mean_square = np.square(vectors - centre).sum(axis=1).mean()
        scale = np.float32(length / max(np.sqrt(mean_square), 1e-6))
        features = _side_by_side((vectors - centre) * scale, segments)
        chosen: float | None = None
        output: Layer | None = None
        if n_hidden is None:
            chosen, first = _fit_logistic(features, data, C, folds, class_weight)
        else:
            from stance.classifiers.multilayer import fit_multilayer  # noqa: PLC0415 (needs torch)

            first, output = fit_multilayer(
                features,
                data.labels,
                data.weights,
                generator,
                n_hidden=n_hidden,
                class_weight=class_weight,
                exclusive=data.exclusive,
            )
        coefficients = first[0].reshape(segments.rows.shape[1], -1, first[0].shape[1])
        coefficients[:, :-1] *= scale
        coefficients[:, -1] -= centre @ coefficients[:, :-1]
        return cls(
            context,
            target_words,
            mark_target,
            data.exclusive,
            chosen,
            coefficients,
            first[1],
            output,
        )

    def predict_proba(self, examples: Examples, embed: Embed) -> FloatArray:
        """Probabilities, shape (n_examples, n_classes), from the vectors that it was fitted on."""
        n_segments, _, n_outputs = self.coefficients.shape
        if not len(examples):
            return np.zeros((0, n_outputs if self.output is None else len(self.output[1])))
        segments = to_segments(examples, self.context, self.target_words, mark_target=self.mark_target)
        # Each distinct text is read once, for all segments that it may stand in.
        by_segment = self.coefficients.transpose(1, 0, 2).reshape(-1, n_segments * n_outputs)
        scores = embed(segments.texts) @ by_segment[:-1] + by_segment[-1]
        parts = scores.reshape(-1, n_segments, n_outputs)[segments.rows, np.arange(n_segments)]
        logits = (parts * segments.weights[:, :, None]).sum(axis=1) + self.intercepts
        if self.output is not None:
            coefficients, intercepts = self.output
            logits = np.maximum(logits, 0) @ coefficients + intercepts
        return to_probabilities(logits, self.exclusive)

    @property
    def chosen(self) -> Mapping[str, Any]:
        """Hyperparameters that were chosen among candidates."""
        return {} if self.C is None else {"C": [self.C]}


def save_heads(heads: Sequence[VectorHead], folder: Path) -> None:
    """Write heads as JSON and NumPy arrays."""
    content = [
        {
            "context": head.context.model_dump(),
            "target_words": head.target_words,
            "mark_target": head.mark_target,
            "exclusive": head.exclusive,
            "C": head.C,
        }
        for head in heads
    ]
    (folder / _CONTENT).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    arrays: dict[str, Any] = {}
    for number, head in enumerate(heads):
        arrays[f"coefficients_{number}"] = head.coefficients
        arrays[f"intercepts_{number}"] = head.intercepts
        if head.output is not None:
            arrays[f"output_coefficients_{number}"], arrays[f"output_intercepts_{number}"] = head.output
    np.savez_compressed(folder / _ARRAYS, **arrays)


def load_heads(folder: Path) -> list[VectorHead]:
    """Read what ``save_heads`` wrote."""
    content = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))
    with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
        return [
            VectorHead(
                Context(**head["context"]),
                head["target_words"],
                head["mark_target"],
                head["exclusive"],
                head["C"],
                arrays[f"coefficients_{number}"],
                arrays[f"intercepts_{number}"],
                (arrays[f"output_coefficients_{number}"], arrays[f"output_intercepts_{number}"])
                if f"output_coefficients_{number}" in arrays
                else None,
            )
            for number, head in enumerate(content)
        ]


def _fit_logistic(
    features: Vectors,
    data: TrainingSet,
    candidates: Sequence[float],
    folds: int,
    class_weight: Literal["balanced"] | None,
) -> tuple[float, Layer]:
    """The best C of the candidates, and what it learns."""
    # Only training needs scikit-learn, which takes seconds to import.
    from stance.classifiers.logistic import choose_c, fit_logistic  # noqa: PLC0415

    C = choose_c(
        features,
        data.labels,
        data.weights,
        data.groups,
        candidates,
        folds=folds,
        class_weight=class_weight,
        exclusive=data.exclusive,
    )
    coefficients, intercepts = fit_logistic(
        features, data.labels, data.weights, C=C, class_weight=class_weight, exclusive=data.exclusive
    )
    return C, (coefficients.astype(np.float32), intercepts.astype(np.float32))


def _side_by_side(vectors: Vectors, segments: Segments) -> Vectors:
    """Segments of each example, shape (n_examples, n_segments * (n_dimensions + 1)); a constant ends each."""
    vectors = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    features: Vectors = vectors[segments.rows]
    features *= segments.weights[:, :, None]
    return features.reshape(len(features), -1)
