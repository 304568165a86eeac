"""What is fitted in closed form: the best Gaussian, θ of the line, and the prior of an encoder."""

import numpy as np
import pytest
import torch
from scipy import optimize

from core.evidence.bound import Bound, ascend, expectation_maximisation
from core.evidence.models import Line, Plane, Square
from core.evidence.prior import IsotropicPrior, fit_prior
from core.evidence.proposals import gaussian
from core.evidence.quantities import find_elbo
from core.evidence.variational import find_best, stationary_gaussians

Model = Line | Plane | Square

PLANE, SQUARE = Plane(), Square()


def sum_of_two(variance: float) -> Plane:
    return Plane(x=(1.0,), weight=((1.0, 1.0),), bias=(0.0,), variance=variance)


def test_the_best_gaussian_of_the_square() -> None:
    best = find_best(SQUARE)
    assert best.q.mean[0] == pytest.approx(1.198378, abs=1e-6)
    assert best.q.scales[0] == pytest.approx(0.104308, abs=1e-6)
    assert best.elbo.value == pytest.approx(-2.54092422, abs=1e-8)
    assert best.gap.value == pytest.approx(0.69918001, abs=1e-8)
    assert best.gap.value == pytest.approx(np.log(2), abs=0.007)
    symmetric = next(q for q in stationary_gaussians(SQUARE) if q.mean[0] == 0)
    assert symmetric.scales[0] == pytest.approx(0.714148, abs=1e-6)
    gap = SQUARE.exact().log_p - find_elbo(SQUARE, symmetric).value
    assert gap == pytest.approx(9.78497, abs=1e-5)


def test_square_unimodal_limit() -> None:
    best = find_best(Square(x=0.5, scale=0.5))
    assert best.q.mean[0] == 0
    assert best.q.scales[0] == pytest.approx(0.525336, abs=1e-6)
    assert best.gap.value == pytest.approx(0.14226982, abs=1e-8)


SQUARES = [SQUARE, Square(x=0.5, scale=0.5), Square(x=-1, scale=0.2), Square(x=9, scale=2)]


@pytest.mark.parametrize("square", SQUARES, ids=str)
def test_the_elbo_is_stationary_where_it_is_said_to_be(square: Square) -> None:
    step = 1e-4
    for q in stationary_gaussians(square):
        for up, down in (
            ([q.mean[0] + step, q.scales[0]], [q.mean[0] - step, q.scales[0]]),
            ([q.mean[0], q.scales[0] * (1 + step)], [q.mean[0], q.scales[0] * (1 - step)]),
        ):
            rise = [find_elbo(square, gaussian([m], [s])).value for m, s in (up, down)]
            curvature = 1e3 / min(1.0, square.scale) ** 2
            assert abs(rise[0] - rise[1]) / (2 * step) < step**2 * curvature


def searched(problem: Model, family: str) -> float:
    """The best ELBO that scipy finds, from two starts."""
    L = problem.latent_dim

    def loss(parameters: np.ndarray) -> float:
        scales = np.exp(np.clip(parameters[L : 2 * L], -6, 3))
        if family == "isotropic":
            scales = np.full(L, scales[0])
        rho = 0.999 * np.tanh(parameters[-1]) if family == "full" and L == 2 else 0.0
        return -find_elbo(problem, gaussian(parameters[:L].tolist(), scales.tolist(), rho)).value

    starts = [np.full(2 * L + 1, value) for value in (0.0, 0.9)]
    settings = {"xatol": 1e-7, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}
    found = [
        optimize.minimize(loss, start, method="Nelder-Mead", options=settings) for start in starts
    ]
    return -min(each.fun for each in found)


@pytest.mark.parametrize("problem", [Line(), PLANE, sum_of_two(0.1), *SQUARES], ids=str)
@pytest.mark.parametrize("family", ["isotropic", "diagonal", "full"])
def test_no_search_finds_a_better_gaussian(problem: Model, family: str) -> None:
    best = find_best(problem, family)  # type: ignore[arg-type]
    assert best.elbo.value == pytest.approx(searched(problem, family), abs=1e-6)
    assert best.elbo.value + best.gap.value == pytest.approx(problem.exact().log_p, abs=1e-8)


