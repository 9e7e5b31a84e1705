import gzip
import json
import math
import re
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from stance.errors import DataError, ReadError
from stance.labelling.interchange import read_labels, read_sentences, to_record, write_labels
from stance.records import Abstained, Label, LabelledSentence
from tests.evaluation.examples import TOWN, labelled

SENTENCES = [
    LabelledSentence(
        "a", 0, "One “quoted” line.", (Label("trams", "pro", "the mayor", 0.8),), "gold", "Title"
    ),
    LabelledSentence("a", 1, "Two.", (), "gold", "Title", previous="One “quoted” line."),
    LabelledSentence("b", 0, "Three.", (Label("parks", "open"), Label("trams", "contra")), "gold"),
    LabelledSentence(
        "c",
        0,
        "Four.",
        (Label("parks", "pro", probability=0.9),),
        "model:x",
        abstained=(
            Abstained(Label("trams", "pro", None, 0.6, {"pro": 0.5, "open": 0.5}), "confidence below 0.5"),
        ),
    ),
]


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.jsonl.gz"])
def test_what_is_written_is_read_back(tmp_path, name):
    assert write_labels(tmp_path / name, SENTENCES) == 4
    assert read_labels(tmp_path / name, TOWN) == SENTENCES


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.jsonl.gz"])
def test_labels_are_written_whole_or_not_at_all(tmp_path, name):
    def fail_midway():
        yield SENTENCES[0]
        raise ZeroDivisionError

    write_labels(tmp_path / name, SENTENCES)
    with pytest.raises(ZeroDivisionError):
        write_labels(tmp_path / name, fail_midway())
    assert read_labels(tmp_path / name, TOWN) == SENTENCES
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_compressed_file_says_nothing_of_when_and_under_which_name_it_was_written(tmp_path, monkeypatch):
    for hour, name in enumerate(["one.jsonl.gz", "two.jsonl.gz"]):
        monkeypatch.setattr("time.time", lambda hour=hour: 3600.0 * hour)
        write_labels(tmp_path / name, SENTENCES)
    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()


def test_what_is_known_of_the_article_travels_with_the_sentence(tmp_path):
    known = replace(SENTENCES[0], outlet="Gazette", date="2024-05-17", event="tram vote")
    write_labels(tmp_path / "x.jsonl", [known])
    assert json.loads((tmp_path / "x.jsonl").read_text()).keys() >= {"title", "outlet", "date", "event"}
    assert read_labels(tmp_path / "x.jsonl") == [known]


def test_a_label_may_have_a_target_of_its_own(tmp_path):
    labels = (Label("trams", "pro", target="line 7"),)
    write_labels(tmp_path / "x.jsonl", [replace(SENTENCES[0], labels=labels)])
    assert read_labels(tmp_path / "x.jsonl", TOWN)[0].labels == labels


def test_a_folder_of_parts_is_read_in_name_order(tmp_path):
    write_labels(tmp_path / "part-1.jsonl", SENTENCES[2:])
    write_labels(tmp_path / "part-0.jsonl", SENTENCES[:2])
    assert read_labels(tmp_path) == SENTENCES


def test_of_a_folder_of_scores_the_labels_are_read(tmp_path):
    (tmp_path / "labels").mkdir()
    write_labels(tmp_path / "labels" / "part-0.jsonl", SENTENCES)
    (tmp_path / "ledger.jsonl").write_text('{"block": 0}\n', encoding="utf-8")
    (tmp_path / "run.json").write_text('{"finished": true}', encoding="utf-8")
    assert read_labels(tmp_path) == SENTENCES


def test_a_folder_of_label_files_may_have_a_folder_beside_them(tmp_path):
    (tmp_path / "labels").mkdir()
    write_labels(tmp_path / "labels" / "draft.jsonl", SENTENCES[:1])
    write_labels(tmp_path / "mine.jsonl", SENTENCES)
    assert read_labels(tmp_path) == SENTENCES


def test_the_sentence_before_is_of_the_same_article_whoever_judged_it(tmp_path):
    sentences = [labelled("a", 1), labelled("a", 0), labelled("b", 0), labelled("a", 1, annotator="other")]
    (tmp_path / "x.jsonl").write_text("\n".join(json.dumps(to_record(one)) for one in sentences))
    before = "Sentence 0 of article a."
    assert [s.previous for s in read_labels(tmp_path / "x.jsonl")] == [before, "", "", before]


