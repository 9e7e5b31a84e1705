"""Articles in: the files of folders and globs, read by the reader that their suffix names."""

from stance.text.readers.inputs import InputFile, list_inputs
from stance.text.readers.reading import Fields, read_articles

__all__ = ["Fields", "InputFile", "list_inputs", "read_articles"]
