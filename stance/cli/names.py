"""Names in the cells of tables, which break between their words where a column is narrow."""

import re

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_BETWEEN_PARTS = re.compile(r"(?<=[ _/-])(?=[^\W\d_])")


class Name:
    """A name that breaks behind spaces, underscores, slashes and hyphens, where a letter follows.

    Rich itself breaks at spaces, and inside a word that is too long.
    """

    def __init__(self, name: str) -> None:
        self.parts = _BETWEEN_PARTS.split(name)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widths = [cell_len(part.rstrip(" ")) for part in self.parts]
        whole = cell_len("".join(self.parts))
        return Measurement(max(widths), whole).with_maximum(options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = [""]
        for part in self.parts:
            if lines[-1] and cell_len(lines[-1] + part.rstrip(" ")) > options.max_width:
                lines.append("")
            lines[-1] += part
        yield Text("\n".join(line.rstrip(" ") for line in lines), overflow="fold")
