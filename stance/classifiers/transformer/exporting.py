"""Exports a fine-tuned network in the forms asked for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stance.classifiers.transformer.export import export, quantise
from stance.classifiers.transformer.network import Network
from stance.classifiers.transformer.runtimes import Form
from stance.classifiers.transformer.serving import TOKENS_PER_BATCH, Exported, pad, to_batches
from stance.classifiers.transformer.tokens import TokenRows

N_CALIBRATION_ROWS = 256


def export_forms(
    network: Network, forms: Sequence[Form], rows: Sequence[TokenRows], generator: np.random.Generator
) -> Exported:
    """Export a network; ``forms`` are those that will be kept, beside which the fp32 form serves to compare.

    The scales of the int8 form are set on some of the ``rows``, which the network was trained on, of each
    question the same number.
    """
    config = network.config
    exported = Exported(
        forms={"fp32": export(network)},
        kept=forms,
        n_outputs=network.head.out_features,
        padding=config.pad_token_id or 0,
        config=config.to_json_string(),
    )
    if "int8" not in forms:
        return exported
    batches = []
    for own in rows:
        chosen = generator.permutation(len(own))[:N_CALIBRATION_ROWS]
        batches += [
            pad(own, chosen[batch], padding=exported.padding)
            for batch in to_batches(own.lengths[chosen], TOKENS_PER_BATCH)
        ]
    return replace(exported, forms={**exported.forms, "int8": quantise(exported.forms["fp32"], batches)})
