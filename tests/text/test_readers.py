import csv
import gzip
import io
import itertools
import json
import os
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.errors import ReadError
from stance.records import Article
from stance.text.readers import Fields, InputFile, decoding, list_files, list_inputs, read_articles, reading
from stance.text.readers.cutting import find_cuts

TEXT = "Navy buys launches\n\nThe navy bought forty launches on Friday.\n"
RECORD = {
    "text": TEXT,
    "title": "A title",
    "outlet": "Herald",
    "date": "2024-03-01",
    "url": "https://h.example/1",
}
NAMES = Fields()
PAGE = """<html><head><title>Navy buys launches | Herald</title>
<meta property="og:site_name" content="Herald"><meta name="author" content="Ana Paz">
<meta property="article:published_time" content="2024-03-01"></head>
<body><nav>Home</nav><article><h1>Navy buys launches</h1>
<p>The navy bought forty launches on Friday, its minister said in the capital.</p>
<p>The neighbours had asked it to give up the purchase, which the chamber must approve.</p>
</article></body></html>"""


def read(path, content, fields=NAMES):
    """Everything that is read of a file with this content."""
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return list(read_articles(InputFile(str(path), "the-id"), fields))


def parquet_of(records):
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), buffer)
    return buffer.getvalue()


EMPTY_PARQUET = pa.BufferOutputStream()
pq.write_table(pa.table({"text": pa.array([], pa.string())}), EMPTY_PARQUET)


def reason_of(results):
    (error,) = results
    assert isinstance(error, ReadError)
    return error.reason


# What each kind holds


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(RECORD).encode()),
        ("a.json", json.dumps([RECORD]).encode()),
        ("a.jsonl", json.dumps(RECORD).encode()),
        (
            "a.csv",
            ("text,title,outlet,date,url\r\n" + f'"{TEXT}",' + ",".join(list(RECORD.values())[1:])).encode(),
        ),
        ("a.parquet", parquet_of([RECORD])),
    ],
)
@pytest.mark.parametrize("compression", ["", ".gz"])
def test_a_record_becomes_an_article(tmp_path, name, content, compression):
    (article,) = read(tmp_path / (name + compression), content)
    assert article.text == TEXT
    assert (article.title, article.outlet, article.date) == ("A title", "Herald", "2024-03-01")
    assert article.path == str(tmp_path / (name + compression))


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.md"])
def test_the_first_line_of_a_text_is_its_title_and_stays_in_it(tmp_path, name):
    (article,) = read(tmp_path / name, TEXT)
    assert (article.id, article.title, article.text) == ("the-id", "Navy buys launches", TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "The navy sailed.\nIt is back.",
        "The navy said on Friday that it had sailed for the\nnorth and was not back.",
        "Among the ships:\nThe Ana Paz",
        "A word " * 30,
    ],
)
def test_a_sentence_or_a_long_line_is_no_title(tmp_path, text):
    (article,) = read(tmp_path / "a.txt", text)
    assert article.title is None


def test_boilerplate_before_the_title_is_passed_over(tmp_path):
    (article,) = read(tmp_path / "a.txt", "Advertisement\n" + TEXT)
    assert article.title == "Navy buys launches"


def test_the_first_heading_of_markdown_is_its_title(tmp_path):
    (article,) = read(tmp_path / "a.md", "By Ana Paz\n\n# Navy buys launches #\n\nIt did.")
    assert article.title == "Navy buys launches"


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_front_matter_gives_the_metadata_and_leaves_the_text(tmp_path, name):
    (article,) = read(
        tmp_path / name, "---\ntitle: 'Hello: navy'\ndate: 2024-03-01\nauthor: [A, B]\n---\n" + TEXT
    )
    assert article == Article(
        "the-id", TEXT, title="Hello: navy", date="2024-03-01", author="A, B", path=str(tmp_path / name)
    )


