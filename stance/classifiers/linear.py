"""TF-IDF of words and characters with logistic regression: the rung that needs no pretrained model."""

import json
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt
from scipy import sparse

from stance.classifiers.base import Classifier, TrainingSet
from stance.classifiers.calibration import to_probabilities
from stance.classifiers.explanation import Explanation
from stance.classifiers.ngrams import NgramVectorizer, check_ngram_range
from stance.classifiers.rule_votes import RuleVotes
from stance.classifiers.segments import (
    NO_CONTEXT,
    Context,
    Segments,
    find_target_words,
    to_segments,
    unmark,
)
from stance.records import Examples
from stance.schema import call
from stance.types import FloatArray


def _check_ascends(ngram_range: tuple[int, int]) -> tuple[int, int]:
    if ngram_range[0] > ngram_range[1]:
        raise ValueError(f"the shortest n-gram must not be longer than the longest: {ngram_range!r}")
    return ngram_range


class Linear(Classifier):
    """Logistic regression on n-grams of the sentence, its context and its target.

    Parameters
    ----------
    ngram_range, char_ngram_range, min_df
        As in ``NgramVectorizer``.
    C
        Inverse strengths of the L2 penalty to choose from by cross-validation over groups.
    folds
        Number of folds of that choice.
    class_weight
        ``"balanced"`` lets rare classes count as much as frequent ones.
    context
        Whether to read the title and the sentence before.
    functions
        A rule file whose labelling functions are features too: whether each votes. They read word order and
        context, which n-grams do not.
    max_target_words
        At most so many target words have features of their own.
    mark_target
        Read what stands before and after the target's mention; for targets that stand in the sentence.
    """

    is_rowwise = True

    def __init__(
        self,
        *,
        ngram_range: Annotated[tuple[int, int], AfterValidator(check_ngram_range)] = (1, 2),
        char_ngram_range: Annotated[tuple[PositiveInt, PositiveInt], AfterValidator(_check_ascends)]
        | None = (2, 5),
        min_df: PositiveInt = 2,
        C: Annotated[Sequence[PositiveFloat], Field(min_length=1)] = (0.1, 0.3, 1.0, 3.0),
        folds: Annotated[int, Field(ge=2)] = 3,
        class_weight: Literal["balanced"] | None = "balanced",
        context: Context = NO_CONTEXT,
        functions: str | None = None,
        max_target_words: int = 12,
        mark_target: bool = False,
    ) -> None:
        self.ngram_range = ngram_range
        self.char_ngram_range = char_ngram_range
        self.min_df = min_df
        self.C = C
        self.folds = folds
        self.class_weight = class_weight
        self.context = context
        self.functions = functions
        self.max_target_words = max_target_words
        self.mark_target = mark_target

    def fit(self, data: TrainingSet, generator: np.random.Generator) -> Self:
        # Only training needs scikit-learn, which takes seconds to import.
        from stance.classifiers.logistic import choose_c, fit_logistic  # noqa: PLC0415

        self.exclusive_ = data.exclusive
        self.target_words_ = find_target_words(list(data.examples.targets), max_words=self.max_target_words)
        segments = self._to_segments(data.examples)
        sentences = {segments.texts[row] for row in segments.rows[:, 0]}
        self.vectorizer_ = self._new_vectorizer().fit(sorted(sentences))
        self.votes_ = RuleVotes.read(self.functions, data.taxonomy) if self.functions else None
        features = sparse.hstack(
            [self._features(segments), self._vote_features(data.examples, segments)], format="csr"
        )
        self.C_ = choose_c(
            features,
            data.labels,
            data.weights,
            data.groups,
            self.C,
            folds=self.folds,
            class_weight=self.class_weight,
            exclusive=data.exclusive,
        )
        coefficients, self.intercepts_ = fit_logistic(
            features,
            data.labels,
            data.weights,
            C=self.C_,
            class_weight=self.class_weight,
            exclusive=data.exclusive,
        )
        self.coefficients_ = coefficients.astype(np.float32)
        return self

    @property
    def chosen(self) -> Mapping[str, Any]:
        return {"C": [self.C_]}

    def predict_proba(self, examples: Examples) -> FloatArray:
        logits = self._logits(examples, self._to_segments(examples))
        return to_probabilities(logits, self.exclusive_)

    @property
    def reads(self) -> Set[str]:
        return super().reads if self.functions else self.context.columns

    def explain(self, examples: Examples) -> list[Explanation]:
        segments = self._to_segments(examples)
        logits = self._logits(examples, segments)
        n_segments, n_classes = segments.rows.shape[1], logits.shape[1]
        words = self.vectorizer_.dot_by_word(segments.texts, self._segment_weights(n_segments)[:-1])
        scores = words.scores.reshape(-1, n_segments, n_classes)
        # The sentence stands in the first segment, and again in that of each target word.
        reads_sentence = [0, *range(n_segments - len(self.target_words_), n_segments)]
        explanations = []
        for row, text in enumerate(segments.rows[:, 0].tolist()):
            own = slice(words.starts[text], words.starts[text + 1])
            strength = segments.weights[row, reads_sentence]
            added = np.einsum("s,wsc->wc", strength, scores[own][:, reads_sentence])
            spans = words.spans[own]
            if self.mark_target:
                spans = unmark(spans, examples.texts[row], examples.targets[row])
            explanations.append(Explanation(spans, added, logits[row] - added.sum(axis=0)))
        return explanations

    def _logits(self, examples: Examples, segments: Segments) -> FloatArray:
        n_segments, n_classes = segments.rows.shape[1], self.coefficients_.shape[1]
        weights = self._segment_weights(n_segments)
        scores = self.vectorizer_.dot(segments.texts, weights[:-1]) + weights[-1]
        parts = scores.reshape(-1, n_segments, n_classes)[segments.rows, np.arange(n_segments)]
        logits: FloatArray = (parts * segments.weights[:, :, None]).sum(axis=1) + self.intercepts_
        of_votes = self.coefficients_[n_segments * len(weights) :]
        logits += self._vote_features(examples, segments) @ of_votes
        return logits

    def _segment_weights(self, n_segments: int) -> NDArray[np.float32]:
        """Coefficients by feature, shape (n_features + 1, n_segments * n_classes); the constant's are last.

        From (segment, feature, class) to (feature, segment and class): each distinct text is read once for
        all segments.
        """
        n_ngrams = n_segments * (self.vectorizer_.n_features + 1)
        by_segment = self.coefficients_[:n_ngrams].reshape(n_segments, -1, self.coefficients_.shape[1])
        weights: NDArray[np.float32] = by_segment.transpose(1, 0, 2).reshape(by_segment.shape[1], -1)
        return weights

    def save(self, folder: Path) -> None:
        if self.votes_:
            self.votes_.save(folder)
        state = self.vectorizer_.to_state()
        np.savez_compressed(
            folder / "linear.npz",
            coefficients=self.coefficients_,
            intercepts=self.intercepts_,
            pairs=state.pop("pairs"),
            idf=state.pop("idf"),
        )
        content = state | {
            "exclusive": self.exclusive_,
            "C": self.C_,
            "has_functions": self.votes_ is not None,
            "parameters": {**self.get_params(), "context": self.context.model_dump()},
            "target_words": self.target_words_,
        }
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (folder / "linear.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        content = json.loads((folder / "linear.json").read_text(encoding="utf-8"))
        with np.load(folder / "linear.npz", allow_pickle=False) as arrays:
            state = content | dict(arrays)
        linear: Self = call(cls, content["parameters"])
        linear.votes_ = RuleVotes.load(folder) if content["has_functions"] else None
        linear.vectorizer_ = linear._new_vectorizer().set_state(state)
        linear.coefficients_ = state["coefficients"]
        linear.intercepts_ = state["intercepts"]
        linear.exclusive_ = content["exclusive"]
        linear.target_words_ = content["target_words"]
        linear.C_ = content["C"]
        return linear

    def _new_vectorizer(self) -> NgramVectorizer:
        return NgramVectorizer(self.ngram_range, char_ngram_range=self.char_ngram_range, min_df=self.min_df)

    def _to_segments(self, examples: Examples) -> Segments:
        return to_segments(examples, self.context, self.target_words_, mark_target=self.mark_target)

    def _features(self, segments: Segments) -> sparse.csr_array:
        """Segments side by side, shape (n_examples, n_segments * (n_features + 1)); a constant ends each."""
        distinct = self.vectorizer_.transform(segments.texts)
        constant = sparse.csr_array(np.ones((distinct.shape[0], 1), dtype=np.float32))
        distinct = sparse.hstack([distinct, constant], format="csr")
        parts = [
            sparse.diags_array(weights.astype(np.float32)) @ distinct[rows]
            for rows, weights in zip(segments.rows.T, segments.weights.T, strict=True)
        ]
        return sparse.hstack(parts, format="csr")

    def _vote_features(self, examples: Examples, segments: Segments) -> sparse.csr_array:
        """Votes, and a copy a target word, shape (n_examples, n_functions * (1 + n_target_words))."""
        if self.votes_ is None:
            return sparse.csr_array((len(examples), 0), dtype=np.float32)
        votes = sparse.csr_array(self.votes_.to_features(examples, with_stance=self.exclusive_))
        n_targets = len(self.target_words_)
        of_targets = segments.weights[:, segments.weights.shape[1] - n_targets :].astype(np.float32)
        return sparse.hstack(
            [votes, *(sparse.diags_array(weights) @ votes for weights in of_targets.T)], format="csr"
        )
