"""Variational inference for one row: the best q of a family, and what the encoder gives away.

``log p(x) = ELBO(encoder) + amortisation gap + approximation gap`` (Cremer, Li and Duvenaud 2018,
"Inference suboptimality in variational autoencoders"). The bound has local optima, so that every
family is fitted twice: from the encoder's q and from the highest node of the grid.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.decoded_lattice import CoarseGrid, find_evidence
from core.decoder import Decoder
from core.evidence.answers import FAMILIES, STARTS, Family, Fit, Gaps, Start
from core.evidence.digit import Digit, find_elbo
from core.evidence.integrals import hermite_nodes
from core.evidence.proposals import Gaussian
from core.progress import note_progress

Array = NDArray[np.float64]

MAX_EVALUATIONS = 40
"""Of the bound and its gradient, per family and start."""

FITTING_NODES = 8
"""Gauss-Hermite nodes per dimension while fitting."""

NEGLIGIBLE = 1e-4
"""Nats that a step promises or brings, below which a fit is done."""

LONGEST, SHORTEST = 1.0, 1e-6
"""Of a step in a whitened parameter, and of the share of a step that is still tried.

A q that may jump by several of its own standard deviations, or grow by e⁴, leaves local optima by
luck; one that may not shows them.
"""

ARMIJO = 1e-4

STEP = 1e-4
"""Of the differences by which the decoder's slope is found, in standard deviations of p(z)."""


class _Bound:
    """The negative ELBO of ``q = N(m₀ + A a, (A T)(A T)ᵀ)`` in a and T, A the start's factor.

    So a start that is nearly right is nearly white, and a few evaluations do. The isotropic
    family has ``T = eᵗ I``, the diagonal one ``diag(eᵗ)``, the full one a lower triangle.
    """

    def __init__(self, decoder: Decoder, x: NDArray[Any], start: Gaussian, family: Family) -> None:
        self.decoder = decoder
        self.x = torch.tensor(x, dtype=torch.float64)
        self.mean = torch.tensor(start.mean)
        self.factor = torch.tensor(start.factor)
        nodes, weights = hermite_nodes(start.dim, FITTING_NODES)
        self.nodes, self.weights = torch.tensor(nodes), torch.tensor(weights)
        scales = 1 if family == "isotropic" else start.dim
        corners = start.dim * (start.dim - 1) // 2 if family == "full" else 0
        self.shape = [start.dim, scales, corners]

    @property
    def curvature(self) -> Array:
        """What the second derivatives are where the posterior is ``N(m₀, A Aᵀ)``, ``[P]``."""
        shift, scales, corners = self.shape
        of_scales = 2.0 * len(self.mean) / scales
        return np.array([1.0] * shift + [of_scales] * scales + [1.0] * corners)

    def moments(self, free: Tensor) -> tuple[Tensor, Tensor]:
        """The mean ``[L]`` and the lower factor ``[L, L]`` of free parameters ``[P]``."""
        shift, scales, corners = torch.split(free, self.shape)
        triangle = torch.diag(scales.exp().expand(len(shift)))
        if len(corners):
            triangle = triangle + functional.pad(corners.reshape(1, 1), (0, 1, 1, 0))
        return self.mean + self.factor @ shift, self.factor @ triangle

    def q_at(self, values: Array) -> Gaussian:
        """The Gaussian of free parameters ``[P]``."""
        mean, factor = self.moments(torch.tensor(values))
        return Gaussian(mean=mean.numpy(), covariance=(factor @ factor.T).numpy())

    def __call__(self, values: Array) -> tuple[float, Array]:
        """The negative ELBO but for a constant, and its gradient, at free parameters ``[P]``."""
        free = torch.tensor(values, requires_grad=True)
        mean, factor = self.moments(free)
        log_joint = self.decoder.log_joint(self.x, mean + self.nodes @ factor.T)
        loss = -(self.weights @ log_joint) - factor.diagonal().log().sum()
        (gradient,) = torch.autograd.grad(loss, free)
        return loss.item(), gradient.numpy()


class Descent(NamedTuple):
    """Where a minimisation went.

    Attributes:
        places: the first place and every better one, ``[t, P]``; the last is the best.
        evaluations: of the function and its gradient.
    """

    places: Array
    evaluations: int


