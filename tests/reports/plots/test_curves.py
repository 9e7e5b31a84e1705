from xml.etree import ElementTree

import pytest

from stance.reports.plots.curves import HEIGHT, LEFT, TOP, WIDTH, Axis, Line, draw_curves


def parse(lines, x=Axis("x"), y=Axis("y"), **settings):  # noqa: B008 (frozen)
    return ElementTree.fromstring(draw_curves(lines, x, y, title="T", spoken="S", **settings).drawing)


def test_a_line_goes_through_its_points():
    svg = parse([Line("one", [(0, 0), (1, 1)])])
    (curve,) = svg.iter("path")
    assert curve.get("d") == f"M{LEFT:.1f} {TOP + HEIGHT:.1f}L{LEFT + WIDTH:.1f} {TOP:.1f}"


def test_a_scale_begins_and_ends_where_it_says():
    svg = parse([], x=Axis("articles", 0, 400))
    assert {"0", "100", "200", "300", "400", "articles"} <= {text.text for text in svg.iter("text")}


@pytest.mark.parametrize("has_diagonal", [True, False])
def test_the_diagonal_is_drawn_where_it_is_asked_for(has_diagonal):
    lines = [line.get("class") for line in parse([], has_diagonal=has_diagonal).iter("line")]
    assert ("diagonal" in lines) is has_diagonal


def test_dots_and_whiskers_stand_at_the_points_that_have_them():
    svg = parse([Line("one", [(0, 0.5), (1, 0.5)], has_dots=True, whiskers=[(0.4, 0.6), (None, None)])])
    assert len(list(svg.iter("circle"))) == 2
    assert sum("thin" in line.get("class") for line in svg.iter("line")) == 1


def test_a_line_without_points_is_not_drawn():
    assert not list(parse([Line("none", [])]).iter("path"))
