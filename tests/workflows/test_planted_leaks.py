"""Light rewrites of known sentences, planted across a split, are found and kept together."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from stance.config import SplitConfig
from stance.evaluation.audit import audit
from stance.evaluation.splits import Split
from stance.labelling.interchange import read_labels
from stance.taxonomy import read_taxonomy
from stance.workflows.evaluating.ties import MIN_WORDS, tie_sentences
from stance.workflows.training.splitting import plan_split
from stance.workflows.training.training_data import TrainingData

N_PLANTED = 200
TAXONOMY = read_taxonomy("configs/taxonomies/arms-diplomacy.yaml")
OTHER_WORDS = {
    "said": "stated",
    "would": "will",
    "the": "this",
    "on": "upon",
    "but": "yet",
    "has": "had",
    "a": "one",
}


def swap_neighbours(words: list[str], dice: random.Random) -> list[str]:
    place = dice.randrange(len(words) - 1)
    return [*words[:place], words[place + 1], words[place], *words[place + 2 :]]


def change_a_word(words: list[str], dice: random.Random) -> list[str]:
    places = [place for place, word in enumerate(words) if word in OTHER_WORDS]
    place = dice.choice(places or range(len(words)))
    return [*words[:place], OTHER_WORDS.get(words[place], "other"), *words[place + 1 :]]


def drop_a_clause(words: list[str], dice: random.Random) -> list[str]:
    """The shortest stretch between commas, or the last fifth."""
    clauses = re.split(r", ", " ".join(words))
    shortest = min(clauses, key=len)
    if len(clauses) > 1 and len(shortest.split()) <= 0.3 * len(words):
        clauses.remove(shortest)
        return ", ".join(clauses).split()
    return words[: -max(1, len(words) // 5)]


def add_a_word(words: list[str], dice: random.Random) -> list[str]:
    place = dice.randrange(len(words))
    return [*words[:place], dice.choice(["reportedly", "also", "now", "clearly"]), *words[place:]]


def change_punctuation(words: list[str], dice: random.Random) -> list[str]:
    return re.sub(r"[,;:“”\"'’]", "", " ".join(words)).rstrip(".").upper().split()


def say_who(words: list[str], dice: random.Random) -> list[str]:
    return [*words, "officials", "said."] if dice.random() < 0.5 else ["Meanwhile,", *words]


REWRITES: list[Callable[[list[str], random.Random], list[str]]] = [
    swap_neighbours,
    change_a_word,
    drop_a_clause,
    add_a_word,
    change_punctuation,
    say_who,
]


@pytest.fixture(scope="module")
def planted():
    """2,000 seed sentences, then 200 of them again, each rewritten twice, in articles of their own."""
    dice = random.Random(5)
    known = [s for s in read_labels("seeds/labels.jsonl", TAXONOMY) if len(s.text.split()) >= MIN_WORDS][
        :2000
    ]
    copies, originals = [], dice.sample(range(len(known)), N_PLANTED)
    for number, row in enumerate(originals):
        words = known[row].text.split()
        for rewrite in dice.sample(REWRITES, 2):
            words = rewrite(words, dice)
        copies.append(replace(known[row], article=f"planted {number}", sentence=0, text=" ".join(words)))
    return [*known, *copies], originals


def test_at_least_95_in_100_are_found(planted):
    sentences, originals = planted
    n_known = len(sentences) - N_PLANTED
    clusters = tie_sentences(sentences).sentence_clusters
    found = clusters[originals] == clusters[n_known:]
    assert found.mean() >= 0.95
    assert len(np.unique(clusters[:n_known])) >= 0.999 * n_known  # and nothing else is taken for a copy


def test_the_audit_counts_them(planted):
    sentences, _ = planted
    split = Split.by(np.arange(len(sentences)) >= len(sentences) - N_PLANTED)
    found = audit([split], sentences, tie_sentences(sentences))
    (leak,) = [finding for finding in found.leaks if finding.code == "near_duplicate_sentences"]
    assert len(found.leaked) >= 0.95 * N_PLANTED
    assert leak.explanation.startswith(f"{len(found.leaked)} of {N_PLANTED} articles")
    assert len(leak.examples) == 3


def test_none_is_left_after_grouping(planted):
    sentences, originals = planted
    n = len(sentences)
    data = TrainingData.of(sentences)
    ties = tie_sentences(sentences)
    plan = plan_split(SplitConfig(), data, ties, TAXONOMY, seed=1)
    splits = [plan.split, *map(plan.to_data_rows, plan.folds)]
    assert not audit(splits, sentences, ties).leaks
    clusters, copies = ties.sentence_clusters, np.arange(n - N_PLANTED, n)
    found = clusters[originals] == clusters[copies]
    for split in splits:
        for part in (split.train, split.test):
            assert (np.isin(originals, part) == np.isin(copies, part))[found].all()
