"""The command ``stance``: one verb a module, each imported when it is used."""

import io
import logging
import sys

import typer

from stance import __version__
from stance.cli import agree, check, compare, convert, evaluate, label, predict, train, verify
from stance.errors import ConfigError, ReadError, StanceError

app = typer.Typer(
    help="Topic, stance and holder of news sentences: label, train, score folders, compare models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

VERBS = (
    label.label,
    agree.agree,
    convert.convert,
    train.train,
    predict.predict,
    verify.verify,
    evaluate.evaluate,
    compare.compare,
    check.check,
)
for verb in VERBS:
    app.command()(verb)


def _print_version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_print_version, is_eager=True
    ),
) -> None:
    pass


def main() -> None:
    """Run the command; errors that a user can act on are printed without a traceback.

    Exit codes: 0 done; 1 failed; 2 bad usage, config or input name; 3 done, but with something set
    aside, under ``--strict``; 130 interrupted.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may have what a terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except StanceError as error:
        print(f"stance: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, ConfigError | ReadError) else 1)
    except OSError as error:  # what may not be read or written, with its name
        print(f"stance: {error}", file=sys.stderr)
        sys.exit(1)
