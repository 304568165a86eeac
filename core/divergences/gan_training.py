"""The trainer of a GAN of the plane: steps by hand, records judged by quadrature: for workers.

The discriminator sees data x and ``G(z) + hε`` and lowers ``R(D) = ½E_d ℓ(D) + ½E_g ℓ(−D)``; then
the generator, through the gradient of D by its input, raises R (minimax) or lowers ``E_g ℓ(D)``
(non-saturating; Goodfellow et al. 2014). Both by Adam, each with its own rate.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.divergences.config import GanConfig, GanControls, GanLoss
from core.divergences.density import ROUGH_NODES, generated_density
from core.divergences.game_draws import GameDraws
from core.divergences.judgement import (
    Judgement,
    equal_on_cells,
    floor_on_cells,
    judged,
    risk_on_cells,
)
from core.divergences.plane import CELLS, points, require_resolved
from core.divergences.targets import target_of
from core.divergences.torch_losses import TORCH_LOSSES, risk_gradient
from core.network import Network
from core.optimizer import adam_step
from core.run import TrainingDiverged, TrainState
from core.train_state import copied_out, require_finite

Array = NDArray[np.float64]

RECORD_INTERVAL = 256
"""A record costs about 35 steps."""

HELD = 0.16
"""A mode is held by at least so much of its fair share: 2 % of eight equal modes."""


class GanTrainer:
    """The tensors of one run, and the steps of D and of G that change them.

    A step is made of methods that slow motion calls one by one
    (``core.divergences.slow_motion``): draw, gradient, update.

    Attributes:
        draws: what D was shown last.
        outputs: of D in the last gradient: ``[2B, 1]`` or, of the generator's, ``[B, 1]``.
        push: the gradient of the generator's loss by each generated point, ``[B, 2]``.
    """

    record_interval = RECORD_INTERVAL

    def __init__(self, config: GanConfig, dtype: str) -> None:
        """Refuse what the cells cannot judge; lay out the buffers.

        Raises:
            ValueError: naming cell, h and s.
        """
        self.config = config
        self.dtype: torch.dtype = getattr(torch, dtype)
        self.target = target_of(config.target)
        self.loss = TORCH_LOSSES[config.loss]
        require_resolved(config.noise, self.target)
        self.draws = GameDraws(config, config.batch_size, self.dtype)
        self.upstream = torch.empty(2 * config.batch_size, 1, dtype=self.dtype)

    def load(self, state: TrainState) -> None:
        """Copy a state into fresh buffers: G's parameters first, then D's."""
        self.parameters = torch.tensor(state.parameters, dtype=self.dtype)
        self.moments = torch.tensor(state.moments, dtype=self.dtype)
        self.gradient = torch.zeros_like(self.parameters)
        first, second = self.config.generator_shape, self.config.critic_shape
        sizes = [first.num_parameters, second.num_parameters]
        g, d = torch.split(self.parameters, sizes)
        g_gradient, d_gradient = torch.split(self.gradient, sizes)
        self.generator = Network(first, g, g_gradient)
        self.critic = Network(second, d, d_gradient)
        rows = [torch.split(row, sizes) for row in self.moments[:2]]
        self.generator_moments = [row[0] for row in rows]
        self.critic_moments = [row[1] for row in rows]
        self.memory = self.moments[2]
        self.steps = torch.zeros(())
        self.draws.load(state.generator, self.config.seed)

    def state(self) -> TrainState:
        """Parameters, moments and generator, copied out."""
        return copied_out(self.parameters, self.moments, self.draws.generator)

    def train_step(self, step: int, controls: GanControls) -> None:
        """``critic_steps`` steps of D, then one of G; raises ``TrainingDiverged``."""
        self.remember(controls)
        for _ in range(controls.critic_steps):
            self.draw_for_critic()
            self.critic_gradient()
            self.require_finite(step)
            self.update_critic(controls)
        self.draw_for_generator()
        self.generator_gradient()
        self.require_finite(step)
        self.update_generator(controls)

    def remember(self, controls: GanControls) -> None:
        """Start the moments anew where β₁ is not what they were gathered with."""
        beta1 = self.memory[0].item()
        if self.memory[1:3].any() and abs(beta1 - controls.beta1) > 1e-6:
            self.moments.zero_()
        self.memory[0] = controls.beta1

    def draw_for_critic(self) -> None:
        """B data and B generated points."""
        self.draws.both(self.generator)

    def critic_gradient(self) -> None:
        """The gradient of the batch's ``R(D)`` by D's parameters."""
        self.outputs = self.critic.forward(self.draws.seen)
        self.critic.backward(risk_gradient(self.loss, self.outputs, self.upstream))

    def update_critic(self, controls: GanControls) -> None:
        """One step of Adam on D."""
        self._adam(self.critic, self.critic_moments, 2, controls.critic_rate, controls.beta1)

    def draw_for_generator(self) -> None:
        """B new generated points."""
        self.draws.model(self.generator)

    def generator_gradient(self) -> None:
        """The gradient of the generator's loss by G's parameters, through D's input."""
        B = self.config.batch_size
        self.outputs = self.critic.forward(self.draws.generated)
        upstream = self.upstream[:B]
        if self.config.generator_loss == "minimax":
            torch.mul(self.loss.slope(-self.outputs), 0.5 / B, out=upstream)
        else:
            torch.mul(self.loss.slope(self.outputs), 1 / B, out=upstream)
        push = self.critic.backward(upstream, weights=False, into_input=True)
        assert push is not None
        self.push = push
        self.generator.backward(push)

    def update_generator(self, controls: GanControls) -> None:
        """One step of Adam on G."""
        moments = self.generator_moments
        self._adam(self.generator, moments, 1, controls.generator_rate, controls.beta1)

    def _adam(
        self, network: Network, moments: list[Tensor], place: int, rate: float, beta1: float
    ) -> None:
        assert network.gradient is not None
        self.memory[place] += 1
        self.steps.fill_(self.memory[place].item())
        adam_step(network.parameters, network.gradient, moments, self.steps, rate, beta1)

    def require_finite(self, step: int) -> None:
        """Raise ``TrainingDiverged`` where D's last outputs are not finite."""
        total = self.outputs.sum().item()
        if not math.isfinite(total):
            raise TrainingDiverged(step, "the discriminator's output", total)

    def check(self, step: int) -> None:
        """Raise ``TrainingDiverged`` when a parameter has left the finite numbers."""
        require_finite(step, self.parameters)

    def density(self, nodes: int = ROUGH_NODES) -> Array:
        """``p_g`` of the present G on the cells."""
        return generated_density(
            self.generator.evaluate, self.config.noise, nodes=nodes, dtype=self.dtype
        )

    def critic_on_cells(self) -> Array:
        """D of the present at the centres of the cells, ``[cells, cells]``, float64."""
        return on_cells(self.critic)

    def metrics(self, step: int, controls: GanControls) -> dict[str, float]:
        """What the GAN is worth, by quadrature over exact densities; nats where logistic.

        ``js``, ``tv``, ``tri`` (½Δ), ``h2``, ``mass`` (of p_g in the square), ``risk`` (R(D)),
        ``risk_exact`` (``R*`` on the same cells), ``says`` (``R(equal) − R(D)``: what the game
        makes of it), ``near_k``, ``within_k`` of every mode, ``held_near`` and ``held_within``.

        Raises:
            TrainingDiverged: when D is not finite.
        """
        density = self.density()
        values = self.critic_on_cells()
        loss: GanLoss = self.config.loss
        target = self.target
        risk = risk_on_cells(loss, values, density, target)
        if not math.isfinite(risk):
            raise TrainingDiverged(step, "R(D)", risk)
        return {
            **distances(judged(density, target)),
            "risk": risk,
            "risk_exact": floor_on_cells(loss, density, target),
            "says": equal_on_cells(loss, density, target) - risk,
        }


def on_cells(critic: Network) -> Array:
    """D at the centres of the cells, ``[cells, cells]``, float64."""
    x = torch.tensor(points(), dtype=critic.parameters.dtype)
    return critic.evaluate(x).double().reshape(CELLS, CELLS).numpy()


def distances(found: Judgement) -> dict[str, float]:
    """The metrics of a record that are properties of p_g alone."""
    fair = HELD / len(found.near)
    return {
        "js": found.js,
        "tv": found.tv,
        "tri": found.triangular,
        "h2": found.hellinger,
        "mass": found.mass,
        "held_near": float((found.near >= fair).sum()),
        "held_within": float((found.within >= fair).sum()),
        **{f"near_{k}": float(share) for k, share in enumerate(found.near)},
        **{f"within_{k}": float(share) for k, share in enumerate(found.within)},
    }
