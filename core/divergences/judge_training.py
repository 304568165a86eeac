"""The trainer of a judge: a discriminator alone against a frozen generator: for workers.

Nobody answers it, so nothing keeps it from finding what the game's own discriminator, always a
step behind, never said. Its risk is a quadrature over the same exact densities.
"""

import math

import numpy as np
import torch

from core.divergences.config import JudgeConfig, JudgeControls
from core.divergences.critic_training import rate_at
from core.divergences.density import generated_density
from core.divergences.game_draws import GameDraws
from core.divergences.gan_training import on_cells
from core.divergences.judgement import equal_on_cells, floor_on_cells, judged, risk_on_cells
from core.divergences.plane import require_resolved
from core.divergences.targets import target_of
from core.divergences.torch_losses import TORCH_LOSSES, risk_gradient
from core.network import Network
from core.optimizer import adam_step
from core.run import TrainingDiverged, TrainState
from core.train_state import copied_out, require_finite

RECORD_INTERVAL = 64


class JudgeTrainer:
    """The tensors of a judge's run; the densities do not move.

    Attributes:
        density: of the frozen generator on the cells, ``[cells, cells]``.
    """

    record_interval = RECORD_INTERVAL

    def __init__(self, config: JudgeConfig, dtype: str) -> None:
        """Find the density of the frozen generator and lay out the buffers.

        Raises:
            ValueError: naming cell, h and s where the cells cannot resolve the densities.
        """
        self.config = config
        self.dtype: torch.dtype = getattr(torch, dtype)
        self.target = target_of(config.gan.target)
        require_resolved(config.gan.noise, self.target)
        frozen = np.frombuffer(config.generator, dtype=np.float32)
        parameters = torch.tensor(frozen, dtype=self.dtype)
        self.generator = Network(config.gan.generator_shape, parameters)
        self.density = generated_density(
            self.generator.evaluate, config.gan.noise, dtype=self.dtype
        )
        self.js = judged(self.density, self.target).js
        self.floor = floor_on_cells(config.loss, self.density, self.target)
        self.equal = equal_on_cells(config.loss, self.density, self.target)
        self.draws = GameDraws(config.gan, config.batch_size, self.dtype)
        self.upstream = torch.empty(2 * config.batch_size, 1, dtype=self.dtype)

    def load(self, state: TrainState) -> None:
        """Copy a state into fresh buffers."""
        self.parameters = torch.tensor(state.parameters, dtype=self.dtype)
        self.moments = torch.tensor(state.moments, dtype=self.dtype)
        self.gradient = torch.zeros_like(self.parameters)
        self.critic = Network(self.config.critic_shape, self.parameters, self.gradient)
        self.steps = torch.zeros(())
        self.draws.load(state.generator, self.config.seed)

    def state(self) -> TrainState:
        """Parameters, moments and generator, copied out."""
        return copied_out(self.parameters, self.moments, self.draws.generator)

    def train_step(self, step: int, controls: JudgeControls) -> None:
        """One step of Adam on R(D) of fresh draws; raises ``TrainingDiverged``."""
        outputs = self.critic.forward(self.draws.both(self.generator))
        total = outputs.sum().item()
        if not math.isfinite(total):
            raise TrainingDiverged(step, "the judge's output", total)
        loss = TORCH_LOSSES[self.config.loss]
        self.critic.backward(risk_gradient(loss, outputs, self.upstream))
        self.steps.fill_(step + 1)
        rate = rate_at(step, controls.learning_rate, self.config.decay_steps)
        adam_step(self.parameters, self.gradient, self.moments, self.steps, rate)

    def check(self, step: int) -> None:
        """Raise ``TrainingDiverged`` when a parameter has left the finite numbers."""
        require_finite(step, self.parameters)

    def metrics(self, step: int, controls: JudgeControls) -> dict[str, float]:
        """What the judge has found, by quadrature on the cells.

        ``risk`` (R(D)), ``risk_exact`` (``R*`` on the same cells), ``gap`` between them, ``says``
        (``R(equal) − R(D)``), ``exact`` (what the best judge would say) and ``js``.

        Raises:
            TrainingDiverged: when D is not finite.
        """
        loss = self.config.loss
        risk = risk_on_cells(loss, on_cells(self.critic), self.density, self.target)
        if not math.isfinite(risk):
            raise TrainingDiverged(step, "R(D)", risk)
        return {
            "risk": risk,
            "risk_exact": self.floor,
            "gap": risk - self.floor,
            "says": self.equal - risk,
            "exact": self.equal - self.floor,
            "js": self.js,
        }
