"""Fine-tunes an encoder on one question or on several; Transformers' ``Trainer`` runs the loop.

Needs torch, transformers and datasets, which only training imports.
"""

import copy
import hashlib
import logging
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset, concatenate_datasets, disable_progress_bars
from safetensors.torch import load_model
from torch.nn import functional
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    Trainer,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_pt_utils import LengthGroupedSampler
from transformers.trainer_utils import EvalPrediction

from stance.classifiers.base import TrainingSet
from stance.classifiers.logistic import score_logits
from stance.classifiers.losses import cross_entropy, weigh_classes
from stance.classifiers.transformer.network import Network, load_backbone
from stance.classifiers.transformer.options import FineTuning
from stance.classifiers.transformer.tokens import ExampleTokenizer
from stance.errors import DataError
from stance.phrases import count_of
from stance.records import Examples
from stance.types import BoolArray

logger = logging.getLogger(__name__)

Batch = dict[str, torch.Tensor]

_STATE = "trainer_state.json"


def fine_tune(
    tasks: Sequence[TrainingSet],
    tokenizer: ExampleTokenizer,
    pretrained: Path,
    options: FineTuning,
    generator: np.random.Generator,
) -> Network:
    """Train one network on the examples of all tasks together.

    Parameters
    ----------
    tasks
        Each question with its examples; the network's outputs are the classes of the first, then of the next.
    pretrained
        Folder of the encoder to start from.
    generator
        Gives the seed of everything that is drawn at random.

    Returns
    -------
    Network
        On the processor, in single precision, ready to predict.
    """
    if not all(len(task.weights) for task in tasks):
        raise DataError("found a question with no example to learn from; label more, or use fewer folds")
    seed = int(generator.integers(2**31))
    set_seed(seed)
    spans = to_spans(tasks)
    datasets = [
        to_dataset(task, tokenizer, span, spans[-1].stop) for task, span in zip(tasks, spans, strict=True)
    ]
    held_out = _hold_out(tasks, options, generator)
    start = Network(load_backbone(pretrained, options.n_layers), spans[-1].stop, options.dropout)
    _freeze(start, options)
    networks = []
    for own_seed in range(seed, seed + options.n_averaged):
        network = copy.deepcopy(start)
        with _open_checkpoints(datasets, held_out, pretrained, options, own_seed) as folder:
            trainer = _Trainer(
                network,
                _to_arguments(options, folder, own_seed),
                train_dataset=_join(datasets, [~rows for rows in held_out]),
                eval_dataset=_join(datasets, held_out) if options.patience else None,
                data_collator=_Collator(network.config.pad_token_id or 0),
                compute_metrics=_Judge(tasks, spans),
                callbacks=[EarlyStoppingCallback(options.patience)] if options.patience else None,
                tasks=tasks,
                options=options,
            )
            trainer.remove_callback(PrinterCallback)  # it prints each epoch's loss
            last = _find_checkpoint(Path(folder))
            if last and (best := _find_best(last)):
                load_model(network, best / "model.safetensors")
            else:
                trainer.train(resume_from_checkpoint=last and str(last))
            # Training in bf16 wraps the network, and the wrapper would be exported with it.
            trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
        networks.append(network.to("cpu", torch.float32).eval())
    network = _average(networks)
    _rule_out(network, np.concatenate([task.labels.max(axis=0) == 0 for task in tasks]))
    return network


def _average(networks: Sequence[Network]) -> Network:
    """The first of the networks, with the mean of the weights of all."""
    if len(networks) == 1:
        return networks[0]
    states = [network.state_dict() for network in networks]
    whole = {name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]}
    networks[0].load_state_dict(whole)
    return networks[0]


def _rule_out(network: Network, unseen: BoolArray) -> None:
    """Never answer with a class of which there was no example."""
    with torch.no_grad():
        network.head.weight[unseen] = 0.0
        network.head.bias[unseen] = -30.0


def to_spans(tasks: Sequence[TrainingSet]) -> list[slice]:
    """Which outputs of the network are the classes of each task."""
    stops = np.cumsum([task.labels.shape[1] for task in tasks]).tolist()
    return [slice(start, stop) for start, stop in zip([0, *stops], stops, strict=False)]


