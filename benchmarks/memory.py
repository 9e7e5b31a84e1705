"""Peak memory of stance predict: does it grow with the number of articles, or with one large file?

Every run is a process of its own, with one worker. Articles are drawn from a thousand that articles.py makes,
each with a line that no other has.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from articles import make_articles
from folder import HERE, STANCE, take_turn, to_predict
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

N_DRAWN = 1000
LARGE = 100 * 2**20  # bytes of one file
ROW_GROUP = 10**6  # rows: all of the file


def draw_texts(folder: Path) -> list[str]:
    """Texts of articles, as long as those of the seed corpus."""
    folder.mkdir()
    make_articles(folder, n_articles=N_DRAWN, seed=1)
    return [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())]


def repeat(texts: list[str], n_articles: int | None = None) -> Iterator[str]:
    """So many articles, without end if none are said."""
    number = 0
    while n_articles is None or number < n_articles:
        yield f"{texts[number % len(texts)]}\nThis is copy {number} of it.\n"
        number += 1


def write_folder(folder: Path, texts: list[str], n_articles: int) -> None:
    folder.mkdir()
    for number, text in enumerate(repeat(texts, n_articles)):
        (folder / f"a{number:07}.txt").write_text(text, encoding="utf-8")


def write_large(folder: Path, texts: list[str], kind: str) -> None:
    """One file of ``LARGE`` bytes of text: an article, or records of many."""
    folder.mkdir()
    path, n_bytes, kept = folder / f"large.{kind}", 0, []
    with path.open("w", encoding="utf-8") as file:
        for text in repeat(texts):
            n_bytes += len(text.encode())
            if n_bytes > LARGE:
                break
            if kind == "parquet":
                kept.append(text)
            else:
                file.write(text if kind == "txt" else json.dumps({"text": text}) + "\n")
    if kind == "parquet":
        pq.write_table(pa.table({"text": kept}), path, row_group_size=ROW_GROUP)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 200_000], help="sizes of folders")
    parser.add_argument(
        "--large", nargs="*", default=["txt", "jsonl", "parquet"], help="kinds of one large file"
    )
    parser.add_argument("--model", type=Path, default=HERE.parent / "models/fast", help="model folder")
    arguments = parser.parse_args()
    predict = to_predict(arguments.model, "--workers", "1")
    table = Table(box=SIMPLE_HEAD)
    for heading in ("input", "sentences", "seconds", "MB", "× the first"):
        table.add_column(heading, justify="left" if heading == "input" else "right")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = draw_texts(folder / "drawn")
        inputs = []
        for n_articles in arguments.articles:
            write_folder(folder / str(n_articles), texts, n_articles)
            inputs.append((f"{n_articles:,} files", folder / str(n_articles)))
        for kind in arguments.large:
            write_large(folder / kind, texts, kind)
            inputs.append((f"one .{kind} of {LARGE / 2**20:.0f} MiB", folder / kind))
        first = None
        for title, path in inputs:
            out = folder / f"{path.name}-scores"
            turn = take_turn(predict(path, out), out)
            subprocess.run([STANCE, "verify", out], check=True, stdout=sys.stderr)
            print(f"{title}: {turn.peak / 1e6:.0f} MB", file=sys.stderr)
            first = first or turn.peak
            row = (
                f"{turn.n_sentences:,}",
                f"{turn.seconds:.0f}",
                f"{turn.peak / 1e6:.0f}",
                f"{turn.peak / first:.2f}",
            )
            table.add_row(title, *row)
        Console(width=110).print(table)  # removing 200,000 files takes minutes


if __name__ == "__main__":
    main()
