"""``stance predict``: a folder of articles in, scores out."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from stance.workflows.predict import Prediction

N_ERRORS_SHOWN = 5


def predict(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders or globs of articles (.txt .md .html .json .jsonl .csv .parquet, each also "
            ".gz), or - for standard input.",
            show_default=False,
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the scores.", show_default=False)],
    model: Annotated[Path, typer.Option(help="Model folder.")] = Path("models/default"),
    format: Annotated[Literal["parquet", "jsonl", "csv"], typer.Option(help="Of the parts.")] = "parquet",
    unit: Annotated[
        Literal["article", "sentence"],
        typer.Option(help="What an input record is; sentences are scored as they are and keep their ids."),
    ] = "article",
    target: Annotated[
        list[str] | None,
        typer.Option(
            help="Ask every sentence for its stance toward this, not for the model's topics; repeatable.",
            show_default=False,
        ),
    ] = None,
    precision: Annotated[
        Literal["auto", "fp32", "bf16", "int8"], typer.Option(help="Of an encoder's arithmetic.")
    ] = "auto",
    device: Annotated[
        Literal["cpu", "cuda"], typer.Option(help="Where an encoder runs; cuda needs torch.")
    ] = "cpu",
    text_key: Annotated[str, typer.Option(help="Field that holds an article's text.")] = "text",
    title_key: Annotated[str, typer.Option(help="Field that holds its title.")] = "title",
    outlet_key: Annotated[str, typer.Option(help="Field that holds its outlet.")] = "outlet",
    date_key: Annotated[str, typer.Option(help="Field that holds its date.")] = "date",
    url_key: Annotated[str, typer.Option(help="Field that holds its address.")] = "url",
    author_key: Annotated[str, typer.Option(help="Field that holds its author.")] = "author",
    id_key: Annotated[str, typer.Option(help="Field that holds its id.")] = "id",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one a processor if not given.", show_default=False)
    ] = None,
    strict: Annotated[bool, typer.Option(help="Exit with 3 if anything could not be read.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Score articles: topics of every sentence, and the stance voiced toward each topic's target."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from stance.classifiers.base import Runtime
    from stance.text.readers import Fields
    from stance.workflows.predict import predict

    columns = (TextColumn("scoring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as progress:
        task = progress.add_task("scoring", total=None)
        prediction = predict(
            inputs,
            out=out,
            model=model,
            format=format,
            unit=unit,
            fields=Fields(text_key, title_key, outlet_key, date_key, url_key, author_key, id_key),
            targets=target or (),
            runtime=Runtime(precision, device),
            workers=workers or os.cpu_count() or 1,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    if not quiet:
        _print_summary(prediction)
    if not prediction.summary.n_articles:
        raise typer.Exit(1)
    if strict and prediction.summary.errors:
        raise typer.Exit(3)


def _print_summary(prediction: "Prediction") -> None:
    from rich.console import Console

    summary, console = prediction.summary, Console(highlight=False)
    console.print(_to_table(prediction))
    n_errors = len(summary.errors)
    windowed = f"{_count(summary.n_windowed, 'sentence')} read in parts; " if summary.n_windowed else ""
    console.print(
        f"{_count(summary.n_articles, 'article')}, {_count(summary.n_sentences, 'sentence')}, "
        f"{summary.n_labelled:,} with a topic; {_count(summary.n_dropped, 'line')} not prose; "
        f"{windowed}{prediction.seconds:.1f} s"
    )
    for error in summary.errors[:N_ERRORS_SHOWN]:
        console.print(f"not read: {error}", style="yellow", markup=False, soft_wrap=True)
    if n_errors > N_ERRORS_SHOWN:
        console.print(f"and {n_errors - N_ERRORS_SHOWN:,} more", style="yellow")
    files = f"{prediction.out}: labels, articles, errors.jsonl ({n_errors:,}), run.json"
    console.print(f"wrote {files}", markup=False, soft_wrap=True)


def _count(n: int, name: str) -> str:
    return f"{n:,} {name}" if n == 1 else f"{n:,} {name}s"


def _to_table(prediction: "Prediction") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    taxonomy = prediction.model.taxonomy
    table = Table(title=escape(f"{prediction.model.name}: labels by stance"), title_justify="left")
    table.add_column("topic")
    for heading in (*taxonomy.stances, "all"):
        table.add_column(escape(heading), justify="right")
    for topic in taxonomy.topics:
        counts = [prediction.summary.n_labels[topic.id, stance] for stance in taxonomy.stances]
        table.add_row(escape(topic.title), *(f"{n:,}" for n in [*counts, sum(counts)]))
    return table
