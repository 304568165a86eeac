"""ELBO + KL = log p as a check, importance weights, and standard errors that hold."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import integrate, special
from test_evidence_models import FULL, MIXTURE, PAIR

from core.evidence.chi_squared import find_chi_squared
from core.evidence.models import Line, Plane, Square
from core.evidence.proposals import Gaussian, Mixture, Proposal, gaussian
from core.evidence.quantities import (
    Weights,
    find_elbo,
    find_entropy,
    find_kl,
    log_sum_exp,
    mean_estimate,
    weigh,
)

Model = Line | Plane | Square

LINE, PLANE, SQUARE = Line(), Plane(), Square()
PRIOR, PRIOR2 = gaussian([0], [1]), gaussian([0, 0], [1, 1])

CASES: dict[str, tuple[Model, Proposal]] = {
    "line, prior": (LINE, PRIOR),
    "line, narrow": (LINE, gaussian([1.6], [0.05])),
    "line, far": (LINE, gaussian([-5], [0.3])),
    "line, mixture": (LINE, MIXTURE),
    "plane, prior": (PLANE, PRIOR2),
    "plane, posterior": (PLANE, PLANE.exact().posterior),
    "plane, correlated": (PLANE, FULL),
    "plane, mixture": (PLANE, PAIR),
    "square, prior": (SQUARE, PRIOR),
    "square, one answer": (SQUARE, gaussian([1.198378], [0.104308])),
    "square, narrow": (SQUARE, gaussian([0.1], [0.001])),
    "square, mixture": (SQUARE, MIXTURE),
}


def residual(problem: Model, q: Proposal, log_p: float) -> float:
    """``ELBO + KL − log p``, the number printed beside the column."""
    kl = find_kl(q, problem.exact().posterior)
    return find_elbo(problem, q).value + kl.value - log_p


@pytest.mark.parametrize("name", CASES)
def test_elbo_and_kl_add_up_to_the_evidence(name: str) -> None:
    problem, q = CASES[name]
    assert abs(residual(problem, q, problem.exact().log_p)) < 1e-8


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_evidence_shows_in_the_residual(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the ELBO nor the KL looks at ``log_p``: an error of it is not carried along."""
    problem, q = CASES[name]
    right = type(problem).exact

    def wrong(self: Model) -> object:
        exact = right(self)  # type: ignore[arg-type]
        return replace(exact, log_p=exact.log_p + 1e-6)

    monkeypatch.setattr(type(problem), "exact", wrong)
    assert residual(problem, q, problem.exact().log_p) == pytest.approx(-1e-6, abs=1e-8)


def test_line_prior_elbo_and_kl() -> None:
    posterior = LINE.exact().posterior
    assert find_elbo(LINE, PRIOR).value == pytest.approx(-10.22579135, abs=1e-8)
    assert find_kl(PRIOR, posterior).value == pytest.approx(7.59528104, abs=1e-8)
    chi_squared = find_chi_squared(PRIOR, posterior)
    assert chi_squared.value == pytest.approx(5.9105404, abs=1e-7)
    assert chi_squared.relative_ess == pytest.approx(0.144706, abs=1e-6)


def test_line_shifted_q() -> None:
    q = gaussian([1], [np.sqrt(0.2)])
    posterior = LINE.exact().posterior
    assert find_elbo(LINE, q).value == pytest.approx(-3.53051031, abs=1e-8)
    assert find_kl(q, posterior).value == pytest.approx(0.9, abs=1e-9)
    assert find_chi_squared(q, posterior).value == pytest.approx(np.expm1(1.8), abs=1e-9)
    assert np.expm1(1.8) == pytest.approx(5.0496475, abs=1e-7)


def test_the_kl_of_gaussians_is_that_of_torch() -> None:
    posterior = PLANE.exact().posterior
    pair = [
        torch.distributions.MultivariateNormal(
            torch.from_numpy(each.mean), torch.from_numpy(each.covariance)
        )
        for each in (FULL, posterior)
    ]
    expected = float(torch.distributions.kl_divergence(*pair))
    assert find_kl(FULL, posterior).value == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("q", [PRIOR, gaussian([1.1], [0.2]), MIXTURE], ids=["prior", "q", "two"])
def test_the_kl_and_the_elbo_of_the_square_are_those_of_scipy(q: Proposal) -> None:
    posterior = SQUARE.exact().posterior
    z = np.linspace(-12, 12, 400_001)
    log_q = q.log_density(z[:, None])
    kl = integrate.simpson(np.exp(log_q) * (log_q - posterior.log_density(z[:, None])), x=z)
    elbo = integrate.simpson(np.exp(log_q) * (SQUARE.log_joint(z[:, None]) - log_q), x=z)
    assert find_kl(q, posterior).value == pytest.approx(kl, abs=1e-9)
    assert find_elbo(SQUARE, q).value == pytest.approx(elbo, abs=1e-9)


