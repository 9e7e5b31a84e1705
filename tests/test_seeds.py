"""The seed corpus against what its data card promises."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from stance.labelling.interchange import read_labels
from stance.taxonomy import read_taxonomy
from stance.text.near_duplicates import SENTENCES, cluster
from stance.text.readers import list_inputs, read_articles
from stance.text.sentences import split

SEEDS = Path(__file__).parents[1] / "seeds"
TAXONOMY = read_taxonomy("configs/taxonomies/arms-diplomacy.yaml")


@pytest.fixture(scope="module")
def gold():
    return read_labels(SEEDS / "labels.jsonl", TAXONOMY)


@pytest.fixture(scope="module")
def articles():
    found = {file.id: list(read_articles(file)) for file in list_inputs([str(SEEDS / "articles")])}
    assert all(len(read) == 1 for read in found.values())
    return {id: read[0] for id, read in found.items()}


@pytest.fixture(scope="module")
def plan():
    with (SEEDS / "plan.csv").open(encoding="utf-8", newline="") as file:
        return {row["article"]: row for row in csv.DictReader(file)}


def test_the_corpus_is_as_large_as_it_says(gold, articles):
    assert len(articles) >= 240
    assert len(gold) >= 4000


def test_each_article_is_planned_and_each_plan_written(articles, plan):
    assert set(plan) == set(articles)


def test_no_event_dominates(plan):
    ((_, most),) = Counter(row["event"] for row in plan.values()).most_common(1)
    assert most <= 0.04 * len(plan)


def test_labels_have_the_event_and_the_year_of_the_plan(gold, plan):
    for sentence in gold:
        planned = plan[sentence.article]
        assert (sentence.event, sentence.date) == (planned["event"], planned["year"])


def test_every_sentence_of_every_article_is_judged(articles):
    judged = {}
    with (SEEDS / "labels.jsonl").open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            judged.setdefault(record["article"], []).append((record["sentence"], record["text"]))
    for id, article in articles.items():
        sentences, _ = split(article)
        assert [(sentence.index, sentence.text) for sentence in sentences] == judged[id], id


def test_holders_stand_in_their_sentence(gold):
    for sentence in gold:
        for label in sentence.labels:
            neutral = label.stance == TAXONOMY.neutral_stance
            assert (label.holder is None) == neutral, sentence.key
            assert neutral or label.holder in ("author", "unknown") or label.holder in sentence.text, (
                sentence.key
            )


def test_a_third_of_the_articles_speak_of_no_topic(gold, articles):
    n_topics = Counter(sentence.article for sentence in gold if sentence.labels)
    negatives = [id for id in articles if n_topics[id] <= 1]
    assert len(negatives) >= len(articles) / 3


def test_three_sentences_in_five_of_relevant_articles_have_no_topic(gold):
    n_topics = Counter(sentence.article for sentence in gold if sentence.labels)
    relevant = [sentence for sentence in gold if n_topics[sentence.article] > 1]
    assert np.mean([not sentence.labels for sentence in relevant]) > 0.6


def test_near_duplicates_are_rare(gold):
    texts = [sentence.text for sentence in gold if len(sentence.text.split()) >= 8]
    assert len(texts) - len(np.unique(cluster(texts, SENTENCES))) < 0.01 * len(texts)


@pytest.mark.parametrize("name", ["first", "second"])
def test_each_pass_judged_every_sentence(gold, name):
    judged = {sentence.key for sentence in read_labels(SEEDS / "annotations" / f"{name}.jsonl", TAXONOMY)}
    assert judged == {sentence.key for sentence in gold}


def test_what_both_passes_say_is_what_was_adjudicated(gold):
    passes = [read_labels(SEEDS / "annotations" / f"{name}.jsonl") for name in ("first", "second")]
    first, second = ({s.key: answers(s) for s in one} for one in passes)
    agreed = [s for s in gold if first[s.key] == second[s.key]]
    assert len(agreed) > 0.85 * len(gold)
    assert all(answers(s) == first[s.key] for s in agreed)


def answers(sentence):
    return {(label.topic, label.stance) for label in sentence.labels}
