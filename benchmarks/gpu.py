"""A trained encoder on a GPU: its speed beside Transformers' pipeline, and the share of the card's peak.

python benchmarks/gpu.py MODEL [--sentences N]. MODEL is a model folder whose topics are an encoder's, with
its fp32 form. The sentences are those of the seed corpus, repeated. The peak is that of a large bf16 matrix
product on the same card; an encoder's work is counted as two operations a weight of its layers and token.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedTokenizerFast, pipeline

from stance.classifiers.base import Runtime
from stance.classifiers.encoder import Encoder
from stance.classifiers.folder import load_model
from stance.records import Examples

ROOT = Path(__file__).parents[1]


def measure(function: Callable[[], object]) -> float:
    """Seconds that the second call takes; the first warms up."""
    function()
    torch.cuda.synchronize()
    started = time.perf_counter()
    function()
    torch.cuda.synchronize()
    return time.perf_counter() - started


def measure_peak(size: int = 8192) -> float:
    """Operations per second of a bf16 matrix product."""
    one, other = (torch.randn(size, size, dtype=torch.bfloat16, device="cuda") for _ in range(2))
    return 20 * 2 * size**3 / measure(lambda: [one @ other for _ in range(20)])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--sentences", type=int, default=40_000)
    arguments = parser.parse_args()
    encoder = load_model(arguments.model).topics
    if not isinstance(encoder, Encoder):
        parser.error(f"{arguments.model} has topics of kind {type(encoder).__name__}, expected an encoder")
    with (ROOT / "seeds" / "labels.jsonl").open(encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    texts = (texts * (1 + arguments.sentences // len(texts)))[: arguments.sentences]
    nothing = [""] * len(texts)
    examples = Examples(texts, nothing, nothing, nothing, nothing)
    rows = encoder.tokenizer_.encode(examples)

    few = examples.take(range(2000))
    expected = encoder.predict_proba(few)
    encoder.run_on(Runtime(device="cuda"))
    difference = np.abs(encoder.predict_proba(few) - expected).max()
    whole = measure(lambda: encoder.network_.compute(encoder.tokenizer_.encode(examples)))
    alone = measure(lambda: encoder.network_.compute(rows))

    config = AutoConfig.for_model(**json.loads(encoder.network_.exported.config), num_labels=3)
    plain = AutoModelForSequenceClassification.from_config(config)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=encoder.tokenizer_._tokenizer, pad_token="[PAD]")
    classify = pipeline("text-classification", model=plain, tokenizer=tokenizer, device=0, batch_size=32)
    sample = texts[:4000]
    seconds = measure(lambda: classify(sample, truncation=True, max_length=192)) * len(texts) / len(sample)

    weights = sum(p.numel() for name, p in plain.named_parameters() if ".layer." in name and p.ndim == 2)
    peak = measure_peak()
    share = 2 * weights * len(rows.ids) / alone / peak
    print(f"{torch.cuda.get_device_name()}, {len(texts):,} sentences, {len(rows.ids):,} tokens")
    print(f"transformers.pipeline, batch 32: {len(texts) / seconds:,.0f} sentences/s")
    print(
        f"ours, with tokenising:           {len(texts) / whole:,.0f} sentences/s, {seconds / whole:.1f} times"
    )
    print(f"ours, the network alone:         {len(texts) / alone:,.0f} sentences/s, {share:.1%} of the peak")
    print(f"peak of a matrix product:        {peak / 1e12:,.0f} TFLOP/s")
    print(f"largest difference to the processor's probabilities: {difference:.4f}")


if __name__ == "__main__":
    main()