def test_plane_meanfield_gap() -> None:
    gaps = {
        family: find_best(PLANE, family).gap.value  # type: ignore[arg-type]
        for family in ("isotropic", "diagonal", "full")
    }
    rho = -0.49081194
    assert gaps["diagonal"] == pytest.approx(0.13780848, abs=1e-8)
    assert gaps["diagonal"] == pytest.approx(-0.5 * np.log(1 - rho**2), abs=1e-8)
    assert gaps["full"] == pytest.approx(0, abs=1e-12)
    assert gaps["isotropic"] > gaps["diagonal"]


@pytest.mark.parametrize(
    ("variance", "rho", "gap"),
    [(1.0, -0.5, 0.143841), (0.1, -0.909091, 0.875634), (0.01, -0.990099, 1.963468)],
)
def test_sum_of_two_gap(variance: float, rho: float, gap: float) -> None:
    posterior = sum_of_two(variance).exact().posterior
    found = posterior.covariance[0, 1] / posterior.scales.prod()
    assert found == pytest.approx(rho, abs=1e-6)
    assert find_best(sum_of_two(variance), "diagonal").gap.value == pytest.approx(gap, abs=1e-6)


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match="`family` must be one of 'isotropic'"):
        find_best(PLANE, "round")  # type: ignore[arg-type]


def test_bound_up_evidence_down() -> None:
    bound = Bound(x=2, variance=1, q_mean=1, q_variance=1)
    assert bound.best_for_elbo == pytest.approx(1)
    assert bound.best_for_log_p == pytest.approx(np.sqrt(3))
    theta = np.array([np.sqrt(3), 1.0])
    np.testing.assert_allclose(bound.elbo(theta), [-2.954837, -2.418939], atol=1e-6)
    np.testing.assert_allclose(bound.log_p(theta), [-2.112086, -2.265512], atol=1e-6)


def test_the_curves_over_theta_are_those_of_the_line() -> None:
    bound = Bound(x=1.3, variance=0.4, q_mean=-0.6, q_variance=0.5)
    q = gaussian([-0.6], [np.sqrt(0.5)])
    for theta in (-1.7, 0.0, 0.8):
        line = Line(x=1.3, theta=theta, variance=0.4)
        assert float(bound.elbo(theta)) == pytest.approx(find_elbo(line, q).value, abs=1e-11)
        assert float(bound.log_p(theta)) == pytest.approx(line.exact().log_p, abs=1e-11)


@pytest.mark.parametrize("x", [2.0, 0.7, -3.0])
def test_the_maxima_are_where_they_are_said_to_be(x: float) -> None:
    bound = Bound(x=x, variance=0.8, q_mean=0.9, q_variance=0.3)
    theta = np.linspace(-6, 6, 240_001)
    highest = theta[np.argmax(bound.elbo(theta))]
    assert highest == pytest.approx(bound.best_for_elbo, abs=1e-4)
    assert abs(theta[np.argmax(bound.log_p(theta))]) == pytest.approx(
        bound.best_for_log_p, abs=1e-3
    )


def test_expectation_maximisation_climbs_both() -> None:
    climb = expectation_maximisation(Bound(), 0.5, 60)
    np.testing.assert_allclose(climb.theta[1:4], [1.111111, 1.384586, 1.526234], atol=1e-6)
    assert climb.theta[-1] == pytest.approx(np.sqrt(3), abs=1e-6)
    np.testing.assert_allclose(climb.log_p[:3], [-2.63051031, -2.21599010, -2.13984732], atol=1e-8)
    assert (np.diff(climb.log_p) >= -1e-15).all()
    np.testing.assert_allclose(climb.elbo, climb.log_p, atol=1e-12)


def test_ascent_of_the_bound_lets_the_evidence_fall() -> None:
    climb = ascend(Bound(), np.sqrt(3), 0.2, 40)
    assert (np.diff(climb.elbo) > 0).all()
    assert (np.diff(climb.log_p) < 0).all()
    assert climb.log_p[0] - climb.log_p[-1] == pytest.approx(0.153427, abs=1e-4)


def test_ascent_takes_the_steps_of_autograd() -> None:
    x, variance, m, v = 1.4, 0.6, 0.8, 0.5
    bound = Bound(x=x, variance=variance, q_mean=m, q_variance=v)
    theta = torch.tensor(-0.3, dtype=torch.float64, requires_grad=True)
    elbo = -0.5 * ((x - theta * m) ** 2 + theta**2 * v) / variance
    (slope,) = torch.autograd.grad(elbo, theta)
    stepped = theta.item() + 0.25 * slope.item() / ((m**2 + v) / variance)
    assert ascend(bound, -0.3, 0.25, 1).theta[1] == pytest.approx(stepped, abs=1e-12)


