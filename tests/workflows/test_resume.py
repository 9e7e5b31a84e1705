import io
import json
import os
import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from stance.classifiers.abstention import Caution
from stance.classifiers.folder import load_model
from stance.errors import DataError
from stance.labelling.interchange import read_labels
from stance.shipped import MODEL
from stance.storage import open_output
from stance.text.readers import Fields
from stance.workflows import predict as module
from stance.workflows.evaluate import evaluate
from stance.workflows.predict import predict
from stance.workflows.scoring import blocks
from stance.workflows.scoring import score_block as scoring
from stance.workflows.scoring.ledger import Ledger
from stance.workflows.scoring.plan import plan
from stance.workflows.verify import verify

TEXT = "The mayor on Monday praised the trams of {}.\n\nOld Henk ate soup. A baker condemned the parks.\n"
FORMATS = ("parquet", "jsonl", "csv")


@pytest.fixture
def inbox(tmp_path, monkeypatch):
    """Nine articles in three blocks, and a file in each that cannot be read; all are some time old."""
    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 4)
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in range(12):
        write(folder / f"{number:02}.txt", "" if number % 4 == 3 else TEXT.format(number))
    return folder


@pytest.fixture
def scored(monkeypatch):
    """Files that are scored, as they are."""
    files = []

    def score_block(options, block):
        files.extend(Path(file.path).name for file in block.files)
        return scoring.score_block(options, block)

    monkeypatch.setattr(module, "score_block", score_block)
    return files


def write(path, text, *, age=1000):
    path.write_text(text)
    time = path.stat().st_mtime - age
    os.utime(path, (time, time))


