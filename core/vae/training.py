"""The trainer of a VAE: a step of stochastic gradient ascent on the objective, and its metrics."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from core.batches import EpochBatches
from core.dataset import load_dataset
from core.optimizer import adam_step, sgd_step
from core.run import TrainingDiverged, TrainState
from core.train_state import copied_out, require_finite, restore
from core.vae.config import EVALUATION_ROWS, LOG_VARIANCE_FLOOR, VAEConfig, VAEControls
from core.vae.gradient import ObjectiveGradient, is_covered
from core.vae.layout import unflatten
from core.vae.objective import Terms, elbo_terms, objective

ACTIVE_UNIT_VARIANCE = 0.01
"""A latent unit is active when the variance of its mean over the data exceeds this."""


RECORD_ROWS = 8192
"""Rows trained on between two records: their metrics then take less than a tenth of the time."""

GradientFunction = Callable[[VAEControls, float, Tensor, Tensor], float]
"""From controls, β in force, batch and noise to the log-likelihood term; fills the gradient."""


class VAETrainer:
    """The tensors of one run and the step that changes them."""

    def __init__(self, config: VAEConfig, dtype: str) -> None:
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
        self.batch_size = self.batches.batch_size
        self.record_interval = min(128, max(1, RECORD_ROWS // self.batch_size))
        self.noise_generator = torch.Generator()

    def load(self, state: TrainState) -> None:
        """Copy a state into fresh buffers; gradients share one flat buffer too."""
        self.parameters = torch.tensor(state.parameters, dtype=self.dtype)
        self.moments = torch.tensor(state.moments, dtype=self.dtype)
        self.moment_rows = self.moments.unbind()
        self.gradient = torch.zeros_like(self.parameters)
        self.weights = self._views(self.parameters)
        self.adam_steps = torch.zeros(())
        self.noise = self.parameters.new_empty(0)
        restore(self.noise_generator, state.generator, self.config.seed)

    def state(self) -> TrainState:
        """Parameters, moments and generator, copied out."""
        return copied_out(self.parameters, self.moments, self.noise_generator)

    def train_step(self, step: int, controls: VAEControls) -> None:
        """One step: batch, noise, gradient, update; raises ``TrainingDiverged``."""
        if len(self.noise) != controls.num_samples:
            self._lay_out(controls.num_samples)
        self.noise.normal_(generator=self.noise_generator)
        kl_weight = controls.kl_weight_at(step)
        fit = self.gradient_of(controls, kl_weight, self.batches.at(step), self.noise)
        if not math.isfinite(fit):
            raise TrainingDiverged(step, "the log-likelihood term", fit)
        rate = controls.learning_rate
        if self.config.optimizer == "adam":
            self.adam_steps.fill_(step + 1)
            adam_step(self.parameters, self.gradient, self.moment_rows, self.adam_steps, rate)
        else:
            sgd_step(self.parameters, self.gradient, rate)

    def _lay_out(self, samples: int) -> None:
        """Buffers for M samples a datum, and the gradient that works in them."""
        self.noise = self.parameters.new_empty(samples, self.batch_size, self.config.latent_dim)
        if is_covered(self.config):
            gradients = self._views(self.gradient)
            self.gradient_of: GradientFunction = ObjectiveGradient(
                self.config, self.weights, gradients, self.batch_size, samples
            )
        else:
            self.gradient_of = self._by_autograd()

    def _views(self, flat: Tensor) -> dict[str, Tensor]:
        return unflatten(flat, self.config, self.x_train.shape[1])

    def _by_autograd(self) -> GradientFunction:
        """The gradient by autograd, for every model; leaves share the flat buffers."""
        leaves = {name: weight.detach() for name, weight in self.weights.items()}
        for name, gradient in self._views(self.gradient).items():
            leaves[name].requires_grad_()
            leaves[name].grad = gradient

        def gradient_of(
            controls: VAEControls, kl_weight: float, x: Tensor, noise: Tensor
        ) -> float:
            self.gradient.zero_()
            terms = elbo_terms(leaves, self.config, controls, x, noise)
            trained = objective(self.config, terms, kl_weight, controls.free_bits)
            torch.autograd.backward(-trained)
            return terms.log_likelihood.mean().item()

        return gradient_of

    def check(self, step: int) -> None:
        """Raise ``TrainingDiverged`` when a parameter has left the finite numbers."""
        require_finite(step, self.parameters)

    @torch.no_grad()
    def metrics(self, step: int, controls: VAEControls) -> dict[str, float]:
        """Every metric on training and held-out rows, in nats, always with the same noise.

        Raises ``TrainingDiverged`` when one is not finite.

        ``elbo/…`` (``elbo_error/…`` is its standard error over the rows), ``objective/…``,
        ``log_likelihood/…``, ``kl/…``, ``squared_error/…`` and ``kl_j/…`` for both splits;
        ``active_units``, ``decoder_variance`` (geometric mean), ``floor_share`` (share of
        variances at their floor) and ``kl_weight`` in force.
        """
        generator = torch.Generator().manual_seed(self.config.seed + 1)
        kl_weight = controls.kl_weight_at(step)
        metrics: dict[str, float] = {}
        optimal: Tensor | None = None
        for split, x in self.x_eval.items():
            shape = (1, len(x), self.config.latent_dim)
            noise = torch.randn(shape, generator=generator, dtype=self.dtype)
            terms = elbo_terms(self.weights, self.config, controls, x, noise, optimal)
            if split == "train":
                optimal = terms.log_var if self.config.variance == "optimal" else None
                metrics |= self._shared_metrics(terms, kl_weight)
            trained = objective(self.config, terms, kl_weight, controls.free_bits)
            metrics |= _split_metrics(split, terms, trained)
        self._check_metrics(step, metrics)
        return metrics

    def _check_metrics(self, step: int, metrics: dict[str, float]) -> None:
        """No record is kept that is not finite, but for what a plain autoencoder has not."""
        for name, value in metrics.items():
            is_absent = not self.config.is_variational and name.startswith(("elbo", "kl"))
            if not math.isfinite(value) and not is_absent:
                raise TrainingDiverged(step, f"the metric {name}", value)

    def _shared_metrics(self, terms: Terms, kl_weight: float) -> dict[str, float]:
        active = terms.mean.var(0, correction=0) > ACTIVE_UNIT_VARIANCE
        floor = self.config.variance != "fixed"
        at_floor = (terms.log_var < LOG_VARIANCE_FLOOR + math.log(2.0)).double().mean()
        return {
            "active_units": float(active.sum()),
            "decoder_variance": terms.log_var.mean().exp().item(),
            "floor_share": at_floor.item() if floor else 0.0,
            "kl_weight": kl_weight,
        }


def _split_metrics(split: str, terms: Terms, trained: Tensor) -> dict[str, float]:
    kl = terms.kl.mean(0)
    fit = terms.log_likelihood.mean()
    elbo_per_row = terms.log_likelihood - terms.kl.sum(1)
    return {
        f"elbo_error/{split}": (elbo_per_row.std() / len(elbo_per_row) ** 0.5).item(),
        f"elbo/{split}": (fit - kl.sum()).item(),
        f"objective/{split}": trained.item(),
        f"log_likelihood/{split}": fit.item(),
        f"kl/{split}": kl.sum().item(),
        f"squared_error/{split}": terms.squared_error.mean().item(),
        **{f"kl_{j}/{split}": value for j, value in enumerate(kl.tolist())},
    }
