"""What workers answer about a flow: numpy values, unpickled by a server without torch."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

BUSY_SPREAD = 0.5
BUSY_SHARE = 0.9
"""Beyond either, others took so much of the processor that measured times say little."""

ROUND_TRIP_LIMIT = 1e-3
"""A point that comes back further off than this has no density worth showing: half a percent of
it, three standard deviations out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MapPicture:
    """A lattice over the base, carried through a flow in the plane; V = side² vertices.

    Attributes:
        side: vertices along each edge of the lattice.
        base: the lattice, ``[V, 2]``.
        outputs: where each layer puts it, in the layer's own order, ``[K, V, 2]``.
        slopes: ``∂x_i/∂z_i`` of each layer there, negative where it folds, ``[K, V, 2]``.
        samples: draws of the flow, ``[m, 2]``; the same noise at every step.
    """

    side: int
    base: Array
    outputs: Array
    slopes: Array
    samples: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Journey:
    """One base point on its way, in any dimension.

    Attributes:
        z: the point, ``[D]``.
        x: where it arrives, ``[D]``.
        back: the inverse of x, ``[D]``.
        layers: Jacobian of each layer in its own order, ``[K, D, D]``.
        whole: Jacobian of the flow, ``[D, D]``.
        log_abs_det: the sum of all log-slopes, nats.
        log_prob_z: ``log p_Z(z)``, nats.
        log_prob_x: ``log p_X(x)``, evaluated from x, nats.
        round_trip: how far ``back`` is from z, the largest of the D distances.
    """

    z: Array
    x: Array
    back: Array
    layers: Array
    whole: Array
    log_abs_det: float
    log_prob_z: float
    log_prob_x: float
    round_trip: float

    @property
    def is_reliable(self) -> bool:
        """Whether the inverse has kept its digits, so that densities mean something."""
        return self.round_trip <= ROUND_TRIP_LIMIT


@dataclass(frozen=True, kw_only=True, eq=False)
class DensityMap:
    """The flow's density beside the target's on the same grid.

    Attributes:
        axis: grid coordinates, ``[n]``, the same for both axes.
        model: ``p_X``, ``[n, n]``, first index along x₁.
        exact: the target's density, or None where it is not known.
        kl: ``KL(target‖flow)`` by quadrature on the grid, nats; None where not known.
        round_trip: for ``z = f⁻¹(x)`` of every cell how far x and z are from themselves once they
            have gone through f and back, the larger of the two, ``[n, n]``; ∞ where lost. Where
            all draws come home, the farthest of them stands for every cell.
        draws_round_trip: how far draws of the base are from themselves after f and back, ``[m]``.
    """

    axis: Array
    model: Array
    exact: Array | None
    kl: float | None
    round_trip: Array
    draws_round_trip: Array

    @property
    def is_reliable(self) -> NDArray[np.bool_]:
        """The cells where the inverse has kept its digits, ``[n, n]``: others mean nothing."""
        return np.asarray(self.round_trip <= ROUND_TRIP_LIMIT)

    @property
    def lost_share(self) -> float:
        """The share of draws that do not come back: mass whose density no cell shows."""
        return float((self.draws_round_trip > ROUND_TRIP_LIMIT).mean())


@dataclass(frozen=True, kw_only=True)
class Calm:
    """How undisturbed times were measured.

    Attributes:
        spread: of a measurement's rounds, by how much of the best the slowest is longer (median).
        processor_share: processor time of the measuring thread over the time that passed.
    """

    spread: float
    processor_share: float

    @property
    def is_busy(self) -> bool:
        """Whether others took so much of the processor that the times say little."""
        return self.spread > BUSY_SPREAD or self.processor_share < BUSY_SHARE


@dataclass(frozen=True, kw_only=True, eq=False)
class Pace:
    """Seconds of one training step of a flow, measured in turns in a worker.

    Attributes:
        on_z: conditioned on z, the gradient by autograd.
        on_x: conditioned on x, as the page trains it.
        on_x_by_autograd: the same by autograd: what is left of the difference are the passes.
        calm: how undisturbed.
    """

    on_z: float
    on_x: float
    on_x_by_autograd: float
    calm: Calm


@dataclass(frozen=True, kw_only=True, eq=False)
class Cost:
    """Seconds measured in a worker, each ``[n]``, for the dimensions ``dims``.

    Attributes:
        dims: D.
        diagonal: log-determinant of a triangular Jacobian from its diagonal.
        general: log-determinant of a full matrix by LU decomposition.
        dims_of_passes: D of the four below.
        sample_on_z: sampling a flow conditioned on z.
        density_on_z: evaluating its density.
        sample_on_x: sampling a flow conditioned on x.
        density_on_x: evaluating its density.
        calm: how undisturbed.
    """

    dims: Array
    diagonal: Array
    general: Array
    dims_of_passes: Array
    sample_on_z: Array
    density_on_z: Array
    sample_on_x: Array
    density_on_x: Array
    calm: Calm