def test_a_record_may_say_that_nothing_stands_before(tmp_path):
    path = tmp_path / "x.jsonl"
    records = [{"article": "a", "sentence": n, "text": "t", "labels": [], "previous": ""} for n in (0, 1)]
    path.write_text("\n".join(map(json.dumps, records)))
    assert [sentence.previous for sentence in read_labels(path)] == ["", ""]
    assert [sentence.previous for sentence in read_sentences(path)[0]] == ["", ""]
    write_labels(tmp_path / "again.jsonl", read_labels(path))
    assert read_labels(tmp_path / "again.jsonl") == read_labels(path)


def test_nan_in_a_record_is_a_gap(tmp_path):
    record = {"article": "a", "text": "t", "labels": [], "previous": math.nan, "title": math.nan}
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(json.dumps({**record, "sentence": n}) for n in (0, 1)))
    assert [(one.title, one.previous) for one in read_labels(path)] == [("", ""), ("", "t")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_of_sentences_may_be_parted_by_other_marks(tmp_path, delimiter):
    (tmp_path / "x.csv").write_text(delimiter.join(["article", "sentence", "text\na", "3", "It ran.\n"]))
    sentences, errors = read_sentences(tmp_path / "x.csv")
    assert not errors
    assert [(one.key, one.text) for one in sentences] == [(("a", 3), "It ran.")]


def test_holders_that_are_no_words_of_their_sentence_are_counted(tmp_path, caplog):
    holders = ["The Mayor", "author", "unknown", "the town's mayor"]
    records = [
        {"article": "1", "sentence": n, "text": "the mayor spoke", "annotator": "", "labels": [label]}
        for n, holder in enumerate(holders)
        for label in [{"topic": "bread", "stance": "favor", "holder": holder}]
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert len(read_labels(tmp_path / "a.jsonl")) == 4
    assert "of 4 holders, 1 not in the sentence, as \"the town's mayor\" in article '1'" in caplog.text


def test_a_sentence_before_that_is_not_in_the_file_is_kept(tmp_path):
    sentences = [
        LabelledSentence("a", number, f"{number}.", (), "gold", previous=previous)
        for number, previous in ((1, "0."), (2, "1."), (7, "6."))
    ]
    write_labels(tmp_path / "x.jsonl", sentences)
    assert read_labels(tmp_path / "x.jsonl") == sentences


def test_boilerplate_lines_are_left_out(tmp_path):
    path = tmp_path / "x.jsonl"
    lines = [
        {"article": "a", "sentence": n, "text": "t", "labels": [], "boilerplate": n == 0} for n in (0, 1)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    assert [sentence.sentence for sentence in read_labels(path)] == [1]


@pytest.mark.parametrize("name", ["x.csv", "x.CSV", "x.csv.gz", "x.CSV.GZ"])
def test_a_row_of_another_width_is_set_aside(tmp_path, name):
    content = b"article,sentence,text\na,0,It denies it, and threatens.\na,1,Whole.\n"
    (tmp_path / name).write_bytes(gzip.compress(content) if name.lower().endswith(".gz") else content)
    (whole,), (wrong,) = read_sentences(tmp_path / name)
    assert wrong.reason == "found 4 values, expected 3: ['article', 'sentence', 'text']"
    assert (whole.text, whole.sentence) == ("Whole.", 1)


def test_a_quote_that_is_not_closed_swallows_no_rows_in_silence(tmp_path):
    (tmp_path / "x.csv").write_text('article,sentence,text\na,0,Whole.\na,1,"It said.\na,2,More.\n')
    (whole,), (error,) = read_sentences(tmp_path / "x.csv")
    assert whole.text == "Whole."
    assert "unexpected end of data" in error.reason


@pytest.mark.parametrize(("name", "n_lost"), [("x.jsonl", 0), ("x.csv", 1)])
def test_a_byte_that_is_not_utf_8_costs_its_own_record_alone(tmp_path, name, n_lost):
    texts = ["Whole.", "A caf\xe9.", "More."]
    if name == "x.csv":
        lines = ["article,sentence,text", *(f"a,{number},{text}" for number, text in enumerate(texts))]
    else:
        lines = [f'{{"article": "a", "sentence": {n}, "text": "{text}"}}' for n, text in enumerate(texts)]
    (tmp_path / name).write_bytes("\n".join(lines).encode("latin-1"))
    sentences, (error,) = read_sentences(tmp_path / name)
    assert [one.text for one in sentences] == ["Whole.", "More."]
    assert (error.line, error.reason[:9]) == (2 + n_lost, "not UTF-8")


def test_a_row_that_is_not_csv_costs_itself_alone(tmp_path):
    (tmp_path / "x.csv").write_text('article,sentence,text\na,0,Whole.\na,1,"bad " q"\na,2,More.\na,3,End.\n')
    sentences, (error,) = read_sentences(tmp_path / "x.csv")
    assert [one.text for one in sentences] == ["Whole.", "More.", "End."]
    assert error.line == 3


def test_label_files_of_a_folder_are_found_whatever_the_case_of_their_names(tmp_path):
    write_labels(tmp_path / "a.jsonl", [labelled("a", 0)])
    (tmp_path / "a.jsonl").rename(tmp_path / "A.JSONL")
    write_labels(tmp_path / "b.jsonl", [labelled("b", 0)])
    assert len(read_labels(tmp_path)) == 2


@pytest.mark.parametrize("probability", ["0.5", math.nan, 2])
def test_a_probability_that_is_none_is_refused_without_a_taxonomy_too(tmp_path, probability):
    label = {"topic": "trams", "stance": "pro", "probability": probability}
    record = {"article": "a", "sentence": 0, "text": "It ran.", "labels": [label]}
    (tmp_path / "x.jsonl").write_text(json.dumps(record))
    with pytest.raises(ReadError, match="a probability must be a number from 0 to 1"):
        read_labels(tmp_path / "x.jsonl")


def test_json_lines_are_told_by_the_end_of_the_name(tmp_path):
    (tmp_path / "x.csv.jsonl").write_text('{"article": "a", "sentence": 0, "text": "One.\\r\\nTwo."}\n')
    (one,), _ = read_sentences(tmp_path / "x.csv.jsonl")
    assert one.text == "One.\nTwo."


@pytest.mark.parametrize(("said", "n_read"), [("False", 1), ("false", 1), ("0.0", 1), ("", 1), ("True", 0)])
def test_boilerplate_may_be_said_in_words(tmp_path, said, n_read):
    path = tmp_path / "x.csv"
    path.write_text(f"article,sentence,text,boilerplate\na,0,t,{said}\n")
    assert len(read_sentences(path)[0]) == n_read


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ('{"article": "a"', r"x.jsonl, line 2: not JSON"),
        (
            '{"article": "a", "sentence": 0, "text": "t", "labels": [], "boilerplate": "perhaps"}',
            r"line 2: 'boilerplate' must be true or false, found 'perhaps'",
        ),
        (
            '{"article": "a", "sentence": 0, "text": "t", '
            '"labels": [{"topic": "trams", "stance": "pro", "target": ""}]}',
            r"line 2: a label's 'target' must be a text, found ''",
        ),
        (
            '{"article": "a", "sentence": 0, "text": "t", '
            '"labels": [{"topic": "trams", "stance": "pro", "holder": 5}]}',
            r"line 2: a label's 'holder' must be a text, found 5",
        ),
        ("[1]", r"line 2: expected a JSON object, found list"),
        *(
            (
                f'{{"article": "a", {number}"text": "t", "labels": []}}',
                rf"line 2: 'sentence' must be a whole number, found {found}",
            )
            for number, found in (("", "None"), ('"sentence": true, ', "True"))
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", "labels": [{"topic": "buses", "stance": "pro"}]}',
            r"line 2: unknown topic 'buses'; town has \['trams', 'parks'\]",
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", "labels": [{"topic": "trams", "stance": "yes"}]}',
            r"line 2: unknown stance 'yes' of 'trams'",
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", "labels": [{"topic": "trams"}]}',
            r"line 2: a label needs 'topic' and 'stance', both texts, found",
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", "labels": [{"topic": "trams", "stance": ["pro"]}]}',
            r"line 2: a label needs 'topic' and 'stance', both texts, found",
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", '
            '"labels": [{"topic": "trams", "stance": "pro", "stance_probabilities": [1]}]}',
            r"line 2: stance_probabilities must map stances to numbers, found \[1\]",
        ),
        *(
            (
                '{"article": "a", "sentence": 1, "text": "t", '
                f'"labels": [{{"topic": "trams", "stance": "pro", "stance_probabilities": {nothing}}}]}}',
                rf"line 2: stance_probabilities must map stances to numbers, found {re.escape(nothing)}",
            )
            for nothing in ("0", "[]")
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", '
            '"labels": [{"topic": "trams", "stance": "pro", "probability": ""}]}',
            r"line 2: a probability must be a number from 0 to 1, found ''",
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", "labels": [], "abstained": {}}',
            r"line 2: 'abstained' must be a list of labels, found \{\}",
        ),
        (
            '{"article": "a", "sentence": 1, "text": "t", "labels": [{"topic": "trams", "stance": "pro"}], '
            '"abstained": [{"topic": "trams", "stance": "open", "reason": "doubt"}]}',
            r"line 2: a topic is given twice: \['trams', 'trams'\]",
        ),
    ],
)
def test_a_wrong_record_is_named_with_its_line(tmp_path, record, message):
    path = tmp_path / "x.jsonl"
    path.write_text('{"article": "a", "sentence": 0, "text": "t", "labels": []}\n' + record + "\n")
    with pytest.raises(ReadError, match=message):
        read_labels(path, TOWN)


def test_wrong_records_are_named_at_once_by_their_reasons(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"article": "a", "sentence": 0, "text": "t", "labels": []}\n[1]\n"x"\n{}\n[2]\noops\n')
    with pytest.raises(ReadError) as raised:
        read_labels(path)
    assert raised.value.line == 2
    assert str(raised.value).splitlines() == [
        f"{path}, line 2: expected a JSON object, found list (2 records)",
        f"{path}, line 3: expected a JSON object, found str",
        f"{path}, line 4: 'article' must be a text, found None",
        f"{path}, line 6: not JSON: Expecting value: line 1 column 1 (char 0)",
    ]
    path.write_text("\n".join(f'{{"article": {number}}}' for number in range(13)))
    with pytest.raises(ReadError, match=r"found 9\nand 3 records more$"):
        read_labels(path)


def test_a_file_without_records_is_an_error(tmp_path):
    (tmp_path / "x.jsonl").write_text("\n")
    with pytest.raises(DataError, match="holds no labelled sentence"):
        read_labels(tmp_path / "x.jsonl")


def test_a_missing_file_and_an_unknown_suffix_are_errors(tmp_path):
    with pytest.raises(ReadError, match="no such file or folder"):
        read_labels(tmp_path / "none.jsonl")
    (tmp_path / "x.txt").write_text("x")
    with pytest.raises(ReadError, match="not a file of labels or sentences by its name"):
        read_labels(tmp_path / "x.txt")


def test_a_corrupt_file_is_an_error(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1 not really")
    (tmp_path / "x.jsonl.gz").write_bytes(gzip.compress(b'{"article": "a"}' * 99)[:-9])
    for name in ("x.parquet", "x.jsonl.gz"):
        with pytest.raises(ReadError, match="cannot be read"):
            read_labels(tmp_path / name)


def test_sentences_without_labels_are_read_and_bad_ones_named(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"article": "a", "sentence": 0, "text": "t"}\nnope\n{"article": "a", "sentence": 2, "text": "u"}'
    )
    (first, last), (bad,) = read_sentences(path)
    assert (first.text, bad.line, last.sentence) == ("t", 2, 2)


def test_sentences_come_from_csv_with_their_numbers(tmp_path):
    (tmp_path / "x.csv").write_text('article,sentence,text\na,3,"t, with comma"\n')
    (sentence,), _ = read_sentences(tmp_path / "x.csv")
    assert (sentence.sentence, sentence.text) == (3, "t, with comma")


def test_a_parquet_file_has_the_declared_columns(tmp_path):
    from stance.labelling.interchange import LABEL_SCHEMA

    rows = [{"article": "a", "sentence": 0, "text": "t", "labels": [{"topic": "trams", "stance": "pro"}]}]
    import pyarrow as pa

    pq.write_table(pa.Table.from_pylist(rows, schema=LABEL_SCHEMA), tmp_path / "x.parquet")
    (sentence,) = read_labels(tmp_path / "x.parquet", TOWN)
    assert sentence.labels == (Label("trams", "pro"),)
