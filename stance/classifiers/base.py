"""The contract of a classifier: learn from examples, give each class a probability, live in a folder."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np

from stance.classifiers.explanation import Explanation
from stance.records import Examples
from stance.taxonomy import Taxonomy
from stance.types import FloatArray, IntArray


@dataclass(frozen=True)
class TrainingSet:
    """Examples and what is true of them; arrays have one row an example.

    Attributes
    ----------
    labels : shape (n_examples, n_classes), in [0, 1]
        How far each class is true of each example; people give 0 or 1, a label model anything between.
    groups : shape (n_examples,)
        Examples of one group must not be separated by a fold.
    weights : shape (n_examples,), positive
        How much each example counts.
    taxonomy
        Names the classes: its stances if ``exclusive``, else its topics.
    exclusive
        Whether exactly one class is true, so that rows of ``labels`` sum to one (stance), or each class is a
        question of its own (topics).
    """

    examples: Examples
    labels: FloatArray
    groups: IntArray
    weights: FloatArray
    taxonomy: Taxonomy
    exclusive: bool

    def take(self, rows: IntArray) -> Self:
        """The examples at ``rows``, in that order."""
        return replace(
            self,
            examples=self.examples.take(rows.tolist()),
            labels=self.labels[rows],
            groups=self.groups[rows],
            weights=self.weights[rows],
        )


@dataclass(frozen=True)
class Runtime:
    """How a network is run; classifiers without one take no notice.

    Attributes
    ----------
    precision
        Of the arithmetic. ``"auto"`` is ``"int8"`` where the model was found to keep its answers in it, else
        ``"fp32"``; ``"bf16"`` pays on processors with AMX, and needs OpenVINO.
    device
        ``"cpu"`` or ``"cuda"``, which needs torch.
    threads
        Number of processors to use; all if not given.
    """

    precision: Literal["auto", "fp32", "bf16", "int8"] = "auto"
    device: Literal["cpu", "cuda"] = "cpu"
    threads: int | None = None


@dataclass(frozen=True)
class Fidelity:
    """How well int8 does what fp32 does.

    Attributes
    ----------
    agreement
        Share of examples that are decided alike, about every class.
    f1_change
        Macro F1 in int8 less that in fp32.
    """

    agreement: float
    f1_change: float


class Classifier(ABC):
    """Reads examples; gives each class a probability.

    A constructor stores its hyperparameters under their own names, ``fit`` learns, and what it learned ends
    in an underscore, as in scikit-learn. A new kind writes ``fit``, ``predict_proba``, ``save`` and ``load``,
    and is declared in the entry-point group ``stance.classifiers``.
    """

    @abstractmethod
    def fit(self, data: TrainingSet, generator: np.random.Generator) -> Self:
        """Learn from labelled examples; whatever is drawn at random comes from ``generator``."""

    @abstractmethod
    def predict_proba(self, examples: Examples) -> FloatArray:
        """Probabilities, shape (n_examples, n_classes); rows sum to one if the classes are exclusive."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write what was learned into an existing, empty folder, in files that cannot run code."""

    @classmethod
    @abstractmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""

    reads_text: ClassVar[bool] = True
    """Whether probabilities depend on the example; thresholds are tuned only where they do."""

    @classmethod
    def fit_jointly(
        cls, classifiers: Sequence[Self], data: Sequence[TrainingSet], generator: np.random.Generator
    ) -> None:
        """Let each classifier learn its question; a kind may learn them all with one network instead."""
        for classifier, own in zip(classifiers, data, strict=True):
            classifier.fit(own, generator)

    @classmethod
    def save_jointly(cls, classifiers: Sequence[Self], folder: Path) -> None:
        """Write classifiers that were fitted jointly into an empty folder, what they share only once."""
        if len(classifiers) == 1:
            classifiers[0].save(folder)
            return
        for number, classifier in enumerate(classifiers):
            (folder / str(number)).mkdir()
            classifier.save(folder / str(number))

    @classmethod
    def load_jointly(cls, folder: Path) -> list[Self]:
        """Read what ``save_jointly`` wrote."""
        parts = sorted(path for path in folder.iterdir() if path.name.isdigit())
        return [cls.load(path) for path in parts or [folder]]

    @property
    def reads(self) -> Set[str]:
        """Columns of ``Examples`` on which probabilities may depend, beside ``texts`` and ``targets``.

        Sentences that agree in them are asked about once.
        """
        if self.parts:
            return set().union(*(part.reads for part in self.parts))
        return {"titles", "previous"}

    is_rowwise: ClassVar[bool] = False
    """Whether an example's probabilities are the same to the last bit whatever examples stand beside it.

    Where they are, an answer is remembered from one block of a run to the next; where they are not, it would
    depend on which worker had seen which blocks.
    """

    def count_windowed(self, examples: Examples) -> int:
        """Number of examples that are too long to be read at once and are read in overlapping parts."""
        return 0

    @property
    def parts(self) -> Sequence["Classifier"]:
        """Classifiers that it asks."""
        return ()

    def run_on(self, runtime: Runtime) -> None:
        """Choose how predictions are computed from now on."""
        for part in self.parts:
            part.run_on(runtime)

    @property
    def has_int8(self) -> bool:
        """Whether ``run_on`` can choose between int8 and fp32, for one of its parts at least."""
        return any(part.has_int8 for part in self.parts)

    def trust_int8(self, fidelity: Fidelity) -> None:
        """Let ``precision="auto"`` be decided by what was measured on examples that were not learned from."""
        for part in self.parts:
            part.trust_int8(fidelity)

    def explain(self, examples: Examples) -> list[Explanation] | None:
        """What each word adds to the logits of each example; ``None`` if this kind has no exact answer."""
        return None

    @property
    def chosen(self) -> Mapping[str, Any]:
        """Hyperparameters that ``fit`` chose among candidates, to be fixed when it is repeated on folds."""
        return {}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Hyperparameters by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def __repr__(self) -> str:
        parameters = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({parameters})"


class JointClassifier(Classifier):
    """A kind that shares something between its questions, of which a single one is a case.

    It writes ``save_jointly``, ``load_jointly``, and either ``fit_jointly`` or ``fit``.
    """

    def fit(self, data: TrainingSet, generator: np.random.Generator) -> Self:
        self.fit_jointly([self], [data], generator)
        return self

    def save(self, folder: Path) -> None:
        self.save_jointly([self], folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls.load_jointly(folder)[0]

    @classmethod
    @abstractmethod
    def save_jointly(cls, classifiers: Sequence[Self], folder: Path) -> None: ...

    @classmethod
    @abstractmethod
    def load_jointly(cls, folder: Path) -> list[Self]: ...
