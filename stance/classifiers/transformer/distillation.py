"""Distils an encoder into a vector a token, as model2vec does: what each token alone says to the encoder.

Needs torch and transformers, which only training imports.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from stance.classifiers.transformer.network import load_backbone

_BATCH = 1024


def distil(
    pretrained: Path, tokenizer: Tokenizer, *, dimensions: int, smoothing: float
) -> NDArray[np.float32]:
    """Vectors of all tokens, weighted so that frequent ones count less.

    Parameters
    ----------
    pretrained
        Folder of the encoder.
    tokenizer
        Its tokenizer, which frames a text with two tokens.
    dimensions
        How many principal components are kept; fewer if the encoder is narrower.
    smoothing
        The *a* of the weights *a / (a + p)* (Arora et al. 2017). The probability *p* of a token is estimated
        by Zipf's law from its number, for vocabularies are sorted by frequency (model2vec, Tulkens and van
        Dongen 2024).

    Returns
    -------
    shape (n_tokens, dimensions)
        Zero for special tokens, the unknown one among them.
    """
    n_tokens = max(tokenizer.get_vocab().values()) + 1
    vectors = _read_alone(pretrained, tokenizer, n_tokens)
    centred = vectors - vectors.mean(axis=0)
    _, components = np.linalg.eigh(centred.T @ centred)
    reduced = centred @ components[:, ::-1][:, :dimensions]
    probabilities = 1 / np.arange(2, n_tokens + 2)
    probabilities /= probabilities.sum()
    reduced *= (smoothing / (smoothing + probabilities))[:, None]
    reduced[[number for number, token in tokenizer.get_added_tokens_decoder().items() if token.special]] = 0
    vectors32: NDArray[np.float32] = reduced.astype(np.float32)
    return vectors32


def _read_alone(pretrained: Path, tokenizer: Tokenizer, n_tokens: int) -> NDArray[np.float64]:
    """The mean of ``[CLS] token [SEP]`` for every token, shape (n_tokens, hidden_size)."""
    opening, closing = tokenizer.encode("").ids
    backbone: Any = load_backbone(pretrained)
    backbone.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, n_tokens, _BATCH):
            tokens = torch.arange(start, min(start + _BATCH, n_tokens))
            frame = torch.ones_like(tokens)
            rows = torch.stack([frame * opening, tokens, frame * closing], dim=1)
            hidden = backbone(input_ids=rows, attention_mask=torch.ones_like(rows)).last_hidden_state
            parts.append(hidden.mean(dim=1).double().numpy())
    return np.concatenate(parts)
