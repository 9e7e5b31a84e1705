import math

import numpy as np
import pytest

from stance.evaluation.intervals import percentile_interval, resample


def draw(counts, n_resamples=2000, seed=0):
    return resample(np.asarray(counts), n_resamples=n_resamples, generator=np.random.default_rng(seed))


def test_each_resample_holds_as_many_groups_as_there_are():
    assert (draw(np.ones((13, 1), dtype=np.int64), 450) == 13).all()


def test_columns_of_one_group_stay_together():
    counts = np.array([[1, 10], [2, 20], [5, 50]])
    drawn = draw(counts)
    assert (drawn[:, 1] == 10 * drawn[:, 0]).all()
    assert len(np.unique(drawn[:, 0])) > 3


def test_equal_seeds_draw_equal_groups_and_other_seeds_others():
    counts = np.arange(20).reshape(20, 1)
    assert (draw(counts) == draw(counts)).all()
    assert (draw(counts) != draw(counts, seed=1)).any()


def test_the_interval_of_a_mean_is_the_textbooks():
    values = np.random.default_rng(5).integers(0, 100, size=400)
    means = draw(values[:, None], 4000)[:, 0] / 400
    low, high = percentile_interval(means, n_groups=400)
    half_width = 1.96 * values.std() / math.sqrt(400)
    assert low == pytest.approx(values.mean() - half_width, abs=0.3)
    assert high == pytest.approx(values.mean() + half_width, abs=0.3)


def test_sentences_of_one_article_do_not_narrow_the_interval():
    articles = np.random.default_rng(6).integers(0, 2, size=(50, 1))
    copied = articles * 20
    low, high = percentile_interval(draw(articles)[:, 0] / 50, n_groups=50)
    assert percentile_interval(draw(copied)[:, 0] / 1000, n_groups=50) == pytest.approx((low, high))


def test_one_group_has_no_interval():
    assert all(math.isnan(end) for end in percentile_interval(np.array([0.4, 0.4]), n_groups=1))


def test_undefined_resamples_are_left_out():
    assert percentile_interval(np.array([0.2, math.nan, 0.2]), n_groups=3) == (0.2, 0.2)
    assert all(math.isnan(end) for end in percentile_interval(np.array([math.nan]), n_groups=3))


def test_no_resample_is_too_few():
    with pytest.raises(ValueError, match="n_resamples must be 1 or more, found 0"):
        resample(np.ones((3, 1)), n_resamples=0, generator=np.random.default_rng(0))