def test_the_elbo_of_a_mixture_in_the_plane_is_that_of_a_fine_grid() -> None:
    axis = np.linspace(-8, 8, 1001)
    z = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    log_q = PAIR.log_density(z)
    cell = (axis[1] - axis[0]) ** 2
    entropy = -float((np.exp(log_q) * log_q).sum() * cell)
    elbo = float((np.exp(log_q) * (PLANE.log_joint(z) - log_q)).sum() * cell)
    found = find_entropy(PAIR)
    assert found.value == pytest.approx(entropy, abs=1e-9)
    assert found.error < 1e-8
    assert find_elbo(PLANE, PAIR).value == pytest.approx(elbo, abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_exact_numbers_have_small_achieved_errors(name: str) -> None:
    problem, q = CASES[name]
    for found in (find_elbo(problem, q), find_kl(q, problem.exact().posterior)):
        assert 0 < found.error < 1e-9 * max(1.0, abs(found.value))


def test_log_sum_exp_is_that_of_scipy_and_never_underflows() -> None:
    values = np.array([[-4120.0, -4121.0, -9000.0], [0.0, 1.0, -np.inf], [-np.inf] * 3])
    expected = special.logsumexp(values, axis=1)
    np.testing.assert_allclose(log_sum_exp(values), expected, rtol=1e-14)


def test_one_draw_from_the_posterior_is_exact() -> None:
    for problem in (LINE, PLANE):
        exact = problem.exact()
        noise = np.random.default_rng(0).normal(size=(200, 1, problem.latent_dim))
        _, weights = weigh(problem, exact.posterior, noise)
        np.testing.assert_allclose(weights.log_p.value, exact.log_p, atol=1e-9)
        assert np.isnan(weights.log_p.standard_error).all()
        _, equal = weigh(problem, exact.posterior, noise[:, 0])
        assert float(equal.ess) == pytest.approx(200, abs=1e-6)
        np.testing.assert_allclose(equal.normalised, 1 / 200, atol=1e-9)
        assert float(equal.log_p.standard_error) < 1e-6


def test_weights_are_what_they_are_said_to_be() -> None:
    log_w = np.log([[1.0, 2.0, 3.0, 2.0], [5.0, 0.0 + 1e-300, 1e-300, 1e-300]]) - 800
    weights = Weights(log_w=log_w)
    np.testing.assert_allclose(weights.log_p.value, np.log([2.0, 1.25]) - 800)
    np.testing.assert_allclose(weights.ess, [64 / 18, 1.0])
    np.testing.assert_allclose(weights.normalised[0], [0.125, 0.25, 0.375, 0.25])
    relative = np.std([1.0, 2.0, 3.0, 2.0], ddof=1) / np.sqrt(4) / 2.0
    assert weights.log_p.standard_error[0] == pytest.approx(relative)
    assert weights.num_samples == 4


def test_the_ess_tends_to_its_limit() -> None:
    q = gaussian([1.3], [0.6])
    noise = np.random.default_rng(3).normal(size=(400_000, 1))
    _, weights = weigh(LINE, q, noise)
    expected = find_chi_squared(q, LINE.exact().posterior).relative_ess
    assert float(weights.ess) / 400_000 == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("problem", "q"),
    [
        (LINE, gaussian([1.4], [0.6])),
        (PLANE, gaussian([0.4, 0.6], [0.6, 0.5], -0.3)),
        (SQUARE, Mixture(first=gaussian([1.2], [0.2]), second=gaussian([-1.2], [0.2]))),
    ],
    ids=["line", "plane", "square"],
)
def test_standard_errors_hold_against_repetition(problem: Model, q: Gaussian | Mixture) -> None:
    """Over 2,000 repeats of K = 400 the spread of the estimates is the error each one reported."""
    noise = np.random.default_rng(4).normal(size=(2000, 400, q.noise_dim))
    _, weights = weigh(problem, q, noise)
    exact = problem.exact().log_p
    for estimate, truth in (
        (weights.log_p, exact),
        (weights.elbo, find_elbo(problem, q).value),
    ):
        spread = estimate.value.std(ddof=1)
        assert np.sqrt((estimate.standard_error**2).mean()) == pytest.approx(spread, rel=0.08)
        covered = np.abs(estimate.value - truth) < 2 * estimate.standard_error
        assert 0.92 < covered.mean() < 0.98


def test_the_mean_of_repeats_has_the_error_of_a_mean() -> None:
    values = np.random.default_rng(5).normal(2.0, 3.0, size=(4000, 25))
    found = mean_estimate(values)
    assert found.value.std() == pytest.approx(3 / 5, rel=0.05)
    np.testing.assert_allclose(found.standard_error, values.std(1, ddof=1) / 5)


def test_p_hat_itself_is_unbiased() -> None:
    noise = np.random.default_rng(6).normal(size=(200_000, 5, 1))
    _, weights = weigh(LINE, PRIOR, noise)
    found = mean_estimate(np.exp(weights.log_p.value - LINE.exact().log_p))
    assert abs(found.value - 1) < 4 * found.standard_error


def test_a_proposal_of_another_dimension_is_refused() -> None:
    words = "`q` must have as many dimensions as z, 1, got 2"
    for call in (
        lambda: weigh(LINE, PRIOR2, np.zeros((1, 2))),
        lambda: find_elbo(LINE, PRIOR2),
        lambda: find_kl(PRIOR2, LINE.exact().posterior),
        lambda: find_chi_squared(PRIOR2, SQUARE.exact().posterior),
    ):
        with pytest.raises(ValueError, match=words):
            call()
