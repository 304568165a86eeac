"""The objective of the linear two-level model and its slope, exactly: numpy, torch-free, nats.

The data are given by the eigenvalues of their covariance: in the basis of its eigenvectors, where
``C = diag λ``, every term is what it is in any other. Variances are optimised as logarithms.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.hierarchy.config import HierarchyControls, LinkVariance
from core.hierarchy.linear import LinearModel, LinearTerms, linear_terms, quadratic_forms, top_kls
from core.layout import Layout, lay_out, total_size, unflatten
from core.vae.theory import Spectrum
from core.validation import require_number

Array = NDArray[np.float64]

EIGENVALUES = (4.0, 2.0, 1.0, 0.5, 0.25)
"""Of the covariance of the small example, whose σ² is .375."""

EXAMPLE = HierarchyControls(decoder_variance=0.375)


@dataclass(frozen=True, kw_only=True)
class LinearProblem:
    """Data and a linear model of them.

    Attributes:
        eigenvalues: λ_1 ≥ … ≥ λ_D of the data's covariance.
        latent_dim: L1.
        top_dim: L2.
        link_variance: S: learned, or 1.
        skip: whether the decoder sees z2, too.
        controls: β, β2, free bits, σ², and for gradient descent warm-up and learning rate.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    eigenvalues: tuple[float, ...] = EIGENVALUES
    latent_dim: int = 3
    top_dim: int = 1
    link_variance: LinkVariance = "unit"
    skip: bool = False
    controls: HierarchyControls = EXAMPLE

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("eigenvalues", min(self.eigenvalues, default=np.nan), at_least=0)
        if sorted(self.eigenvalues, reverse=True) != [*self.eigenvalues]:
            raise ValueError(f"`eigenvalues` must not rise, got {self.eigenvalues}")
        require_number("latent_dim", self.latent_dim, at_least=1)
        require_number("top_dim", self.top_dim, at_least=1)

    @cached_property
    def spectrum(self) -> Spectrum:
        """The eigenvalues as the theory of one level takes them."""
        eigenvalues = np.array(self.eigenvalues)
        return Spectrum(eigenvalues=eigenvalues, held_out=eigenvalues)

    @cached_property
    def covariance(self) -> Array:
        """C, shape ``[D, D]``."""
        return np.diag(self.spectrum.eigenvalues)

    @cached_property
    def layout(self) -> Layout:
        """Where every parameter lies in the flat vector ``[P]``."""
        D, L1, L2 = len(self.eigenvalues), self.latent_dim, self.top_dim
        shapes = [("W", (D, L1)), ("V", (L1, D)), ("A", (L1, L2)), ("B", (L2, L1))]
        logarithms = [("log_d", (L1,)), ("log_Q", (L2,))]
        if self.link_variance == "learned":
            logarithms.append(("log_S", (L1,)))
        return lay_out([*shapes, *([("U", (D, L2))] if self.skip else []), *logarithms])


def initial_linear(
    problem: LinearProblem, seed: int, scale: float = 0.5, link_scale: float = 0.5
) -> Array:
    """Seeded normal matrices and variances 1, flat, ``[P]``.

    Args:
        problem: the data and the model.
        seed: of the numbers.
        scale: deviation of the entries of W, V and U.
        link_scale: deviation of the entries of A and B.
    """
    generator = np.random.default_rng(seed)
    flat = np.zeros(total_size(problem.layout))
    for name, values in unflatten(flat, problem.layout).items():
        if not name.startswith("log_"):
            deviation = link_scale if name in ("A", "B") else scale
            values[:] = deviation * generator.standard_normal(values.shape)
    return flat


def linear_model(flat: Array, problem: LinearProblem) -> LinearModel:
    """The model with these parameters, ``[P]``; its matrices are views."""
    named = unflatten(flat, problem.layout)
    L1 = problem.latent_dim
    return LinearModel(
        **{name: named[name] for name in ("W", "V", "A", "B", "U") if name in named},
        d=np.exp(named["log_d"]),
        Q=np.exp(named["log_Q"]),
        S=np.exp(named["log_S"]) if "log_S" in named else np.ones(L1),
        decoder_variance=problem.controls.decoder_variance,
    )


def terms_at(flat: Array, problem: LinearProblem) -> LinearTerms:
    """T1, T2 and T3 with these parameters, ``[P]``, nats per row."""
    return linear_terms(linear_model(flat, problem), problem.covariance)


def linear_objective(terms: LinearTerms, controls: HierarchyControls, step: int) -> float:
    """``T1 − β (T2 + β2 T3)`` with free bits per unit, as ``core.hierarchy.objective``, nats.

    Args:
        terms: of the model.
        controls: the prices and the free bits.
        step: of training, for warm-up.
    """
    price, top_price = controls.weights_at(step)
    low = np.maximum(terms.t2, controls.free_bits) if controls.free_bits > 0 else terms.t2
    top = np.maximum(terms.t3, controls.top_free_bits)
    return float(terms.t1 - price * low.sum() - top_price * top.sum())


def linear_gradient(flat: Array, problem: LinearProblem, step: int) -> Array:
    """Slope of ``linear_objective`` by the parameters, flat, ``[P]``.

    The slopes by ``G = W + UB``, ``R = I − AB`` and ``M = VCVᵀ + diag d`` come first; then the
    chain rule (``test_the_slope_is_autograds``). A unit below its free bits has none.
    """
    model, C = linear_model(flat, problem), problem.covariance
    found = np.zeros_like(flat)
    slope = unflatten(found, problem.layout)
    A, B, V, Q, s2 = model.A, model.B, model.V, model.Q, model.decoder_variance
    VC = V @ C
    M, G, R = VC @ V.T + np.diag(model.d), model.decoded, np.eye(len(V)) - A @ B
    spread = (quadratic_forms(R, M) + np.square(A) @ Q) / model.S
    price, top_price = _prices(model, M, spread, problem.controls, step)
    P, BM = (price / model.S)[:, None], top_price[:, None] * (B @ M)
    by_G, PRM = (VC.T - G @ M) / s2, P * (R @ M)
    by_M = -0.5 * (G.T @ G / s2 + R.T @ (P * R) + B.T @ (top_price[:, None] * B))
    slope["W"][:] = by_G
    slope["A"][:] = PRM @ B.T - P * A * Q
    slope["B"][:] = A.T @ PRM - BM
    by_Q = -0.5 * (P * np.square(A)).sum(0) - 0.5 * top_price * (1 - 1 / Q)
    if model.U is not None:
        slope["U"][:] = by_G @ B.T - model.U * Q / s2
        slope["B"][:] += model.U.T @ by_G
        by_Q -= 0.5 * np.square(model.U).sum(0) / s2
    slope["V"][:] = G.T @ C / s2 + 2 * by_M @ VC
    slope["log_d"][:] = np.diag(by_M) * model.d + 0.5 * price
    slope["log_Q"][:] = by_Q * Q
    if "log_S" in slope:
        slope["log_S"][:] = 0.5 * price * (spread - 1)
    return found


def _prices(
    model: LinearModel, M: Array, spread: Array, controls: HierarchyControls, step: int
) -> tuple[Array, Array]:
    """What one more nat costs in every unit of z1 and of z2, ``[L1]`` and ``[L2]``."""
    price, top_price = controls.weights_at(step)
    low, top = np.full(len(spread), price), np.full(len(model.Q), top_price)
    if controls.free_bits > 0:
        low *= 0.5 * (np.log(model.S / model.d) - 1 + spread) > controls.free_bits
    if controls.top_free_bits > 0:
        top *= top_kls(model.B, model.Q, M) > controls.top_free_bits
    return low, top
