"""An opponent of benchmarks/folder.py: scoring as one writes it in an afternoon, file by file.

python plain_script.py train LABELS TAXONOMY MODEL
python plain_script.py score MODEL FOLDER OUT
python plain_script.py label MODEL LABELS OUT
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import yaml
from script import Clock, main, read_gold, to_question, write_labels
from sentencex import segment
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer


def train(labels: Path, taxonomy: Path, model: Path) -> None:
    """Fit topics on sentences and stance on "target [SEP] sentence", and store both."""
    topics = yaml.safe_load(taxonomy.read_text(encoding="utf-8"))["topics"]
    targets = {topic["id"]: topic["target"] for topic in topics}
    sentences = read_gold(labels)
    topics_of = [[label["topic"] for label in sentence["labels"]] for sentence in sentences]
    pairs = [(sentence, label) for sentence in sentences for label in sentence["labels"]]

    regression = LogisticRegression(class_weight="balanced", max_iter=1000)
    topic_pipeline = make_pipeline(make_features(), OneVsRestClassifier(regression)).fit(
        [sentence["text"] for sentence in sentences],
        MultiLabelBinarizer(classes=list(targets)).fit_transform(topics_of),
    )
    stance_pipeline = make_pipeline(make_features(), regression).fit(
        [to_question(targets[label["topic"]], sentence["text"]) for sentence, label in pairs],
        [label["stance"] for _, label in pairs],
    )
    joblib.dump((targets, topic_pipeline, stance_pipeline), model)


def make_features() -> FeatureUnion:
    """The features of the linear rung: words 1–2 and characters 2–5."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    return FeatureUnion([("words", words), ("characters", characters)])


def score(model: Path, folder: Path, out: Path) -> None:
    """Score each file of ``folder`` into ``labels.jsonl``, a sentence a line; counts go to ``run.json``."""
    clock = Clock()
    trained = joblib.load(model)
    with clock.writing(out) as write:
        for path in sorted(folder.glob("*.txt")):
            text = clock.time("read", partial(path.read_text, encoding="utf-8"))
            sentences = clock.time("split", partial(split, text))
            labels = clock.time("predict", partial(find_labels, sentences, *trained))
            write(
                {"article": path.stem, "sentence": number, "text": sentence, "labels": own}
                for number, (sentence, own) in enumerate(zip(sentences, labels, strict=True))
            )


def label(model: Path, labels: Path, out: Path) -> None:
    """Label the sentences of a label file."""
    sentences = read_gold(labels)
    texts = [sentence["text"] for sentence in sentences]
    write_labels(out, sentences, find_labels(texts, *joblib.load(model)))


def split(text: str) -> list[str]:
    """Sentences of a text, line by line."""
    pieces = (piece.strip() for line in text.splitlines() for piece in segment("en", line))
    return [piece for piece in pieces if piece]


def find_labels(
    sentences: list[str], targets: Mapping[str, str], topic_pipeline: Any, stance_pipeline: Any
) -> list[list[dict[str, Any]]]:
    """Labels of each sentence: its topics, and the stance toward the target of each."""
    topics = list(targets)
    probabilities = topic_pipeline.predict_proba(sentences)
    pairs = [(row, topic) for row, own in enumerate(probabilities) for topic in (own >= 0.5).nonzero()[0]]
    labels: list[list[dict[str, Any]]] = [[] for _ in sentences]
    if not pairs:
        return labels
    questions = [to_question(targets[topics[topic]], sentences[row]) for row, topic in pairs]
    for (row, topic), stances in zip(pairs, stance_pipeline.predict_proba(questions), strict=True):
        names = stance_pipeline.classes_
        labels[row].append(
            {
                "topic": topics[topic],
                "stance": names[stances.argmax()],
                "probability": round(float(probabilities[row, topic]), 4),
                "stance_probabilities": dict(zip(names, stances.round(4).tolist(), strict=True)),
            }
        )
    return labels


if __name__ == "__main__":
    main(__doc__ or "", train, score, label)
