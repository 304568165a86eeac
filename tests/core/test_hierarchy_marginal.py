"""The learned prior of z1 by quadrature, and the two ways to take T2 + T3 apart."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import dblquad, quad
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

from core.gaussian import kl_gaussians
from core.hierarchy.decomposition import decompose
from core.hierarchy.marginal import (
    Conditional,
    aggregated_posterior,
    link_marginal,
    log_prob_on_grid,
)
from core.hierarchy.price_tag import price_tag

Array = NDArray[np.float64]


def snake(z2: Array) -> tuple[Array, Array]:
    return 1.5 * np.tanh(2 * z2), np.full(z2.shape, 0.09)


def infer_snake(z1: Array) -> tuple[Array, Array]:
    return 0.8 * np.sin(z1), np.full(z1.shape, 0.36)


def network(seed: int, sizes: tuple[int, int], log_var: float) -> Conditional:
    """A perceptron of 8 units whose log-variance, too, depends on where it is."""
    generator = np.random.default_rng(seed)
    first = generator.standard_normal((sizes[0], 8))
    mean, spread = (generator.standard_normal((8, sizes[1])) / 3 for _ in range(2))

    def evaluate(z: Array) -> tuple[Array, Array]:
        hidden = np.tanh(z @ first + 0.3)
        return hidden @ mean, np.exp(log_var + 0.3 * hidden @ spread)

    return evaluate


def plane(axis: Array) -> Array:
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)


def integral(function: Callable[[float], float], low: float, high: float) -> float:
    return float(quad(function, low, high, epsabs=1e-12, epsrel=1e-12, limit=400)[0])


def test_the_marginal_of_a_bent_link() -> None:
    places = [0.0, 1.0, 1.5, -2.0]
    told = [-1.9784491391574444, -1.1986404793557808, -0.9118895727042675, -2.6953035770139766]
    found = link_marginal(snake, 1).log_prob(np.array(places)[:, None])
    np.testing.assert_allclose(found.value, told, atol=1e-9)
    for place, value in zip(places, found.value, strict=True):
        exact = integral(
            lambda z, at=place: norm.pdf(at, 1.5 * math.tanh(2 * z), 0.3) * norm.pdf(z), -9, 9
        )
        assert value == pytest.approx(math.log(exact), abs=1e-9)
    assert found.error.max() < 1e-5


def test_a_steep_narrow_link_gets_the_nodes_it_needs() -> None:
    def steep(z2: Array) -> tuple[Array, Array]:
        return 3 * np.tanh(5 * z2), np.full(z2.shape, 0.05**2)

    def density(z: float) -> float:
        return float(norm.pdf(1.9, 3 * math.tanh(5 * z), 0.05) * norm.pdf(z))

    peak = math.atanh(1.9 / 3) / 5
    exact = math.log(integral(density, peak - 0.06, peak + 0.08))
    comb = np.linspace(-8, 8, 161)
    coarse = math.log(0.1 * sum(density(z) for z in comb))
    assert abs(coarse - exact) > 1
    marginal = link_marginal(steep, 1)
    assert marginal.is_resolved
    found = marginal.log_prob([[1.9]])
    assert found.value[0] == pytest.approx(exact, abs=1e-9)
    assert not link_marginal(lambda z: (1e5 * z, np.full(z.shape, 1e-4)), 1).is_resolved


@pytest.mark.parametrize("L2", [1, 2])
def test_a_linear_link_has_a_gaussian_marginal(L2: int) -> None:
    A, S = np.array([[0.9, -0.4], [0.3, 0.7]])[:, :L2], np.array([0.2, 0.5])
    marginal = link_marginal(lambda z: (z @ A.T + 0.1, np.broadcast_to(S, (len(z), 2))), L2)
    exact = multivariate_normal([0.1, 0.1], A @ A.T + np.diag(S))
    axis = np.linspace(-4, 4, 33)
    at_points, on_grid = marginal.log_prob(plane(axis)), marginal.log_prob_on_grid((axis, axis))
    # Far out the nodes end: their share of the density there is the mass beyond |z2| = 8.
    np.testing.assert_allclose(at_points.value, exact.logpdf(plane(axis)), atol=1e-8)
    np.testing.assert_allclose(on_grid.value.ravel(), at_points.value, atol=1e-10)
    np.testing.assert_allclose(on_grid.error.ravel(), at_points.error, atol=1e-10)
    np.testing.assert_allclose(marginal.mixture.log_prob(plane(axis)), at_points.value, atol=1e-10)


def test_two_dimensions_of_z2_against_adaptive_quadrature() -> None:
    link = network(2, (2, 2), -1.5)

    def density(b: float, a: float) -> float:
        mean, variance = link(np.array([[a, b]]))
        inside = norm.pdf([0.3, -0.2], mean[0], np.sqrt(variance[0])).prod()
        return float(inside * norm.pdf(a) * norm.pdf(b))

    exact = math.log(dblquad(density, -6, 6, -6, 6, epsabs=1e-5, epsrel=1e-5)[0])
    found = link_marginal(link, 2).log_prob([[0.3, -0.2]])
    assert found.value[0] == pytest.approx(exact, abs=1e-5)


def test_the_map_integrates_to_one() -> None:
    def link(z2: Array) -> tuple[Array, Array]:
        return np.hstack([1.5 * np.tanh(2 * z2), np.sin(3 * z2)]), np.full((len(z2), 2), 0.02)

    axis = np.linspace(-4, 4, 201)
    value, error = link_marginal(link, 1).log_prob_on_grid((axis, axis))
    assert value.shape == error.shape == (201, 201)
    assert np.exp(value).sum() * 0.04**2 == pytest.approx(1, abs=1e-9)
    line = np.linspace(-4, 4, 401)
    value, _ = link_marginal(snake, 1).log_prob_on_grid((line,))
    assert np.exp(value).sum() * 0.02 == pytest.approx(1, abs=1e-9)


def test_very_far_from_everything_a_map_is_an_upper_bound() -> None:
    marginal = link_marginal(lambda z: (np.hstack([z, z]), np.full((len(z), 2), 1e-4)), 1)
    axis = np.linspace(-3, 3, 21)
    grid = marginal.log_prob_on_grid((axis, axis)).value.ravel()
    exact = marginal.mixture.log_prob(plane(axis))
    near = exact > -500
    assert near.sum() > 20
    np.testing.assert_allclose(grid[near], exact[near], atol=1e-8)
    assert (~near).sum() > 20
    assert (grid >= exact - 1e-8).all()
    assert grid[~near].max() < -400


def test_the_decomposition_of_the_example() -> None:
    found = decompose([[0.7]], [[0.16]], infer_snake, snake, 1)
    assert found.t2[0] == pytest.approx(3.33465360, abs=1e-6)
    assert found.t3[0] == pytest.approx(0.33107819, abs=1e-6)
    assert found.prior_kl[0] == pytest.approx(1.05062869, abs=1e-6)
    assert found.penalty[0] == pytest.approx(2.61510310, abs=1e-6)
    assert found.t2[0] + found.t3[0] == pytest.approx(3.66573179, abs=1e-6)
    assert found.error[0] < 1e-5
    marginal = link_marginal(snake, 1)

    def surprise(z: float) -> float:
        log_p = marginal.log_prob([[z]]).value[0]
        return float(norm.pdf(z, 0.7, 0.4) * (norm.logpdf(z, 0.7, 0.4) - log_p))

    assert found.prior_kl[0] == pytest.approx(integral(surprise, -2.5, 3.9), abs=1e-8)


def by_hermite(
    mean: Array, variance: Array, infer_top: Conditional, link: Conditional, L2: int, count: int
) -> tuple[float, float]:
    """T2 and T3 of one row: Gauss–Hermite over z1 and, given it, over z2."""
    axis, weight = np.polynomial.hermite_e.hermegauss(count)
    weight = weight / weight.sum()

    def product(dim: int) -> tuple[Array, Array]:
        nodes = np.stack(np.meshgrid(*[axis] * dim, indexing="ij"), -1).reshape(-1, dim)
        weights = np.stack(np.meshgrid(*[weight] * dim, indexing="ij"), -1).prod(-1).ravel()
        return nodes, weights

    (e1, w1), (e2, w2) = product(len(mean)), product(L2)
    z1 = mean + np.sqrt(variance) * e1
    m2, v2 = infer_top(z1)
    z2 = m2[:, None] + np.sqrt(v2)[:, None] * e2
    m1, v1 = (a.reshape(len(z1), len(z2[0]), -1) for a in link(z2.reshape(-1, L2)))
    log_p1 = norm.logpdf(z1[:, None], m1, np.sqrt(v1)).sum(-1) @ w2
    log_q1 = norm.logpdf(z1, mean, np.sqrt(variance)).sum(-1)
    log_q2 = norm.logpdf(z2, m2[:, None], np.sqrt(v2)[:, None]).sum(-1) @ w2
    log_p2 = norm.logpdf(z2).sum(-1) @ w2
    return float(w1 @ (log_q1 - log_p1)), float(w1 @ (log_q2 - log_p2))


@pytest.mark.parametrize(
    ("seed", "L1", "L2", "count"),
    [(0, 1, 1, 80), (1, 2, 1, 80), (2, 2, 1, 80), (3, 1, 2, 60), (4, 2, 2, 28)],
)
def test_the_two_sides_are_equal(seed: int, L1: int, L2: int, count: int) -> None:
    infer_top, link = network(seed, (L1, L2), -1.0), network(seed + 10, (L2, L1), -1.5)
    generator = np.random.default_rng(seed)
    mean = generator.standard_normal((2, L1))
    variance = np.exp(0.5 * generator.standard_normal((2, L1)) - 2)
    nodes = 25 if L1 + L2 == 4 else 49
    found = decompose(mean, variance, infer_top, link, L2, nodes=nodes)
    assert found.is_resolved
    assert (found.error < 1e-2).all()
    assert (found.prior_kl > 0).all()
    assert (found.penalty > 0).all()
    left, right = found.t2 + found.t3, found.prior_kl + found.penalty
    np.testing.assert_allclose(left, right, atol=1e-9)
    for row in range(2):
        t2, t3 = by_hermite(mean[row], variance[row], infer_top, link, L2, count)
        assert found.t2[row] == pytest.approx(t2, abs=1e-4)
        assert found.t3[row] == pytest.approx(t3, abs=1e-4)


def test_the_error_that_is_told_is_not_too_small() -> None:
    infer_top, link = network(2, (2, 1), -1.0), network(12, (1, 2), -1.5)
    rows = np.array([[0.2, -0.5], [-0.4, -2.4]]), np.array([[0.8, 0.4], [0.1, 0.3]])
    finest = decompose(*rows, infer_top, link, 1, nodes=129)
    for nodes in (17, 33):
        found = decompose(*rows, infer_top, link, 1, nodes=nodes)
        for name in ("t2", "t3", "prior_kl", "penalty"):
            assert (abs(getattr(found, name) - getattr(finest, name)) <= found.error).all()
        alone = decompose(rows[0][0], rows[1][0], infer_top, link, 1, nodes=nodes)
        assert alone.prior_kl[0] == pytest.approx(found.prior_kl[0], abs=1e-7)


def test_an_exact_posterior_of_z2_pays_no_penalty() -> None:
    A, S = np.array([[1.2], [-0.5]]), np.array([0.5, 0.8])
    G = 1 / (1 + (A[:, 0] ** 2 / S).sum())
    found = decompose(
        [[0.4, -1.0]],
        [[0.2, 0.3]],
        lambda z: (z @ (A / S[:, None]) * G, np.full((len(z), 1), G)),
        lambda z: (z @ A.T, np.broadcast_to(S, (len(z), 2))),
        1,
    )
    assert found.penalty[0] == pytest.approx(0, abs=1e-9)
    exact = kl_gaussians([0.4, -1.0], np.diag([0.2, 0.3]), [0, 0], A @ A.T + np.diag(S))
    assert found.prior_kl[0] == pytest.approx(exact, abs=1e-8)


def test_what_nodes_cannot_resolve_is_said() -> None:
    found = decompose(
        [[0.0]], [[1.0]], lambda z: (0 * z, np.full((len(z), 2), 1e-6)), wide_link, 2, nodes=5
    )
    assert not found.is_resolved


def wide_link(z2: Array) -> tuple[Array, Array]:
    return 0.1 * z2[:, :1], np.ones((len(z2), 1))


def test_the_price_tag_of_one_gaussian_is_all_gaussian() -> None:
    tag = price_tag(aggregated_posterior([[0.5, -1.0]], [[0.3, 2.0]]))
    exact = kl_gaussians([0.5, -1.0], np.diag([0.3, 2.0]), [0, 0], np.eye(2))
    assert tag.gaussian == pytest.approx(exact, abs=1e-12)
    assert tag.non_gaussian == pytest.approx(0, abs=1e-9)
    assert tag.total == pytest.approx(exact, abs=1e-9)
    with pytest.raises(ValueError, match="`latent_dim` must be at most 2, got 3"):
        price_tag(aggregated_posterior(np.zeros((2, 3)), np.ones((2, 3))))


def test_the_price_tag_on_the_line_against_adaptive_quadrature() -> None:
    means, variances = np.array([-1.5, 0.2, 1.0]), np.array([0.02, 0.3, 0.1])

    def against_prior(z: float) -> float:
        log_p = float(logsumexp(norm.logpdf(z, means, np.sqrt(variances)))) - math.log(3)
        return math.exp(log_p) * (log_p - float(norm.logpdf(z)))

    exact = integral(against_prior, -6, -1) + integral(against_prior, -1, 6)
    tag = price_tag(aggregated_posterior(means[:, None], variances[:, None]))
    assert tag.total == pytest.approx(exact, abs=1e-8)
    assert tag.total == pytest.approx(tag.gaussian + tag.non_gaussian)
    assert tag.error < 1e-3


def test_the_price_tag_in_the_plane_against_draws() -> None:
    generator = np.random.default_rng(0)
    posterior = aggregated_posterior(
        generator.standard_normal((40, 2)) * [1.0, 2.0], np.exp(generator.normal(-3, 1, (40, 2)))
    )
    tag = price_tag(posterior)
    z, _ = posterior.sample(40_000, generator)
    log_p, (mean, covariance) = posterior.log_prob(z), posterior.moments()
    for found, other in (
        (tag.total, multivariate_normal([0, 0], np.eye(2))),
        (tag.non_gaussian, multivariate_normal(mean, covariance)),
    ):
        ratio = log_p - other.logpdf(z)
        assert abs(found - ratio.mean()) < 4 * ratio.std() / math.sqrt(len(z))
    axis = np.linspace(-2, 2, 9)
    on_grid = log_prob_on_grid(posterior, (axis, axis))
    np.testing.assert_allclose(on_grid.ravel(), posterior.log_prob(plane(axis)), atol=1e-9)