def test_a_rule_of_dashes_is_no_front_matter(tmp_path):
    text = "---\nThe navy sailed.\n---\nIt is back."
    (article,) = read(tmp_path / "a.txt", text)
    assert article.text == text


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.html.gz"])
def test_a_page_gives_its_text_and_metadata(tmp_path, name):
    (article,) = read(tmp_path / name, PAGE)
    assert article.text.startswith("Navy buys launches\nThe navy bought forty launches")
    assert "Home" not in article.text
    assert (article.title, article.outlet, article.author) == ("Navy buys launches", "Herald", "Ana Paz")
    assert article.date == "2024-03-01"


def test_fields_are_found_by_their_configured_names(tmp_path):
    (article,) = read(tmp_path / "a.json", '{"body": "It sailed.", "n": 7}', Fields(text="body", id="n"))
    assert (article.id, article.text) == ("7", "It sailed.")


def test_a_record_id_does_not_depend_on_its_place(tmp_path):
    records = [
        {"text": "It sailed."},
        {"text": "It is back."},
        {"text": "x", "url": "u"},
        {"text": "y", "url": "u"},
    ]
    forward = read(tmp_path / "a.json", json.dumps(records))
    backward = read(tmp_path / "b.json", json.dumps(records[::-1]))
    assert [article.id for article in forward] == [article.id for article in backward[::-1]]
    assert [len(article.id) for article in forward] == [12] * 4
    assert forward[2].id == forward[3].id  # one page, told by its url


def test_a_csv_field_may_be_long(tmp_path):
    (article,) = read(tmp_path / "a.csv", "text\n" + "a " * 200_000)
    assert len(article.text) == 400_000


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_are_told(tmp_path, encoding):
    text = "São Paulo’s café deal – “signed” – was told to the press.\r\nThe navy sailed.\rIt is back."
    (article,) = read(tmp_path / "a.txt", text.encode(encoding))
    assert article.text == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The envoy’s office said the “delivery” – worth €90 million – was Japan’s.", "cp1252"),
        ("Le ministère a déclaré mardi que les livraisons d’armes se poursuivraient, à Genève.", "cp1252"),
        ("Министр заявил, что поставки продолжатся. Это было сказано в пятницу в столице.", "cp1251"),
        ("Źródła twierdzą, że umowa została podpisana, a część sprzętu już dotarła.", "cp1250"),
        ("Yetkililer, anlaşmanın geçen hafta imzalandığını söyledi. Sevkiyat sürecek.", "cp1254"),
        ("国防部星期二表示，武器交付将继续进行。官员称，协议已于上周签署。", "gb18030"),
    ],
)
def test_old_encodings_are_told(tmp_path, text, encoding):
    (article,) = read(tmp_path / "a.txt", text.encode(encoding))
    assert article.text == text


@pytest.mark.parametrize("stray", [b"\xa0", b"\xe2\x80"])
def test_one_bad_byte_does_not_garble_the_others(tmp_path, stray):
    text = "The minister — in Malmö — said “no”.".encode()
    assert reason_of(read(tmp_path / "a.txt", text + stray)) == (
        f"byte {len(text)} is not UTF-8, though the rest is; take it out, or save it as UTF-8"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "id,text\n"), ("a.json", "[]"), ("a.parquet", EMPTY_PARQUET.getvalue().to_pybytes())],
)
def test_a_file_without_a_record_is_named(tmp_path, name, content):
    assert reason_of(read(tmp_path / name, content)) == "holds no record; expected an article or more"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_parted_by_what_parts_their_names(tmp_path, delimiter):
    rows = f'title{delimiter}text\nTrams{delimiter}"They run; they stop, again.\tNow."\n'
    (article,) = read(tmp_path / "a.csv", rows)
    assert (article.text, article.title) == ("They run; they stop, again.\tNow.", "Trams")


def test_a_list_in_a_name_is_no_row_of_columns(tmp_path):
    (article,) = read(tmp_path / "a.csv", "id,text,a;b;c;d\n1,Trams ran.,x\n")
    assert article.text == "Trams ran."


@pytest.mark.parametrize("tail", ["<a " * 20_000, "<!--" * 20_000, "<p " + "a=b " * 20_000, "\ud800\0 ran."])
def test_html_that_is_none_stalls_nothing(tmp_path, tail):
    started = time.perf_counter()
    (article,) = read(tmp_path / "a.jsonl", json.dumps({"text": "<p>Trams</p><p>left" + tail}))
    assert article.text.startswith("Trams\nleft")
    assert time.perf_counter() - started < 2


