"""What a critic's parameters say: D and its slope on the line, and the generator's slope."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from core.divergences.answers import CriticValues, TrainedSlope
from core.divergences.config import CriticConfig, CriticControls
from core.divergences.line import line_of
from core.divergences.losses import LOSSES, LossKey
from core.divergences.pair import PairConfig
from core.network import Network
from core.progress import note_progress
from core.run import Budget
from core.training import advance, new_run

Parameters = NDArray[np.float32]


def critic_values(parameters: Parameters, config: CriticConfig, x: ArrayLike) -> CriticValues:
    """D and dD/dx at x ``[n]``, in float64, of parameters ``[P]``."""
    places = np.asarray(x, dtype=np.float64)
    network = Network(config.critic_shape, torch.tensor(parameters, dtype=torch.float64))
    values = network.forward(torch.tensor(places)[:, None])
    slopes = network.backward(torch.ones_like(values), weights=False, into_input=True)
    assert slopes is not None
    if config.leash_in_force == "bounded":
        values = values.tanh()
        slopes = slopes * (1 - values.square())
    return CriticValues(
        x=places, values=values[:, 0].numpy().copy(), slopes=slopes[:, 0].numpy().copy()
    )


def slope_trained(theta: float, loss: LossKey, seed: int = 0, steps: int = 1000) -> TrainedSlope:
    """The generator's slope at θ under a D trained for ``steps`` on N(0, 1) against N(θ, 1).

    Both are moved by −θ/2, which changes nothing but where the line lies.
    """
    pair = PairConfig(data=((1.0, -theta / 2, 1.0),), model=((1.0, theta / 2, 1.0),))
    config = CriticConfig(loss=loss, pair=pair, seed=seed, decay_steps=steps)
    controls = CriticControls()
    run = advance(new_run(config, controls), controls, Budget(steps=steps), _go_on)
    line, rule = line_of(pair), LOSSES[loss]
    found = critic_values(run.state.parameters, config, line.nodes)
    masses = line.model_masses * found.slopes
    return TrainedSlope(
        theta=theta,
        loss=loss,
        minimax=0.5 * float(masses @ rule.slope(-found.values)),
        non_saturating=float(masses @ rule.slope(found.values)),
        gap=run.history.latest()["gap"],
        steps=steps,
        seed=seed,
    )


def _go_on() -> bool:
    """After a step: it has not hung, and is not to be interrupted."""
    note_progress()
    return False
