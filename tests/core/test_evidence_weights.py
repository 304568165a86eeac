"""χ² and its condition, and the bias of log p̂: against closed forms, scipy and simulation."""

import numpy as np
import pytest
from scipy import integrate, stats

from core.evidence.bias import find_log_bias
from core.evidence.chi_squared import find_chi_squared
from core.evidence.models import Line, Plane, Square
from core.evidence.proposals import Gaussian, Mixture, Proposal, gaussian
from core.evidence.quantities import find_elbo, find_kl, weigh

LINE, PLANE, SQUARE = Line(), Plane(), Square()
PRIOR, PRIOR2 = gaussian([0], [1]), gaussian([0, 0], [1, 1])
POSTERIOR = LINE.exact().posterior


def at_the_posterior(variance: float) -> Gaussian:
    return gaussian([1.6], [np.sqrt(variance)])


@pytest.mark.parametrize(
    ("variance", "chi_squared"), [(0.101, 4.05), (0.11, 0.73925271), (0.4, 0.15470054)]
)
def test_more_than_half_the_variance_is_finite(variance: float, chi_squared: float) -> None:
    found = find_chi_squared(at_the_posterior(variance), POSTERIOR)
    assert found.is_finite
    assert found.value == pytest.approx(chi_squared, abs=1e-7)


@pytest.mark.parametrize("variance", [0.1, 0.09, 0.05, 0.1 * (1 + 1e-10)])
def test_half_variance_is_infinite(variance: float) -> None:
    found = find_chi_squared(at_the_posterior(variance), POSTERIOR)
    assert not found.is_finite
    assert found.value == np.inf
    assert found.relative_ess == 0


def test_half_the_variance_costs_little_kl() -> None:
    assert find_kl(at_the_posterior(0.1), POSTERIOR).value == pytest.approx(0.09657359, abs=1e-8)


def test_measured_ess_lies() -> None:
    """The exact limit is 0; medians over seeds 0 to 49 do not look like it."""
    measured = {}
    for K in (100, 10_000):
        noise = [np.random.default_rng(seed).normal(size=(K, 1)) for seed in range(50)]
        _, weights = weigh(LINE, at_the_posterior(0.05), np.stack(noise))
        measured[K] = np.median(weights.ess) / K
    assert measured[100] > 0.4
    assert measured[10_000] < 0.15


def test_in_the_plane_every_direction_needs_more_than_half_the_variance() -> None:
    posterior = PLANE.exact().posterior
    for share, is_finite in ((0.5, False), (0.499, False), (0.501, True), (1.0, True)):
        q = Gaussian(mean=np.zeros(2), covariance=share * posterior.covariance)
        assert find_chi_squared(q, posterior).is_finite is is_finite
    direction = np.array([0.6, 0.8])
    factor = posterior.factor
    squeezed = np.eye(2) - 0.6 * np.outer(direction, direction)  # variance 0.4 in one direction
    q = Gaussian(mean=posterior.mean, covariance=factor @ squeezed @ factor.T)
    assert q.scales.min() > 0.5 * posterior.scales.min()
    assert not find_chi_squared(q, posterior).is_finite


def integrated(problem: Line | Square, q: Proposal) -> float:
    """``∫ p²/q − 1`` in one dimension by Simpson's rule on a fine grid."""
    z = np.linspace(-30, 30, 1_200_001)[:, None]
    logs = 2 * problem.exact().posterior.log_density(z) - q.log_density(z)
    return float(integrate.simpson(np.exp(logs), x=z[:, 0])) - 1


TWO = Mixture(first=gaussian([1.2], [0.2]), second=gaussian([-1], [0.4]), weight=0.3)


@pytest.mark.parametrize(
    ("problem", "q"),
    [
        (LINE, PRIOR),
        (LINE, gaussian([0.9], [0.4])),
        (LINE, TWO),
        (SQUARE, PRIOR),
        (SQUARE, TWO),
        (SQUARE, gaussian([0.3], [0.3])),
        (Square(x=-1, scale=0.5), gaussian([0], [0.2])),
    ],
    ids=str,
)
def test_chi_squared_is_that_of_a_fine_grid(problem: Line | Square, q: Proposal) -> None:
    found = find_chi_squared(q, problem.exact().posterior)
    assert found.value == pytest.approx(integrated(problem, q), rel=1e-9)
    assert found.error < 1e-9 * max(1.0, found.log_moment)


@pytest.mark.parametrize(
    "q",
    [
        PRIOR2,
        gaussian([0.3, 0.8], [0.5, 0.4], -0.2),
        Mixture(first=PRIOR2, second=gaussian([0.5, 0.5], [0.1, 0.1])),
        Mixture(first=gaussian([0.6, 0.4], [0.6, 0.5]), second=gaussian([0, 1], [0.5, 0.5], -0.5)),
    ],
    ids=["prior", "correlated", "one narrow", "two"],
)
def test_chi_squared_in_the_plane_is_that_of_a_fine_grid(q: Proposal) -> None:
    posterior = PLANE.exact().posterior
    axis = np.linspace(-6, 7, 1501)
    z = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    logs = 2 * posterior.log_density(z) - q.log_density(z)
    expected = float(np.exp(logs).sum() * (axis[1] - axis[0]) ** 2) - 1
    found = find_chi_squared(q, posterior)
    assert found.value == pytest.approx(expected, rel=1e-9)
    assert found.error < 1e-6


