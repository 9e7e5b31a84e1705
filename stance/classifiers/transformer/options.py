"""How an encoder is fine-tuned: the block ``training`` of a config."""

from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

Precision = Literal["auto", "fp32", "bf16"]


class FineTuning(BaseModel):
    """Hyperparameters of the training loop, named as in Transformers where it has them.

    Attributes
    ----------
    learning_rate, num_train_epochs, per_device_train_batch_size, gradient_accumulation_steps, weight_decay,
    lr_scheduler_type, max_grad_norm
        As in Transformers.
    warmup_ratio
        Share of the steps over which the learning rate rises.
    dropout
        Of the pooled features, before the last layer.
    layer_decay
        The learning rate of each layer is that of the layer above times this (Howard and Ruder 2018).
    head_learning_rate
        Of the last layer, which starts from nothing; ``learning_rate`` if not given.
    n_layers
        So many of the encoder's layers are used, evenly spread; all if not given. Fewer are faster, and
        understand less (Sajjad et al. 2023).
    freeze_embeddings, frozen_layers
        Whether word embeddings, and how many of the lowest layers, stay as they were pretrained. Faster: the
        embeddings are half of a small encoder, and the optimiser walks through all of them at every step.
    class_weight
        ``"balanced"`` lets rare classes count as much as frequent ones.
    r_drop
        Weight of the divergence between two passes with different dropout (Liang et al. 2021). It doubles
        the work.
    n_averaged
        So many networks are trained, each with a seed of its own, and their weights averaged (model soup:
        Wortsman et al. 2022). It multiplies the time of training, not of prediction.
    validation, patience
        Share of the groups on which the epochs are judged, and after how many epochs without a better one
        training stops; the best epoch is kept. Without ``patience`` all epochs are run on everything.
    precision
        ``"auto"`` takes bf16 where processor or GPU multiply in it.
    checkpoints
        A folder for checkpoints. A training that was killed goes on from the last one, to the same result;
        with several processes, if that is the end of an epoch.
    save_steps
        Steps between two checkpoints; one an epoch if not given.
    report_to
        Trackers that Transformers knows (``mlflow``, ``tensorboard``, ``wandb``); none unless named. What
        TensorBoard reads is written beside the checkpoints.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    learning_rate: PositiveFloat = 5e-5
    num_train_epochs: PositiveFloat = 4
    per_device_train_batch_size: PositiveInt = 32
    gradient_accumulation_steps: PositiveInt = 1
    warmup_ratio: float = Field(default=0.1, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    lr_scheduler_type: Literal["linear", "cosine", "constant_with_warmup"] = "linear"
    max_grad_norm: PositiveFloat = 1.0
    dropout: float = Field(default=0.1, ge=0, lt=1)
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    head_learning_rate: PositiveFloat | None = None
    n_layers: PositiveInt | None = None
    freeze_embeddings: bool = False
    frozen_layers: NonNegativeInt = 0
    class_weight: Literal["balanced"] | None = None
    r_drop: float = Field(default=0.0, ge=0)
    n_averaged: PositiveInt = 1
    validation: float = Field(default=0.1, gt=0, lt=1)
    patience: PositiveInt | None = None
    precision: Precision = "auto"
    checkpoints: str | None = None
    save_steps: PositiveInt | None = None
    report_to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _keeps_what_it_reports(self) -> Self:
        if "tensorboard" in self.report_to and self.checkpoints is None:
            raise ValueError(
                "report_to: [tensorboard] needs checkpoints, the folder that keeps what it reads"
            )
        return self