def to_dataset(task: TrainingSet, tokenizer: ExampleTokenizer, span: slice, n_outputs: int) -> Dataset:
    """A row of tokens a row, with the labels of its example; outputs that it does not speak of are nan."""
    dataset = Dataset.from_dict(
        {
            "text": task.examples.texts,
            "title": task.examples.titles,
            "previous": task.examples.previous,
            "target": task.examples.targets,
            "article": task.examples.articles,
            "label": task.labels.tolist(),
            "weight": task.weights.tolist(),
            "example": list(range(len(task.weights))),
        }
    )

    def tokenize(batch: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
        examples = Examples(
            texts=batch["text"],
            titles=batch["title"],
            previous=batch["previous"],
            targets=batch["target"],
            articles=batch["article"],
        )
        rows = tokenizer.encode(examples)
        labels = np.full((len(rows), n_outputs), np.nan)
        labels[:, span] = np.array(batch["label"])[rows.owners]
        bounds = list(zip(rows.offsets[:-1], rows.offsets[1:], strict=True))
        return {
            "input_ids": [rows.ids[start:stop] for start, stop in bounds],
            "judged": [rows.judged[start:stop].astype(np.int64) for start, stop in bounds],
            "length": rows.lengths.tolist(),
            "labels": labels.tolist(),
            "weight": np.array(batch["weight"])[rows.owners].tolist(),
            "example": np.array(batch["example"])[rows.owners].tolist(),
        }

    digest = hashlib.sha256((tokenizer.definition + repr((tokenizer.layout, span, n_outputs))).encode())
    disable_progress_bars()  # it takes a second
    fingerprint = f"{dataset._fingerprint[:16]}{digest.hexdigest()[:16]}"
    return dataset.map(
        tokenize, batched=True, remove_columns=dataset.column_names, new_fingerprint=fingerprint
    )


def _hold_out(
    tasks: Sequence[TrainingSet], options: FineTuning, generator: np.random.Generator
) -> list[BoolArray]:
    """Whether each example of each task is of a group that only judges the epochs.

    The same groups for every task, so that no article teaches the one and judges the other.
    """
    if options.patience is None:
        return [np.zeros(len(task.groups), dtype=np.bool_) for task in tasks]
    groups = np.unique(np.concatenate([task.groups for task in tasks]))
    if len(groups) < 2:
        raise DataError("patience needs two groups of articles or more, of which one judges the epochs")
    n_held_out = min(max(1, round(options.validation * len(groups))), len(groups) - 1)
    chosen = generator.permutation(groups)[:n_held_out]
    held_out = [np.isin(task.groups, chosen) for task in tasks]
    if not any((task.labels[rows] >= 0.5).any() for task, rows in zip(tasks, held_out, strict=True)):
        logger.warning(
            "the epochs are judged on %s without a label: all seem alike, and the first is kept; raise "
            "validation, or leave out patience",
            count_of(n_held_out, "group"),
        )
    return held_out


def _join(datasets: Sequence[Dataset], chosen: Sequence[BoolArray]) -> Dataset:
    return concatenate_datasets(
        [
            dataset.select(np.flatnonzero(rows[np.array(dataset["example"])]))
            for dataset, rows in zip(datasets, chosen, strict=True)
        ]
    )


def _freeze(network: Network, options: FineTuning) -> None:
    for name, parameter in network.named_parameters():
        depth = _depth(name)
        if (options.freeze_embeddings and depth == 0) or 0 < depth <= options.frozen_layers:
            parameter.requires_grad = False


def _depth(name: str) -> int:
    """0 for embeddings, *n* for the *n*-th layer, more for what stands above."""
    parts = name.split(".")
    if "layer" in parts or "layers" in parts:
        place = parts.index("layer") if "layer" in parts else parts.index("layers")
        return int(parts[place + 1]) + 1
    return 0 if "embeddings" in parts else 10_000


def _to_arguments(options: FineTuning, folder: str, seed: int) -> TrainingArguments:
    judged = options.patience is not None
    by_epoch = options.save_steps is None
    saving = judged or options.checkpoints is not None
    return TrainingArguments(
        output_dir=folder,
        learning_rate=options.learning_rate,
        num_train_epochs=options.num_train_epochs,
        per_device_train_batch_size=options.per_device_train_batch_size,
        gradient_accumulation_steps=options.gradient_accumulation_steps,
        warmup_steps=options.warmup_ratio,
        weight_decay=options.weight_decay,
        lr_scheduler_type=options.lr_scheduler_type,
        max_grad_norm=options.max_grad_norm,
        use_cpu=not torch.cuda.is_available(),
        bf16=_multiplies_in_bf16() if options.precision == "auto" else options.precision == "bf16",
        train_sampling_strategy="group_by_length",  # which ``_Trainer`` does in its own way
        length_column_name="length",
        remove_unused_columns=False,
        label_names=["labels"],
        eval_strategy="epoch" if judged else "no",
        save_strategy=("epoch" if by_epoch or judged else "steps") if saving else "no",
        save_steps=options.save_steps or 500,
        save_total_limit=2,
        load_best_model_at_end=judged,
        restore_callback_states_from_checkpoint=judged,  # how long patience has waited already
        metric_for_best_model="score" if judged else None,
        logging_strategy="epoch",
        report_to=list(options.report_to) or "none",
        disable_tqdm=not sys.stderr.isatty(),
        dataloader_pin_memory=torch.cuda.is_available(),
        seed=seed,
        data_seed=seed,
    )


def _multiplies_in_bf16() -> bool:
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_amx_tile_supported())  # without AMX it is slower than single precision


