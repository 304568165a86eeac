"""Two divergences of a Gaussian from a mixture: values, slopes and curvature."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from kl_cases import SPIKES, TARGETS, A, random_target
from scipy import integrate

from core.foundations import config
from core.foundations import target as bounds
from core.foundations.kl_fits import (
    cross_entropy,
    forward_kl,
    forward_optimum,
    integrands,
    reverse_curvature,
    reverse_kl,
)
from core.foundations.kl_quadrature import entropy, rule
from core.foundations.target import Target1D

QUADRATURE = {"rel": 0, "abs": 1e-6}


def test_kl_asymmetry() -> None:
    one = Target1D(weights=(1.0,), means=(0.0,), sds=(1.0,))
    assert forward_kl(one, 1.0, 2.0) == pytest.approx(0.4431471805599453, **QUADRATURE)
    assert reverse_kl(one, 1.0, 2.0) == pytest.approx(1.3068528194400546, **QUADRATURE)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_divergences_are_scipys(target: Target1D) -> None:
    """By adaptive quadrature between the bends, at the corners and amid the plane."""
    generator = np.random.default_rng(3)
    corners = [(m, t) for m in (-8.0, 8.0) for t in (-3.0, 1.5)]
    inner = generator.uniform((-8, -3), (8, 1.5), (6, 2)).tolist()
    for m, t in [*corners, *inner]:
        s = math.exp(t)
        bends, scales = target.bends
        near = bends + np.array([[-30], [-3], [0], [3], [30]]) * scales
        edges = [m - 3 * s, m, m + 3 * s, *target.means, *near.ravel()]
        edges = np.unique([m - 10 * s, m + 10 * s, *np.clip(edges, m - 10 * s, m + 10 * s)])

        def integrand(z: float, m: float = m, s: float = s) -> float:
            return float(integrands(target, m, s, z).reverse)

        exact = sum(
            integrate.quad(integrand, low, high, epsabs=1e-10, epsrel=1e-11, limit=200)[0]
            for low, high in itertools.pairwise(edges)
        )
        assert reverse_kl(target, float(m), s) == pytest.approx(exact, rel=1e-10, abs=1e-6)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_the_forward_divergence_is_scipys(target: Target1D) -> None:
    places = [
        m + k * s for m, s in zip(target.means, target.sds, strict=True) for k in range(-8, 9)
    ]
    edges = np.unique([-60.0, 60.0, *places])

    def integrated(function: Callable[[float], float]) -> float:
        return sum(
            integrate.quad(function, low, high, epsabs=1e-11, limit=200)[0]
            for low, high in itertools.pairwise(edges)
        )

    assert integrated(lambda z: float(target.density(z))) == pytest.approx(1, abs=1e-9)
    for m, s in ((0.3, 1.7), (-5.0, 0.4)):
        exact = integrated(lambda z, m=m, s=s: float(integrands(target, m, s, z).forward))
        assert forward_kl(target, m, s) == pytest.approx(exact, rel=1e-8, abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_the_rule_is_as_good_as_one_that_is_much_finer(seed: int) -> None:
    """Gauss–Legendre of 24 nodes on panels a fifth as wide, and 40 of them beside every bend."""
    target, generator = random_target(seed), np.random.default_rng(seed)
    m, s = generator.uniform(-8, 8), math.exp(generator.uniform(-3, 1.5))
    places, scales = target.bends
    steps = np.outer(scales, 2.0 ** np.arange(-6, 24))
    near = np.concatenate([(places[:, None] + sign * steps).ravel() for sign in (-1, 1)])
    edges = np.concatenate([np.linspace(m - 10 * s, m + 10 * s, 41), places, near])
    edges = np.unique(np.clip(edges, m - 10 * s, m + 10 * s))
    nodes, weights = np.polynomial.legendre.leggauss(24)
    half = 0.5 * np.diff(edges)[:, None]
    z = (edges[:-1, None] + half * (1 + nodes)).ravel()
    w = (half * weights).ravel()
    exact = float(w @ integrands(target, m, s, z).reverse)
    assert reverse_kl(target, m, s) == pytest.approx(exact, rel=1e-12, abs=1e-9)


def torch_log_density(target: Target1D, z: torch.Tensor) -> torch.Tensor:
    weights, means, sds = (
        torch.tensor(row, dtype=torch.float64)
        for row in (target.weights, target.means, target.sds)
    )
    parts = torch.distributions.Normal(means, sds)
    return torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(probs=weights), parts
    ).log_prob(z)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_slopes_are_autograds(target: Target1D) -> None:
    z = torch.linspace(-9, 9, 61, dtype=torch.float64, requires_grad=True)
    value = torch_log_density(target, z)
    (first,) = torch.autograd.grad(value.sum(), z, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), z)
    found = target.slopes(z.detach().numpy())
    np.testing.assert_allclose(found.value, value.detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found.first, first.detach().numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.second, second.numpy(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
@pytest.mark.parametrize(("m", "t"), [(0.4, 0.3), (-2.0, -1.5), (5.0, 1.4)])
def test_curvature_is_autograds(target: Target1D, m: float, t: float) -> None:
    """Of the integral over u with the same nodes, ``z = m + s u`` moving with m and s."""
    z, weights = rule(target, m, math.exp(t))
    u, w = torch.tensor((z - m) / math.exp(t)), torch.tensor(weights)

    def divergence(place: torch.Tensor) -> torch.Tensor:
        log_p = torch_log_density(target, place[0] + place[1].exp() * u)
        return -0.5 * math.log(2 * math.pi * math.e) - place[1] - (w * log_p).sum()

    place = torch.tensor([m, t], dtype=torch.float64)
    found = reverse_curvature(target, m, t)
    assert found.value == pytest.approx(float(divergence(place)), rel=1e-10, abs=1e-10)
    slope = torch.autograd.functional.jacobian(divergence, place).numpy()
    np.testing.assert_allclose(found.gradient, slope, rtol=1e-8, atol=1e-8)
    curvature = torch.autograd.functional.hessian(divergence, place).numpy()
    np.testing.assert_allclose(found.hessian, curvature, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_curvature_is_the_difference_of_slopes(seed: int) -> None:
    """Also where ``log P`` bends sharply: the quadrature is good enough for all derivatives."""
    target, generator = random_target(seed), np.random.default_rng(seed)
    m, t, h = generator.uniform(-6, 6), generator.uniform(-1, 1.4), 1e-5
    here = reverse_curvature(target, m, t)
    scale = 1 + np.abs(here.hessian).max()
    for axis, way in enumerate(np.eye(2) * h):
        up, down = (reverse_curvature(target, m + s * way[0], t + s * way[1]) for s in (1, -1))
        assert (up.value - down.value) / (2 * h) == pytest.approx(
            here.gradient[axis], abs=1e-5 * scale
        )
        rise = (up.gradient - down.gradient) / (2 * h)
        np.testing.assert_allclose(rise, here.hessian[axis], atol=1e-5 * scale)


def test_integrands_are_stable_where_densities_underflow() -> None:
    z = np.linspace(-60, 60, 1201)
    for target in TARGETS.values():
        both = integrands(target, 8.0, 0.05, z)
        assert np.isfinite(both.forward).all()
        assert np.isfinite(both.reverse).all()
    assert (integrands(SPIKES, 0.0, 0.5, z).reverse[[0, -1]] == 0).all()


def test_the_forward_optimum_is_the_lowest() -> None:
    for seed in range(6):
        target = random_target(seed)
        best = forward_optimum(target)
        assert best.kl >= 0
        ahead = np.array([[1.01, 1], [0.99, 1], [1, 1.01], [1, 0.99]])
        around = cross_entropy(target, best.mean + ahead[:, 0] - 1, best.sd * ahead[:, 1])
        assert (around > best.kl + entropy(target)).all()


def test_a_target_knows_its_moments_and_is_sampled() -> None:
    for target in TARGETS.values():
        mean, sd = target.moments()
        draws = target.sample(40_000, np.random.default_rng(0))
        assert draws.mean() == pytest.approx(mean, abs=4 * sd / 200)
        error = np.square(draws - mean).std() / 200
        assert np.square(draws - mean).mean() == pytest.approx(sd**2, abs=4 * error)
    assert Target1D(weights=(2, 6), means=(0, 1), sds=(1, 1)).weights == (0.25, 0.75)
    assert A.moments((1,)) == pytest.approx((2.0, 0.4))


def test_the_page_offers_what_a_target_takes() -> None:
    for name in ("MOST_BUMPS", "MOST_PLACE", "LEAST_SD", "MOST_SD"):
        assert getattr(config, name) == getattr(bounds, name)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no component": (
        lambda: Target1D(weights=(), means=(), sds=()),
        "`number of components` must be at least 1, got 0",
    ),
    "too many": (
        lambda: Target1D(weights=(1,) * 5, means=(0,) * 5, sds=(1,) * 5),
        "`number of components` must be at most 4, got 5",
    ),
    "not as many": (lambda: Target1D(weights=(1,)), "must be as many, got 1, 2 and 2"),
    "no weight": (lambda: Target1D(weights=(0.0, 1.0)), "`weight` must be greater than 0, got 0"),
    "hardly any": (lambda: Target1D(weights=(1e-7, 1.0)), "`share of a component` must be at"),
    "too far": (lambda: Target1D(means=(-9.0, 0.0)), "`mean` must be at least -8.0, got -9"),
    "too narrow": (lambda: Target1D(sds=(0.01, 1.0)), "`sd` must be at least 0.05, got 0.01"),
    "a q without width": (lambda: reverse_kl(A, 0.0, 0.0), "`sd` must be at least .*, got 0"),
    "a q nowhere": (lambda: forward_kl(A, math.nan, 1.0), "`mean` must be a finite number"),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
