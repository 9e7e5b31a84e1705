"""What a model costs: to train, to run, to keep."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Figures of the machines they were taken on: good for ratios inside one report.

    Attributes
    ----------
    training_seconds
        Wall time of fitting, the folds of calibration included; ``None`` for models that did not note it.
    sentences_per_second
        While the evaluated sentences were labelled, topics and stances.
    n_bytes
        Size of the model folder.
    """

    training_seconds: float | None
    sentences_per_second: float | None
    n_bytes: int
