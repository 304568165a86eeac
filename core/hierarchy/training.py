"""The trainer of a VAE of two levels: a step of Adam on the objective, and its metrics."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from core.batches import EpochBatches
from core.dataset import load_dataset
from core.hierarchy.config import EVALUATION_ROWS, HierarchyConfig, HierarchyControls
from core.hierarchy.gradient import HierarchyGradient, is_covered
from core.hierarchy.layout import unflatten
from core.hierarchy.objective import Terms, active_units, objective, terms_of, threshold
from core.optimizer import adam_step
from core.run import TrainingDiverged, TrainState
from core.train_state import copied_out, require_finite, restore

ACTIVE_UNIT_VARIANCE = 0.01
"""A unit is active when the variance of its posterior mean over the data exceeds this."""

RECORD_ROWS = 8192
"""Rows trained on between two records: their metrics then take a tenth of the time or less."""

DRAWS = 2
"""Of the noise of the metrics: two, so that active units are told without bias."""

GradientFunction = Callable[[HierarchyControls, int, Tensor, Tensor], float]
"""From controls, step, batch and noise to T1; fills the gradient."""


class HierarchyTrainer:
    """The tensors of one run and the step that changes them."""

    def __init__(self, config: HierarchyConfig, dtype: str) -> None:
        """Bring the data into memory and lay out the buffers."""
        self.config = config
        self.dtype: torch.dtype = getattr(torch, dtype)
        dataset = load_dataset(config.dataset)
        self.x_train = torch.tensor(dataset.x_train, dtype=self.dtype)
        self.x_eval = {
            "train": self.x_train[:EVALUATION_ROWS],
            "held_out": torch.tensor(dataset.x_test[:EVALUATION_ROWS], dtype=self.dtype),
        }
        self.batches = EpochBatches(self.x_train, config.batch_size, config.seed)
        self.record_interval = min(128, max(1, RECORD_ROWS // self.batches.batch_size))
        self.noise_generator = torch.Generator()

    def load(self, state: TrainState) -> None:
        """Copy a state into fresh buffers; gradients share one flat buffer too."""
        self.parameters = torch.tensor(state.parameters, dtype=self.dtype)
        self.moments = torch.tensor(state.moments, dtype=self.dtype)
        self.moment_rows = self.moments.unbind()
        self.gradient = torch.zeros_like(self.parameters)
        self.weights = self._views(self.parameters)
        self.adam_steps = torch.zeros(())
        rows, size = self.batches.batch_size, self.config.latent_dim + self.config.top_dim
        self.noise = self.parameters.new_empty(rows, size)
        if is_covered(self.config):
            gradients = self._views(self.gradient)
            self.gradient_of: GradientFunction = HierarchyGradient(
                self.config, self.weights, gradients, rows
            )
        else:
            self.gradient_of = self._by_autograd()
        restore(self.noise_generator, state.generator, self.config.seed)

    def state(self) -> TrainState:
        """Parameters, moments and generator, copied out."""
        return copied_out(self.parameters, self.moments, self.noise_generator)

    def train_step(self, step: int, controls: HierarchyControls) -> None:
        """One step: batch, noise, gradient, update; raises ``TrainingDiverged``."""
        self.noise.normal_(generator=self.noise_generator)
        fit = self.gradient_of(controls, step, self.batches.at(step), self.noise)
        if not math.isfinite(fit):
            raise TrainingDiverged(step, "T1", fit)
        self.adam_steps.fill_(step + 1)
        rate = controls.learning_rate
        adam_step(self.parameters, self.gradient, self.moment_rows, self.adam_steps, rate)

    def _views(self, flat: Tensor) -> dict[str, Tensor]:
        return unflatten(flat, self.config, self.x_train.shape[1])

    def _by_autograd(self) -> GradientFunction:
        """The gradient by autograd, for every model; leaves share the flat buffers."""
        leaves = {name: weight.detach() for name, weight in self.weights.items()}
        for name, gradient in self._views(self.gradient).items():
            leaves[name].requires_grad_()
            leaves[name].grad = gradient

        def gradient_of(controls: HierarchyControls, step: int, x: Tensor, noise: Tensor) -> float:
            self.gradient.zero_()
            terms = terms_of(leaves, self.config, controls.decoder_variance, x, noise[None])
            torch.autograd.backward(-objective(terms, controls, step))
            return terms.fit.mean().item()

        return gradient_of

    def check(self, step: int) -> None:
        """Raise ``TrainingDiverged`` when a parameter has left the finite numbers."""
        require_finite(step, self.parameters)

    @torch.no_grad()
    def metrics(self, step: int, controls: HierarchyControls) -> dict[str, float]:
        """Every metric on training and held-out rows, in nats, always with the same noise.

        Raises ``TrainingDiverged`` when one is not finite.

        ``elbo/…`` (β = 1, no free bits; ``elbo_error/…`` its standard error over the rows),
        ``objective/…``, ``t1/…``, ``t2/…``, ``t3/…``, ``squared_error/…`` and every unit's
        ``t2_j/…``, ``t3_k/…`` for both splits; ``active_units`` and ``active_top_units``,
        ``ratio`` (M/S) of the held-out rows; ``price`` and ``top_price`` in force.
        """
        generator = torch.Generator().manual_seed(self.config.seed + 1)
        price, top_price = controls.weights_at(step)
        metrics = {"price": price, "top_price": top_price}
        size = self.config.latent_dim + self.config.top_dim
        for split, x in self.x_eval.items():
            noise = torch.randn((DRAWS, len(x), size), generator=generator, dtype=self.dtype)
            if split == "train":  # shown fainter: one draw of them saves a quarter of the time
                noise = noise[:1]
            terms = terms_of(self.weights, self.config, controls.decoder_variance, x, noise)
            if split == "held_out":
                metrics |= _shared_metrics(terms)
            metrics |= _split_metrics(split, terms, objective(terms, controls, step))
        for name, value in metrics.items():
            if not math.isfinite(value):
                raise TrainingDiverged(step, f"the metric {name}", value)
        return metrics


def _shared_metrics(terms: Terms) -> dict[str, float]:
    low, top = (active_units(m[0], m[1]) for m in (terms.mean, terms.top_mean))
    return {
        "active_units": float((low > ACTIVE_UNIT_VARIANCE).sum()),
        "active_top_units": float((top > ACTIVE_UNIT_VARIANCE).sum()),
        "ratio": threshold(terms).item(),
    }


def _split_metrics(split: str, terms: Terms, trained: Tensor) -> dict[str, float]:
    low, top, elbo = terms.low.mean(0), terms.top.mean(0), terms.elbo
    return {
        f"elbo/{split}": elbo.mean().item(),
        f"elbo_error/{split}": (elbo.std() / len(elbo) ** 0.5).item(),
        f"objective/{split}": trained.item(),
        f"t1/{split}": terms.fit.mean().item(),
        f"t2/{split}": low.sum().item(),
        f"t3/{split}": top.sum().item(),
        f"squared_error/{split}": terms.squared_error.mean().item(),
        **{f"t2_{j}/{split}": value for j, value in enumerate(low.tolist())},
        **{f"t3_{k}/{split}": value for k, value in enumerate(top.tolist())},
    }
