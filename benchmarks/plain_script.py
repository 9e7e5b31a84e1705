"""The opponent of benchmarks/folder.py: scoring as one writes it in an afternoon, file by file.

python plain_script.py train LABELS TAXONOMY MODEL [--words-only]
python plain_script.py score MODEL FOLDER OUT
"""

import argparse
import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import yaml
from sentencex import segment
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer


def train(labels: Path, taxonomy: Path, model: Path, *, words_only: bool) -> None:
    """Fit topics on sentences and stance on "target [SEP] sentence", and store both."""
    topics = yaml.safe_load(taxonomy.read_text(encoding="utf-8"))["topics"]
    targets = {topic["id"]: topic["target"] for topic in topics}
    lines = labels.read_text(encoding="utf-8").splitlines()
    sentences = [line for line in map(json.loads, lines) if not line.get("boilerplate")]
    topics_of = [[label["topic"] for label in sentence["labels"]] for sentence in sentences]
    pairs = [(sentence, label) for sentence in sentences for label in sentence["labels"]]

    regression = LogisticRegression(class_weight="balanced", max_iter=1000)
    topic_pipeline = make_pipeline(make_features(words_only), OneVsRestClassifier(regression)).fit(
        [sentence["text"] for sentence in sentences],
        MultiLabelBinarizer(classes=list(targets)).fit_transform(topics_of),
    )
    stance_pipeline = make_pipeline(make_features(words_only), regression).fit(
        [to_question(targets[label["topic"]], sentence["text"]) for sentence, label in pairs],
        [label["stance"] for _, label in pairs],
    )
    joblib.dump((targets, topic_pipeline, stance_pipeline), model)


def score(model: Path, folder: Path, out: Path) -> None:
    """Score each file of ``folder`` into ``labels.jsonl``, a sentence a line; counts go to ``run.json``."""
    targets, topic_pipeline, stance_pipeline = joblib.load(model)
    out.mkdir(exist_ok=True)
    n_sentences = n_labelled = 0
    with (out / "labels.jsonl").open("w", encoding="utf-8") as file:
        for path in sorted(folder.glob("*.txt")):
            sentences = split(path.read_text(encoding="utf-8"))
            labels = find_labels(sentences, targets, topic_pipeline, stance_pipeline)
            for number, text in enumerate(sentences):
                record = {"article": path.stem, "sentence": number, "text": text, "labels": labels[number]}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            n_sentences += len(sentences)
            n_labelled += sum(map(bool, labels))
    counts = {"sentences": n_sentences, "sentences_with_topic": n_labelled}
    (out / "run.json").write_text(json.dumps({"counts": counts}), encoding="utf-8")


def split(text: str) -> list[str]:
    """Sentences of a text, line by line."""
    pieces = (piece.strip() for line in text.splitlines() for piece in segment("en", line))
    return [piece for piece in pieces if piece]


def find_labels(
    sentences: list[str], targets: dict[str, str], topic_pipeline: Any, stance_pipeline: Any
) -> list[list[dict[str, Any]]]:
    """Labels of each sentence: its topics, and the stance toward the target of each."""
    topics = list(targets)
    probabilities = topic_pipeline.predict_proba(sentences)
    pairs = np.argwhere(probabilities >= 0.5).tolist()
    labels: list[list[dict[str, Any]]] = [[] for _ in sentences]
    if not pairs:
        return labels
    questions = [to_question(targets[topics[topic]], sentences[row]) for row, topic in pairs]
    for (row, topic), stances in zip(pairs, stance_pipeline.predict_proba(questions), strict=True):
        label = {
            "topic": topics[topic],
            "stance": stance_pipeline.classes_[stances.argmax()],
            "probability": round(float(probabilities[row, topic]), 4),
            "stance_probabilities": dict(
                zip(stance_pipeline.classes_, stances.round(4).tolist(), strict=True)
            ),
        }
        labels[row].append(label)
    return labels


def make_features(words_only: bool) -> FeatureUnion:
    """The features of the linear rung: words 1–2 and, unless told otherwise, characters 2–5."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    return FeatureUnion([("words", words)] if words_only else [("words", words), ("characters", characters)])


def to_question(target: str, sentence: str) -> str:
    """What the stance pipeline reads."""
    return f"{target} [SEP] {sentence}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True)
    training = commands.add_parser("train")
    training.set_defaults(command=train)
    for name in ("labels", "taxonomy", "model"):
        training.add_argument(name, type=Path)
    training.add_argument("--words-only", action="store_true")
    scoring = commands.add_parser("score")
    scoring.set_defaults(command=score)
    for name in ("model", "folder", "out"):
        scoring.add_argument(name, type=Path)
    arguments = vars(parser.parse_args())
    arguments.pop("command")(**arguments)


if __name__ == "__main__":
    main()
