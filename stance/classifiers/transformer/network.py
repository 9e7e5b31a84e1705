"""The network that is trained: a pretrained encoder, the mean of the judged tokens, and a linear layer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import AutoConfig, AutoModel, AutoTokenizer, PretrainedConfig, PreTrainedModel
from transformers.utils import logging

from stance.errors import ModelError

ATTENTION = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
"""Without cuDNN, which builds a plan for each new shape of a batch: here, of nearly every batch."""


class Network(torch.nn.Module):  # type: ignore[misc]
    """Logits from rows of tokens.

    Parameters
    ----------
    backbone
        The pretrained encoder.
    n_outputs
        Number of logits a row.
    dropout
        Share of the pooled features that are dropped while training.
    """

    def __init__(self, backbone: PreTrainedModel, n_outputs: int, dropout: float) -> None:
        super().__init__()
        self.config = backbone.config
        self.backbone = backbone
        self.dropout = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(self.config.hidden_size, n_outputs)
        self.has_token_types = getattr(self.config, "type_vocab_size", 0) > 1

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, judged: torch.Tensor
    ) -> torch.Tensor:
        """Logits, shape (n_rows, n_outputs), of padded rows; all arguments have shape (n_rows, n_tokens).

        ``judged`` is 1 for the tokens of the sentence, 0 for its target, its context and the padding.
        """
        extra = {"token_type_ids": attention_mask * (1 - judged)} if self.has_token_types else {}
        with sdpa_kernel(ATTENTION):
            output = self.backbone(input_ids=input_ids, attention_mask=attention_mask, **extra)
        hidden = output.last_hidden_state
        weights = judged.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
        return self.head(self.dropout(pooled))


def load_backbone(folder: Path, n_layers: int | None = None) -> PreTrainedModel:
    """The pretrained encoder in ``folder``, in single precision; some ``n_layers`` of its layers, or all."""
    try:
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        with _quiet():
            backbone = AutoModel.from_pretrained(
                folder,
                dtype=torch.float32,
                use_safetensors=True,
                trust_remote_code=False,
                **_without_pooler(config),
            )
    except (OSError, ValueError) as error:
        raise ModelError(f"the encoder in {folder} cannot be read: {error}") from error
    if n_layers is not None:
        _thin_out(backbone, n_layers, folder)
    return backbone


def _thin_out(backbone: PreTrainedModel, n_layers: int, folder: Path) -> None:
    """Keep some layers, evenly spread from the first to the last: the lowest alone would understand less."""
    n_before = backbone.config.num_hidden_layers
    if n_layers > n_before:
        raise ModelError(f"n_layers is {n_layers}, but the encoder in {folder} has {n_before}")
    kept = np.linspace(0, n_before - 1, n_layers).round().astype(int)
    stacks = [
        (module, name)
        for module in backbone.modules()
        for name, layers in module.named_children()
        if name in ("layer", "layers") and isinstance(layers, torch.nn.ModuleList) and len(layers) == n_before
    ]
    if not stacks:
        raise ModelError(f"the encoder in {folder} has no list of {n_before} layers; leave n_layers out")
    for module, name in stacks:
        layers = getattr(module, name)
        setattr(module, name, torch.nn.ModuleList(layers[place] for place in kept))
    backbone.config.num_hidden_layers = n_layers
    if types := getattr(backbone.config, "layer_types", None):
        backbone.config.layer_types = [types[place] for place in kept]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's report on the layers that nothing here reads."""
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        logging.enable_progress_bar()


def build_network(config: Mapping[str, Any], n_outputs: int) -> Network:
    """A network of the shape that an encoder's configuration describes, with weights yet to be filled in."""
    own = AutoConfig.for_model(**{key: value for key, value in config.items() if key not in _STEERING})
    backbone = AutoModel.from_config(own, trust_remote_code=False, **_without_pooler(own))
    return Network(backbone, n_outputs, dropout=0.0)


_STEERING = (
    "attn_implementation",
    "_attn_implementation",
    "experts_implementation",
    "_experts_implementation",
    "auto_map",
    "quantization_config",
)
"""Keys of a configuration that make Transformers load code or kernels."""


def _without_pooler(config: PretrainedConfig) -> dict[str, bool]:
    """BERT and its like have a layer behind the encoder that nothing here reads."""
    return {"add_pooling_layer": False} if config.model_type in _POOLED else {}


_POOLED = ("albert", "bert", "roberta", "xlm-roberta", "camembert", "mpnet")


def read_tokenizer(folder: Path) -> str:
    """The tokenizer of the pretrained encoder in ``folder``, as the content of a ``tokenizer.json``."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=True, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ModelError(f"the tokenizer in {folder} cannot be read: {error}") from error
    return str(tokenizer.backend_tokenizer.to_str())
