"""What a page may ask a worker about critics of the line. Torch-free: the work is imported there.

Its answers are in ``core.divergences.answers``.
"""

from typing import Any

from numpy.typing import ArrayLike, NDArray

from core.divergences.answers import CriticValues, TrainedSlope
from core.divergences.config import CriticConfig
from core.divergences.losses import LossKey


def critic_values(parameters: NDArray[Any], config: CriticConfig, x: ArrayLike) -> CriticValues:
    """See ``core.divergences.inspection.critic_values``."""
    from core.divergences import inspection

    return inspection.critic_values(parameters, config, x)


def slope_trained(theta: float, loss: LossKey, seed: int = 0, steps: int = 1000) -> TrainedSlope:
    """See ``core.divergences.inspection.slope_trained``."""
    from core.divergences import inspection

    return inspection.slope_trained(theta, loss, seed, steps)