def minimise(
    function: Callable[[Array], tuple[float, Array]], curvature: Array, max_evaluations: int
) -> Descent:
    """To a minimum near 0 by BFGS with backtracking (Nocedal and Wright 2006).

    ``torch.optim``'s own brings a compiler along, a second of imports; that it ends at the same
    bound is checked by ``test_a_fit_ends_where_torch_lbfgs_does``.

    Args:
        function: value and gradient ``[P]`` at a place ``[P]``.
        curvature: a guess at the second derivatives, ``[P]``, greater than 0.
        max_evaluations: of the function.
    """
    place = np.zeros(len(curvature))
    places = [place]
    inverse = np.diag(1 / curvature)
    value, gradient = function(place)
    evaluations, length = 1, 1.0
    while evaluations < max_evaluations and length > SHORTEST:
        direction = -inverse @ gradient
        direction *= min(1.0, LONGEST / float(np.abs(direction).max()))
        slope = float(gradient @ direction)
        if -0.5 * slope < NEGLIGIBLE:
            break
        length, found = 1.0, math.inf
        while evaluations < max_evaluations and length > SHORTEST:
            found, slope_there = function(place + length * direction)
            evaluations += 1
            if found <= value + ARMIJO * length * slope:
                break
            length *= 0.5 * max(0.2, slope / (slope - (found - value) / length))
        else:
            break
        step, change, gain = length * direction, slope_there - gradient, value - found
        place, value, gradient = place + step, found, slope_there
        places.append(place)
        if gain < NEGLIGIBLE:
            break
        if step @ change > 0:
            inverse = _updated(inverse, step, change)
    return Descent(np.stack(places), evaluations)


def _updated(inverse: Array, step: Array, change: Array) -> Array:
    """The inverse Hessian after BFGS, ``[P, P]``: it turns the change into the step."""
    rate = 1 / float(step @ change)
    left = np.eye(len(step)) - rate * np.outer(step, change)
    updated: Array = left @ inverse @ left.T + rate * np.outer(step, step)
    return updated


def fit(digit: Digit, exact_decoder: Decoder, start: Gaussian, family: Family, of: Start) -> Fit:
    """The best q of a family that is found from here, within ``MAX_EVALUATIONS``.

    Args:
        digit: the problem.
        exact_decoder: its decoder in float64.
        start: the first q; its covariance is made one of the family.
        family: which covariances.
        of: what the start is called.
    """
    bound = _Bound(exact_decoder, digit.x, _within(start, family), family)
    descent = minimise(bound, bound.curvature, MAX_EVALUATIONS)
    path = [bound.q_at(place) for place in descent.places]
    note_progress()
    return Fit(
        family=family,
        start=of,
        mean=path[-1].mean,
        covariance=path[-1].covariance,
        elbo=find_elbo(digit, path[-1]).value,
        evaluations=descent.evaluations,
        path=np.stack([q.mean for q in path]),
    )


def _within(q: Gaussian, family: Family) -> Gaussian:
    """The same mean, and of the precision what the family can hold: the closest in KL."""
    if family == "full":
        return q
    variance = 1 / np.diag(q.precision)
    if family == "isotropic":
        variance = np.full(q.dim, 1 / np.mean(1 / variance))
    return Gaussian(mean=q.mean, covariance=np.diag(variance))


def node_start(decoder: Decoder, z: Array) -> Gaussian:
    """A q at z ``[L]`` with the Gauss-Newton precision there, ``I/τ + Jᵀ Σ⁻¹ J``."""
    scale = STEP * math.sqrt(decoder.prior_variance)
    mean, log_var = decoder.decode(np.stack([z, *(z + scale * np.eye(len(z)))]))
    slope = ((mean[1:] - mean[0]) / scale).numpy()
    own = decoder.x_log_var if log_var is None else log_var[0]
    assert own is not None
    precision = (slope * (-own).exp().numpy()) @ slope.T
    precision = precision + np.eye(len(z)) / decoder.prior_variance
    covariance = np.linalg.inv(precision)
    return Gaussian(mean=z, covariance=0.5 * (covariance + covariance.T))


def find_fits(digit: Digit, best: Array, families: Sequence[Family] = FAMILIES) -> tuple[Fit, ...]:
    """All families from both starts: the encoder's q, and the highest node ``[L]``."""
    exact_decoder = digit.decoder.in_double()
    starts = {"encoder": digit.encoder, "grid": node_start(exact_decoder, best)}
    return tuple(
        fit(digit, exact_decoder, starts[of], family, of) for family in families for of in STARTS
    )


def find_gaps(
    decoder: Decoder,
    grid: CoarseGrid,
    rows: Sequence[int],
    x: NDArray[Any],
    families: Sequence[Family] = FAMILIES,
) -> tuple[Gaps, ...]:
    """Where the nats of some rows go; a page asks for ten of them at a time.

    Args:
        decoder: the model.
        grid: its coarse lattice, decoded.
        rows: what they are called, n numbers.
        x: the rows themselves, shape ``[n, D]``.
        families: which are fitted.
    """
    coarse = grid.log_joint(x)
    found = []
    for row, datum, values in zip(rows, x, coarse, strict=True):
        digit = Digit(decoder=decoder, grid=grid, x=datum)
        peak = find_evidence(decoder, grid, datum, values)
        found.append(
            Gaps(
                row=row,
                log_evidence=peak.log_integral,
                error=peak.error,
                is_cut=peak.is_cut,
                encoder=find_elbo(digit, digit.encoder).value,
                fits=find_fits(digit, peak.best, families),
            )
        )
    return tuple(found)
