"""Makes blocks small, so that little work is much to interrupt."""

from stance.workflows.scoring import blocks

blocks.MAX_BLOCK_FILES = 5
blocks.MAX_BLOCK_BYTES = 1500
