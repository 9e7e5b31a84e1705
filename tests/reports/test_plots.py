from xml.etree import ElementTree

from stance.reports.plots import Bar, draw_bars, draw_confusion


def parse(svg):
    return ElementTree.fromstring(svg)


def test_a_bar_is_as_long_as_its_value():
    svg = parse(draw_bars([Bar("one", 0.5, 0.4, 0.6), Bar("two", 0.25, 0.2, 0.3)], title="F1"))
    widths = [float(rect.get("width")) for rect in svg.iter("rect")]
    assert widths[0] == 2 * widths[1]
    assert len(list(svg.iter("path"))) == 2


def test_bars_are_told_in_words():
    svg = parse(draw_bars([Bar("one", 0.5, 0.4, 0.6), Bar("none", None, None, None)], title="F1"))
    assert svg.get("aria-label") == "F1. one 0.500, interval 0.400 to 0.600; none undefined"


def test_an_undefined_value_has_no_bar_and_an_unknown_interval_no_whisker():
    svg = parse(draw_bars([Bar("none", None, None, None), Bar("one", 0.5, None, None)], title="F1"))
    assert len(list(svg.iter("rect"))) == 1
    assert not list(svg.iter("path"))


def test_names_are_escaped_and_long_ones_shortened():
    svg = parse(draw_bars([Bar('<b>"&', 0.1, None, None), Bar("a" * 40, 0.1, None, None)], title="F1"))
    words = [text.text for text in svg.iter("text")]
    assert '<b>"&' in words
    assert "a" * 18 + "…" in words


def test_confusion_is_shaded_by_share_of_the_row():
    svg = parse(draw_confusion([[3, 1, 0], [0, 0, 0]], ["pro", "contra"], title="linear"))
    cells = [rect for rect in svg.iter("rect") if rect.get("class").startswith("cell")]
    assert [cell.get("fill-opacity") for cell in cells] == ["0.75", "0.25", "0.00", "0.00"]
    assert [cell.get("class") for cell in cells] == ["cell right", "cell wrong", "cell wrong", "cell right"]


def test_the_column_of_missing_predictions_is_shown_only_where_there_are_some():
    without = draw_confusion([[3, 1, 0], [0, 2, 0]], ["pro", "contra"], title="x")
    with_some = draw_confusion([[3, 1, 0], [0, 2, 5]], ["pro", "contra"], title="x")
    assert "none" not in without
    assert "gold contra: 0 pro, 2 contra, 5 none" in with_some
