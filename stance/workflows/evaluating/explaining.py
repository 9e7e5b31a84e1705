"""Which words led a model to its mistakes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stance.classifiers.explanation import Explanation
from stance.classifiers.model import Model
from stance.evaluation.mistakes import Mistake
from stance.records import LabelledSentence, to_examples
from stance.types import FloatArray

DECIMALS = 3


def explain_mistakes(
    model: Model, mistakes: Sequence[Mistake], sentences: Sequence[LabelledSentence]
) -> tuple[Mistake, ...]:
    """The same mistakes with the words that pushed toward them, where the classifier can tell exactly.

    A wrong stance is explained by what speaks for it and against the gold stance; a topic that is given or
    not by what speaks for it or against.
    """
    by_key = {sentence.key: sentence for sentence in sentences}
    examples = to_examples([by_key[mistake.article, mistake.sentence] for mistake in mistakes])
    topics, stances = model.taxonomy.topic_ids, model.taxonomy.stances
    asked = np.array([topics.index(mistake.topic) for mistake in mistakes], dtype=np.int64)
    of_topics = model.explain_topics(examples)
    of_stances = model.explain_stances(examples, asked)
    explained = []
    for row, mistake in enumerate(mistakes):
        if mistake.gold_stance is None or mistake.predicted_stance is None:
            toward = np.zeros(len(topics))
            toward[asked[row]] = -1 if mistake.predicted_stance is None else 1
            explanations = of_topics
        else:
            toward = np.zeros(len(stances))
            toward[stances.index(mistake.predicted_stance)] = 1
            toward[stances.index(mistake.gold_stance)] = -1
            explanations = of_stances
        explained.append(_attach(mistake, explanations[row], toward) if explanations else mistake)
    return tuple(explained)


def _attach(mistake: Mistake, explanation: Explanation, toward: FloatArray) -> Mistake:
    """What is added to the classes, weighed by ``toward``."""
    pushes = (explanation.words @ toward).round(DECIMALS).tolist()
    words = tuple(
        (start, end, push) for (start, end), push in zip(explanation.spans.tolist(), pushes, strict=True)
    )
    return replace(mistake, words=words, rest=round(float(explanation.rest @ toward), DECIMALS))
