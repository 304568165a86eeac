"""Two divergences of a Gaussian from a mixture: values, slopes, all optima, and the crossover."""

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from scipy import integrate, optimize

from core.foundations.kl_fits import (
    cross_entropy,
    forward_kl,
    forward_optimum,
    integrands,
    reverse_curvature,
    reverse_kl,
)
from core.foundations.kl_optima import Optimum, crossover, reverse_optima, search_bounds
from core.foundations.kl_quadrature import entropy, rule
from core.foundations.target import Target1D, symmetric_pair
from core.gaussian import kl_gaussians, kl_terms

A = Target1D(weights=(0.7, 0.3), means=(-1.5, 2.0), sds=(0.6, 0.4))
B = symmetric_pair(2.0, 0.5)
COVERED = symmetric_pair(2.6)
FOUR = Target1D(weights=(1, 2, 3, 4), means=(-6, -1, 2, 6), sds=(0.05, 1, 0.3, 2))
NESTED = Target1D(weights=(1, 3), means=(0.2, 0), sds=(0.05, 3))
SPIKES = Target1D(weights=(1, 1, 1), means=(-8, 0, 8), sds=(0.05, 0.05, 0.05))
TARGETS = {"A": A, "B": B, "cover": COVERED, "four": FOUR, "nested": NESTED, "spikes": SPIKES}

QUADRATURE = {"rel": 0, "abs": 1e-6}


def random_target(seed: int) -> Target1D:
    generator = np.random.default_rng(seed)
    count = int(generator.integers(1, 5))
    return Target1D(
        weights=tuple(generator.dirichlet(np.ones(count)) + 1e-3),
        means=tuple(generator.uniform(-8, 8, count)),
        sds=tuple(np.exp(generator.uniform(math.log(0.05), math.log(4.4), count))),
    )


def test_kl_asymmetry() -> None:
    assert kl_gaussians(0, 1, 1, 4) == pytest.approx(0.4431471805599453, abs=1e-9)
    assert kl_gaussians(1, 4, 0, 1) == pytest.approx(1.3068528194400546, abs=1e-9)
    one = Target1D(weights=(1.0,), means=(0.0,), sds=(1.0,))
    assert forward_kl(one, 1.0, 2.0) == pytest.approx(0.4431471805599453, **QUADRATURE)
    assert reverse_kl(one, 1.0, 2.0) == pytest.approx(1.3068528194400546, **QUADRATURE)


@pytest.mark.parametrize("dim", [1, 2, 5])
@pytest.mark.parametrize("is_diagonal", [True, False])
def test_terms_of_two_gaussians(dim: int, is_diagonal: bool) -> None:
    generator = np.random.default_rng(dim)
    means = generator.normal(size=(2, dim))
    roots = 0.3 * generator.normal(size=(2, dim, dim)) + np.eye(dim)
    covariances = [root @ root.T for root in roots]
    if is_diagonal:
        covariances = [np.diag(np.diag(each)) for each in covariances]
    terms = kl_terms(means[0], covariances[0], means[1], covariances[1])
    p, q = (
        torch.distributions.MultivariateNormal(torch.tensor(mean), torch.tensor(covariance))
        for mean, covariance in zip(means, covariances, strict=True)
    )
    exact = float(torch.distributions.kl_divergence(p, q))
    assert terms.total == pytest.approx(exact, rel=1e-12)
    precision, apart = np.linalg.inv(covariances[1]), means[1] - means[0]
    assert terms.trace == pytest.approx(np.trace(precision @ covariances[0]), rel=1e-12)
    assert terms.distance == pytest.approx(apart @ precision @ apart, rel=1e-12)
    log_dets = [np.linalg.slogdet(covariance)[1] for covariance in covariances]
    assert terms.log_det == pytest.approx(log_dets[1] - log_dets[0], rel=1e-12)
    assert terms.dim == dim
    if is_diagonal or dim == 1:
        assert terms.per_dim is not None
        assert terms.per_dim.sum() == pytest.approx(terms.total, rel=1e-12)
        assert (terms.per_dim >= 0).all()
    else:
        assert terms.per_dim is None


def the_optimum(found: Sequence[Optimum], mean: float, sd: float, kl: float) -> Optimum:
    """The one with these values, to the places that are given."""
    near = [each for each in found if abs(each.mean - mean) < 1e-6 and abs(each.sd - sd) < 1e-6]
    assert len(near) == 1, (mean, sd, found)
    assert near[0].kl == pytest.approx(kl, abs=2e-8)
    assert not near[0].is_on_bound
    return near[0]


def test_target_a() -> None:
    best = forward_optimum(A)
    assert (best.mean, best.sd**2) == pytest.approx((-0.45, 2.8725), abs=1e-9)
    assert best.kl == pytest.approx(0.54987323, abs=1e-8)
    assert entropy(A) == pytest.approx(1.39665667, abs=1e-8)
    found = reverse_optima(A)
    lowest = the_optimum(found, -1.498623, 0.602496, 0.35609454)
    other = the_optimum(found, 1.998553, 0.402387, 1.20297397)
    assert found == (lowest, other)
    assert (lowest.is_global, other.is_global) == (True, False)
    assert lowest.is_minimum
    assert other.is_minimum
    assert lowest.kl == pytest.approx(-math.log(0.7), abs=1e-3)
    assert (0,) in lowest.starts
    assert other.starts == ((1,),)


