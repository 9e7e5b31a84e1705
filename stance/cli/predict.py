"""``stance predict``: a folder of articles in, scores out."""

import itertools
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stance.cli.numbers import show_bytes, show_seconds
from stance.cli.options import TextKey, TitleKey
from stance.phrases import count_of
from stance.shipped import MODEL

if TYPE_CHECKING:
    from rich.table import Table

    from stance.workflows.predict import Prediction
    from stance.workflows.scoring.duplicates import SharedIds
    from stance.workflows.scoring.plan import Plan

N_ERRORS_SHOWN = 5


def predict(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, globs or URLs (s3://bucket/folder) of articles (.txt .md .html .json "
            ".jsonl .csv .parquet, each also .gz), or - for standard input.",
        ),
    ],
    *,
    out: Annotated[str, typer.Option(help="Folder for the scores, or its URL.")],
    model: Annotated[Path, typer.Option(help="Model folder.")] = MODEL,
    format: Annotated[Literal["parquet", "jsonl", "csv"], typer.Option(help="Of the parts.")] = "parquet",
    unit: Annotated[
        Literal["article", "sentence"],
        typer.Option(help="What an input record is; sentences are scored as they are and keep their ids."),
    ] = "article",
    target: Annotated[
        list[str] | None,
        typer.Option(
            help="Ask every sentence for its stance toward this, not for the model's topics; repeatable.",
        ),
    ] = None,
    min_confidence: Annotated[
        float | None, typer.Option(min=0, max=1, help="Hold back labels that are less sure than this.")
    ] = None,
    max_risk: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Hold back as few labels as keep the share of wrong ones at this."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.001, max=1, help="Find a topic from this probability on, not from the model's own."
        ),
    ] = None,
    precision: Annotated[
        Literal["auto", "fp32", "bf16", "int8"], typer.Option(help="Of an encoder's arithmetic.")
    ] = "auto",
    device: Annotated[
        Literal["cpu", "cuda"], typer.Option(help="Where an encoder runs; cuda needs torch.")
    ] = "cpu",
    text_key: TextKey = "text",
    title_key: TitleKey = "title",
    outlet_key: Annotated[str, typer.Option(help="Field that holds its outlet.")] = "outlet",
    date_key: Annotated[str, typer.Option(help="Field that holds its date.")] = "date",
    url_key: Annotated[str, typer.Option(help="Field that holds its address.")] = "url",
    author_key: Annotated[str, typer.Option(help="Field that holds its author.")] = "author",
    id_key: Annotated[str, typer.Option(help="Field that holds its id.")] = "id",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one a processor if not given.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(help="Where blocks are scored: local, ray (an extra), or one that is installed."),
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="Of a Ray cluster; Ray starts on this machine if not given.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if anything was set aside.")] = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on with the run in --out, which must be there; running again does so, too."
        ),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Score all afresh, in place of the run in --out.")
    ] = False,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan", help="Say what would be done, and what it would take by a sample; do nothing."
        ),
    ] = False,
    json_progress: Annotated[
        bool,
        typer.Option("--json-progress", help="Report progress on standard error as a JSON object a line."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Score articles: topics of every sentence, and the stance voiced toward each topic's target.

    A run that was cut off is continued by running it again; inputs that are new or have changed are scored,
    and what is scored already is kept.
    """
    from stance.classifiers.abstention import Caution
    from stance.classifiers.base import Runtime
    from stance.cli.progress import show_progress
    from stance.text.readers import Fields
    from stance.workflows.predict import predict
    from stance.workflows.scoring import plan as workflow

    if min_confidence is not None and max_risk is not None:
        raise typer.BadParameter("give --min-confidence or --max-risk, not both: each says what is held back")
    if threshold is not None and max_risk is not None:
        raise typer.BadParameter(
            "give --threshold or --max-risk, not both: the risk is known at the model's own thresholds"
        )
    if resume and overwrite:
        raise typer.BadParameter("--resume goes on with a run, --overwrite puts another in its place")
    arguments: dict[str, Any] = {
        "out": out,
        "model": model,
        "format": format,
        "unit": unit,
        "fields": Fields(text_key, title_key, outlet_key, date_key, url_key, author_key, id_key),
        "targets": target or (),
        "caution": Caution(min_confidence, max_risk, threshold),
        "runtime": Runtime(precision, device),
        "workers": workers,
        "engine": _to_block(engine, address, device),
        "resume": resume,
        "overwrite": overwrite,
    }
    if plan:
        _print_plan(workflow.plan(inputs, **arguments))
        return
    try:
        with show_progress(quiet=quiet, as_json=json_progress) as on_progress:
            prediction = predict(inputs, **arguments, on_progress=on_progress)
    except KeyboardInterrupt:
        print(f"interrupted; run the same command again to go on from what is in {out}", file=sys.stderr)
        raise typer.Exit(130) from None
    if not quiet:
        _print_summary(prediction)
    if not prediction.summary.n_articles:
        print(f"stance: no article could be read; see errors.jsonl in {out}", file=sys.stderr)
        raise typer.Exit(1)
    if strict and prediction.summary.n_set_aside:
        raise typer.Exit(3)


def _to_block(engine: str, address: str | None, device: str) -> dict[str, Any]:
    from stance.registry import kinds

    if engine not in kinds("engines"):
        raise typer.BadParameter(f"{engine!r} is none of {kinds('engines')}", param_hint="--engine")
    if engine == "ray":
        return {"kind": engine, "address": address, "gpus": 1 if device == "cuda" else 0}
    if address is not None:
        raise typer.BadParameter("only a Ray cluster has an address; add --engine ray")
    return {"kind": engine}


def _print_plan(plan: "Plan") -> None:
    todo, estimate = plan.todo, plan.estimate
    files = count_of(todo.n_files, "file or stretch", "files or stretches")
    print(f"to read: {files}, {show_bytes(todo.n_bytes)}")
    print(f"  new {todo.n_new:,}, changed {todo.n_changed:,}; scored already {todo.n_kept:,}")
    if todo.n_gone:
        print(f"  {count_of(todo.n_gone, 'file')} no longer among the inputs, whose rows would be taken out")
    if plan.n_unknown:
        unknown = count_of(plan.n_unknown, "file")
        print(f"  {unknown} without a reader for the suffix, which would be set aside")
    if estimate is None:
        print("no estimate" if todo.n_files else "nothing to score")
        return
    print(
        f"about {count_of(estimate.articles, 'article')}, {count_of(estimate.sentences, 'sentence')}; "
        f"{show_seconds(estimate.seconds)}; {show_bytes(estimate.output_bytes)} of scores"
    )
    print(f"  by a sample of {count_of(estimate.sample_files, 'file')}, {show_bytes(estimate.sample_bytes)}")


def _print_summary(prediction: "Prediction") -> None:
    from rich.console import Console

    summary, todo, console = prediction.summary, prediction.todo, Console(highlight=False)
    console.print(_to_table(prediction))
    if prediction.model.abstention.threshold:
        console.print(_describe_abstention(prediction), markup=False, soft_wrap=True)
    counts = summary.counts
    n_windowed = counts["windowed_sentences"]
    windowed = f"{count_of(n_windowed, 'sentence')} read in parts; " if n_windowed else ""
    console.print(
        f"{count_of(summary.n_articles, 'article')}, {count_of(summary.n_sentences, 'sentence')}, "
        f"{counts['sentences_with_topic']:,} with a topic; "
        f"{count_of(counts['dropped_spans'], 'line')} not prose; {windowed}{prediction.seconds:.1f} s",
        soft_wrap=True,
    )
    if todo.n_kept or todo.n_changed or todo.n_gone:
        gone = count_of(todo.n_gone, "file")
        taken = f"; the rows of {gone} no longer among the inputs taken out" if todo.n_gone else ""
        console.print(
            f"{count_of(summary.n_files, 'file')}: new {todo.n_new:,}, changed {todo.n_changed:,}; "
            f"scored already {todo.n_kept:,}{taken}",
            soft_wrap=True,
        )
    for error in itertools.islice(prediction.read_errors(), N_ERRORS_SHOWN):
        console.print(f"set aside: {describe_error(error)}", style="yellow", markup=False, soft_wrap=True)
    if summary.n_set_aside > N_ERRORS_SHOWN:
        console.print(f"and {summary.n_set_aside - N_ERRORS_SHOWN:,} more", style="yellow")
    if prediction.shared_ids.n:
        console.print(describe_shared(prediction.shared_ids), style="yellow", markup=False, soft_wrap=True)
    files = f"{prediction.out}: labels, articles, errors.jsonl ({summary.n_set_aside:,}), run.json"
    console.print(f"wrote {files}", markup=False, soft_wrap=True)


def describe_error(error: "Mapping[str, Any]") -> str:
    """One line of a record of ``errors.jsonl``."""
    line = f", line {error['line']}" if "line" in error else ""
    sentence = f", sentence {error['sentence']} of {error['article']!r}" if "sentence" in error else ""
    return f"{error['file']}{line}{sentence}: {error['reason']}"


def describe_shared(shared: "SharedIds") -> str:
    """What to know of articles that share an id."""
    id, paths = next(iter(shared.examples.items()))
    ids = "1 id is" if shared.n == 1 else f"{shared.n:,} ids are"
    return (
        f"{ids} that of several articles, as {id!r} of {' and '.join(paths[:2])}; "
        "name a field that tells them apart with --id-key"
    )


def _describe_abstention(prediction: "Prediction") -> str:
    """How many labels were held back, and what the threshold is worth."""
    abstention, n_abstained = prediction.model.abstention, prediction.summary.abstained.total()
    line = f"{count_of(n_abstained, 'label')} held back: confidence below {abstention.threshold:g}"
    if abstention.risk is None or abstention.kept is None:
        return line
    return (
        f"{line}. Of {abstention.n_groups:,} held-out articles' labels that threshold keeps "
        f"{abstention.kept:.0%}, of which {abstention.risk:.1%} are wrong; "
        "other articles may differ from those the model was trained on."
    )


def _to_table(prediction: "Prediction") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    from stance.cli.names import Name

    taxonomy = prediction.model.taxonomy
    table = Table(title=escape(f"{prediction.model.name}: labels by stance"), title_justify="left")
    table.add_column("topic")
    is_careful = bool(prediction.model.abstention.threshold)
    for heading in (*taxonomy.stances, "all", *["held back"] * is_careful):
        table.add_column(Name(heading), justify="right")
    for topic in taxonomy.topics:
        counts = [prediction.summary.labels[f"{topic.id}:{stance}"] for stance in taxonomy.stances]
        held_back = [prediction.summary.abstained[topic.id]] * is_careful
        table.add_row(Name(topic.title), *(f"{n:,}" for n in [*counts, sum(counts), *held_back]))
    return table
