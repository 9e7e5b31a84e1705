"""Writes a page as one HTML file that fetches nothing."""

import base64
import hashlib

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stance.reports.blocks import Page
from stance.reports.numbers import format_number

_LOADER = PackageLoader("stance.reports")


def to_html(page: Page) -> str:
    """The page with its style and script inside; its policy forbids any other script, and the network."""
    environment = Environment(
        loader=_LOADER, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = format_number
    style, script = (_read(environment, name) for name in ("report.css", "report.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = environment.get_template("report.html")
    return template.render(page=page, style=style, script=script, digest=digest) + "\n"


def _read(environment: Environment, name: str) -> Markup:
    return Markup(_LOADER.get_source(environment, name)[0])
