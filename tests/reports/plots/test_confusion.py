from xml.etree import ElementTree

from stance.reports.plots.confusion import draw_confusion


def test_confusion_is_shaded_by_share_of_the_row():
    svg = ElementTree.fromstring(
        draw_confusion([[3, 1, 0], [0, 0, 0]], ["pro", "contra"], title="linear").drawing
    )
    cells = [rect for rect in svg.iter("rect") if rect.get("class").startswith("cell")]
    assert [cell.get("fill-opacity") for cell in cells] == ["0.75", "0.25", "0.00", "0.00"]
    assert [cell.get("class") for cell in cells] == ["cell right", "cell wrong", "cell wrong", "cell right"]


def test_the_column_of_missing_predictions_is_shown_only_where_there_are_some():
    without = draw_confusion([[3, 1, 0], [0, 2, 0]], ["pro", "contra"], title="x")
    with_some = draw_confusion([[3, 1, 0], [0, 2, 5]], ["pro", "contra"], title="x")
    assert "none" not in without.spoken
    assert "gold contra: 0 pro, 2 contra, 5 none" in with_some.spoken
