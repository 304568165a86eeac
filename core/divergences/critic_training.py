"""The trainer of a critic: a step of Adam on R(D), and how good D really is.

``R(D) = ½ E_d ℓ(D) + ½ E_g ℓ(−D)`` is judged by quadrature over the exact densities, so that no
record can lie below the infimum on the same nodes.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.divergences.config import CriticConfig, CriticControls
from core.divergences.critic_1d import steepness, w1_on
from core.divergences.critic_draws import CriticDraws
from core.divergences.exact import floor, risk
from core.divergences.line import line_of
from core.divergences.losses import LOSSES
from core.divergences.torch_losses import TORCH_LOSSES, risk_gradient, sample_risk
from core.network import Network
from core.optimizer import adam_step
from core.run import TrainingDiverged, TrainState
from core.train_state import copied_out, require_finite, restore

RECORD_INTERVAL = 16

RATE_FLOOR = 0.01
"""What the learning rate falls to, as a share of the first: a run can go on and still learns."""

MOST_MEAN = 1e4
"""A mean of |D| beyond this has diverged: the log ratio of two densities that can be chosen, which
is the largest D that any other loss asks for, stays far below on the draws."""

PENALTY_STRIDE = 16
"""Every so manieth node is an end of the steps that the Lipschitz leash looks at."""

PENALTY_WEIGHT = 10.0
"""λ of ``λ ∫ max(0, |D'| − 1)² dx``: slopes then exceed 1 by ``|F_g − F_d| / 4λ`` or so."""


def rate_at(step: int, rate: float, decay_steps: int) -> float:
    """The rate of a step: falls linearly over ``decay_steps``, then stays at its floor."""
    return rate * max(RATE_FLOOR, 1 - step / decay_steps)


class CriticTrainer:
    """The tensors of one critic and the step that changes them."""

    record_interval = RECORD_INTERVAL

    def __init__(self, config: CriticConfig, dtype: str) -> None:
        """Lay out the nodes and the draws."""
        self.config = config
        self.dtype: torch.dtype = getattr(torch, dtype)
        self.loss, self.exact_loss = TORCH_LOSSES[config.loss], LOSSES[config.loss]
        self.draws = CriticDraws(config, self.dtype)
        self.line = line_of(config.pair)
        self.nodes = torch.tensor(self.line.nodes, dtype=self.dtype)[:, None]
        self.posts = self.nodes[::PENALTY_STRIDE].contiguous()
        self.is_bounded = config.leash_in_force == "bounded"
        self.is_penalised = config.leash_in_force == "lipschitz"
        self.best = _best(config)
        self.noise_generator = torch.Generator()

    def load(self, state: TrainState) -> None:
        """Copy a state into fresh buffers."""
        self.parameters = torch.tensor(state.parameters, dtype=self.dtype)
        self.moments = torch.tensor(state.moments, dtype=self.dtype)
        self.moment_rows = self.moments.unbind()
        self.gradient = torch.zeros_like(self.parameters)
        self.network = Network(self.config.critic_shape, self.parameters, self.gradient)
        self.adam_steps = torch.zeros(())
        restore(self.noise_generator, state.generator, self.config.seed)

    def state(self) -> TrainState:
        """Parameters, moments and generator, copied out."""
        return copied_out(self.parameters, self.moments, self.noise_generator)

    def train_step(self, step: int, controls: CriticControls) -> None:
        """One step: draws, gradient, update; raises ``TrainingDiverged``."""
        x = self.draws.at(step, self.noise_generator)
        rows = len(x)
        if self.is_penalised:
            x = torch.cat([x, self.posts])
        values = self.network.forward(x)
        upstream = torch.empty_like(values)
        _require_bounded(step, values[:rows])
        if self.is_bounded:
            values = values.tanh()
        risk_gradient(self.loss, values[:rows], upstream[:rows])
        if self.is_bounded:
            upstream.mul_(1 - values.square())
        if self.is_penalised:
            self._penalise(values[rows:], upstream[rows:])
        self.network.backward(upstream)
        self.adam_steps.fill_(step + 1)
        rate = rate_at(step, controls.learning_rate, self.config.decay_steps)
        adam_step(self.parameters, self.gradient, self.moment_rows, self.adam_steps, rate)

    def _penalise(self, values: Tensor, upstream: Tensor) -> None:
        """The gradient of ``λ Σ Δx max(0, |ΔD/Δx| − 1)²`` by D ``[n, 1]`` at the posts."""
        slopes = values.diff(dim=0) / self.posts.diff(dim=0)
        pull = 2 * PENALTY_WEIGHT * slopes.sign() * (slopes.abs() - 1).relu()
        upstream.zero_()
        upstream[1:] += pull
        upstream[:-1] -= pull

    def check(self, step: int) -> None:
        """Raise ``TrainingDiverged`` when a parameter has left the finite numbers."""
        require_finite(step, self.parameters)

    def values(self, x: Tensor) -> Tensor:
        """D, ``[n, 1]``, at x ``[n, 1]``."""
        found = self.network.evaluate(x)
        return found.tanh() if self.is_bounded else found

    def metrics(self, step: int, controls: CriticControls) -> dict[str, float]:
        """What D is worth, by quadrature over the exact densities.

        ``risk``, R(D); ``risk_exact``, the infimum on the same nodes; ``gap`` between them;
        ``separation``, R(equal) − R(D); ``risk_train`` on the fixed points, or on fresh draws of
        this record. Of the Wasserstein loss also ``lipschitz``, the largest slope between nodes,
        ``bound``, ``−½ lipschitz W₁``, which R cannot be below, and E D of ``data`` and ``model``;
        its infimum is that under the leash (NaN without one), and its gap that of D divided by
        its largest slope where that is above 1.
        """
        values = self.values(self.nodes)[:, 0].numpy().astype(np.float64)
        found = risk(self.exact_loss, values, self.line)
        if not math.isfinite(found):
            raise TrainingDiverged(step, "R(D)", found)
        metrics = {
            "risk": found,
            "risk_train": sample_risk(self.loss, self.values(self._judged_on(step))),
            "risk_exact": self.best,
            "gap": found - self.best,
            "separation": self.exact_loss.at_equal - found,
        }
        return metrics | (self._slopes(values, found) if self.config.loss == "wasserstein" else {})

    def _slopes(self, values: NDArray[np.float64], found: float) -> dict[str, float]:
        lipschitz = steepness(self.line, values)
        scale = max(1.0, lipschitz) if self.is_penalised else 1.0
        return {
            "gap": found / scale - self.best,
            "lipschitz": lipschitz,
            "bound": -0.5 * lipschitz * w1_on(self.line),
            "data": float(self.line.data_masses @ values),
            "model": float(self.line.model_masses @ values),
        }

    def _judged_on(self, step: int) -> Tensor:
        if self.draws.points is not None:
            return self.draws.points
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + step)
        return self.draws.fresh(generator, torch.empty_like(self.draws.batch))


def _best(config: CriticConfig) -> float:
    """The infimum on the nodes; of the Wasserstein loss under its leash, NaN without one."""
    line = line_of(config.pair)
    if config.loss != "wasserstein":
        return floor(LOSSES[config.loss], line)
    if config.leash == "lipschitz":
        return -0.5 * w1_on(line)
    apart = float(np.abs(line.data_masses - line.model_masses).sum())
    return -0.5 * apart if config.leash == "bounded" else math.nan


def _require_bounded(step: int, values: Tensor) -> None:
    mean = values.abs().mean().item()
    if not mean <= MOST_MEAN:
        raise TrainingDiverged(step, "the mean of |D|", mean)
