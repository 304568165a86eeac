"""Line, plane and square: their exact evidence and posterior; proposals and their draws."""

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from core.evidence.integrals import hermite_mean, line_edges
from core.evidence.models import MODELS, Line, Plane, Square
from core.evidence.panels import line_integral, log_line_integral
from core.evidence.proposals import LEAST_SCALE, Gaussian, Mixture, gaussian

Array = np.ndarray

MIXTURE = Mixture(first=gaussian([1.2], [0.1]), second=gaussian([-1.0], [0.4]), weight=0.3)
PAIR = Mixture(
    first=gaussian([0.5, 0.4], [0.5, 0.4], -0.4), second=gaussian([-1, 0], [0.6, 0.5]), weight=0.7
)
FULL = gaussian([0.3, -0.2], [0.5, 1.5], 0.8)


def as_scipy(q: Gaussian) -> stats.rv_continuous:
    return stats.multivariate_normal(q.mean, q.covariance)


def quad_log_p(square: Square) -> float:
    """By scipy's adaptive rule over z² > 0, twice."""

    def joint(z: float) -> float:
        return stats.norm.pdf(z) * stats.norm.pdf(square.x, z * z, square.scale)

    peak = square.peak
    value, _ = integrate.quad(joint, 0, 12, points=[peak], epsabs=0, epsrel=1e-13, limit=500)
    return float(np.log(2 * value))


def test_line_log_evidence() -> None:
    exact = Line(x=2, theta=1, variance=0.25).exact()
    assert exact.log_p == pytest.approx(-2.6305103088617776, abs=1e-9)
    assert exact.posterior.mean[0] == pytest.approx(1.6, abs=1e-9)
    assert exact.posterior.covariance[0, 0] == pytest.approx(0.2, abs=1e-9)


@pytest.mark.parametrize("theta", [-1.3, 0.0, 2.0])
def test_the_line_is_the_plane_that_uses_one_direction(theta: float) -> None:
    line = Line(x=-0.7, theta=theta, variance=0.3).exact()
    plane = Plane(x=(-0.7,), weight=((theta, 0.0),), bias=(0.0,), variance=0.3).exact()
    assert line.log_p == pytest.approx(plane.log_p, abs=1e-12)
    assert line.log_p == pytest.approx(stats.norm.logpdf(-0.7, 0, np.sqrt(theta**2 + 0.3)))
    np.testing.assert_allclose(plane.posterior.mean, [line.posterior.mean[0], 0], atol=1e-12)
    np.testing.assert_allclose(
        plane.posterior.covariance, np.diag([line.posterior.covariance[0, 0], 1]), atol=1e-12
    )


def test_the_plane_is_a_gaussian_of_x() -> None:
    plane = Plane()
    W, b, x = np.array(plane.weight), np.array(plane.bias), np.array(plane.x)
    exact = plane.exact()
    assert exact.log_p == pytest.approx(-2.9656898515, abs=1e-9)
    assert exact.log_p == pytest.approx(
        stats.multivariate_normal(b, W @ W.T + 0.2 * np.eye(3)).logpdf(x), abs=1e-12
    )
    np.testing.assert_allclose(exact.posterior.mean, [0.47670128, 0.57564576], atol=1e-8)
    covariance = exact.posterior.covariance
    rho = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert rho == pytest.approx(-0.49081194, abs=1e-8)


@pytest.mark.parametrize(
    ("x", "scale", "log_p"), [(1.5, 0.25, -1.8417442067), (0.5, 0.5, -0.7702547320)]
)
def test_square_log_evidence(x: float, scale: float, log_p: float) -> None:
    exact = Square(x=x, scale=scale).exact()
    assert exact.log_p == pytest.approx(log_p, abs=1e-9)
    assert exact.error < 1e-9


SQUARES = [
    Square(),
    Square(x=0.5, scale=0.5),
    Square(x=-2, scale=0.3),
    Square(x=20, scale=1),
    Square(x=4, scale=0.01),
]


