"""The docs keep up with the commands: all are in them, what they show can be typed, links lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from stance.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
LINKING = sorted(
    page for folder in (".", "docs", "seeds", "benchmarks") for page in (ROOT / folder).glob("*.md")
)

GROUP = typer.main.get_command(app)
COMMANDS = GROUP.commands
OPTIONS = [
    (name, max(parameter.opts, key=len))
    for name, command in COMMANDS.items()
    for parameter in command.params
    if parameter.param_type_name == "option"
]

FENCED = re.compile(r"^```.*?\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TYPED = re.compile(r"(?:^|[|;&]\s*)(?:\$ )?(?:\.venv/bin/)?stance\s+([^|;&>\n]*)", re.MULTILINE)


def read_pages():
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def command_lines():
    """What follows ``stance`` wherever it is typed in a fenced block; a line may go on after a backslash."""
    return [
        pytest.param(line, id=f"{page.name}: {line}")
        for page in PAGES
        for block in FENCED.findall(page.read_text(encoding="utf-8"))
        for line in TYPED.findall(block.replace("\\\n", " "))
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_docs(name):
    assert re.search(rf"\bstance {name}\b", read_pages())


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_is_in_the_docs(name, option):
    assert re.search(rf"(?<![\w-]){option}(?![\w-])", read_pages()), f"stance {name} {option} is in no page"


@pytest.mark.parametrize("line", command_lines())
def test_a_command_line_in_the_docs_can_be_typed(line):
    name, *arguments = shlex.split(line, comments=True)
    if name.startswith("-"):
        assert name in {option for parameter in GROUP.params for option in parameter.opts} | {"--help", "-h"}
        return
    assert name in COMMANDS
    COMMANDS[name].make_context(name, arguments)  # raises on what the command would not take


def test_command_lines_are_found():
    assert len(command_lines()) > 10


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for name, heading in LINK.findall(text):
        there = page.parent / name if name else page
        if not there.exists() or (heading and heading not in anchors(there)):
            broken.append(f"{name}#{heading}")
    assert not broken


def anchors(page):
    """The ends of the links to a page's headings."""
    headings = HEADING.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