def test_target_b() -> None:
    best = forward_optimum(B)
    assert best.mean == pytest.approx(0, abs=1e-12)
    assert best.sd == pytest.approx(2.061553, abs=5e-7)
    assert best.kl == pytest.approx(0.72355303, abs=1e-8)
    found = reverse_optima(B)
    modes = [the_optimum(found, sign * 1.999801, 0.500398, 0.69305294) for sign in (-1, 1)]
    middle = the_optimum(found, 0, 1.736362, 1.87119651)
    assert len(found) == 3
    assert all(mode.is_global and mode.is_minimum for mode in modes)
    assert middle.is_minimum
    assert not middle.is_global
    assert middle.starts == ((0, 1),), "only the moments lead there"
    assert modes[0].kl == pytest.approx(math.log(2), abs=1e-3)


def test_cover_at_2_6() -> None:
    """The value in the middle is .5445700129 by ``scipy.integrate.quad``, too; not .54456995."""
    best = forward_optimum(COVERED)
    assert best.sd == pytest.approx(2.785678, abs=5e-7)
    assert best.kl == pytest.approx(0.34434427, abs=1e-8)
    found = reverse_optima(COVERED)
    middle = the_optimum(found, 0, 2.460502, 0.54457001)
    modes = [the_optimum(found, sign * 2.529590, 1.089079, 0.67491579) for sign in (-1, 1)]
    assert len(found) == 3
    assert all(each.is_minimum for each in found)
    assert middle.is_global
    assert not any(mode.is_global for mode in modes)


def test_crossover() -> None:
    found = crossover()
    assert found.half_distance == pytest.approx(2.80008, abs=5e-6)
    for optimum, place in ((found.middle, (0, 2.601503)), (found.mode, (2.768001, 1.044311))):
        assert (optimum.mean, optimum.sd) == pytest.approx(place, abs=1e-5)
        assert optimum.kl == pytest.approx(0.684266, abs=1e-6)
    assert found.middle.kl == pytest.approx(found.mode.kl, abs=1e-9)
    for half_distance, covers in ((2.79, True), (2.81, False)):
        best = next(
            each for each in reverse_optima(symmetric_pair(half_distance)) if each.is_global
        )
        assert (abs(best.mean) < 1e-6) == covers


def test_the_mode_is_an_optimum_from_about_2_4_on() -> None:
    for half_distance, count in ((2.40, 1), (2.45, 3)):
        minima = [
            each for each in reverse_optima(symmetric_pair(half_distance)) if each.is_minimum
        ]
        assert len(minima) == count


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


@pytest.mark.parametrize("seed", range(10))
def test_optima_are_stationary_and_none_is_lower(seed: int) -> None:
    """Whatever is found is flat; nothing that scipy finds from twelve random starts is lower."""
    target, generator = random_target(seed), np.random.default_rng(seed)
    found, bounds = reverse_optima(target), search_bounds(target)
    for optimum in found:
        here = reverse_curvature(target, optimum.mean, math.log(optimum.sd))
        if not optimum.is_on_bound:
            assert abs(optimum.sd * here.gradient[0]) < 1e-7
            assert abs(here.gradient[1]) < 1e-7
        assert optimum.sd >= min(target.sds) * (1 - 1e-9)
        assert optimum.is_minimum == (np.linalg.eigvalsh(here.hessian)[0] > 0)

    def slope(place: np.ndarray) -> tuple[float, np.ndarray]:
        here = reverse_curvature(target, float(place[0]), float(place[1]))
        return here.value, here.gradient

    box = [*zip(bounds.low, bounds.high, strict=True)]
    searched = [
        optimize.minimize(slope, generator.uniform(*bounds), jac=True, bounds=box).fun
        for _ in range(12)
    ]
    best = next(optimum for optimum in found if optimum.is_global)
    assert best == found[0]
    assert best.kl <= min(searched) + 1e-7


def test_from_every_component_and_from_the_moments() -> None:
    for target in TARGETS.values():
        starts = [start for optimum in reverse_optima(target) for start in optimum.starts]
        singles = {(k,) for k in range(target.num_components)}
        assert singles | {tuple(range(target.num_components))} <= set(starts)


def test_a_target_wider_than_the_bound_is_still_covered() -> None:
    """Unit bumps at ±2.6, three times as large: the search must not end at log s = 1.5."""
    best = reverse_optima(symmetric_pair(7.8, 3.0))[0]
    assert best.sd == pytest.approx(3 * 2.460503, abs=3e-6)
    assert best.kl == pytest.approx(reverse_optima(COVERED)[0].kl, abs=1e-12)
    assert best.is_global
    assert not best.is_on_bound


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
    "two dimensions": (
        lambda: kl_gaussians([0, 0], np.eye(2), 0, 1),
        "must have the same dimension, got 2 and 1",
    ),
    "no volume": (
        lambda: kl_gaussians([0, 0], np.ones((2, 2)), [0, 0], np.eye(2)),
        "`cov_p` must be positive definite",
    ),
    "not symmetric": (
        lambda: kl_gaussians([0, 0], np.eye(2), [0, 0], [[1, 0.5], [0, 1]]),
        "`cov_q` must be symmetric",
    ),
    "a negative variance": (lambda: kl_gaussians(0, -1, 0, 1), "`cov_p` must have variances"),
    "shapes": (lambda: kl_gaussians([0, 0], 1, 0, 1), r"`mean_p` must have shape \[D\]"),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
