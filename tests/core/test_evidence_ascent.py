"""Variational inference on the line, the plane and the square climbs, and where it ends."""

import numpy as np
import pytest
import torch
from test_evidence_fits import SQUARES, sum_of_two

from core.evidence.answers import FAMILIES, Family
from core.evidence.ascent import MOST_STEPS, Model, climb, slopes, starts_of
from core.evidence.models import Line, Plane, Square
from core.evidence.proposals import Gaussian, gaussian
from core.evidence.quantities import find_elbo
from core.evidence.variational import find_best, stationary_gaussians

SQUARE = Square()

ONE_MAXIMUM: dict[str, Model] = {
    "line": Line(),
    "a far datum": Line(x=25.0, theta=-3.0, variance=1e-4),
    "a useless line": Line(theta=0.0),
    "plane": Plane(),
    "sum of two": sum_of_two(0.1),
    "nearly a ridge": sum_of_two(0.01),
    "square, one answer": Square(x=0.5, scale=0.5),
    "square, no answer": Square(x=-1, scale=0.2),
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ONE_MAXIMUM)
def test_a_climb_ends_at_the_best_gaussian(name: str, family: Family) -> None:
    problem = ONE_MAXIMUM[name]
    best = find_best(problem, family)
    for start in starts_of(problem).values():
        ascent = climb(problem, start, family)
        assert ascent.has_arrived
        assert ascent.elbos[-1] == pytest.approx(best.elbo.value, abs=1e-7)
        np.testing.assert_allclose(ascent.end.mean, best.q.mean, atol=1e-4)
        np.testing.assert_allclose(ascent.end.covariance, best.q.covariance, atol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ONE_MAXIMUM)
def test_a_climb_never_falls_and_says_what_it_passes(name: str, family: Family) -> None:
    problem = ONE_MAXIMUM[name]
    for start in starts_of(problem).values():
        ascent = climb(problem, start, family)
        steps, L = len(ascent.elbos), problem.latent_dim
        assert steps <= MOST_STEPS + 1
        assert steps > 4 or name == "a useless line"  # its prior is the answer
        assert ascent.means.shape == (steps, L)
        assert ascent.covariances.shape == (steps, L, L)
        np.testing.assert_array_equal(ascent.means[0], start.mean)
        assert (np.diff(ascent.elbos) > 0).all()
        for mean, covariance, elbo in zip(
            ascent.means, ascent.covariances, ascent.elbos, strict=True
        ):
            q = Gaussian(mean=mean, covariance=covariance)
            assert find_elbo(problem, q).value == elbo
            if family != "full":
                assert np.count_nonzero(covariance) == L
            if family == "isotropic":
                assert np.ptp(np.diag(covariance)) == 0


def test_the_square_has_climbs_that_end_too_low() -> None:
    """Beside either answer the best Gaussian; from the prior, a symmetric one 9 nats below."""
    best = find_best(SQUARE)
    starts = starts_of(SQUARE)
    ends = {name: climb(SQUARE, start, "full") for name, start in starts.items()}
    assert all(ascent.has_arrived for ascent in ends.values())
    for name, sign in (("near", 1), ("mirrored", -1)):
        assert ends[name].elbos[-1] == pytest.approx(best.elbo.value, abs=1e-8)
        assert ends[name].end.mean[0] == pytest.approx(sign * best.q.mean[0], abs=1e-4)
    np.testing.assert_allclose(ends["mirrored"].elbos, ends["near"].elbos, atol=1e-9)
    symmetric = next(q for q in stationary_gaussians(SQUARE) if q.mean[0] == 0)
    assert abs(ends["prior"].end.mean[0]) < 1e-9
    assert ends["prior"].end.scales[0] == pytest.approx(symmetric.scales[0], abs=1e-4)
    lost = SQUARE.exact().log_p - ends["prior"].elbos[-1]
    assert lost == pytest.approx(9.78497, abs=1e-5)


def test_the_symmetric_answer_is_a_maximum_and_no_saddle() -> None:
    """Pushed a little to one side q comes back: a local optimum, not bad luck."""
    symmetric = next(q for q in stationary_gaussians(SQUARE) if q.mean[0] == 0)
    pushed = climb(SQUARE, gaussian([0.1], [float(symmetric.scales[0])]), "full")
    assert pushed.means[0, 0] == 0.1
    assert abs(pushed.end.mean[0]) < 1e-3
    assert pushed.elbos[-1] == pytest.approx(find_elbo(SQUARE, symmetric).value, abs=1e-5)
    far = climb(SQUARE, gaussian([0.9], [0.3]), "full")
    assert far.end.mean[0] == pytest.approx(find_best(SQUARE).q.mean[0], abs=1e-4)


@pytest.mark.parametrize("square", SQUARES, ids=str)
def test_every_climb_of_a_square_ends_at_a_stationary_gaussian(square: Square) -> None:
    known = stationary_gaussians(square)
    for start in starts_of(square).values():
        end = climb(square, start, "diagonal").end
        nearest = min(
            abs(abs(end.mean[0]) - q.mean[0]) + abs(end.scales[0] - q.scales[0]) for q in known
        )
        assert nearest < 1e-4


def autograd_slopes(problem: Model, q: Gaussian) -> tuple[np.ndarray, np.ndarray]:
    """∂ and twice the ∂ of ``E_q log p(x, z)`` by m and C, in closed form by torch."""
    m = torch.tensor(q.mean, requires_grad=True)
    C = torch.tensor(q.covariance, requires_grad=True)
    if isinstance(problem, Square):
        second = m[0] ** 2 + C[0, 0]
        fourth = m[0] ** 4 + 6 * m[0] ** 2 * C[0, 0] + 3 * C[0, 0] ** 2
        squared = problem.x**2 - 2 * problem.x * second + fourth
        energy = -0.5 * second - 0.5 * squared / problem.scale**2
    else:
        exact = problem.exact().posterior
        P = torch.tensor(exact.precision)
        gap = m - torch.tensor(exact.mean)
        energy = -0.5 * (torch.trace(P @ C) + gap @ P @ gap)
    by_mean, by_covariance = torch.autograd.grad(energy, (m, C))
    return by_mean.numpy(), (by_covariance + by_covariance.T).numpy()


@pytest.mark.parametrize(
    ("problem", "q"),
    [
        (Line(), gaussian([-0.4], [0.7])),
        (Plane(), gaussian([0.3, -1.0], [0.5, 1.5], 0.6)),
        (SQUARE, gaussian([0.8], [0.4])),
        (Square(x=9, scale=0.02), gaussian([-2.0], [1.0])),
    ],
    ids=str,
)
def test_slopes_are_those_of_autograd(problem: Model, q: Gaussian) -> None:
    for found, expected in zip(slopes(problem, q), autograd_slopes(problem, q), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_an_unknown_family_and_a_start_of_another_dimension_are_refused() -> None:
    with pytest.raises(ValueError, match="`family` must be one of 'isotropic'"):
        climb(Line(), gaussian([0], [1]), "round")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`q` must have as many dimensions as z, 1, got 2"):
        climb(Line(), gaussian([0, 0], [1, 1]), "full")