@pytest.mark.parametrize("square", SQUARES, ids=str)
def test_the_square_agrees_with_scipy_within_its_achieved_error(square: Square) -> None:
    exact = square.exact()
    assert exact.error < 1e-9
    assert exact.log_p == pytest.approx(quad_log_p(square), abs=1e-9)


@pytest.mark.parametrize("square", SQUARES, ids=str)
def test_the_posterior_of_the_square_is_normalised_on_its_own(square: Square) -> None:
    exact = square.exact()
    z = np.linspace(-8, 8, 1_600_001)
    density = np.exp(exact.posterior.log_density(z[:, None]))
    assert integrate.trapezoid(density, z) == pytest.approx(1, abs=1e-9)
    second = integrate.trapezoid(density * z**2, z)
    assert exact.posterior.covariance[0, 0] == pytest.approx(second, rel=1e-9)
    assert exact.posterior.log_norm == pytest.approx(exact.log_p, abs=1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_the_posterior_is_the_joint_divided_by_the_evidence(name: str) -> None:
    problem = MODELS[name]()
    exact = problem.exact()
    z = np.random.default_rng(0).normal(size=(3, 7, problem.latent_dim))
    joint = problem.log_joint(z)
    assert joint.shape == (3, 7)
    np.testing.assert_allclose(exact.posterior.log_density(z), joint - exact.log_p, atol=1e-9)


def test_the_joint_densities_are_those_of_torch() -> None:
    z = torch.linspace(-2, 2, 9, dtype=torch.float64)
    normal = torch.distributions.Normal
    prior = normal(0.0, 1.0).log_prob(z)
    cases = (
        (Line(x=0.4, theta=-2, variance=0.09), normal(-2 * z, 0.3)),
        (Square(x=0.4, scale=0.3), normal(z**2, 0.3)),
    )
    for problem, likelihood in cases:
        expected = prior + likelihood.log_prob(torch.tensor(0.4, dtype=torch.float64))
        np.testing.assert_allclose(problem.log_joint(z.numpy()[:, None]), expected, atol=1e-12)


@pytest.mark.parametrize("q", [FULL, gaussian([0.4], [0.2])], ids=["plane", "line"])
def test_a_gaussian_has_the_density_and_the_draws_of_scipy(q: Gaussian) -> None:
    noise = np.random.default_rng(1).normal(size=(200_000, q.dim))
    z = q.sample(noise)
    np.testing.assert_allclose(
        q.log_density(z[:50]), np.atleast_1d(as_scipy(q).logpdf(z[:50])), atol=1e-10
    )
    assert q.entropy == pytest.approx(float(as_scipy(q).entropy()), abs=1e-12)
    np.testing.assert_allclose(np.cov(z.T).reshape(q.covariance.shape), q.covariance, atol=0.02)
    np.testing.assert_allclose(z.mean(0), q.mean, atol=0.02)


@pytest.mark.parametrize("q", [MIXTURE, PAIR], ids=["line", "plane"])
def test_a_mixture_has_the_density_and_the_draws_of_its_components(q: Mixture) -> None:
    noise = np.random.default_rng(2).normal(size=(4, 50_000, q.noise_dim))
    z = q.sample(noise)
    assert z.shape == (4, 50_000, q.dim)
    density = q.weight * as_scipy(q.first).pdf(z[0, :50])
    density += (1 - q.weight) * as_scipy(q.second).pdf(z[0, :50])
    np.testing.assert_allclose(q.log_density(z[0, :50]), np.log(density), atol=1e-10)
    mean = q.weight * q.first.mean + (1 - q.weight) * q.second.mean
    np.testing.assert_allclose(z.mean((0, 1)), mean, atol=0.01)


def test_the_scales_and_the_correlation_are_those_asked_for() -> None:
    np.testing.assert_allclose(FULL.covariance, [[0.25, 0.6], [0.6, 2.25]], atol=1e-15)
    np.testing.assert_allclose(FULL.factor @ FULL.factor.T, FULL.covariance, atol=1e-14)
    np.testing.assert_allclose(FULL.scales, [0.5, 1.5])


@pytest.mark.parametrize(
    ("mean", "scales", "rho", "words"),
    [
        ([0], [0.0], 0, r"`s1` must be at least 0.0001: .* no volume .*, got 0"),
        ([0, 0], [1, 1e-5], 0, r"`s2` must be at least 0.0001"),
        ([0, 0], [1, -1], 0, r"`s2` must be at least 0.0001"),
        ([0, 0], [1, 1], 1.0, r"`rho` must be between -0.9999 and 0.9999: .* volume, got 1"),
        ([0, 0], [1, 1], -1.0, r"`rho` must be between"),
        ([0, 0], [1, 1], float("nan"), r"`rho` must be a finite number, got nan"),
        ([0], [float("inf")], 0, r"`s1` must be a finite number, got inf"),
        ([float("nan")], [1], 0, r"`mean` must be finite numbers"),
        ([0], [1], 0.5, r"`rho` must be 0 in one dimension, got 0.5"),
        ([0, 0], [1], 0, r"`mean` and `scales` must hold 1 or 2 numbers"),
        ([0, 0, 0], [1, 1, 1], 0, r"`mean` and `scales` must hold 1 or 2 numbers"),
    ],
)
def test_a_proposal_without_volume_is_refused(
    mean: list[float], scales: list[float], rho: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        gaussian(mean, scales, rho)


def test_the_narrowest_proposal_is_accepted() -> None:
    q = gaussian([0, 0], [LEAST_SCALE, LEAST_SCALE], 0.9999)
    assert np.isfinite(q.log_density(q.sample(np.ones((1, 2))))).all()


@pytest.mark.parametrize(
    ("covariance", "words"),
    [
        ([[1.0, 1.0], [1.0, 1.0]], "smallest eigenvalue above 1e-14 .* no volume"),
        ([[1.0, 0.0], [0.0, -1.0]], "smallest eigenvalue above"),
        ([[1.0, 0.5], [0.4, 1.0]], "must be symmetric"),
        ([[1.0]], r"must have shape \[L\] and `covariance` \[L, L\]"),
    ],
)
def test_a_covariance_that_is_none_is_refused(covariance: list[list[float]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Gaussian(mean=np.zeros(2), covariance=np.array(covariance))


def test_a_mixture_of_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="the same dimension, got 1 and 2"):
        Mixture(first=gaussian([0], [1]), second=FULL)
    with pytest.raises(ValueError, match="`weight` must be at most"):
        Mixture(first=FULL, second=FULL, weight=1.0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Line(variance=0.0), "`variance` must be at least 0.0001, got 0"),
        (lambda: Line(x=float("nan")), "`x` must be a finite number"),
        (lambda: Line(theta=26), "`theta` must be at most 25.0, got 26"),
        (lambda: Plane(x=(1.0,)), "must have the same length"),
        (lambda: Plane(weight=((1.0,),) * 3), "rows of 2 numbers"),  # type: ignore[arg-type]
        (lambda: Square(scale=0.001), "`scale` must be at least 0.01"),
    ],
)
def test_a_model_that_is_none_is_refused(make: type, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_integrals_report_errors_that_hold() -> None:
    """Of a kink Gauss–Hermite is off, and says by about how much."""
    q = gaussian([0.2], [1.0])
    exact = float(stats.norm.pdf(0.2) * 2 + 0.2 * (1 - 2 * stats.norm.cdf(-0.2)))
    found = hermite_mean(lambda z: np.abs(z[..., 0]), q)
    assert 1e-3 < abs(found.value - exact) <= 3 * found.error
    fourth = hermite_mean(lambda z: z[..., 0] ** 4, q)
    assert fourth.value == pytest.approx(0.2**4 + 6 * 0.2**2 + 3, abs=1e-12)
    assert fourth.error < 1e-11
    line = line_integral(lambda z: np.exp(MIXTURE.log_density(z)), line_edges(MIXTURE))
    assert line.value == pytest.approx(1, abs=max(1e-12, line.error))
    wide = log_line_integral(lambda z: -0.5 * z[..., 0] ** 2 / 1e4, np.zeros(1))
    assert wide.value == pytest.approx(0.5 * np.log(2 * np.pi * 1e4), abs=1e-10)
