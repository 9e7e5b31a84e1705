"""A model that stands in for a trained one, where a test is about what is asked of a model."""

from dataclasses import dataclass, field, replace

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

    def explain_topics(self, examples):
        return None

    def explain_stances(self, examples, topics):
        return None
