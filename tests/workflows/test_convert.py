import json

import numpy as np
import pytest

from stance.errors import ReadError
from stance.labelling.interchange import read_labels
from stance.taxonomy import read_taxonomy
from stance.workflows.convert import convert
from stance.workflows.evaluate import evaluate
from stance.workflows.train import train
from tests.labelling.formats.test_formats import NEWSMTSC, SEMEVAL, write


def test_a_target_that_stays_the_same_is_a_topic(tmp_path):
    conversion = convert("semeval2016", write(tmp_path / "data", SEMEVAL), out=tmp_path / "out")
    taxonomy = read_taxonomy(tmp_path / "out" / "taxonomy.yaml")
    assert taxonomy.topic_ids == ("harbours", "parks", "trams")
    assert taxonomy["trams"].target == "Trams"
    assert taxonomy.stances == ("against", "favor", "none")
    assert taxonomy.neutral_stance == "none"
    assert conversion.stances["train"] == {"favor": 1, "against": 1, "none": 1}
    labels = read_labels(conversion.files["test_b"], taxonomy)
    assert [(label.topic, label.stance) for sentence in labels for label in sentence.labels] == [
        ("harbours", "against")
    ]


def test_a_target_of_a_texts_own_stands_in_its_label(tmp_path):
    conversion = convert("newsmtsc", write(tmp_path / "data", NEWSMTSC), out=tmp_path / "out")
    taxonomy = read_taxonomy(conversion.taxonomy)
    assert taxonomy.topic_ids == ("any",)
    sentences = read_labels(conversion.files["train"], taxonomy)
    assert [(s.key, s.labels[0].target) for s in sentences] == [
        (("paper_1_2", 0), "Henk"),
        (("paper_1_2", 1), "Ann"),
    ]


def test_nothing_is_written_over_files(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    with pytest.raises(ReadError, match="expected a folder that is empty"):
        convert("semeval2016", write(tmp_path / "data", SEMEVAL), out=tmp_path / "out")


def test_a_model_learns_from_targets_in_labels_and_is_asked_about_them(tmp_path):
    names = ["Ann", "Henk", "Piet", "Lies"]
    generator = np.random.default_rng(0)
    data = tmp_path / "data"
    data.mkdir()
    for split, people in (("train", names[:3] * 4), ("test", ["Lies", "Ann"] * 4)):
        lines = []
        for number, name in enumerate(people):
            other = names[(names.index(name) + 1) % 4]
            for target, label in ((name, "pro"), (other, "contra")):
                # Words of its own, so that no text is a near-copy of another.
                words = " ".join(map("".join, generator.choice(list("abdegiklmno"), size=(12, 6))))
                text = f"The council praised {name} while it blamed {other}, {words}."
                record = {"text": text, "target": target, "label": label, "group": f"{split}-{number}"}
                lines.append(json.dumps(record))
        (data / f"{split}.jsonl").write_text("\n".join(lines))
    conversion = convert("records", data, out=tmp_path / "out")
    config = tmp_path / "config.yaml"
    config.write_text(
        f"name: open\ntaxonomy: {conversion.taxonomy}\ndata: {{gold: [{conversion.files['train']}]}}\n"
        "split: {test: 0, folds: 2}\ntopics: {kind: dummy}\n"
        "stance: {kind: linear, C: [10], min_df: 1, mark_target: true, max_target_words: 0}\n"
    )
    run = train(config, out=tmp_path / "model")
    assert evaluate(run.folder, on=conversion.files["test"])["stance_f1_macro"].value == 1.0