def read_all(folder):
    """Bytes of every file of a run but the ledger, which tells the times of the inputs, too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("ledger.jsonl", ".lock")
    }


def read_rows(folder, format):
    """Rows of labels, articles and errors, in no order."""
    lines = []
    for path in sorted(folder.glob("*/part-*")):
        if path.suffix == ".parquet":
            lines += [f"{path.parent.name} {row}" for row in pq.read_table(path).to_pylist()]
        else:
            lines += [f"{path.parent.name} {line}" for line in path.read_text().splitlines()]
    return sorted(set(lines)) if format == "csv" else sorted(lines)  # a part has a header


def test_what_is_scored_already_is_kept(inbox, town_model, tmp_path, scored):
    predict([inbox], out=tmp_path / "out", model=town_model)
    before = read_all(tmp_path / "out")
    assert len(scored) == 12
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    assert len(scored) == 12
    assert read_all(tmp_path / "out") == before
    assert (prediction.todo.n_kept, prediction.todo.n_new, prediction.summary.n_articles) == (12, 0, 9)


@pytest.mark.parametrize("format", FORMATS)
def test_changed_new_and_lost_files_are_told_from_the_others(inbox, town_model, tmp_path, format, scored):
    predict([inbox], out=tmp_path / "out", model=town_model, format=format)
    scored.clear()
    write(inbox / "01.txt", TEXT.format("Riga"))
    write(inbox / "03.txt", TEXT.format("Oslo"))
    write(inbox / "00a.txt", TEXT.format("Bonn"))
    write(inbox / "07a.txt", "")
    for gone in ("05.txt", "08.txt", "09.txt", "10.txt", "11.txt"):
        (inbox / gone).unlink()
    todo = predict([inbox], out=tmp_path / "out", model=town_model, format=format).todo
    assert sorted(scored) == ["00a.txt", "01.txt", "03.txt", "07a.txt"]
    assert (todo.n_kept, todo.n_new, todo.n_changed, todo.n_gone) == (5, 2, 2, 5)
    predict([inbox], out=tmp_path / "fresh", model=town_model, format=format)
    assert read_rows(tmp_path / "out", format) == read_rows(tmp_path / "fresh", format)
    runs = [json.loads((tmp_path / name / "run.json").read_text()) for name in ("out", "fresh")]
    assert runs[0] == runs[1]


def test_a_file_that_was_only_touched_or_copied_is_unchanged(inbox, town_model, tmp_path, scored):
    predict([inbox], out=tmp_path / "out", model=town_model)
    (inbox / "00.txt").touch()
    predict([inbox], out=tmp_path / "out", model=town_model)
    assert len(scored) == 12


def test_a_file_that_changes_within_a_tick_of_the_clock_is_noticed(inbox, town_model, tmp_path):
    path = inbox / "00.txt"
    write(path, TEXT.format("Riga"), age=0)
    time = path.stat().st_mtime_ns
    predict([inbox], out=tmp_path / "out", model=town_model)
    path.write_text(TEXT.format("Oslo"))
    os.utime(path, ns=(time, time))
    assert predict([inbox], out=tmp_path / "out", model=town_model).todo.n_changed == 1


@pytest.mark.parametrize("n_done", [0, 1, 2])
def test_a_run_that_was_cut_off_ends_with_the_same_bytes(inbox, town_model, tmp_path, monkeypatch, n_done):
    predict([inbox], out=tmp_path / "whole", model=town_model)

    def stop(progress):
        if progress.articles == 3 * n_done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        predict([inbox], out=tmp_path / "out", model=town_model, on_progress=stop)
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run == {"finished": False}
    assert len(Ledger(open_output(tmp_path / "out"))) == n_done
    predict([inbox], out=tmp_path / "out", model=town_model, resume=True)
    assert read_all(tmp_path / "out") == read_all(tmp_path / "whole")


def test_a_line_that_was_cut_off_does_not_count(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model)
    before = read_all(tmp_path / "out")
    ledger = tmp_path / "out" / "ledger.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    for torn in (lines[-1][:40], lines[-1][:-1], b"\0" * 40, b"{}\n"):
        ledger.write_bytes(b"".join(lines[:-1]) + torn)
        predict([inbox], out=tmp_path / "out", model=town_model)
        assert ledger.read_bytes() == b"".join(lines)
        assert read_all(tmp_path / "out") == before


def test_a_ledger_that_is_damaged_within_is_refused(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model)
    ledger = tmp_path / "out" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'{"block"', b"?block", 1))
    with pytest.raises(DataError, match=r"ledger\.jsonl, line 2 is not a record of a run"):
        predict([inbox], out=tmp_path / "out", model=town_model)
    predict([inbox], out=tmp_path / "out", model=town_model, overwrite=True)


@pytest.mark.parametrize("damage", ["lost", "shortened"])
def test_a_part_that_is_lost_or_shortened_is_made_again(inbox, town_model, tmp_path, scored, damage):
    predict([inbox], out=tmp_path / "out", model=town_model)
    before = read_all(tmp_path / "out")
    part = sorted((tmp_path / "out" / "articles").iterdir())[1]
    part.unlink() if damage == "lost" else part.write_bytes(part.read_bytes()[:-1])
    scored.clear()
    predict([inbox], out=tmp_path / "out", model=town_model)
    assert len(scored) == 4
    assert read_all(tmp_path / "out") == before


def test_what_a_killed_run_left_half_written_is_removed(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model)
    before = read_all(tmp_path / "out")
    for name in (
        "labels/part-0000009-abc.parquet.partial",
        "articles/part-0000009-abc.parquet",
        "run.json.partial",
    ):
        (tmp_path / "out" / name).write_text("half")
    predict([inbox], out=tmp_path / "out", model=town_model)
    assert read_all(tmp_path / "out") == before


@pytest.mark.parametrize("format", FORMATS)
def test_labels_held_back_leave_with_their_file(inbox, town_model, tmp_path, format):
    settings = {"model": town_model, "format": format, "caution": Caution(min_confidence=0.99)}
    assert predict([inbox], out=tmp_path / "out", **settings).summary.abstained
    (inbox / "01.txt").unlink()
    predict([inbox], out=tmp_path / "out", **settings)
    predict([inbox], out=tmp_path / "afresh", **settings)
    assert read_rows(tmp_path / "out", format) == read_rows(tmp_path / "afresh", format)
    counts = [json.loads((tmp_path / name / "run.json").read_text())["counts"] for name in ("out", "afresh")]
    assert counts[0]["abstained"] == counts[1]["abstained"]


def test_other_options_are_refused_with_the_difference_named(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model)
    before = read_all(tmp_path / "out")
    with pytest.raises(DataError, match=r"made otherwise: min_confidence was None, and is now 0\.8\. Choose"):
        predict([inbox], out=tmp_path / "out", model=town_model, caution=Caution(min_confidence=0.8))
    with pytest.raises(DataError, match=r"made otherwise: format was 'parquet', and is now 'csv'\. Choose"):
        predict([inbox], out=tmp_path / "out", model=town_model, format="csv")
    with pytest.raises(DataError, match=r"made otherwise: the model is another\. Choose"):
        predict([inbox], out=tmp_path / "out", model=MODEL)
    with pytest.raises(DataError, match=r"targets was \[\], and is now \['bread'\]"):
        predict([inbox], out=tmp_path / "out", model=town_model, targets=["bread"])
    assert read_all(tmp_path / "out") == before


def test_there_must_be_a_run_to_go_on_with(inbox, town_model, tmp_path):
    with pytest.raises(DataError, match="holds no run to go on with"):
        predict([inbox], out=tmp_path / "out", model=town_model, resume=True)


def test_a_second_run_on_the_same_folder_is_refused(inbox, town_model, tmp_path):
    with (
        open_output(tmp_path / "out").lock(),
        pytest.raises(DataError, match=rf"being written by another run \(process {os.getpid()} on "),
    ):
        predict([inbox], out=tmp_path / "out", model=town_model)
    predict([inbox], out=tmp_path / "out", model=town_model)


def test_a_file_that_could_not_be_opened_is_tried_again(inbox, town_model, tmp_path, monkeypatch):
    target = inbox / "link.txt"
    target.symlink_to(tmp_path / "later.txt")
    prediction = predict([inbox], out=tmp_path / "out", model=town_model)
    assert {Path(error["file"]).name for error in prediction.read_errors()} >= {"link.txt"}
    write(tmp_path / "later.txt", TEXT.format("Riga"))
    assert predict([inbox], out=tmp_path / "out", model=town_model).summary.n_articles == 10
    assert "link" in {sentence.article for sentence in read_labels(tmp_path / "out" / "labels")}


def test_lines_that_are_added_to_a_large_file_are_all_that_is_scored(town_model, tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_BYTES", 1000)
    file = tmp_path / "feed.jsonl"
    lines = [json.dumps({"id": str(n), "text": TEXT.format(n)}) + "\n" for n in range(60)]
    file.write_text("".join(lines[:50]))
    first = predict([file], out=tmp_path / "out", model=town_model)
    assert first.summary.n_articles == 50
    assert len(Ledger(open_output(tmp_path / "out"))) > 5
    file.write_text("".join(lines))
    again = predict([file], out=tmp_path / "out", model=town_model)
    assert again.summary.n_articles == 60
    assert again.todo.n_files <= 3
    assert again.summary.n_files == 1
    shutil.rmtree(tmp_path / "out" / "labels")
    assert predict([file], out=tmp_path / "out", model=town_model).summary.n_articles == 60


def test_another_text_on_standard_input_does_not_take_the_place_of_the_first(
    town_model, tmp_path, monkeypatch
):
    for text in ("The mayor praised the trams.", "A baker condemned the parks."):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        if text.startswith("The"):
            predict(["-"], out=tmp_path / "out", model=town_model)
        else:
            with pytest.raises(DataError, match="holds the scores of another standard input"):
                predict(["-"], out=tmp_path / "out", model=town_model)


def test_words_that_are_none_of_a_few_are_refused(inbox, town_model, tmp_path):
    for wrong in ({"format": "xml"}, {"unit": "para"}, {"targets": "bread"}, {"workers": 0}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
            predict([inbox], out=tmp_path / "out", model=town_model, **wrong)
    with pytest.raises(TypeError, match="expected the path of a file or folder, found Model"):
        predict([inbox], out=tmp_path / "out", model=load_model(town_model))
    with pytest.raises(ValueError, match="split must be one of"):
        evaluate(town_model, on="gold.jsonl", split="test")


def test_inputs_whose_scores_are_lost_are_not_taken_for_others(inbox, town_model, tmp_path):
    predict([inbox], out=tmp_path / "out", model=town_model)
    min((tmp_path / "out" / "labels").iterdir()).unlink()
    again = predict([inbox / "0[0-3].txt"], out=tmp_path / "out", model=town_model)
    assert (again.todo.n_changed, again.todo.n_new, again.summary.n_files) == (4, 0, 4)


def test_a_run_that_has_lost_its_ledger_is_named_and_can_be_overwritten(inbox, town_model, tmp_path):
    whole = predict([inbox], out=tmp_path / "out", model=town_model).summary
    (tmp_path / "out" / "ledger.jsonl").unlink()
    with pytest.raises(DataError, match=r"holds a run without its ledger\.jsonl; .* with --overwrite"):
        predict([inbox], out=tmp_path / "out", model=town_model)
    assert predict([inbox], out=tmp_path / "out", model=town_model, overwrite=True).summary == whole


def test_other_inputs_do_not_take_the_place_of_those_that_are_scored(inbox, town_model, tmp_path):
    predict([inbox / "0*.txt"], out=tmp_path / "out", model=town_model)
    kept = read_all(tmp_path / "out")
    with pytest.raises(DataError, match=r"holds the scores of 10 files, of which the inputs have none"):
        predict([inbox / "1*.txt"], out=tmp_path / "out", model=town_model)
    with pytest.raises(DataError, match="of which the inputs have none"):
        plan([inbox / "1*.txt"], out=tmp_path / "out", model=town_model)
    assert read_all(tmp_path / "out") == kept
    both = predict([inbox], out=tmp_path / "out", model=town_model)
    assert both.todo.n_kept == 10
    other = predict([inbox / "1*.txt"], out=tmp_path / "out", model=town_model, overwrite=True)
    assert other.summary.n_files == 2


def test_a_run_that_has_scored_nothing_is_no_obstacle(inbox, town_model, tmp_path):
    (tmp_path / "feed.csv").write_text("body,place\nThe mayor praised the trams.,Riga\n")
    out, feed = tmp_path / "out", tmp_path / "feed.csv"
    assert predict([feed], out=out, model=town_model).summary.n_articles == 0
    mended = predict([feed], out=out, model=town_model, fields=Fields(text="body"))
    assert (mended.summary.n_articles, mended.summary.n_set_aside) == (1, 0)
    with pytest.raises(DataError, match="made otherwise: fields text was 'body', and is now 'text'"):
        predict([feed], out=out, model=town_model)
    predict([inbox / "03.txt"], out=tmp_path / "empty", model=town_model)
    assert predict([inbox / "00.txt"], out=tmp_path / "empty", model=town_model).summary.n_files == 1
    assert [path.name for path in (tmp_path / "empty" / "errors").glob("*")] == []
    assert verify(tmp_path / "empty").problems == ()
