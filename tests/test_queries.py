"""The queries that the guide shows can be run on what a run leaves."""

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from stance.workflows.predict import predict

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
SECTION = GUIDE.partition("### Asking the scores")[2].partition("\n### ")[0]
BLOCKS = re.findall(r"^```(sql|python)\n(.*?)^```", SECTION, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with ``scores``, by the default model."""
    folder = tmp_path_factory.mktemp("queries")
    articles = sorted((ROOT / "seeds" / "articles").glob("*.txt"))[:12]
    predict(articles, out=folder / "scores", model=ROOT / "models" / "default")
    return folder


def test_the_guide_shows_queries_of_both_kinds():
    assert [kind for kind, _ in BLOCKS] == ["sql"] * 5 + ["python"] * 2


@pytest.mark.parametrize("query", [text for kind, text in BLOCKS if kind == "sql"])
def test_a_query_in_duckdb_has_an_answer(query, folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert len(duckdb.sql(query).fetchall()) > 0


@pytest.mark.parametrize("code", [text for kind, text in BLOCKS if kind == "python"])
def test_a_query_in_pandas_has_an_answer(code, folder, monkeypatch):
    monkeypatch.chdir(folder)
    names: dict = {}
    exec(code, names)
    answers = [value for value in names.values() if isinstance(value, pd.DataFrame | pd.Series)]
    assert all(len(answer) for answer in answers)


def test_counts_by_article_and_by_sentence_agree(folder, monkeypatch):
    monkeypatch.chdir(folder)
    by_article = duckdb.sql("SELECT sum(n_arms_deal) FROM 'scores/articles/*.parquet'").fetchall()
    by_sentence = duckdb.sql(
        "SELECT count(*) FROM (SELECT unnest(labels) AS label FROM 'scores/labels/*.parquet')"
        " WHERE label.topic = 'arms_deal'"
    ).fetchall()
    assert by_article == by_sentence
