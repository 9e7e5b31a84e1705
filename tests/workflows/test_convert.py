import json
from pathlib import Path

import numpy as np
import pytest

from stance.classifiers.folder import load_model
from stance.errors import ReadError
from stance.labelling.interchange import read_labels
from stance.taxonomy import read_taxonomy
from stance.workflows.convert import convert
from stance.workflows.evaluate import evaluate
from stance.workflows.train import train
from tests.labelling.formats.test_formats import HEADER, IBM, NEWSMTSC, SEMEVAL, write

ROOT = Path(__file__).parents[2]


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


def test_a_part_is_not_written_elsewhere(tmp_path):
    (name,) = IBM
    data = write(tmp_path / "data", {name: IBM[name].replace("test", "../precious")})
    (tmp_path / "precious.jsonl").write_text("by hand")
    with pytest.raises(ReadError, match=r"a part's name becomes that of a file, found '\.\./precious'"):
        convert("ibm_claim_stance", data, out=tmp_path / "out")
    assert (tmp_path / "precious.jsonl").read_text() == "by hand"


def test_a_target_of_a_texts_own_stands_in_its_label(tmp_path):
    conversion = convert("newsmtsc", write(tmp_path / "data", NEWSMTSC), out=tmp_path / "out")
    taxonomy = read_taxonomy(conversion.taxonomy)
    assert taxonomy.topic_ids == ("any",)
    sentences = read_labels(conversion.files["train"], taxonomy)
    assert [(s.key, s.labels[0].target) for s in sentences] == [
        (("paper_1_2", 0), "Henk"),
        (("paper_1_2", 1), "Ann"),
    ]
    assert [sentence.previous for sentence in sentences] == ["", ""]


def test_nothing_is_written_over_files(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    with pytest.raises(ReadError, match="expected a folder that is empty"):
        convert("semeval2016", write(tmp_path / "data", SEMEVAL), out=tmp_path / "out")


def test_texts_of_one_stance_are_refused(tmp_path):
    folder = write(tmp_path / "data", {"train.jsonl": '{"text": "Rain.", "label": "meek"}'})
    with pytest.raises(
        ReadError, match=r"data: expected texts of two stances or more, found 1 of \['meek'\]"
    ):
        convert("records", folder, out=tmp_path / "out")


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


def test_the_config_of_semeval_learns_each_target_by_itself(tmp_path):
    # What is said for trams is said against parks.
    generator = np.random.default_rng(0)
    said = {"More rails": ("FAVOR", "AGAINST"), "More grass": ("AGAINST", "FAVOR"), "Lunch": ("NONE", "NONE")}

    def tweets(n_each):
        lines = []
        for opening, stances in said.items():
            for target, stance in zip(("Trams", "Parks"), stances, strict=True):
                for _ in range(n_each):
                    # Words of its own, so that no text is a near-copy of another.
                    words = " ".join(map("".join, generator.choice(list("abdegiklmno"), size=(8, 6))))
                    lines.append(f"{len(lines)}\t{target}\t{opening}, {words} #SemST\t{stance}\n")
        return HEADER + "".join(lines)

    data = write(tmp_path / "data", {"a-trainingdata.txt": tweets(8), "a-testdata.txt": tweets(3)})
    converted = convert("semeval2016", data, out=tmp_path / "semeval2016")
    run = train(
        ROOT / "configs" / "public-sets" / "semeval2016.yaml",
        out=tmp_path / "model",
        overrides=[
            f"taxonomy={converted.taxonomy}",
            f"data.gold=[{converted.files['train']}]",
            f"data.test=[{converted.files['test']}]",
            "split.folds=2",
        ],
    )
    stance = load_model(run.folder).stance
    assert list(stance.members_) == ["Parks", "Trams"]
    assert all(member.vectorizer_.ngram_range == (1, 3) for member in stance.members_.values())
    assert run.on_test["stance_f1_favor_against"].value == 1.0
