"""The trainer of a flow: a step of maximum likelihood, and its metrics."""

import math

import numpy as np
import torch
from torch import Tensor

from core.batches import EpochBatches
from core.flow.compose import log_prob, log_prob_in_chunks
from core.flow.config import EVALUATION_ROWS, FlowConfig, FlowControls
from core.flow.gradient import is_covered, nll_and_gradient
from core.flow.layout import free_parameters, unflatten
from core.flow.scaling import Scaling, scaled_draws, scaling
from core.flow.targets import target
from core.optimizer import adam_step
from core.run import TrainingDiverged, TrainState
from core.train_state import copied_out, require_finite

CLIP_NORM = 1.0
"""A longer gradient is shortened to this (Pascanu et al. 2013).

A point far out in the tail has a log-density of minus hundreds: one batch with such a point would
throw deep affine flows off, and they took twice the steps or never came back.
"""


class FlowTrainer:
    """The tensors of one run and the step that changes them."""

    record_interval = 50

    def __init__(self, config: FlowConfig, dtype: str) -> None:
        """Bring the data into memory and lay out the buffers.

        Raises:
            ValueError: when maximum likelihood cannot train this flow; it says why.
        """
        if reason := config.why_not_trained():
            raise ValueError(reason)
        self.config = config
        self.dtype: torch.dtype = getattr(torch, dtype)
        drawn = scaled_draws(config)
        self.x_train = torch.tensor(drawn.x_train, dtype=self.dtype)
        self.x_eval = {
            "train": self.x_train[:EVALUATION_ROWS],
            "held_out": torch.tensor(drawn.x_test[:EVALUATION_ROWS], dtype=self.dtype),
        }
        self.exact = _exact(config, scaling(config), drawn.x_test[:EVALUATION_ROWS])
        self.batches = EpochBatches(self.x_train, config.batch_size, config.seed)
        self.by_hand = is_covered(config)
        self.free = torch.tensor(free_parameters(config).astype(np.float64), dtype=self.dtype)

    def load(self, state: TrainState) -> None:
        """Copy a state into fresh buffers; gradients share one flat buffer too."""
        self.parameters = torch.tensor(state.parameters, dtype=self.dtype)
        self.moments = torch.tensor(state.moments, dtype=self.dtype)
        self.gradient = torch.zeros_like(self.parameters)
        self.weights = unflatten(self.parameters, self.config)
        self.gradients = unflatten(self.gradient, self.config)
        self.leaves = {name: weight.detach() for name, weight in self.weights.items()}
        for name, leaf in self.leaves.items():
            leaf.requires_grad_()
            leaf.grad = self.gradients[name]

    def state(self) -> TrainState:
        """Parameters and moments, copied out; a step draws nothing, so there is no generator."""
        return copied_out(self.parameters, self.moments)

    def train_step(self, step: int, controls: FlowControls) -> None:
        """One step: batch, gradient, clipped, update; raises ``TrainingDiverged``."""
        value = self._gradient(self.batches.at(step))
        if not math.isfinite(value):
            raise TrainingDiverged(step, "the NLL", value)
        length = self.gradient.norm().item()
        if length > CLIP_NORM:
            self.gradient *= CLIP_NORM / length
        count = torch.tensor(float(step + 1))
        adam_step(self.parameters, self.gradient, self.moments, count, controls.learning_rate)

    def _gradient(self, x: Tensor) -> float:
        """Fill ``self.gradient`` with that of the NLL of x ``[B, D]``; returns the NLL in nats."""
        if self.by_hand:
            value = nll_and_gradient(self.weights, self.gradients, self.config, x)
        else:
            self.gradient.zero_()
            nll = -log_prob(self.leaves, self.config, x).mean()
            if nll.requires_grad:  # a cumulative sum has no parameters
                torch.autograd.backward(nll)
            value = nll.item()
        self.gradient *= self.free
        return value

    def check(self, step: int) -> None:
        """Raise ``TrainingDiverged`` when a parameter has left the finite numbers."""
        require_finite(step, self.parameters)

    @torch.no_grad()
    def metrics(self, step: int, controls: FlowControls) -> dict[str, float]:
        """Every metric of the present state, in nats; raises ``TrainingDiverged``.

        ``nll/train`` and ``nll/held_out``; ``kl``, the mean over the held-out rows of
        ``log p(x) − log p_X(x)`` with its standard error ``kl_error``, and ``exact``, the mean of
        ``−log p(x)`` over the same rows: NaN where the target's density is not known.
        """
        values = {
            split: log_prob_in_chunks(self.weights, self.config, x).double()
            for split, x in self.x_eval.items()
        }
        metrics = {f"nll/{split}": -value.mean().item() for split, value in values.items()}
        for name, value in metrics.items():
            if not math.isfinite(value):
                raise TrainingDiverged(step, f"the metric {name}", value)
        gap = self.exact - values["held_out"].numpy()
        return metrics | {
            "exact": -float(self.exact.mean()),
            "kl": float(gap.mean()),
            "kl_error": float(gap.std() / len(gap) ** 0.5),
        }


def _exact(config: FlowConfig, scale: Scaling, x: np.ndarray) -> np.ndarray:
    """The target's log-density at scaled points ``[n, 2]``; NaN where it is not known."""
    density = target(config.target).log_density
    if density is None:
        return np.full(len(x), np.nan)
    return density(scale.to_target(x)) + scale.log_volume
