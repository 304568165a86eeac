"""What follows from a lattice that was carried through a flow in the plane. Torch-free."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.flow.answers import MapPicture
from core.flow.config import FlowConfig

Array = NDArray[Any]


def log_abs_det(picture: MapPicture) -> Array:
    """``log|det J|`` at every vertex, nats ``[V]``: the sum over layers and dimensions.

    Checked by ``test_the_table_of_the_map_holds_each_point_and_its_growth``.
    """
    with np.errstate(divide="ignore"):
        total: Array = np.log(np.abs(picture.slopes, dtype=np.float64)).sum((0, -1))
    return total


def log_density(picture: MapPicture, config: FlowConfig) -> Array:
    """``log p_X(f(z)) = log p_Z(z) − log|det J|`` at every vertex, nats ``[V]`` (PIMA-6 §3).

    Of an invertible flow; of one that folds it is the share of this one z. Checked by
    ``test_the_density_on_the_lattice_is_that_of_the_flow``.
    """
    z = picture.base.astype(np.float64)
    log_base = np.zeros(len(z))
    if config.base == "normal":
        log_base = -0.5 * np.square(z).sum(-1) - np.log(2 * np.pi)
    found: Array = log_base - log_abs_det(picture)
    return found
