from stance.evaluation.groups import NO_CLUSTER, find_groups
from stance.workflows.evaluating.ties import MIN_WORDS, is_long, tie_sentences
from tests.evaluation.examples import labelled

COPIED = "The council voted on Tuesday night to lay new rails along the whole of Harbour Street."
OTHERS = [
    "Nobody on the quay remembers when the last steamer left for the islands across the bay.",
    "A report by two engineers puts the cost of the bridge at nine million, or twice the estimate.",
    "Schools will open an hour later in winter, when the hill roads are often covered with ice.",
]


def test_articles_that_share_a_long_sentence_are_one_group():
    ties = tie_sentences(
        [
            labelled("a", 0, text=OTHERS[0]),
            labelled("a", 1, text=COPIED),
            labelled("b", 0, text=OTHERS[1]),
            labelled("b", 1, text=COPIED),
            labelled("c", 0, text=OTHERS[2]),
        ]
    )
    assert find_groups(ties).tolist() == [0, 0, 0, 0, 1]


def test_a_short_sentence_ties_nothing():
    short = " ".join(COPIED.split()[: MIN_WORDS - 1])
    ties = tie_sentences(
        [
            labelled("a", 0, text=short),
            labelled("a", 1, text=OTHERS[0]),
            labelled("b", 0, text=short),
            labelled("b", 1, text=OTHERS[1]),
        ]
    )
    assert ties.sentence_clusters.tolist()[0] == NO_CLUSTER
    assert find_groups(ties).tolist() == [0, 0, 1, 1]


def test_a_sentence_without_blanks_is_long_by_its_characters():
    copied = "市议会周二决定在港口街铺设新的电车轨道直到明年春天"
    ties = tie_sentences([labelled("a", 0, text=copied), labelled("b", 0, text=copied)])
    assert find_groups(ties).tolist() == [0, 0]
    assert not is_long(copied[:10])


def test_copied_articles_are_one_cluster():
    articles = {"a": OTHERS, "b": OTHERS, "c": [COPIED]}
    sentences = [
        labelled(name, i, text=text) for name, texts in articles.items() for i, text in enumerate(texts)
    ]
    clusters = tie_sentences(sentences).article_clusters.tolist()
    assert clusters[0] == clusters[3] != clusters[6]