def test_two_components_may_cover_what_neither_does() -> None:
    """Each is too narrow in one direction; together they are wide enough in every one."""
    posterior = Gaussian(mean=np.zeros(2), covariance=np.eye(2))
    flat, tall = gaussian([0, 0], [1.5, 0.68]), gaussian([0, 0], [0.68, 1.5])
    for part in (flat, tall):
        assert not find_chi_squared(part, posterior).is_finite
    both = find_chi_squared(Mixture(first=flat, second=tall), posterior)
    assert both.is_finite
    thin = gaussian([0, 0], [0.5, 0.5])
    assert not find_chi_squared(Mixture(first=flat, second=thin), posterior).is_finite


def test_on_the_square_every_proposal_has_a_finite_variance() -> None:
    """Also where χ² is beyond every floating-point number: its logarithm is known."""
    narrow = find_chi_squared(gaussian([0], [0.05]), SQUARE.exact().posterior)
    assert narrow.is_finite
    assert narrow.value == np.inf
    z = np.linspace(-6, 6, 1_200_001)[:, None]
    logs = 2 * SQUARE.exact().posterior.log_density(z) - gaussian([0], [0.05]).log_density(z)
    top = logs.max()
    expected = top + np.log(integrate.simpson(np.exp(logs - top), x=z[:, 0]))
    assert narrow.log_moment == pytest.approx(expected, rel=1e-10)


COUNTS = (1, 2, 5, 10, 100, 1000)


def test_log_bias_prior() -> None:
    expected = [-7.595281, -3.703787, -1.252209, -0.496488, -0.030923, -0.002968]
    found = find_log_bias(PRIOR, POSTERIOR, COUNTS)
    np.testing.assert_allclose(found.value, expected, atol=1e-6)
    assert (found.error < 1e-9).all()
    chi_squared = find_chi_squared(PRIOR, POSTERIOR).value
    assert -chi_squared / 20 == pytest.approx(-0.2955, abs=1e-4)  # wrong at K = 10
    assert found.value[-1] == pytest.approx(-chi_squared / 2000, rel=0.01)


def test_the_bias_integral_is_that_of_scipy() -> None:
    """The same formula, both integrals by scipy's adaptive rule: K = 10."""
    z = np.linspace(-10, 10, 20_001)
    q = stats.norm.pdf(z)
    r = stats.norm.pdf(z, 1.6, np.sqrt(0.2)) / q

    def integrand(v: float) -> float:
        t = np.exp(v)
        phi = integrate.trapezoid(q * np.exp(-t / 10 * r), z)
        return float(np.exp(-t) - phi**10)

    value, _ = integrate.quad(integrand, -25, 60, epsabs=1e-9, limit=400)
    found = find_log_bias(PRIOR, POSTERIOR, [10])
    assert found.value[0] == pytest.approx(value, abs=1e-7)


BIASED: dict[str, tuple[Line | Plane | Square, Proposal]] = {
    "line, prior": (LINE, PRIOR),
    "line, infinite variance": (LINE, at_the_posterior(0.05)),
    "plane, prior": (PLANE, PRIOR2),
    "square, prior": (SQUARE, PRIOR),
    "square, two": (SQUARE, TWO),
}


@pytest.mark.parametrize("name", BIASED)
def test_the_bias_of_one_draw_is_minus_the_kl(name: str) -> None:
    problem, q = BIASED[name]
    exact = problem.exact()
    found = find_log_bias(q, exact.posterior, COUNTS)
    assert found.value[0] == pytest.approx(-find_kl(q, exact.posterior).value, abs=1e-8)
    assert exact.log_p + found.value[0] == pytest.approx(find_elbo(problem, q).value, abs=1e-8)
    assert (np.diff(found.value) > 0).all()
    assert (found.value < 0).all()
    assert (found.error < 1e-5).all()


@pytest.mark.parametrize("K", [1, 2, 10, 100])
@pytest.mark.parametrize("name", BIASED)
def test_simulated_estimates_have_the_exact_bias(name: str, K: int) -> None:
    """Within 5 of their own standard errors."""
    problem, q = BIASED[name]
    repeats = 400_000 // K
    noise = np.random.default_rng(K).normal(size=(repeats, K, q.noise_dim))
    _, weights = weigh(problem, q, noise)
    errors = weights.log_p.value - problem.exact().log_p
    exact = find_log_bias(q, problem.exact().posterior, [K]).value[0]
    assert abs(errors.mean() - exact) < 5 * errors.std(ddof=1) / np.sqrt(repeats)


def test_the_bias_is_known_where_weights_span_thousands_of_nats() -> None:
    """z² with s = 0.02 under the prior; the achieved error tells, and holds at K = 2."""
    square = Square(scale=0.02)
    found = find_log_bias(PRIOR, square.exact().posterior, [1, 2, 100_000])
    assert found.value[0] == pytest.approx(-find_kl(PRIOR, square.exact().posterior).value)
    noise = np.random.default_rng(0).normal(size=(200_000, 2, 1))
    errors = weigh(square, PRIOR, noise)[1].log_p.value - square.exact().log_p
    allowed = 5 * errors.std() / np.sqrt(len(errors)) + found.error[1]
    assert abs(errors.mean() - found.value[1]) < allowed
    chi_squared = find_chi_squared(PRIOR, square.exact().posterior).value
    assert found.value[2] == pytest.approx(-chi_squared / 200_000, rel=0.01)


def test_a_perfect_proposal_has_no_bias() -> None:
    found = find_log_bias(POSTERIOR, POSTERIOR, COUNTS)
    np.testing.assert_allclose(found.value, 0, atol=1e-12)


def test_a_count_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="`num_samples` must be at least 1, got 0"):
        find_log_bias(PRIOR, POSTERIOR, [1, 0])