@pytest.mark.parametrize(
    ("field", "value"),
    [("variance", 0.0), ("q_variance", 0.0), ("x", 100.0), ("q_mean", float("inf"))],
)
def test_a_bound_that_is_none_is_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"`{field}` must be"):
        Bound(**{field: value})


def encoder(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    means = rng.normal([-0.1, 0.4], [1.5, 1.9], size=(rows, 2))
    return means, np.exp(rng.normal(-2, 0.5, size=(rows, 2)))


def torch_kl(means: np.ndarray, deviations: np.ndarray, mean: np.ndarray, scale: float) -> float:
    q = torch.distributions.Normal(torch.from_numpy(means), torch.from_numpy(deviations))
    prior = torch.distributions.Normal(torch.from_numpy(mean), scale)
    return float(torch.distributions.kl_divergence(q, prior).sum(1).mean())


def test_the_gain_is_the_difference_of_the_divergences() -> None:
    means, deviations = encoder(500, 0)
    other = IsotropicPrior(mean=(0.3, -0.2), variance=1.7)
    for old in (None, other):
        prior = fit_prior(means, deviations, old)
        before, after = (
            torch_kl(means, deviations, np.array(each.mean), np.sqrt(each.variance))
            for each in (old or IsotropicPrior(mean=(0, 0), variance=1), prior.after)
        )
        assert prior.kl_before == pytest.approx(before, abs=1e-10)
        assert prior.kl_after == pytest.approx(after, abs=1e-10)
        assert prior.gain == pytest.approx(before - after, abs=1e-10)


def test_the_gain_of_the_course_has_its_formula() -> None:
    """``learned_prior``: the numbers of the shipped encoder, from its two moments."""
    target, variance = np.array([-0.083349, -0.118432]), 2.852231
    offset = np.sqrt(variance - 0.01)
    means = target + offset * np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]])
    prior = fit_prior(means, np.full((4, 2), 0.1))
    np.testing.assert_allclose(prior.after.mean, target, atol=1e-12)
    assert prior.after.variance == pytest.approx(variance, abs=1e-12)
    assert prior.gain == pytest.approx(0.81462, abs=1e-4)


def test_no_other_prior_fits_better() -> None:
    means, deviations = encoder(200, 1)
    prior = fit_prior(means, deviations)

    def loss(p: np.ndarray) -> float:
        return torch_kl(means, deviations, p[:2], float(np.exp(p[2])))

    found = optimize.minimize(loss, np.zeros(3), method="BFGS")
    np.testing.assert_allclose(found.x[:2], prior.after.mean, atol=1e-3)
    assert np.exp(2 * found.x[2]) == pytest.approx(prior.after.variance, rel=1e-3)
    assert found.fun >= prior.kl_after - 1e-12


def test_an_encoder_of_the_standard_normal_gains_nothing() -> None:
    prior = fit_prior(np.array([[1.0], [-1.0]]) * np.sqrt(0.75), np.full((2, 1), 0.5))
    assert prior.gain == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize(
    ("mean", "variance", "words"),
    [
        ((0.0, float("nan")), 1.0, "`mean` must be a finite number"),
        ((0.0,), 0.0, "`variance` must be greater than 0, got 0"),
        ((0.0,), float("inf"), "`variance` must be a finite number"),
    ],
)
def test_a_prior_that_is_none_is_refused(
    mean: tuple[float, ...], variance: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        IsotropicPrior(mean=mean, variance=variance)


@pytest.mark.parametrize(
    ("means", "deviations", "words"),
    [
        (np.zeros((3, 2)), np.ones((3, 1)), r"the same shape \[N, L\]"),
        (np.zeros(3), np.ones(3), r"the same shape \[N, L\]"),
        (np.zeros((0, 2)), np.ones((0, 2)), "N and L at least 1"),
        (np.full((1, 2), np.nan), np.ones((1, 2)), "`means` must be finite"),
        (np.zeros((1, 2)), np.zeros((1, 2)), "`deviations` must be greater than 0"),
    ],
)
def test_encoder_numbers_that_are_none_are_refused(
    means: np.ndarray, deviations: np.ndarray, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        fit_prior(means, deviations)
