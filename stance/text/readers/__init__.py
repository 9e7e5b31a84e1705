"""Articles in: the files of folders and globs, read by the reader that their suffix names."""

from stance.text.readers.inputs import WHOLE, InputFile, list_files, list_inputs
from stance.text.readers.reading import Fields, Opened, open_file, read_articles, read_opened

__all__ = [
    "WHOLE",
    "Fields",
    "InputFile",
    "Opened",
    "list_files",
    "list_inputs",
    "open_file",
    "read_articles",
    "read_opened",
]