HTML_FIELD = (
    "<p>Moscow denies it &amp; says so,\nagain.</p><script>if (a < b) {}</script>"
    '<p class="x">Washington&#8217;s envoy <b>warned</b><br/>twice.\n\nAnd left.</p>'
)


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_html_in_a_field_is_read_as_it_is_seen(tmp_path, suffix):
    row = {"text": HTML_FIELD, "title": "Shells &amp; <i>drones</i>"}
    if suffix == "jsonl":
        content = json.dumps(row)
    else:
        stream = io.StringIO()
        csv.writer(stream).writerows([row, row.values()])
        content = stream.getvalue()
    (article,) = read(tmp_path / f"a.{suffix}", content)
    assert article.text == "Moscow denies it & says so, again.\nWashington’s envoy warned\ntwice.\nAnd left."
    assert article.title == "Shells & drones"


def test_lines_stay_lines_where_only_breaks_are_tagged(tmp_path):
    text = "Minister quits\nBy Jane Doe\nHe left soon after.<br>\nThe opposition welcomed it.<BR />"
    (article,) = read(tmp_path / "a.jsonl", json.dumps({"text": text}))
    assert article.text == "Minister quits\nBy Jane Doe\nHe left soon after.\nThe opposition welcomed it."


def test_the_lines_of_a_page_are_those_that_a_reader_sees(tmp_path):
    page = "<html><body>The navy bought<br>forty launches\non Friday, its minister said.</body></html>"
    (article,) = read(tmp_path / "a.html", page)
    assert "launches\non" not in article.text


def test_tags_may_be_nested_deeply(tmp_path):
    text = "<font size=2><b>It ran.<br>" * 3000 + "<p>It stopped."
    (article,) = read(tmp_path / "a.jsonl", json.dumps({"text": text}))
    assert article.text == "It ran.\n" * 3000 + "It stopped."


def test_an_encoding_that_is_none_is_not_believed(tmp_path):
    page = PAGE.replace("<head>", '<head><meta charset="undefined">') + "<!-- \xe9 -->"
    (article,) = read(tmp_path / "a.html", page.encode("cp1252"))
    assert "forty launches" in article.text


def test_blank_lines_before_a_long_line_are_no_text_of_their_own(tmp_path):
    (article, *_) = read(tmp_path / "a.txt", "\n" + "Trams ran. " * 200_000)
    assert article.text.strip().startswith("Trams ran.")


