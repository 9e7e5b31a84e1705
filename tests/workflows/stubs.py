"""A model that stands in for a trained one, where a test is about what is asked of a model."""

from dataclasses import dataclass, field, replace

import numpy as np

from stance.classifiers.calibration import no_calibration
from stance.classifiers.traces import Traces
from stance.records import Label
from stance.taxonomy import Taxonomy


@dataclass
class StubModel:
    """Finds its topic in every sentence and always takes the same stance; remembers what it was shown."""

    taxonomy: Taxonomy
    name: str = "stub"
    topic: str = "trams"
    stance: str = "pro"
    shown: list = field(default_factory=list)
    metrics: dict = field(default_factory=dict)
    traces: Traces | None = None

    @property
    def topic_calibration(self):
        return no_calibration(len(self.taxonomy.topics), exclusive=False)

    def without_calibration(self):
        return self

    def topic_probabilities(self, examples):
        return np.tile(np.array(self.taxonomy.topic_ids) == self.topic, (len(examples), 1)) * 0.9

    def stance_of(self, examples, rows, topics, *, targets=None):
        return np.tile(np.array(self.taxonomy.stances) == self.stance, (len(rows), 1)) * 1.0

    def predict_labels(self, sentences):
        self.shown.extend(sentences)
        label = Label(self.topic, self.stance, probability=0.9, stance_probabilities={self.stance: 1.0})
        return [replace(one, labels=(label,), annotator=f"model:{self.name}") for one in sentences]

    def predict_stances(self, sentences):
        self.shown.extend(sentences)
        return [
            replace(one, labels=tuple(replace(label, stance=self.stance) for label in one.labels))
            for one in sentences
        ]

    def predict_holders(self, sentences):
        return [
            replace(one, labels=tuple(replace(label, holder=None) for label in one.labels))
            for one in sentences
        ]

    def explain_topics(self, examples):
        return None

    def explain_stances(self, examples, topics):
        return None