def _open_checkpoints(
    datasets: Sequence[Dataset],
    held_out: Sequence[BoolArray],
    pretrained: Path,
    options: FineTuning,
    seed: int,
) -> AbstractContextManager[str]:
    """A folder for the checkpoints of exactly this training; one that is thrown away if none is asked for."""
    if options.checkpoints is None:
        return tempfile.TemporaryDirectory()
    settings = options.model_dump_json(exclude={"checkpoints", "save_steps", "report_to"})
    digest = hashlib.sha256(f"{[dataset._fingerprint for dataset in datasets]}{settings}{seed}".encode())
    for rows in held_out:
        digest.update(rows.tobytes())
    for file in sorted(pretrained.glob("*.safetensors")):
        digest.update(file.read_bytes())
    return nullcontext(str(Path(options.checkpoints) / digest.hexdigest()[:16]))


def _find_checkpoint(folder: Path) -> Path | None:
    """The last checkpoint that was written whole: its state is the last of its files."""
    whole = [path.parent for path in folder.glob(f"checkpoint-*/{_STATE}")]
    return max(whole, key=lambda path: int(path.name.split("-")[-1]), default=None)


def _find_best(last: Path) -> Path | None:
    """The best checkpoint of a training that patience has ended, which must not go on; else none."""
    state = TrainerState.load_from_json(str(last / _STATE))
    control = state.stateful_callbacks.get("TrainerControl", {"args": {}})
    if state.best_model_checkpoint is None or not control["args"].get("should_training_stop"):
        return None
    return last.with_name(Path(state.best_model_checkpoint).name)


class _Collator:
    """Pads rows to the longest of their batch."""

    def __init__(self, padding: int) -> None:
        self.padding = padding

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        length = max(row["length"] for row in rows)
        ids = np.full((len(rows), length), self.padding)
        judged = np.zeros((len(rows), length), dtype=np.int64)
        attention = np.zeros((len(rows), length), dtype=np.int64)
        for number, row in enumerate(rows):
            ids[number, : row["length"]] = row["input_ids"]
            judged[number, : row["length"]] = row["judged"]
            attention[number, : row["length"]] = 1
        return {
            "input_ids": torch.from_numpy(ids),
            "attention_mask": torch.from_numpy(attention),
            "judged": torch.from_numpy(judged),
            "labels": torch.tensor([row["labels"] for row in rows], dtype=torch.float32),
            "weights": torch.tensor([row["weight"] for row in rows], dtype=torch.float32),
        }