def test_what_earlier_runs_have_written_is_no_article(tmp_path, caplog):
    for name in (
        "a.txt",
        "scores/ledger.jsonl",
        "scores/run.json",
        "scores/labels/b.jsonl",
        "notes/ledger.jsonl",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for name in ("scores/labels/part-0.jsonl", "scores/new/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    kept = ["a", "notes/ledger", "scores/labels/b", "scores/new/c"]
    assert [file.id for file in list_inputs([str(tmp_path)])] == kept
    assert caplog.text.count("left out what a run has written into") == 1
    of_run = [file.id for file in list_inputs([str(tmp_path / "scores")])]
    assert of_run == ["labels/b", "new/c"]


def test_a_field_without_blocks_stays_as_it_is(tmp_path):
    text = "AT&amp;T said <quote> a < b  and c > d.\n\n  Then a<p and q>b <b>left</b>."
    (article,) = read(tmp_path / "a.jsonl", json.dumps({"text": text}))
    assert article.text == text


def test_html_without_text_is_an_error(tmp_path):
    assert reason_of(read(tmp_path / "a.jsonl", json.dumps({"text": "<p></p>"}))) == (
        "'text' is HTML without any text"
    )


def test_a_short_page_keeps_its_blocks_apart(tmp_path):
    page = (
        "<html><head><title>Shells</title></head><body><nav><a href=x>Home</a></nav><article><h1>Shells</h1>"
        "<p>By Anna Virta</p><p>Moscow denies it.</p><p>Oslo had no comment</p></article></body></html>"
    )
    (article,) = read(tmp_path / "a.html", page)
    assert article.text.splitlines()[-2:] == ["Moscow denies it.", "Oslo had no comment"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_column_that_was_named_must_be_there(tmp_path, suffix):
    row = {"text": "Trams ran.", "head": "Trams"}
    content = parquet_of([row]) if suffix == "parquet" else "text,head\nTrams ran.,Trams\n"
    with pytest.raises(ReadError, match=r"there is no column 'haed'; found \['text', 'head'\]"):
        raise read(tmp_path / f"a.{suffix}", content, Fields(title="haed"))[0]
    (article,) = read(tmp_path / f"a.{suffix}", content, Fields(title="head"))
    assert article.title == "Trams"


def test_the_field_that_may_hold_the_text_is_named(tmp_path):
    rows = "id,headline,body\n1,Short,A body of some length.\n"
    assert reason_of(read(tmp_path / "a.csv", rows)).endswith("Name it with --text-key body.")
    table = parquet_of([{"id": 1, "headline": "Short", "body": "A body of some length."}])
    assert reason_of(read(tmp_path / "a.parquet", table)).endswith("Name it with --text-key body.")


def test_of_two_columns_of_one_name_none_is_taken(tmp_path):
    reason = reason_of(read(tmp_path / "a.csv", "text,id,text\nfirst,1,second\n"))
    assert reason == "two columns are named 'text'; rename one of them"


def test_a_link_in_a_circle_spares_its_folder(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "loop").symlink_to("loop")
    assert [Path(file.path).name for file in list_inputs([str(tmp_path)])] == ["a.txt", "loop"]


def test_a_pattern_names_a_link_that_leads_nowhere(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "folder.txt").mkdir()
    names = [Path(file.path).name for file in list_inputs([str(tmp_path / "*.txt")])]
    assert names == ["a.txt", "gone.txt"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_json_lines_may_be_in_an_encoding_with_a_mark(tmp_path, encoding, name):
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in (TEXT, "Malmö."))
    articles = read(tmp_path / name, lines.encode(encoding))
    assert [article.text for article in articles] == [TEXT, "Malmö."]


def test_ids_are_the_same_from_inside_of_a_folder(tmp_path, monkeypatch):
    (tmp_path / "b").mkdir()
    for name in ("a.txt", "b/c.txt"):
        (tmp_path / name).write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    assert [file.id for file in list_inputs(["."])] == ["a", "b/c"]


def test_a_name_that_no_system_takes_is_refused():
    with pytest.raises(ReadError, match="cannot be listed"):
        list_inputs(["a" * 300 + ".txt"])


def test_a_page_is_read_in_the_encoding_that_it_declares(tmp_path):
    page = PAGE.replace("<head>", '<head><meta charset="iso-8859-2">').replace("capital", "łódź")
    (article,) = read(tmp_path / "a.html", page.encode("iso-8859-2"))
    assert "łódź" in article.text


@pytest.mark.parametrize(
    ("declared", "encoding", "name"),
    [
        ("gb2312", "gb18030", "朱镕基"),
        ("shift_jis", "cp932", "髙橋"),
        ("euc-kr", "cp949", "똠방"),
    ],
)
def test_a_page_that_declares_less_than_it_uses_keeps_its_names(tmp_path, declared, encoding, name):
    page = f"<html><head><meta charset={declared}></head><body><p>{name} refused.</p></body></html>"
    (article,) = read(tmp_path / "a.html", page.encode(encoding))
    assert article.text == f"{name} refused."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The ministry said “we will not accept” it — it’s late…", "gb18030"),
        ("The ministry said “we will not accept” it; it’s late.", "euc_kr"),
    ],
)
def test_english_from_east_asia_keeps_its_quotes(tmp_path, text, encoding):
    (article,) = read(tmp_path / "a.txt", text.encode(encoding))
    assert article.text == text


def test_a_large_file_whose_first_bytes_are_ascii_is_read(tmp_path):
    lines = b"It sailed on.\n" * 30_000
    stretches = read(tmp_path / "a.txt", lines + b"The caf\xe9 ole.\n" + lines * 3)
    assert "The café ole." in "".join(one.text for one in stretches)


@pytest.mark.parametrize("n_before", range(4))
def test_the_guess_of_a_large_file_is_not_upset_by_half_a_character(tmp_path, n_before):
    text = "a" * n_before + "国防部星期二表示，武器交付将继续进行。官员称，协议已于上周签署。\n" * 20_000
    stretches = read(tmp_path / "a.txt", text.encode("gb18030"))
    assert "国防部星期二表示" in stretches[0].text


@pytest.mark.parametrize(("declared", "encoding"), [("iso-8859-1", "cp1252"), ("iso-8859-9", "cp1254")])
def test_a_page_that_declares_an_old_encoding_keeps_its_quotes_and_dashes(tmp_path, declared, encoding):
    page = PAGE.replace("<head>", f'<head><meta charset="{declared}">').replace(
        "capital", "“old” café – it’s"
    )
    (article,) = read(tmp_path / "a.html", page.encode(encoding))
    assert "“old” café – it’s" in article.text


@pytest.mark.parametrize("n_blanks", [0, 1])
def test_a_page_without_a_mark_is_not_in_utf_16_whatever_it_declares(tmp_path, n_blanks):
    page = PAGE.replace("<head>", '<head><meta charset="utf-16">').replace("capital", "café’s")
    (article,) = read(tmp_path / "a.html", page.encode("cp1252") + b" " * n_blanks)
    assert "café’s" in article.text


@pytest.mark.parametrize("gap", ["NaN", "null", '" "'])
def test_a_gap_in_a_record_is_no_value(tmp_path, gap):
    lines = [f'{{"text": "{text}", "title": {gap}, "url": {gap}, "id": {gap}}}' for text in ("One.", "Two.")]
    first, second = read(tmp_path / "a.jsonl", "\n".join(lines))
    assert (first.title, first.url) == (None, None)
    assert first.id != second.id


def test_half_a_surrogate_pair_is_replaced(tmp_path):
    (article,) = read(tmp_path / "a.json", '{"text": "a \\ud800 b"}')
    assert article.text == "a \ufffd b"


# What cannot be read


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty; expected the text"),
        ("a.txt", b" \n\n", "empty; expected the text"),
        ("a.txt", b"\x89PNG\0\0", "binary"),
        ("a.txt", b"---\na: [\n---\nText.", "front matter is not YAML"),
        ("a.txt", b"---\na: b\n---\n", "no text; expected an article after the front matter"),
        ("a.txt.gz", None, "not a whole gzip file"),
        ("a.html", b"<html><body></body></html>", "no article text found"),
        ("a.json", b'{"text": ', "not JSON: Expecting value at column 10"),
        ("a.jsonl", b'{"text": \n', "line 1: not JSON: Expecting value at column 9"),
        (
            "a.csv",
            b'id,text\n1,"He said "no" to it."\n',
            r'line 2: not CSV: .* double those within it \(""\)',
        ),
        ("a.json", b'{"text": "a"}\n{"text": "b"}', "name it .jsonl"),
        ("a.json", b"[" * 100_000, "not JSON that can be read"),
        ("a.json", b'"text"', "expected an object, found 'text'"),
        ("a.json", b'{"text": 3}', "'text' must be the article's text, found 3"),
        ("a.json", b'{"text": " "}', "'text' must be the article's text, found nothing"),
        (
            "a.json",
            b'{"id": 1, "our body": "It sailed."}',
            r"'text' is missing; found keys \['id', 'our body'\]. Name it with --text-key 'our body'\.",
        ),
        ("a.jsonl", b"", "empty; expected one JSON object a line"),
        (
            "a.csv",
            b"name,id\nmayor.jpg,1\n",
            r"'text' is missing; found keys \['name', 'id'\]. Name it with --text-key KEY\.",
        ),
        ("a.csv", b'text\n"It sailed', "not CSV: unexpected end of data"),
        (
            "a.csv",
            b'id,text\n1,"It sailed\n2,It is back.\n',
            r"a\.csv, line 2: not CSV: .* goes on to line 3, and nothing of it was read\. Close",
        ),
        ("a.csv", b"id,text\n1\n", "found 1 value, expected 2"),
        ("a.parquet", b"PAR1 and no more", "not a whole Parquet file"),
        ("a.parquet", parquet_of([{"body": "x"}]), r"'text' is missing; found keys \['body'\]"),
        ("a.xyz", b"text", r"no reader for '\.xyz'; expected a suffix of \['csv'"),
    ],
)
def test_a_bad_file_is_named_with_its_reason(tmp_path, name, content, reason):
    if content is None:
        (tmp_path / name).write_bytes(gzip.compress(TEXT.encode())[:-9])
        results = list(read_articles(InputFile(str(tmp_path / name), "a")))
    else:
        results = read(tmp_path / name, content)
    with pytest.raises(ReadError, match=reason):
        raise results[0]
    assert len(results) == 1


