import gzip
import json
import os
import time
from pathlib import Path

import pytest

from stance.text.cleaning import clean, find_reason


def dropped_of(text):
    return [(text[span.start : span.end], span.reason) for span in clean(text).dropped]


def test_kept_and_dropped_spans_hold_every_line_in_order():
    text = "  The navy sailed.\n\nAdvertisement\n It did not return. "
    cleaned = clean(text)
    assert [text[start:end] for start, end in cleaned.kept] == ["The navy sailed.", "It did not return."]
    assert dropped_of(text) == [("Advertisement", "advertisement")]


def test_a_link_label_takes_the_headlines_under_it_along():
    text = "The navy sailed.\nRelated article\nChile says that it will not be idle\nIt did not return."
    assert [reason for _, reason in dropped_of(text)] == ["related-link", "related-link"]


def test_prose_under_a_link_label_is_kept():
    text = "Read more\nThe navy sailed with four ships on Friday."
    assert dropped_of(text) == [("Read more", "related-link")]


def test_a_long_headline_in_capitals_amid_an_article_is_dropped():
    link = "CHILE SAYS THAT IT WILL NOT BE IDLE"
    assert dropped_of(f"The navy sailed.\n{link}\nIt is back.\nIt ate.") == [(link, "related-link")]


def test_an_article_in_capitals_is_kept():
    assert dropped_of("PERU BUYS FORTY TANKS FROM A MAKER\nCHILE SAYS THAT IT WILL NOT BE IDLE") == []


def test_a_menu_is_dropped():
    text = "World\nAmericas\nHot Topics\nMarkets\nThe navy sailed on Friday."
    assert [reason for _, reason in dropped_of(text)] == ["navigation"] * 4


def test_a_list_that_a_colon_announces_is_kept():
    assert dropped_of("The buyers are:\nPeru\nChile\nNorway\nBrazil") == []


def test_short_lines_before_the_first_and_after_the_last_sentence_are_dropped():
    text = (
        "Lima buys tanks\nAna Paz Ode\nThe navy sailed.\nPort\nIt ate.\nIt sat.\nSo?\nWhat the harbour costs"
    )
    assert dropped_of(text) == [("Ana Paz Ode", "byline"), ("What the harbour costs", "sign-off")]


@pytest.mark.parametrize(
    "title",
    [
        "Watch: US warns Kim will pay a price",
        "Sources: US to sell F-16s to Turkey",
        "Like US, Japan voices alarm at the deal",
        "Tell US to stop arming Taiwan, Beijing urges EU",
    ],
)
def test_a_title_is_kept_that_reads_like_a_link(title):
    assert dropped_of(f"{title}\nThe navy sailed.") == []


def test_a_link_amid_an_article_is_dropped_where_its_title_would_be_kept():
    link = "Watch: US warns Kim will pay a price"
    assert dropped_of(f"The navy sailed.\n{link}\nIt ate.") == [(link, "related-link")]


@pytest.mark.parametrize(
    "credit",
    [
        "Correction: An earlier version of this article was wrong",
        "Photo: Ann Lee of the Coast Guard",
        "Source: Ministry of Defence of the Republic of Peru",
    ],
)
def test_a_credit_is_dropped_even_where_a_text_begins_with_it(credit):
    assert dropped_of(f"{credit}\nThe navy sailed.") == [(credit, "credit")]


@pytest.mark.parametrize(
    "line",
    [
        "Support from the US Congress may yet save the sale of F-35s to the Emirates.",
        "Join US sanctions on North Korea, Seoul urges Tokyo",
    ],
)
def test_the_country_is_not_taken_for_the_newsroom(line):
    assert find_reason(line, 0, len(line)) is None


@pytest.mark.parametrize(
    "line",
    ["Support us", "TELL US WHAT YOU THINK", "Follow us on Twitter", "What next? Tell us in the comments"],
)
def test_calls_to_the_reader_are_dropped(line):
    assert find_reason(line, 0, len(line)) == "share-prompt"


def test_a_list_of_headlines_is_kept():
    assert dropped_of("Lima buys tanks\nChile waits\nWho pays?\nOslo sells radars\nPeru will pay") == []


def test_a_list_that_a_colon_announces_at_the_end_is_kept():
    assert dropped_of("The navy sailed.\nIt took along:\nforty tanks\nTwo radars") == []


def test_a_line_that_no_rule_knows_is_prose():
    assert find_reason("The navy sailed.", 0, 16) is None


@pytest.mark.skipif(
    "STANCE_DATA" not in os.environ, reason="STANCE_DATA does not name the folder of public data"
)
def test_real_pages_lose_their_boilerplate_and_keep_their_prose():
    path = Path(os.environ["STANCE_DATA"], "real_news_dev", "sentences.jsonl.gz")
    articles = {}
    for record in map(json.loads, gzip.decompress(path.read_bytes()).splitlines()):
        articles.setdefault(record["article"], []).append(
            (" ".join(record["text"].split()), record["boilerplate"])
        )
    n_found = n_boilerplate = n_wrong = 0
    for lines in articles.values():
        text = "\n\n".join(line for line, _ in lines)
        dropped = {line for line, _ in dropped_of(text)}
        n_boilerplate += sum(is_boilerplate for _, is_boilerplate in lines)
        n_found += sum(line in dropped for line, is_boilerplate in lines if is_boilerplate)
        n_wrong += sum(line in dropped for line, is_boilerplate in lines if not is_boilerplate)
    assert n_found >= 0.85 * n_boilerplate
    assert n_wrong <= 3


NAMES = ["World", "Africa", "Americas", "Asia", "Europe", "Markets", "Sports", "Opinion", "Business"]


@pytest.mark.parametrize("cue", ["", "By ", "Subscribe ", "Photo: ", "Posted "])
@pytest.mark.parametrize("separator", [" · ", " | ", " > ", ", ", " - ", " 12:30 | ", "' ", " and "])
def test_a_line_of_many_parts_is_judged_at_once(cue, separator):
    started = time.perf_counter()
    for names in (NAMES, ["Anna"] * 9, ["12:30"] * 9):
        for end in ("", " ·", " |", " !", "'"):
            line = f"{cue}{separator.join(names * 4)}{end}"
            for length in (120, 200, len(line)):
                find_reason(line[:length], 0, length)
    assert time.perf_counter() - started < 5  # minutes, where a rule can share the parts out in many ways


@pytest.mark.parametrize("end", ["", ".", "!", " ·"])
def test_a_long_word_is_judged_at_once(end):
    started = time.perf_counter()
    find_reason(f"Source: {'a' * 60}{end}", 0, 68 + len(end))
    assert time.perf_counter() - started < 5
