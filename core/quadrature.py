"""Integrals over a standard normal: torch-free. Every rule comes with a coarser one of its own.

The difference of the two is the achieved error that a page shows. Panels are laid where a function
bends and halved where the two rules differ, until neither misses anything.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REACH = 10.0
"""ε beyond this is left out: a mass of 2·10⁻²³."""

FINE, COARSE = 31, 15
"""Nodes of a panel; every second one is a node of the coarser rule."""

WIDEST = 2.5
FINEST_GRADE = 13
"""Panels beside a bend are 2^−13, 2^−13, 2^−12, … wide: one that is narrower is not expected."""

TOLERANCE = 1e-8
NOISE = 1e-13
"""What rounding leaves of an integral, as a share of the largest of its terms."""

HALVINGS = 24
MAX_PANELS = 20_000

GRID_REACH = 9.0
GRID_NODES = {1: 1601, 2: 161, 3: 61}
"""Nodes per dimension of a tensor grid; odd, so that every second node is a grid, too."""


@lru_cache(maxsize=8)
def fejer(count: int) -> tuple[Array, Array]:
    """Nodes and weights of Fejér's second rule on [−1, 1]: exact for degrees below ``count``.

    As accurate for analytic functions as Gauss–Legendre is with about as many nodes, and nested:
    every second node of 2n + 1 is a node of n (Trefethen 2008, "Is Gauss quadrature better than
    Clenshaw–Curtis?"; Waldvogel 2006 for the weights).
    """
    angle = np.pi * np.arange(1, count + 1) / (count + 1)
    odd = np.arange(1, count + 1, 2)
    series = (np.sin(np.outer(angle, odd)) / odd).sum(1)
    return -np.cos(angle), 4 * np.sin(angle) * series / (count + 1)


@lru_cache(maxsize=1)
def _panel() -> tuple[Array, Array]:
    """Nodes ``[FINE]`` of one panel and both rules' weights ``[2, FINE]``, the fine one first."""
    nodes, fine = fejer(FINE)
    coarse = np.zeros(FINE)
    coarse[1::2] = fejer(COARSE)[1]
    return nodes, np.stack([fine, coarse])


@lru_cache(maxsize=1)
def _panel_primitives() -> Array:
    """``∫ g`` from −1 to every node, from the values of g, by both rules, ``[2, FINE, FINE]``.

    Of the polynomial through the values at a rule's nodes; at other nodes the coarse rows are 0.
    """
    both = np.zeros((2, FINE, FINE))
    for row, (count, step) in enumerate(((FINE, 1), (COARSE, 2))):
        nodes = fejer(count)[0]
        values = np.polynomial.chebyshev.chebvander(nodes, count - 1)
        primitive = np.stack(
            [
                np.polynomial.chebyshev.chebval(
                    nodes, np.polynomial.chebyshev.chebint(unit, lbnd=-1)
                )
                for unit in np.eye(count)
            ],
            axis=1,
        )
        chosen = np.arange(FINE)[step - 1 :: step]
        both[row][np.ix_(chosen, chosen)] = primitive @ np.linalg.inv(values)
    return both


def normal_density(epsilon: Array) -> Array:
    """The density of N(0, 1), with the shape of ε."""
    density: Array = np.exp(-0.5 * epsilon**2) / np.sqrt(2 * np.pi)
    return density


def graded_edges(bends: Array, low: float = 0.0) -> Array:
    """Ends of panels on [low, REACH], shape ``[..., n]``, finer beside every bend ``[..., b]``.

    Bends outside take no place: their panels have no width.
    """
    grades = 2.0 ** np.arange(-FINEST_GRADE, 1)
    offsets = np.concatenate([-grades[::-1], [0.0], grades])
    near = np.clip(bends[..., None] + offsets, low, REACH)
    near = near.reshape(*bends.shape[:-1], bends.shape[-1] * len(offsets))
    plain = np.linspace(low, REACH, round((REACH - low) / WIDEST) + 1)
    plain = np.broadcast_to(plain, (*near.shape[:-1], len(plain)))
    return np.sort(np.concatenate([plain, near], axis=-1), axis=-1)


def panel_nodes(left: Array, right: Array) -> Array:
    """Nodes ``[..., n, FINE]`` of panels that begin and end here, ``[..., n]``."""
    half = 0.5 * (right - left)
    return left[..., None] + half[..., None] * (1 + _panel()[0])


def panel_weights(left: Array, right: Array) -> Array:
    """Weights ``[2, ..., n, FINE]`` of ``∫ g``, fine and coarse, of the same panels."""
    half = 0.5 * (right - left)
    weights = _panel()[1]
    shape = (2, *([1] * half.ndim), FINE)
    return half[..., None] * weights.reshape(shape)


@dataclass(frozen=True, eq=False)
class HalfLine:
    """Functions of ε known at nodes x in [0, REACH], and at −x.

    Attributes:
        nodes: x, shape ``[n]``.
        weights: of ``E g(ε) = Σ w (g(x) + g(−x))``, fine and coarse, ``[2, n]``.
        values: of each function, at x and at −x, ``[F, 2, n]``.
        halves: of every panel its half width, ``[n / FINE]``.
    """

    nodes: Array
    weights: Array
    values: Array
    halves: Array

    def mean(self, at_x: Array, at_minus_x: Array) -> Array:
        """``E g`` by the fine and by the coarse rule, ``[2]``."""
        found: Array = (self.weights * (at_x + at_minus_x)).sum(-1)
        return found

    def primitive(self, values: Array) -> Array:
        """``∫₀ˣ g`` at the nodes, by the fine and by the coarse rule, ``[2, n]``."""
        table = values.reshape(-1, FINE) * self.halves[:, None]
        inside = np.einsum("rij,pj->rpi", _panel_primitives(), table)
        whole = np.einsum("rj,pj->rp", _panel()[1], table)
        before = np.cumsum(whole, axis=1) - whole
        found: Array = (inside + before[..., None]).reshape(2, -1)
        return found


Functions = Callable[[Array], Array]
"""From ε with shape ``[...]`` to the values of F functions, ``[F, ...]``."""


def half_line(functions: Functions, bends: Iterable[float]) -> HalfLine:
    """Lay panels for these functions, and halve them until both rules agree on all of them.

    Checked are ``g`` and ``g²``, weighted with ``(1 + ε⁴)`` and the normal density, so that what
    is made of them with the scores of a Gaussian is known as well.

    Args:
        functions: what is to be integrated.
        bends: ε beside which they bend sharply, or where they jump. One that is left out is found
            by halving, but the rules' difference then tells no more than the error's order.
    """
    edges = np.unique(graded_edges(np.abs(np.array([*bends], dtype=np.float64))))
    left, right = edges[:-1], edges[1:]
    done: list[tuple[Array, Array, Array]] = []
    total = scale = np.zeros(1)
    for halving in range(HALVINGS + 1):
        x = panel_nodes(left, right)
        values = np.stack([functions(x), functions(-x)], axis=1)  # [F, 2, p, FINE]
        scale = np.maximum(scale, np.abs(values).max((1, 2, 3)))
        sizes, gaps = _checked(values, x, left, right)
        is_bad = _is_bad(gaps, total + sizes.sum(-1), scale)
        if halving == HALVINGS or len(left) + is_bad.sum() > MAX_PANELS:
            is_bad[:] = False
        total = total + sizes[..., ~is_bad].sum(-1)
        done.append((left[~is_bad], right[~is_bad], values[:, :, ~is_bad]))
        if not is_bad.any():
            break
        left, right = left[is_bad], right[is_bad]
        middle = 0.5 * (left + right)
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
    return _assembled(done)


def _checked(values: Array, x: Array, left: Array, right: Array) -> tuple[Array, Array]:
    """Of g and g² on every panel: ``∫|·|`` and how far the rules differ, ``[2F, 2, p]`` each."""
    bell = normal_density(x) * (1 + x**4)
    both = np.concatenate([values, values**2]) * bell
    weights = panel_weights(left, right)
    fine, coarse = (both * weights[0]).sum(-1), (both * weights[1]).sum(-1)
    return (np.abs(both) * weights[0]).sum(-1), np.abs(fine - coarse)


def _is_bad(gaps: Array, total: Array, scale: Array) -> NDArray[np.bool_]:
    """Panels, ``[p]``, where a gap is more than its share of the integral and than rounding."""
    noise = NOISE * np.concatenate([scale, scale**2])
    allowed = TOLERANCE * total + noise[:, None]
    found: NDArray[np.bool_] = np.any(gaps > allowed[..., None], axis=(0, 1))
    return found


def _assembled(done: list[tuple[Array, Array, Array]]) -> HalfLine:
    """All panels in the order of the line: ends ``[p]`` and values ``[F, 2, p, FINE]`` of each."""
    left = np.concatenate([part[0] for part in done])
    right = np.concatenate([part[1] for part in done])
    values = np.concatenate([part[2] for part in done], axis=2)
    order = np.argsort(left)
    left, right, values = left[order], right[order], values[:, :, order]
    nodes = panel_nodes(left, right).ravel()
    weights = panel_weights(left, right).reshape(2, -1) * normal_density(nodes)
    return HalfLine(nodes, weights, values.reshape(*values.shape[:2], -1), 0.5 * (right - left))


@lru_cache(maxsize=4)
def tensor_grid(dim: int, halvings: int = 0) -> tuple[Array, Array, Array]:
    """``trapezoidal_grid`` up to ``GRID_REACH``, dense enough for functions with sharp bends.

    Args:
        dim: d, at most 3.
        halvings: how often the step is halved.
    """
    return trapezoidal_grid(dim, (GRID_NODES[dim] - 1) * 2**halvings + 1, GRID_REACH)


def trapezoidal_grid(dim: int, count: int, reach: float) -> tuple[Array, Array, Array]:
    """Of ``E g(ε)``, ``ε ~ N(0, I)``: nodes ``[N, d]``, weights ``[N]``, coarse ones ``[2^d, N]``.

    The trapezoidal rule, of exponential accuracy for smooth g and robust where g has kinks
    (Trefethen and Weideman 2014). A coarse rule uses every second node along each dimension, from
    the first or from the second on: the fine one is their mean.

    Args:
        dim: d.
        count: nodes per dimension, odd.
        reach: ε beyond which is left out.
    """
    axis = np.linspace(-reach, reach, count)
    weights = normal_density(axis) * (axis[1] - axis[0])
    halves = [np.where(np.arange(count) % 2 == first, 2 * weights, 0.0) for first in (0, 1)]
    coarse = np.stack([_outer(choice) for choice in itertools.product(halves, repeat=dim)])
    nodes = np.stack(np.meshgrid(*[axis] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    return nodes, _outer([weights] * dim), coarse


def _outer(weights: Sequence[Array]) -> Array:
    product = np.ones(1)
    for axis in weights:
        product = np.multiply.outer(product, axis).ravel()
    return product
