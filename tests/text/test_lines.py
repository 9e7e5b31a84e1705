from stance.text.lines import find_lines

WIRE = (
    "The navy said on Sunday that it would buy forty launches from a\n"
    "maker abroad, in a contract that the chamber has yet to approve\n"
    "and that the neighbours have asked it to give up.\n"
)


def lines_of(text):
    return [text[start:end] for start, end in find_lines(text)]


def test_every_kind_of_newline_ends_a_line():
    assert lines_of("a\nb\r\nc\rd\x85e\u2028f\fg") == list("abcdefg")


def test_hard_wrapped_lines_are_joined():
    assert lines_of(WIRE) == [WIRE.strip()]


def test_windows_line_ends_are_no_blank_lines():
    wire = WIRE.replace("\n", "\r\n")
    assert lines_of(wire) == [wire.strip()]


def test_a_blank_line_parts_paragraphs():
    assert lines_of(WIRE + "\n" + WIRE) == [WIRE.strip(), WIRE.strip()]


def test_an_indented_line_opens_a_paragraph():
    assert lines_of(WIRE + "   " + WIRE) == [WIRE.strip(), WIRE.strip()]


def test_a_short_line_before_a_wrapped_paragraph_stays_alone():
    assert lines_of("Navy buys launches\n" + WIRE) == ["Navy buys launches", WIRE.strip()]


def test_a_bullet_is_never_joined():
    text = WIRE + "- " + WIRE.replace("that it would", "it would") + "- third\n"
    assert [line[:2] for line in lines_of(text)] == ["Th", "- ", "- "]


def test_long_lines_are_paragraphs():
    paragraph = "the navy said " * 20
    assert lines_of(f"{paragraph}\n{paragraph}\n{paragraph}") == [paragraph.strip()] * 3
