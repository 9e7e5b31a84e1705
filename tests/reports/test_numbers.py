from stance.reports.numbers import (
    format_difference,
    format_number,
    format_seconds,
    format_share,
    format_size,
    title_of,
)


def test_numbers_are_set_as_in_print():
    assert format_number(None) == "–"
    assert format_number(0.5) == "0.500"
    assert format_difference(-0.25) == "−0.250"
    assert format_difference(0.25) == "+0.250"
    assert format_difference(-0.0) == format_difference(-0.0001) == "+0.000"


def test_a_share_is_none_or_all_only_if_it_is():
    shares = [0, 0.004, 0.5, 0.996, 1, None]
    assert [format_share(share) for share in shares] == [
        "0\u00a0%",
        "<1\u00a0%",
        "50\u00a0%",
        ">99\u00a0%",
        "100\u00a0%",
        "–",
    ]


def test_sizes_and_times_are_in_the_unit_that_one_would_say():
    assert [format_size(size) for size in (12, 3456, 7.8e6, 9.1e9)] == [
        "12\u00a0B",
        "3.46\u00a0kB",
        "7.8\u00a0MB",
        "9.1\u00a0GB",
    ]
    assert [format_seconds(time) for time in (0.04, 8.26, 95, 600, 9000)] == [
        "0.04\u00a0s",
        "8.3\u00a0s",
        "95\u00a0s",
        "10\u00a0min",
        "2.5\u00a0h",
    ]


def test_a_metric_has_a_title():
    assert title_of("end_to_end_f1_micro") == "End-to-end F1 micro"
