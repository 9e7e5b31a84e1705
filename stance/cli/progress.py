"""How far a run is, on standard error: a line that renews itself, or JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from stance.cli.numbers import show_seconds
from stance.phrases import count_of

if TYPE_CHECKING:
    from stance.workflows.predict import Progress

OnProgress = Callable[["Progress"], None]


@contextmanager
def show_progress(*, quiet: bool, as_json: bool) -> Iterator[OnProgress]:
    """A function to call with each progress; it shows nothing if quiet, or if nobody watches a terminal."""
    if as_json:
        yield _print_json
    elif quiet or not sys.stderr.isatty():
        yield lambda progress: None
    else:
        with _show_bar() as on_progress:
            yield on_progress


def to_record(progress: "Progress") -> dict[str, float | None]:
    """What ``--json-progress`` prints."""
    left = progress.seconds_left
    return {
        **asdict(progress),
        "seconds": round(progress.seconds, 3),
        "articles_per_second": round(progress.articles / progress.seconds, 1) if progress.seconds else None,
        "seconds_left": None if left is None else round(left, 1),
    }


def _print_json(progress: "Progress") -> None:
    print(json.dumps(to_record(progress)), file=sys.stderr, flush=True)


@contextmanager
def _show_bar() -> Iterator[OnProgress]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("scoring"), BarColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def update(progress: "Progress") -> None:
            rate = progress.articles / progress.seconds if progress.seconds else 0
            left = progress.seconds_left
            text = f"{count_of(progress.articles, 'article')}, {count_of(progress.sentences, 'sentence')}"
            text += f", {rate:,.0f} articles/s"
            text += "" if left is None else f", {show_seconds(left)} left"
            bar.update(task, total=progress.of_bytes, completed=progress.bytes, description=text)

        yield update
