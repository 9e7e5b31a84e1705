"""Speed on a folder of small articles: stance predict beside a plain script, in turns, as whole processes.

The folder is made from the seed corpus. The plain script (benchmarks/plain_script.py) runs twice: with the
features of the linear rung, and with words only.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from sentencex import segment

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
TAXONOMY = ROOT / "configs/taxonomies/arms-diplomacy.yaml"
PLAIN_SCRIPT = [sys.executable, str(Path(__file__).with_name("plain_script.py"))]
STANCE = str(Path(sys.executable).with_name("stance"))

WRAPPED_WIDTH = 120  # a seed article with no longer line is hard-wrapped: its lines are no paragraphs
SHORT_LINE = 8  # words; shorter lines are mostly boilerplate, which real pages repeat word for word
NEW_NAMES = 0.25  # share of names never seen: 6,000 articles hold 100,000 distinct words, no gift to a cache
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_DIGIT = re.compile(r"\d")

Layout = Sequence[Sequence[str]]
"""An article as its lines, a line as its sentences."""


@dataclass(frozen=True)
class Turn:
    """One run of one contestant; ``peak`` is the memory of its largest process, in bytes."""

    seconds: float
    peak: int
    n_sentences: int
    n_labelled: int


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


def to_commands(folder: Path, model: Path) -> dict[str, list[str]]:
    """Command of each contestant, without the folder it writes to; trains the plain script's models."""
    commands = {}
    for name, options in (("plain", []), ("plain, words only", ["--words-only"])):
        trained = folder / f"{name}.joblib"
        training = ["train", SEEDS / "labels.jsonl", TAXONOMY, trained, *options]
        subprocess.run([*PLAIN_SCRIPT, *map(str, training)], check=True)
        commands[name] = [*PLAIN_SCRIPT, "score", str(trained), str(folder / "articles")]
    for name, workers in (("stance, 2 workers", 2), ("stance, 1 worker", 1)):
        options = ["--quiet", "--model", str(model), "--workers", str(workers), "--out"]
        commands[name] = [STANCE, "predict", str(folder / "articles"), *options]
    return commands


def take_turn(command: Sequence[str], out: Path) -> Turn:
    """Run one process to its end."""
    started = time.perf_counter()
    process = subprocess.Popen([*command, str(out)])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode} from: {' '.join(command)} {out}")
    counts = json.loads((out / "run.json").read_text(encoding="utf-8"))["counts"]
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    return Turn(seconds, usage.ru_maxrss * unit, counts["sentences"], counts["sentences_with_topic"])


def to_table(turns: dict[str, list[Turn]], title: str) -> Table:
    """A contestant a row; ratios are of seconds, paired by round, since each counts its own sentences."""
    caption = "seconds: median; MB: peak of the largest process; ×: times as fast, median (least–most)"
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left", box=SIMPLE_HEAD)
    table.add_column("")
    for heading in ("sentences", "with topic", "seconds", "sentences/s", "MB", "× plain", "× words only"):
        table.add_column(heading, justify="right")
    opponents = list(turns.values())[:2]
    for name, own in turns.items():
        seconds = median(turn.seconds for turn in own)
        table.add_row(
            name,
            f"{own[0].n_sentences:,}",
            f"{own[0].n_labelled:,}",
            f"{seconds:.1f}",
            f"{own[0].n_sentences / seconds:,.0f}",
            f"{max(turn.peak for turn in own) / 1e6:.0f}",
            *(describe_ratio(opponent, own) for opponent in opponents),
        )
    return table


def describe_ratio(opponent: Sequence[Turn], own: Sequence[Turn]) -> str:
    """How many times as fast as the opponent."""
    ratios = [theirs.seconds / ours.seconds for theirs, ours in zip(opponent, own, strict=True)]
    return f"{median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f})"


def run(folder: Path, arguments: argparse.Namespace) -> None:
    """Make the folder, let all run in turns, print the table."""
    (folder / "articles").mkdir(parents=True)
    make_articles(folder / "articles", n_articles=arguments.articles, seed=arguments.seed)
    commands = to_commands(folder, arguments.model)
    turns: dict[str, list[Turn]] = {name: [] for name in commands}
    for number in range(arguments.rounds):
        order = list(commands)
        for name in order[number % len(order) :] + order[: number % len(order)]:
            turns[name].append(take_turn(commands[name], folder / name))
    title = f"{arguments.articles:,} articles, {arguments.rounds} rounds, {os.cpu_count()} processors"
    Console(width=110).print(to_table(turns, title))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000, help="number of articles")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant")
    parser.add_argument("--model", type=Path, default=ROOT / "models/default", help="model folder")
    parser.add_argument("--folder", type=Path, help="new folder to keep all in; temporary if not given")
    parser.add_argument("--seed", type=int, default=1, help="of the articles")
    arguments = parser.parse_args()
    if arguments.folder:
        run(arguments.folder, arguments)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), arguments)


if __name__ == "__main__":
    main()
