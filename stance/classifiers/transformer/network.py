"""The network that is trained: a pretrained encoder, the mean of the judged tokens, and a linear layer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer, PretrainedConfig, PreTrainedModel


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
        hidden = self.backbone(input_ids=input_ids, attention_mask=attention_mask, **extra).last_hidden_state
        weights = judged.unsqueeze(-1).to(hidden.dtype)
        pooled = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
        return self.head(self.dropout(pooled))


def load_backbone(folder: Path) -> PreTrainedModel:
    """The pretrained encoder in ``folder``, in single precision."""
    config = AutoConfig.from_pretrained(folder)
    return AutoModel.from_pretrained(folder, dtype=torch.float32, **_without_pooler(config))


def build_network(config: Mapping[str, Any], n_outputs: int) -> Network:
    """A network of the shape that an encoder's configuration describes, with weights yet to be filled in."""
    own = AutoConfig.for_model(**config)
    return Network(AutoModel.from_config(own, **_without_pooler(own)), n_outputs, dropout=0.0)


def _without_pooler(config: PretrainedConfig) -> dict[str, bool]:
    """BERT and its like have a layer behind the encoder that nothing here reads."""
    return {"add_pooling_layer": False} if config.model_type in _POOLED else {}


_POOLED = ("bert", "roberta", "xlm-roberta", "camembert", "mpnet")


def read_tokenizer(folder: Path) -> str:
    """The tokenizer of the pretrained encoder in ``folder``, as the content of a ``tokenizer.json``."""
    return str(AutoTokenizer.from_pretrained(folder, use_fast=True).backend_tokenizer.to_str())
