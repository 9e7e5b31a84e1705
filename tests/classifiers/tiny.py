"""Pretrained models that are small enough for a test."""

import re
import tempfile
from functools import cache
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from tests.town import town_news

SPECIAL = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
"""Kept until the process ends, which removes them."""


def make_tiny_encoder(folder: Path, *, n_layers: int = 2) -> Path:
    """A BERT of two layers, 32 wide, that has learned nothing; its tokenizer knows the words of the town."""
    tokenizer = make_tiny_tokenizer()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, **{f"{name}_token": token for name, token in SPECIAL.items()}
    ).save_pretrained(folder)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=n_layers,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=256,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        BertModel(config).save_pretrained(folder)
    return folder


@cache
def tiny_encoder() -> str:
    """The folder of a tiny encoder, made once a process."""
    folder = tempfile.TemporaryDirectory(prefix="tiny-encoder-")
    _FOLDERS.append(folder)
    return str(make_tiny_encoder(Path(folder.name)))


def make_tiny_tokenizer() -> Tokenizer:
    """A WordPiece tokenizer that frames a text with [CLS] and [SEP]; it knows the words of the town."""
    words = {word for sentence in town_news(40) for word in re.findall(r"\w+|[^\w\s]", sentence.text.lower())}
    characters = sorted({character for word in words for character in word})
    pieces = [*SPECIAL.values(), *sorted(words), *characters, *(f"##{c}" for c in characters)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=SPECIAL["unk"]))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    frame = [(SPECIAL[name], tokenizer.token_to_id(SPECIAL[name])) for name in ("cls", "sep")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=frame
    )
    return tokenizer