def test_a_missing_file_is_an_error_and_no_crash(tmp_path):
    assert "No such file" in reason_of(read_articles(InputFile(str(tmp_path / "a.txt"), "a")))


def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path):
    lines = [b'{"text": "It sailed."}', b"{broken", b"", b"\xff\xfe\0", b'["x"]', b'{"text": "It is back."}']
    results = read(tmp_path / "a.jsonl", b"\n".join(lines))
    assert [result.line if isinstance(result, ReadError) else result.text for result in results] == [
        "It sailed.",
        2,
        4,
        5,
        "It is back.",
    ]


def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path):
    results = read(tmp_path / "a.csv", 'id,text\n1,It sailed.\n2\n3,"It" is\n4,\n5,It is back.\n')
    assert [result.line if isinstance(result, ReadError) else result.id for result in results] == [
        "1",
        3,
        4,
        5,
        "5",
    ]


def test_a_row_with_a_date_that_python_has_not_is_named_and_the_rest_goes_on(tmp_path):
    days = pa.array([0, 10**7, 1], pa.int32()).cast(pa.date32())
    pq.write_table(pa.table({"text": ["One.", "Two.", "Three."], "date": days}), tmp_path / "a.parquet")
    results = list(read_articles(InputFile(str(tmp_path / "a.parquet"), "a")))
    assert [result.line if isinstance(result, ReadError) else result.date for result in results] == [
        "1970-01-01",
        2,
        "1970-01-02",
    ]


