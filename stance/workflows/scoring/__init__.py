"""How a folder of articles is scored."""
