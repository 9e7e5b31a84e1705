import pytest
import yaml

from stance.errors import DataError, ReadError
from stance.labelling.interchange import write_labels
from stance.workflows.agree import agree
from tests.evaluation.examples import TOWN, labelled


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_text(yaml.safe_dump(TOWN.to_dict()), encoding="utf-8")
    return path


def write(path, annotator, **stances):
    write_labels(path, [labelled(article, 0, annotator=annotator, **stances) for article in "abc"])
    return path


def test_files_are_read_by_the_taxonomy_and_named_by_their_annotators(tmp_path, town):
    files = [write(tmp_path / f"{name}.jsonl", name.title(), trams="pro") for name in ("ann", "bob")]
    agreement = agree(files, taxonomy=town, n_resamples=20)
    assert agreement.annotators == ("Ann", "Bob")
    assert agreement.conditions.source == f"{files[0]}, {files[1]}"
    assert agreement.conditions.taxonomy == TOWN.stamp
    assert agreement.scores[0].value == 1


def test_passes_of_one_annotator_are_told_apart_by_their_files(tmp_path, town):
    files = [write(tmp_path / name, "Ann", trams="pro") for name in ("may.jsonl", "june.jsonl")]
    assert agree(files, taxonomy=town, n_resamples=20).annotators == tuple(map(str, files))


def test_a_file_that_is_named_twice_is_refused(tmp_path, town):
    file = write(tmp_path / "ann.jsonl", "Ann", trams="pro")
    with pytest.raises(DataError, match=r"ann\.jsonl is named twice, and would agree with itself"):
        agree([file, tmp_path / "." / "ann.jsonl"], taxonomy=town)


def test_a_copy_under_another_name_is_told(tmp_path, town, caplog):
    files = [write(tmp_path / name, "Ann", trams="pro") for name in ("ann.jsonl", "copy.jsonl")]
    agree(files, taxonomy=town, n_resamples=20)
    assert "copy.jsonl hold the same labels by the same annotator: one may be a copy" in caplog.text


def test_a_stance_outside_the_taxonomy_is_named_with_its_file(tmp_path, town):
    files = [write(tmp_path / "ann.jsonl", "Ann", trams="pro"), write(tmp_path / "b.jsonl", "B", trams="no")]
    with pytest.raises(ReadError, match=r"b\.jsonl, line 1: unknown stance 'no' of 'trams'"):
        agree(files, taxonomy=town)
