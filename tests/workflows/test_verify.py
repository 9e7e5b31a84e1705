import json
import subprocess
import sys

import pytest

from stance.errors import DataError
from stance.workflows.predict import predict
from stance.workflows.scoring import blocks
from stance.workflows.verify import AFRESH, AGAIN, REMOVE, verify

TEXT = "The mayor on Monday praised the trams.\n\nOld Henk ate soup. A baker condemned the parks.\n"


@pytest.fixture(params=["parquet", "jsonl", "csv"])
def out(request, tmp_path, town_model, monkeypatch):
    """A run of three blocks, one of which has nothing but errors."""
    monkeypatch.setattr(blocks, "MAX_BLOCK_FILES", 2)
    (tmp_path / "inbox").mkdir()
    for number in range(6):
        (tmp_path / "inbox" / f"{number}.txt").write_text("" if number > 3 else TEXT)
    predict([tmp_path / "inbox"], out=tmp_path / "out", model=town_model, format=request.param)
    return tmp_path / "out"


def find_part(out, table):
    return sorted((out / table).iterdir())[0]


def test_a_whole_run_has_no_problem(out):
    found = verify(out)
    assert found.problems == ()
    assert (found.n_blocks, found.summary.n_files, found.summary.n_articles) == (3, 6, 4)


@pytest.mark.parametrize("table", ["labels", "articles"])
def test_a_part_that_is_lost_changed_or_foreign_is_named(out, table):
    part = find_part(out, table)
    name, content = f"{table}/{part.name}", part.read_bytes()
    part.write_bytes(content[:-3] + bytes(3))
    (problem,) = verify(out).problems
    assert (problem.what, problem.remedy) == (f"{name} is not what was written", REMOVE)
    part.unlink()
    (problem,) = verify(out).problems
    assert (problem.what, problem.remedy) == (f"{name} is not there", AGAIN)
    part.write_bytes(content)
    part.with_name("part-0000009-abcd.parquet").write_bytes(content)
    assert [problem.what for problem in verify(out).problems] == [
        f"{table}/part-0000009-abcd.parquet is of no block of the run"
    ]


def test_what_somebody_has_put_among_the_parts_is_to_be_moved(out):
    (out / "labels" / "notes.txt").touch()
    (problem,) = verify(out).problems
    assert (problem.what, problem.remedy) == (
        "labels/notes.txt is not of the run",
        "move it out of the folder",
    )


def test_what_a_run_leaves_that_was_cut_off_is_told(out):
    (out / "run.json").write_text(json.dumps({"finished": False}))
    (out / "labels" / "part-0000001-x.jsonl.partial").touch()
    with (out / "ledger.jsonl").open("a") as file:
        file.write('{"block": "0000')
    assert [problem.what for problem in verify(out).problems] == [
        "labels/part-0000001-x.jsonl.partial is half written",
        "the run is not finished",
        "ledger.jsonl ends in a line that is not whole",
    ]


def test_counts_that_do_not_agree_are_told(out):
    run = json.loads((out / "run.json").read_text())
    run["counts"]["articles"] += 1
    (out / "run.json").write_text(json.dumps(run))
    (out / "errors.jsonl").write_text("")
    assert [problem.what for problem in verify(out).problems] == [
        "the counts of run.json are not those of ledger.jsonl",
        "errors.jsonl has 0 records, 2 expected",
    ]


def test_a_ledger_that_does_not_account_for_articles_is_told(out):
    lines = [json.loads(line) for line in (out / "ledger.jsonl").read_text().splitlines()]
    lines[1]["files"]["articles_in"][0] += 1
    lines[2]["conditions"] = "other"
    lines.append(lines[3] | {"block": "00007-abcd", "parts": {}})
    (out / "ledger.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    problems = verify(out).problems
    told = "\n".join(problem.what for problem in problems)
    assert "does not account for its articles: 3 articles read, 2 scored and 0 set aside" in told
    assert "another model or other options scored" in told
    assert "two blocks hold 2 files both" in told
    assert AFRESH in {problem.remedy for problem in problems}


def test_a_folder_without_a_run_is_an_error(tmp_path):
    with pytest.raises(DataError, match=r"holds no run: there is no ledger\.jsonl"):
        verify(tmp_path)


def test_a_sentence_longer_than_the_csv_module_allows_can_be_read_back(tmp_path, town_model):
    (tmp_path / "long.txt").write_text("the mayor praised the trams " * 5_000)
    script = (
        "import sys; from stance.workflows.verify import verify\n"
        "assert verify(sys.argv[1]).problems == (), verify(sys.argv[1]).problems"
    )
    predict([tmp_path / "long.txt"], out=tmp_path / "out", model=town_model, format="csv")
    # In a process of its own: reading articles from CSV files lifts the limit, too.
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "out")], check=True)
