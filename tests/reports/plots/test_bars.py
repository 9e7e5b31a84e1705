from xml.etree import ElementTree

from stance.reports.plots.bars import Bar, draw_bars


def parse(plot):
    return ElementTree.fromstring(plot.drawing)


def test_a_bar_is_as_long_as_its_value():
    svg = parse(draw_bars([Bar("one", 0.5, 0.4, 0.6), Bar("two", 0.25, 0.2, 0.3)], title="F1"))
    widths = [float(rect.get("width")) for rect in svg.iter("rect")]
    assert widths[0] == 2 * widths[1]
    assert len(list(svg.iter("path"))) == 2


def test_bars_are_told_in_words():
    plot = draw_bars([Bar("one", 0.5, 0.4, 0.6), Bar("none", None, None, None)], title="F1")
    assert (plot.caption, plot.spoken) == ("F1", "one 0.500, interval 0.400 to 0.600; none undefined")


def test_an_undefined_value_has_no_bar_and_an_unknown_interval_no_whisker():
    svg = parse(draw_bars([Bar("none", None, None, None), Bar("one", 0.5, None, None)], title="F1"))
    assert len(list(svg.iter("rect"))) == 1
    assert not list(svg.iter("path"))


def test_names_are_escaped_and_long_ones_shortened():
    svg = parse(draw_bars([Bar('<b>"&', 0.1, None, None), Bar("a" * 40, 0.1, None, None)], title="F1"))
    words = [text.text for text in svg.iter("text")]
    assert '<b>"&' in words
    assert "a" * 18 + "…" in words
