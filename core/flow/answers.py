"""What workers answer about a flow: numpy values, unpickled by a server without torch."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]


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
    """

    z: Array
    x: Array
    back: Array
    layers: Array
    whole: Array
    log_abs_det: float
    log_prob_z: float
    log_prob_x: float


@dataclass(frozen=True, kw_only=True, eq=False)
class DensityMap:
    """The flow's density beside the target's on the same grid.

    Attributes:
        axis: grid coordinates, ``[n]``, the same for both axes.
        model: ``p_X``, ``[n, n]``, first index along x₁.
        exact: the target's density, or None where it is not known.
        kl: ``KL(target‖flow)`` by quadrature on the grid, nats; None where not known.
    """

    axis: Array
    model: Array
    exact: Array | None
    kl: float | None


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
    """

    dims: Array
    diagonal: Array
    general: Array
    dims_of_passes: Array
    sample_on_z: Array
    density_on_z: Array
    sample_on_x: Array
    density_on_x: Array
