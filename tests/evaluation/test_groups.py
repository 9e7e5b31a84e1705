import numpy as np

from stance.evaluation.groups import NO_CLUSTER, Ties, find_groups

ALONE = np.full(6, NO_CLUSTER)
ARTICLES = ["d", "d", "a", "c", "b", "a"]


def ties(article_clusters=ALONE, sentence_clusters=ALONE):
    return Ties(ARTICLES, np.asarray(article_clusters), np.asarray(sentence_clusters))


def test_sentences_of_one_article_are_one_group_numbered_by_article_id():
    assert find_groups(ties()).tolist() == [3, 3, 0, 2, 1, 0]


def test_near_copies_of_articles_are_one_group():
    assert find_groups(ties(article_clusters=[0, 0, 1, 2, 0, 1])).tolist() == [1, 1, 0, 2, 1, 0]


def test_ties_reach_through_others():
    groups = find_groups(
        ties(article_clusters=[0, 0, 1, 2, 0, 1], sentence_clusters=[NO_CLUSTER, 7, 7, 8, 9, 10])
    )
    assert groups.tolist() == [0, 0, 0, 1, 0, 0]


def test_groups_do_not_depend_on_the_order_of_rows():
    order = np.array([4, 0, 5, 3, 1, 2])
    clusters = np.array([0, 0, 1, 2, 0, 1])
    shuffled = Ties([ARTICLES[row] for row in order], clusters[order], ALONE)
    assert (find_groups(shuffled) == find_groups(ties(clusters))[order]).all()
