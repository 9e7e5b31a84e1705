"""An opponent of benchmarks/folder.py: spaCy as its manual has it, a sentencizer and two bags of words.

python spacy_script.py train LABELS TAXONOMY MODEL
python spacy_script.py score MODEL FOLDER OUT
python spacy_script.py label MODEL LABELS OUT
"""

import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
import yaml
from script import Clock, main, read_gold, to_question, write_labels
from spacy.language import Language
from spacy.training import Example

EPOCHS, BATCH = 20, 32


def train(labels: Path, taxonomy: Path, model: Path) -> None:
    """Fit topics on sentences and stance on "target [SEP] sentence", and store both."""
    topics = yaml.safe_load(taxonomy.read_text(encoding="utf-8"))["topics"]
    targets = {topic["id"]: topic["target"] for topic in topics}
    sentences = read_gold(labels)
    pairs = [(sentence, label) for sentence in sentences for label in sentence["labels"]]
    stances = sorted({label["stance"] for _, label in pairs})
    found = [{label["topic"] for label in sentence["labels"]} for sentence in sentences]
    model.mkdir(parents=True)
    fit(
        "textcat_multilabel",
        [sentence["text"] for sentence in sentences],
        [{topic: float(topic in own) for topic in targets} for own in found],
    ).to_disk(model / "topics")
    fit(
        "textcat",
        [to_question(targets[label["topic"]], sentence["text"]) for sentence, label in pairs],
        [{stance: float(stance == label["stance"]) for stance in stances} for _, label in pairs],
    ).to_disk(model / "stance")
    (model / "targets.json").write_text(json.dumps(targets), encoding="utf-8")


def fit(pipe: str, texts: list[str], categories: list[dict[str, float]]) -> Language:
    """A bag of words and word pairs."""
    language = spacy.blank("en")
    words = {"@architectures": "spacy.TextCatBOW.v3", "length": 2**18, "ngram_size": 2}
    words |= {"exclusive_classes": pipe == "textcat", "no_output_layer": False}
    language.add_pipe(pipe, config={"model": words})
    examples = [
        Example.from_dict(language.make_doc(text), {"cats": own})
        for text, own in zip(texts, categories, strict=True)
    ]
    optimizer = language.initialize(lambda: examples)
    for epoch in range(EPOCHS):
        random.Random(epoch).shuffle(examples)
        for start in range(0, len(examples), BATCH):
            language.update(examples[start : start + BATCH], sgd=optimizer)
    return language


def score(model: Path, folder: Path, out: Path) -> None:
    """Score the files of ``folder`` into ``labels.jsonl``, a sentence a line; counts go to ``run.json``."""
    clock = Clock()
    splitter = spacy.blank("en")
    splitter.add_pipe("sentencizer")
    splitter.max_length = 10**9
    labeller = Labeller(model)
    paths = sorted(folder.glob("*.txt"))
    texts = ((path.read_text(encoding="utf-8"), path.stem) for path in paths)
    documents = splitter.pipe(texts, as_tuples=True)
    with clock.writing(out) as write:
        while batch := clock.time("read and split", lambda: take_sentences(documents, 5000)):
            labels = clock.time("predict", lambda: labeller.label([text for *_, text in batch]))
            write(
                {"article": article, "sentence": number, "text": text, "labels": own}
                for (article, number, text), own in zip(batch, labels, strict=True)
            )


def take_sentences(documents: Iterator[tuple[Any, str]], at_least: int) -> list[tuple[str, int, str]]:
    """Sentences of the next articles."""
    taken: list[tuple[str, int, str]] = []
    for document, article in documents:
        found = (piece.strip() for sentence in document.sents for piece in sentence.text.splitlines())
        taken += [(article, number, text) for number, text in enumerate(filter(None, found))]
        if len(taken) >= at_least:
            break
    return taken


def label(model: Path, labels: Path, out: Path) -> None:
    """Label the sentences of a label file."""
    sentences = read_gold(labels)
    write_labels(out, sentences, Labeller(model).label([sentence["text"] for sentence in sentences]))


class Labeller:
    """The trained pipelines."""

    def __init__(self, model: Path) -> None:
        self.targets: dict[str, str] = json.loads((model / "targets.json").read_text(encoding="utf-8"))
        self.topics, self.stance = (spacy.load(model / name) for name in ("topics", "stance"))

    def label(self, texts: list[str]) -> list[list[dict[str, Any]]]:
        """Topics of each sentence, and the stance toward the target of each."""
        pairs = [
            (row, topic, probability)
            for row, scores in enumerate(categories(self.topics, texts))
            for topic, probability in scores.items()
            if probability >= 0.5
        ]
        labels: list[list[dict[str, Any]]] = [[] for _ in texts]
        questions = [to_question(self.targets[topic], texts[row]) for row, topic, _ in pairs]
        for (row, topic, probability), stances in zip(pairs, categories(self.stance, questions), strict=True):
            labels[row].append(
                {
                    "topic": topic,
                    "stance": max(stances, key=lambda stance: stances[stance]),
                    "probability": round(probability, 4),
                    "stance_probabilities": {name: round(value, 4) for name, value in stances.items()},
                }
            )
        return labels


def categories(language: Language, texts: Iterable[str]) -> Iterator[dict[str, float]]:
    """What a pipeline says of each text."""
    return (document.cats for document in language.pipe(texts))


if __name__ == "__main__":
    main(__doc__ or "", train, score, label)
