"""What a page may ask a worker about a flow. Torch-free: the work is imported where it runs.

Its answers are in ``core.flow.answers``.
"""

from typing import Any

from numpy.typing import NDArray

from core.flow.answers import Cost, DensityMap, Journey, MapPicture, Pace
from core.flow.config import FlowConfig

Array = NDArray[Any]


def map_picture(parameters: Array, config: FlowConfig, side: int, num_samples: int) -> MapPicture:
    """See ``core.flow.inspection.map_picture``."""
    from core.flow import inspection

    return inspection.map_picture(parameters, config, side, num_samples)


def journey(parameters: Array, config: FlowConfig, z: tuple[float, ...]) -> Journey:
    """See ``core.flow.inspection.journey``."""
    from core.flow import inspection

    return inspection.journey(parameters, config, z)


def density_map(parameters: Array, config: FlowConfig, count: int) -> DensityMap:
    """See ``core.flow.inspection.density_map``."""
    from core.flow import inspection

    return inspection.density_map(parameters, config, count)


def samples(parameters: Array, config: FlowConfig, count: int) -> Array:
    """See ``core.flow.inspection.samples``."""
    from core.flow import inspection

    return inspection.samples(parameters, config, count)


def cost() -> Cost:
    """See ``core.flow.cost.cost``."""
    from core.flow import cost as measuring

    return measuring.cost()


def pace(config: FlowConfig) -> Pace:
    """See ``core.flow.cost.pace``."""
    from core.flow import cost as measuring

    return measuring.pace(config)
