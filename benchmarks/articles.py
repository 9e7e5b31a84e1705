"""Folders of articles for benchmarks: layouts and sentences of the seed corpus, lightly varied."""

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sentencex import segment

SEEDS = Path(__file__).resolve().parent.parent / "seeds"

WRAPPED_WIDTH = 120  # a seed article with no longer line is hard-wrapped: its lines are no paragraphs
SHORT_LINE = 8  # words; shorter lines are mostly boilerplate, which real pages repeat word for word
NEW_NAMES = 0.25  # share of names never seen: 6,000 articles hold 100,000 distinct words, no gift to a cache
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_DIGIT = re.compile(r"\d")

Layout = Sequence[Sequence[str]]
"""An article as its lines, a line as its sentences."""


def make_articles(folder: Path, *, n_articles: int, seed: int) -> None:
    """Write articles with the layouts of seed articles and sentences drawn, lightly varied, from all."""
    layouts = list(read_layouts())
    generator = random.Random(seed)
    titles = [layout[0][0] for layout in layouts]
    lone = [line[0] for layout in layouts for line in layout[1:] if len(line) == 1]
    prose = [sentence for layout in layouts for line in layout[1:] if len(line) > 1 for sentence in line]
    words = [word for sentence in prose for word in sentence.split() if word.isalpha() and word.islower()]
    names = sorted({name for sentence in prose for name in _NAME.findall(sentence)})
    for number in range(n_articles):
        layout = generator.choice(layouts)
        drawn = [[generator.choice(titles)]]
        drawn += [generator.choices(lone if len(line) == 1 else prose, k=len(line)) for line in layout[1:]]
        lines = [" ".join(vary(sentence, words, names, generator) for sentence in line) for line in drawn]
        (folder / f"a{number:07}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def read_layouts() -> Iterator[Layout]:
    """Seed articles whose lines are paragraphs."""
    for path in sorted((SEEDS / "articles").glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        if max(map(len, lines)) > WRAPPED_WIDTH:
            yield [[sentence.strip() for sentence in segment("en", line)] for line in lines]


def vary(sentence: str, words: Sequence[str], names: Sequence[str], generator: random.Random) -> str:
    """Other numbers, other names and one other word; a short line stays as it is."""
    changed = sentence.split(" ")
    if len(changed) < SHORT_LINE:
        return sentence
    places = [place for place, word in enumerate(changed) if word.isalpha() and word.islower()]
    if places:
        changed[generator.choice(places)] = generator.choice(words)
    renamed = _NAME.sub(lambda _: draw_name(names, generator), " ".join(changed))
    return _DIGIT.sub(lambda _: str(generator.randrange(10)), renamed)


def draw_name(names: Sequence[str], generator: random.Random) -> str:
    """A name of the seeds, or the head of one with the tail of another."""
    first, second = generator.choices(names, k=2)
    if generator.random() >= NEW_NAMES:
        return first
    return first[: len(first) // 2 + 1] + second[len(second) // 2 :]
