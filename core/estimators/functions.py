"""Test functions f, written once for numpy and torch: torch-free.

Most are separable, ``f(z) = Σ_i h(z_i)``: their expectation needs one dimension at a time, so that
exact answers exist in every dimension. ``xp`` is the array module, ``numpy`` or ``torch``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SLICE_POINTS = 481
SLICE_REACH = 4.0
"""Half the length of a slice of f, in standard deviations."""

NETWORK_WIDTH = 8
"""Hidden units of the small fixed random network."""

NETWORK_SEED = 7
MAX_DIM = 50

Value = Callable[[Any, Any, float], Any]
"""From array module, ``z`` with shape ``[..., d]`` (or ``[...]`` for a term) and k to a value."""


@dataclass(frozen=True, kw_only=True)
class TestFunction:
    """A function whose expected value is differentiated.

    Attributes:
        least: smallest k.
        usual: the k that a page opens with.
        term: ``h(z_i)`` of a separable function.
        slope: ``h'(z_i)``, almost everywhere.
        bends: from k to the places z beside which h bends the more sharply the larger k is, or
            where it jumps: integrals over it start from panels that end there.
        whole: ``f(z)``, shape ``[...]``, of a function that is not separable.
        ridges: from k and d to a ``[H]``, w ``[H, d]`` and c ``[H]``, of an
            ``f = Σ_h a_h tanh(w_hᵀz + c_h)``.
        is_bounded_below: whether gradient descent on its expectation has somewhere to arrive.
        is_continuous: otherwise the pathwise gradient is biased.
        kl: for the negative ELBO of the trained VAE, how its KL enters: in closed form, or
            through ``log q_φ(z) − log p(z)`` at the draws. f then depends on φ.
    """

    __test__ = False  # not one of pytest's

    least: float = -10.0
    usual: float = 1.0
    term: Value | None = None
    slope: Value | None = None
    bends: Callable[[float], tuple[float, ...]] = lambda k: ()
    whole: Value | None = None
    ridges: Callable[[float, int], tuple[Array, Array, Array]] | None = None
    is_bounded_below: bool = True
    is_continuous: bool = True
    kl: str | None = None

    @property
    def is_elbo(self) -> bool:
        """Whether f is the negative ELBO of a trained VAE, which brings its own q_φ."""
        return self.kl is not None

    def value(self, xp: Any, z: Any, k: float) -> Any:
        """``f(z)`` with shape ``[...]`` for ``z`` with shape ``[..., d]``.

        Raises:
            ValueError: for the ELBO, which needs a trained VAE (``core.estimators.vae_elbo``).
        """
        if self.term is not None:
            terms = self.term(xp, z, k)
            return terms.squeeze(-1) if z.shape[-1] == 1 else terms.sum(-1)
        if self.whole is None:
            raise ValueError("`function` must have a value of its own, got the ELBO of a VAE")
        return self.whole(xp, z, k)


@cache
def network_weights(dim: int) -> tuple[Array, Array, Array]:
    """Weights ``[H, d]``, biases ``[H]`` and output weights ``[H]`` of the fixed network.

    The first d columns of one ``[H, 50]`` matrix, so that a dimension more leaves the rest alone.
    """
    rng = np.random.default_rng(NETWORK_SEED)
    weights = rng.normal(size=(NETWORK_WIDTH, MAX_DIM))
    biases, out = rng.normal(size=NETWORK_WIDTH), rng.normal(size=NETWORK_WIDTH)
    return weights[:, :dim] / np.sqrt(dim), biases, out


def network_ridges(k: float, dim: int) -> tuple[Array, Array, Array]:
    """The same network as ``TestFunction.ridges`` has it: a ``[H]``, w ``[H, d]``, c ``[H]``."""
    weights, biases, out = network_weights(dim)
    return out, k * weights, biases


def tanh_slope(u: Array) -> Array:
    """``1 − tanh² u``, with the shape of u."""
    slope: Array = 1 - np.tanh(u) ** 2
    return slope


def network(xp: Any, z: Any, k: float) -> Any:
    """``Σ_h a_h tanh(k wₕᵀz + c_h)`` with fixed random weights."""
    weights, biases, out = (
        xp.asarray(array.astype(str(z.dtype).removeprefix("torch.")))
        for array in network_weights(z.shape[-1])
    )
    return xp.tanh(k * (z @ weights.T) + biases) @ out


FUNCTIONS: dict[str, TestFunction] = {
    "linear": TestFunction(
        term=lambda xp, z, k: k * z,
        slope=lambda xp, z, k: k * xp.ones_like(z),
        is_bounded_below=False,
    ),
    "quadratic": TestFunction(
        usual=0.0,
        term=lambda xp, z, k: (z - k) ** 2,
        slope=lambda xp, z, k: 2 * (z - k),
    ),
    "exp": TestFunction(
        least=0.0,
        term=lambda xp, z, k: xp.exp(-k * z**2),
        slope=lambda xp, z, k: -2 * k * z * xp.exp(-k * z**2),
        bends=lambda k: (0.0,),
    ),
    "cos": TestFunction(
        term=lambda xp, z, k: xp.cos(k * z),
        slope=lambda xp, z, k: -k * xp.sin(k * z),
    ),
    "sigmoid": TestFunction(
        term=lambda xp, z, k: 0.5 * (1 + xp.tanh(0.5 * k * z)),
        slope=lambda xp, z, k: 0.25 * k * (1 - xp.tanh(0.5 * k * z) ** 2),
        bends=lambda k: (0.0,),
    ),
    "step": TestFunction(
        term=lambda xp, z, k: (z > k) * xp.ones_like(z),
        slope=lambda xp, z, k: xp.zeros_like(z),
        bends=lambda k: (k,),
        is_continuous=False,
    ),
    "network": TestFunction(
        whole=network,
        ridges=network_ridges,
    ),
    "elbo": TestFunction(
        kl="closed form",
    ),
    "elbo_sampled": TestFunction(
        kl="sampled",
    ),
}
"""By the name that stands in a link."""