def test_a_row_whose_text_is_no_text_is_named_and_the_rest_goes_on(tmp_path):
    offsets, content = pa.py_buffer(bytes([0, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0])), pa.py_buffer(b"One.\xffwo.")
    texts = pa.StringArray.from_buffers(2, offsets, content)
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    one, error = read_articles(InputFile(str(tmp_path / "a.parquet"), "a"))
    assert one.text == "One."
    assert (error.line, "invalid start byte" in error.reason) == (2, True)


# Standard input


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'\n{"text": "It sailed."}\n{"text": "No."}', "It sailed."),
        (PAGE.encode(), "Navy buys launches"),
        (b"\xef\xbb\xbfIt sailed.", "It sailed."),
        (b'[\n {"text": "It sailed."},\n {"text": "No."}]', "It sailed."),
        (b"[It sailed.]", "[It sailed.]"),
        (b'"title";"text"\nNavy;It sailed.\n', "It sailed."),
        (b"Of text, and no more\nIt sailed.", "Of text, and"),
    ],
)
def test_the_format_of_standard_input_is_told_by_its_first_characters(monkeypatch, content, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert next(read_articles(*list_inputs(["-"]))).text.startswith(text)


# Listing


@pytest.fixture
def folder(tmp_path):
    for name in ["b.txt", "a.txt", "sub/c.txt.gz", "sub/c.json", ".hidden/d.txt", ".e.txt", "f.xyz"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    return tmp_path


def test_a_folder_is_listed_recursively_by_name_without_hidden_files(folder):
    assert [(Path(file.path).name, file.id) for file in list_inputs([str(folder)])] == [
        ("a.txt", "a"),
        ("b.txt", "b"),
        ("f.xyz", "f.xyz"),
        ("c.json", "sub/c.json"),
        ("c.txt.gz", "sub/c.txt.gz"),
    ]


def test_a_link_in_a_circle_stops_no_glob(folder):
    (folder / "self.txt").symlink_to("self.txt")
    listing = list_files([str(folder / "*.txt")], without=str(folder / "out"))
    assert [Path(path).name for path in listing["path"].to_pylist()] == ["a.txt", "b.txt", "self.txt"]


def test_a_glob_gives_ids_below_its_root(folder):
    assert [file.id for file in list_inputs([str(folder / "**" / "*.txt*")])] == ["a", "b", "sub/c"]


def test_a_folder_that_a_glob_matches_is_listed_as_a_folder_is(folder):
    assert list_inputs([str(folder / "*")]) == list_inputs([str(folder)])
    assert list_inputs([str(folder / "**")]) == list_inputs([str(folder)])


def test_a_folder_that_a_pattern_of_any_depth_matches_is_listed(tmp_path):
    for name in ("2024/a.txt", "x/2024/b.txt", "x/2024/2024/c.txt", "x/2023/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    pattern = str(tmp_path / "**" / "2024")
    assert [file.id for file in list_inputs([pattern])] == ["2024/a", "x/2024/2024/c", "x/2024/b"]
    listing = list_files([pattern], without=str(tmp_path / "x"))
    assert listing["id"].to_pylist() == ["2024/a"]


def test_a_file_is_listed_once_and_the_order_of_inputs_does_not_matter(folder):
    inputs = [str(folder / "b.txt"), str(folder), str(folder / "a.txt")]
    assert list_inputs(inputs) == list_inputs(inputs[::-1])
    assert len(list_inputs(inputs)) == 5


def test_files_of_two_folders_keep_distinct_ids(tmp_path):
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("x")
    ids = [file.id for file in list_inputs([str(tmp_path / "x"), str(tmp_path / "y")])]
    assert ids == [f"{tmp_path}/x/a.txt", f"{tmp_path}/y/a.txt"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.txt", "no such file or folder"),
        ("*.parquet", "the pattern matches no file"),
        ("f.xyz", "no reader for '.xyz'"),
    ],
)
def test_an_input_that_names_nothing_readable_is_refused(folder, name, reason):
    with pytest.raises(ReadError, match=reason):
        list_inputs([str(folder / name)])


# What a folder may hold


def test_what_is_no_file_is_named_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nothing")
    files = list_inputs([str(tmp_path)])
    reasons = [reason_of(list(read_articles(file))) for file in files]
    assert reasons[0] == "cannot be read: No such file or directory"
    assert reasons[1] == "cannot be read: not a file, or a folder that cannot be listed"


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.txt").write_text(TEXT)
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    _, closed = list_inputs([str(tmp_path)])
    assert reason_of(list(read_articles(closed))).startswith("cannot be read: not a file, or a folder")


def test_each_file_whose_name_is_no_text_is_read(tmp_path):
    names = (b"1?.txt", b"1\xfe.txt", b"1\xff.txt", b"1\\udcaa.txt")
    for name in names:
        (tmp_path / os.fsdecode(name)).write_text(f"{TEXT} {name!r}")
    articles = [item for file in list_inputs([str(tmp_path)]) for item in read_articles(file)]
    assert [article.id for article in articles] == ["1?", "1\\udcaa", "1\\udcfe", "1\\udcff"]
    assert [Path(article.path).name for article in articles] == [f"{article.id}.txt" for article in articles]
    assert {article.text.rpartition(" ")[2] for article in articles} == {repr(name) for name in names}
    (one,) = list_inputs([str(tmp_path / os.fsdecode(names[1]))])
    assert one.id == "1\\udcfe"


def test_a_listing_is_in_the_order_of_whole_paths(tmp_path):
    for name in ("a/b.txt", "a-b.txt", "a.txt", "a/a/c.txt", "b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    paths = [file.path for file in list_inputs([str(tmp_path)])]
    assert paths == sorted(paths)
    assert len(paths) == 5


def test_the_output_folder_is_left_out_by_any_name(tmp_path, monkeypatch):
    (tmp_path / "in" / "out").mkdir(parents=True)
    (tmp_path / "in" / "out" / "a.txt").touch()
    (tmp_path / "in" / "b.txt").touch()
    (tmp_path / "link").symlink_to(tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    for name in ("in", "link", str(tmp_path / "in"), "in/**/*.txt"):
        listing = list_files([name], without="in/out")
        assert [Path(path).name for path in listing["path"].to_pylist()] == ["b.txt"]


# Large files


LARGE = "".join(f"Line {n} – of some length, which is told apart from others.\n" for n in range(400))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_large_text_comes_in_stretches_that_make_up_the_whole(tmp_path, monkeypatch, encoding, name):
    monkeypatch.setattr(decoding, "MAX_STRETCH", 1001)
    text = LARGE if encoding != "utf-16" else LARGE[:3000]
    articles = read(tmp_path / name, ("A title\r\n\r\n" + text.replace("\n", "\r\n")).encode(encoding))
    assert len(articles) > 3
    assert "".join(article.text for article in articles) == "A title\n\n" + text
    assert {article.title for article in articles} == {"A title"}
    starts = [article.start for article in articles]
    assert starts == [0, *itertools.accumulate(len(article.text) for article in articles[:-1])]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"\xff\xfe\xfd", "not utf-8 all through: invalid start byte; save it as UTF-8"),
        (b"\0", "binary (it holds NUL bytes); expected text"),
    ],
)
def test_a_large_text_that_is_bad_at_its_end_is_set_aside_as_a_whole(tmp_path, monkeypatch, bad, reason):
    monkeypatch.setattr(decoding, "MAX_STRETCH", 1001)
    assert reason_of(read(tmp_path / "a.txt", LARGE.encode() + bad)) == reason


def test_cuts_of_lines_stay_where_they_are_when_lines_are_added(tmp_path):
    lines = "".join(json.dumps({"n": n, "text": "x" * (n * 7 % 90)}) + "\n" for n in range(300))
    for content in (lines, lines + lines, lines.rstrip("\n")):
        stream = io.BytesIO(content.encode())
        cuts = find_cuts(stream, "a.jsonl", size=len(content), limit=lambda place: 1000)
        assert all(content[cut - 1] == "\n" for cut in cuts[1:])
        assert max(b - a for a, b in itertools.pairwise([*cuts, len(content)])) < 1200
    first = find_cuts(io.BytesIO(lines.encode()), "a.jsonl", size=len(lines), limit=lambda place: 1000)
    longer = find_cuts(
        io.BytesIO((lines * 2).encode()), "a.jsonl", size=2 * len(lines), limit=lambda place: 1000
    )
    assert longer[: len(first)] == first


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_lines_whose_encoding_needs_a_mark_stay_whole(encoding):
    content = ("{}\n" * 1000).encode(encoding)
    assert find_cuts(io.BytesIO(content), "a.jsonl", size=len(content), limit=lambda place: 1000) == [0]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("A line\nOne. Two words", "A line\n"),
        ("One here. Two? Three words", "One here. Two? "),
        ("no end at all", "no end at "),
        ("endlessly", "endlessl"),
    ],
)
def test_a_stretch_ends_with_a_line_or_a_sentence_or_a_word(text, first):
    assert text[: decoding.find_cut(text, 0, len(text) - 1)] == first


def test_a_large_stretch_is_read_apart_from_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_MAX_HELD", 100)
    lines = [json.dumps({"text": letter * 200}).encode() + b"\n" for letter in "abc"]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(lines))
    stretch = InputFile(str(path), "a", start=len(lines[0]), stop=len(lines[0] + lines[1]))
    assert [article.text for article in read_articles(stretch)] == ["b" * 200]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl.gz", "a.txt", "a.parquet"])
def test_what_cannot_be_cut_stays_whole(name):
    assert find_cuts(io.BytesIO(b"no table" * 1000), name, size=8000, limit=lambda place: 1000) == [0]
