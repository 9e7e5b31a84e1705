"""``stance label``: labels by rules, and the table that says how good each rule is."""

import os
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.options import TextKey, TitleKey
from stance.phrases import count_of
from stance.shipped import RULES, TAXONOMY

if TYPE_CHECKING:
    from rich.table import Table

    from stance.labelling.analysis import FunctionSummary
    from stance.labelling.labeller import Judgement
    from stance.workflows.label import LabelSummary

_WIDTH = 160  # of a table that goes into a file


def label(
    articles: Annotated[
        list[str] | None,
        typer.Argument(metavar="ARTICLES...", help="Folders, globs, files, or - for standard input."),
    ] = None,
    *,
    out: Annotated[Path | None, typer.Option(help="Label file to write, .jsonl or .jsonl.gz.")] = None,
    functions: Annotated[str, typer.Option(help="Rule file, or the name of an installed set.")] = str(RULES),
    taxonomy: Annotated[Path, typer.Option(help="Topics and stances.")] = TAXONOMY,
    model: Annotated[
        str, typer.Option(help="Label model: majority, weighted_majority, dawid_skene.")
    ] = "majority",
    explain: Annotated[
        bool, typer.Option("--explain", help="Print each label with the votes behind it.")
    ] = False,
    analyse: Annotated[
        Path | None, typer.Option(help="Gold label file: print how good each function is, label nothing.")
    ] = None,
    text_key: TextKey = "text",
    title_key: TitleKey = "title",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Put the labels in place of what --out holds.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no summary.")] = False,
) -> None:
    """Label the sentences of articles by rules, or measure the rules against gold labels."""
    from rich.console import Console

    if analyse is not None:
        if out is not None:
            raise typer.BadParameter("--analyse prints a table and labels nothing; leave out --out")
        from stance.workflows.label import analyse as analyse_rules

        width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH
        Console(width=width).print(
            _to_function_table(analyse_rules(analyse, functions=functions, taxonomy=taxonomy))
        )
        return
    if not articles:
        raise typer.BadParameter("name the articles to label, or use --analyse GOLD", param_hint="ARTICLES")
    if out is None or not out.name.endswith((".jsonl", ".jsonl.gz")):
        raise typer.BadParameter("name the label file to write, .jsonl or .jsonl.gz", param_hint="--out")

    from stance.registry import kinds
    from stance.text.readers import Fields
    from stance.workflows.label import label

    if model not in kinds("label_models"):
        raise typer.BadParameter(f"{model!r} is none of {kinds('label_models')}", param_hint="--model")
    summary = label(
        articles,
        out=out,
        functions=functions,
        taxonomy=taxonomy,
        label_model=model,
        fields=Fields(text=text_key, title=title_key),
        explain=_print_judgement if explain else None,
        overwrite=overwrite,
    )
    if not quiet:
        Console(stderr=True).print(_to_summary_table(summary))
    if not summary.n_articles:
        where = f"; see {summary.errors}" if summary.errors else ""
        print(f"stance: no article with a sentence{where}", file=sys.stderr)
        raise typer.Exit(1)


def _print_judgement(judgement: "Judgement") -> None:
    sentence = judgement.sentence
    for given in sentence.labels:
        votes = ", ".join(f"{name}: {vote}" for name, vote in judgement.votes[given.topic].items())
        head = f"{sentence.article} {sentence.sentence}  {given.topic} {given.stance}  {sentence.text}"
        try:
            print(f"{head}\n    {votes}", flush=True)
        except BrokenPipeError:  # nobody reads on, as after `| head`; the file is written all the same
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  until the process ends


def _to_summary_table(summary: "LabelSummary") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    sentences, articles = count_of(summary.n_sentences, "sentence"), count_of(summary.n_articles, "article")
    caption = f"{sentences} of {articles} by {summary.annotator}"
    if summary.errors:
        caption += f"; {summary.n_errors:,} not read, see {summary.errors}"
    table = Table(title=escape(str(summary.out)), title_justify="left", caption=escape(caption))
    table.add_column("topic")
    table.add_column("stance")
    table.add_column("sentences", justify="right")
    for (topic, stance), count in sorted(summary.labels.items()):
        table.add_row(topic, escape(stance), f"{count:,}")
    return table


def _to_function_table(summaries: "list[FunctionSummary]") -> "Table":
    from rich.console import Group
    from rich.markup import escape

    from stance.cli.names import Name
    from stance.cli.tables import new_table

    table = new_table(is_dense=True)
    table.caption = "accuracy of the votes against gold, with its 95 % interval"
    table.caption_justify = "left"
    table.add_column("function and its vote", overflow="fold")
    for heading in ("votes", "coverage", "overlap", "conflict"):
        table.add_column(heading, justify="right", overflow="fold", min_width=len("0.000"))
    table.add_column("accuracy", justify="right", overflow="fold", min_width=len("0.00 – 0.00"))
    for topic, of_topic in groupby(summaries, key=lambda summary: summary.topic):
        table.add_section()
        table.add_row(topic, style="bold")
        for summary in of_topic:
            shares = [f"{share:.3f}" for share in (summary.coverage, summary.overlap, summary.conflict)]
            judged = f"{summary.accuracy:.2f}\n{summary.low:.2f} – {summary.high:.2f}"
            table.add_row(
                Group(Name(summary.name), f"  {escape(summary.vote)}"),
                f"{summary.n_votes:,}",
                *shares,
                judged if summary.n_votes else "–",
            )
    return table
