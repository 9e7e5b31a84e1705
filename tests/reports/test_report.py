import base64
import csv
import hashlib
import io
import itertools
import json
import re
import resource
from html.parser import HTMLParser

import pytest

from stance.errors import DataError
from stance.reports import report
from stance.reports.blocks import Table
from stance.reports.markdown import to_markdown
from stance.reports.report import to_page, write_report
from tests.reports.conftest import HOSTILE


class Page(HTMLParser):
    """Collects the tags of a page, with their attributes, and its visible text."""

    def __init__(self, source):
        super().__init__()
        self.tags = []
        self.words = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def find(self, *names):
        return [(tag, attributes) for tag, attributes in self.tags if tag in names]


@pytest.fixture
def files(content, tmp_path):
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in write_report(content, tmp_path / "new" / "report")
    }


@pytest.fixture
def page(files):
    return Page(files["report.html"])


def test_four_files_are_written(files):
    assert list(files) == ["report.html", "report.md", "report.json", "report.csv"]


def test_a_report_that_cannot_be_written_whole_leaves_the_earlier_one(files, content, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "to_html", lambda page: "x" * 2**20)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**19, limits[1]))
    try:
        with pytest.raises(DataError, match=r"report\.html cannot be written: File too large"):
            write_report(content, tmp_path / "new" / "report")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    left = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "new" / "report").iterdir()}
    assert left == files


def test_json_is_the_content(files, content):
    assert json.loads(files["report.json"]) == content


def test_the_page_fetches_nothing(files, page):
    assert not page.find("link", "img", "iframe", "object")
    assert not re.search(r"https?:|url\(|@import", files["report.html"])


def test_the_page_allows_its_own_script_alone(files, page):
    (script,) = re.findall(r"<script>(.*?)</script>", files["report.html"], re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (own["content"] for _, own in page.find("meta") if "http-equiv" in own)
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_the_page_is_light_dark_and_printable(files):
    assert "@media (prefers-color-scheme: dark)" in files["report.html"]
    assert "@media print" in files["report.html"]


def test_text_of_sentences_and_names_cannot_become_markup(files, page):
    assert HOSTILE in "".join(page.words)
    assert "gold <1>.jsonl" in page.words


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.find("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_table_header_says_what_it_heads(page):
    headers = page.find("th")
    assert len(headers) > 20
    assert all(attributes.get("scope") in {"row", "col", "rowgroup"} for _, attributes in headers)


def test_every_plot_speaks(page):
    labels = [
        attributes["aria-label"] for _, attributes in page.find("div") if attributes.get("role") == "img"
    ]
    assert len(labels) == len(page.find("figure")) == 7 + 2 + 3 + 2 * 3
    assert all(attributes["aria-hidden"] == "true" for _, attributes in page.find("svg"))
    assert any(label.startswith("All topics. gold pro: 20 pro, 0 contra") for label in labels)


def test_ids_are_unique_and_every_section_is_named_by_one(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    named = [attributes["aria-labelledby"] for _, attributes in page.find("section")]
    assert len(set(ids)) == len(ids)
    assert set(named) <= set(ids)


def test_the_majority_row_is_explained(page):
    assert any("most frequent topic" in words for words in page.words)


def test_csv_has_a_row_a_run_metric_and_slice(files, content):
    rows = list(csv.DictReader(io.StringIO(files["report.csv"])))
    assert len(rows) == sum(len(run["scores"]) for run in content["runs"])
    score = content["runs"][1]["scores"][0]
    (row,) = (
        row for row in rows if (row["run"], row["metric"], row["of"]) == ("linear", score["metric"], "")
    )
    assert (float(row["value"]), int(row["support"])) == (score["value"], score["support"])


def test_markdown_tables_are_rectangular(files):
    lines = files["report.md"].split("\n")
    tables = [list(table) for table in split_tables(lines)]
    assert len(tables) == 7
    for table in tables:
        assert len({len(re.split(r"(?<!\\)\|", row)) for row in table}) == 1


def split_tables(lines):
    table = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            table.append(line)
        elif table:
            yield table
            table = []


def test_markdown_shows_hostile_text_as_text(files):
    assert "<script>" not in files["report.md"]
    assert "&lt;script> alert" not in files["report.md"]
    assert "&lt;script>alert('rails')&lt;/script> \\| & more" in files["report.md"]


def test_both_pages_show_the_same_scores(files, content):
    score = content["runs"][1]["scores"][0]
    assert f"{score['value']:.3f}" in files["report.html"]
    assert f"**{score['value']:.3f}** ({score['low']:.3f}–{score['high']:.3f})" in files["report.md"]


def test_a_report_of_one_run_has_no_differences(content, tmp_path):
    alone = content | {"runs": content["runs"][:1], "differences": [], "best": "rules"}
    page, *_ = write_report(alone, tmp_path)
    assert "Differences between runs" not in page.read_text(encoding="utf-8")


def test_every_number_is_the_same_on_both_pages(content):
    words = to_markdown(to_page(content)).replace("\\", "")
    for section in to_page(content).sections:
        for table in (block for block in section.blocks if isinstance(block, Table)):
            assert all(cell.text in words for group in table.groups() for row in group for cell in row)