class _Sampler(LengthGroupedSampler):  # type: ignore[misc]
    """Rows of like length together, in an order that seed and epoch alone decide.

    So of several processes each shares out the same, and a training of one process that goes on in the middle
    of an epoch has the order in which it began.
    """

    def __init__(self, *arguments: Any, seed: int, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.seed, self.epoch = seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the loop as each epoch begins."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        self.generator = torch.Generator().manual_seed(self.seed + self.epoch)
        return iter(super().__iter__())


class _Judge:
    """The score of an epoch on the held-out groups: the mean over tasks of what ``score_logits`` gives."""

    def __init__(self, tasks: Sequence[TrainingSet], spans: Sequence[slice]) -> None:
        self.tasks, self.spans = tasks, spans

    def __call__(self, prediction: EvalPrediction) -> dict[str, float]:
        scores = []
        for task, span in zip(self.tasks, self.spans, strict=True):
            labels = prediction.label_ids[:, span]
            asked = ~np.isnan(labels[:, 0])
            if not (labels[asked] >= 0.5).any():
                continue  # nothing to find among the groups that judge
            scores.append(score_logits(prediction.predictions[asked, span], labels[asked], task.exclusive))
        return {"score": float(np.mean(scores)) if scores else 0.0}


class _Trainer(Trainer):  # type: ignore[misc]
    """The loop of Transformers with our loss and a learning rate a layer."""

    def __init__(
        self, *arguments: Any, tasks: Sequence[TrainingSet], options: FineTuning, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.options = options
        self.loss = Loss(tasks, options)

    def compute_loss(
        self, model: torch.nn.Module, inputs: Batch, return_outputs: bool = False, **_: Any
    ) -> Any:
        labels, weights = inputs["labels"], inputs["weights"]
        read = {name: inputs[name] for name in ("input_ids", "attention_mask", "judged")}
        if self.options.r_drop and model.training:
            twice = {name: torch.cat([tensor, tensor]) for name, tensor in read.items()}
            logits, again = model(**twice).chunk(2)
            loss = (self.loss(logits, labels, weights) + self.loss(again, labels, weights)) / 2
            loss = loss + self.options.r_drop * self.loss.divergence(logits, again, labels)
        else:
            logits = model(**read)
            loss = self.loss(logits, labels, weights)
        return (loss, {"logits": logits}) if return_outputs else loss

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> "_Sampler":
        # Transformers would look each length up in the dataset, a quarter of a millisecond for each row.
        lengths = list((train_dataset or self.train_dataset)["length"])
        batch_size = self.args.train_batch_size * self.args.gradient_accumulation_steps
        return _Sampler(batch_size, lengths=lengths, seed=self.args.data_seed)

    def create_optimizer(self, *_: Any) -> torch.optim.Optimizer:
        self.optimizer: torch.optim.Optimizer = torch.optim.AdamW(
            to_parameter_groups(self.model, self.options)
        )
        return self.optimizer


def to_parameter_groups(network: Network, options: FineTuning) -> list[dict[str, Any]]:
    """Trainable parameters with the learning rate of their layer; biases and norms do not decay."""
    n_layers = max(
        depth for depth in (_depth(name) for name, _ in network.named_parameters()) if depth < 10_000
    )
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        below_top = max(0, n_layers + 1 - _depth(name))
        rate = options.learning_rate * options.layer_decay**below_top
        if name.startswith("head.") and options.head_learning_rate:
            rate = options.head_learning_rate
        decay = options.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "weight_decay": decay}
        for (rate, decay), parameters in groups.items()
    ]


class Loss:
    """Cross-entropy of each task on its outputs: a softmax if they are exclusive, else a sigmoid each."""

    def __init__(self, tasks: Sequence[TrainingSet], options: FineTuning) -> None:
        self.exclusive = [task.exclusive for task in tasks]
        self.spans = to_spans(tasks)
        self.class_weights = [
            weigh_classes(task.labels, task.weights, options.class_weight, exclusive=task.exclusive)
            for task in tasks
        ]

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """Mean over the rows of a batch; ``labels`` and ``logits`` have shape (n_rows, n_outputs)."""
        total = logits.new_zeros(())
        for exclusive, span, balance in zip(self.exclusive, self.spans, self.class_weights, strict=True):
            asked = ~labels[:, span.start].isnan()
            truth, said = labels[asked, span], logits[asked, span].float()
            scale = torch.as_tensor(balance, dtype=said.dtype, device=said.device)
            losses = cross_entropy(said, truth, scale, exclusive=exclusive)
            total = total + (losses * weights[asked]).sum()
        return total / len(labels)

    def divergence(self, one: torch.Tensor, other: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Symmetric Kullback-Leibler divergence between two passes over the same rows."""
        total = one.new_zeros(())
        for exclusive, span in zip(self.exclusive, self.spans, strict=True):
            asked = ~labels[:, span.start].isnan()
            first, second = one[asked, span].float(), other[asked, span].float()
            if not exclusive:  # each class is a choice between itself and nothing
                first = torch.stack([first, torch.zeros_like(first)], dim=-1)
                second = torch.stack([second, torch.zeros_like(second)], dim=-1)
            p, q = functional.log_softmax(first, dim=-1), functional.log_softmax(second, dim=-1)
            total = total + ((p.exp() - q.exp()) * (p - q)).sum() / 2
        return total / len(labels)
