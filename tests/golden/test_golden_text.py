"""Golden cases of cleaning and sentence splitting."""

import pytest

from stance.records import Article
from stance.text.cleaning import clean
from stance.text.sentences import split
from tests.golden.cleaning_cases import BOILERPLATE, PROSE
from tests.golden.sentence_cases import SENTENCES, TEXTS


@pytest.mark.parametrize(("text", "expected"), SENTENCES + TEXTS)
def test_text_is_cut_into_its_sentences(text, expected):
    sentences, dropped = split(Article("a", text))
    assert [sentence.text for sentence in sentences] == expected
    assert not dropped


@pytest.mark.parametrize(("line", "reason"), BOILERPLATE)
def test_boilerplate_is_dropped_with_its_reason(line, reason):
    text = f"The navy sailed on Friday.\n{line}\nIt has not come back."
    dropped = clean(text).dropped
    assert [(text[span.start : span.end], span.reason) for span in dropped] == [(line, reason)]


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_kept(line):
    text = f"The navy sailed on Friday.\n{line}\nIt has not come back."
    assert clean(text).dropped == ()
