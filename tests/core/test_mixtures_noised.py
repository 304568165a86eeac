"""Smoothed and noised mixtures, their curvature, and what a noisy point was: against torch."""

import numpy as np
import pytest
import torch
from mixture_cases import some_mixture
from scipy.integrate import quad
from scipy.stats import norm
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal
from torch.func import hessian, vmap

from core.mixtures import Mixture

SHAPES = [(1, 1), (3, 1), (4, 2), (3, 4)]


@pytest.mark.parametrize(("K", "D"), SHAPES)
def test_the_jacobian_is_autograds(K: int, D: int) -> None:
    mixture = some_mixture(K, D)
    same = MixtureSameFamily(
        Categorical(torch.tensor(mixture.weights)),
        MultivariateNormal(torch.tensor(mixture.means), torch.tensor(mixture.covariances)),
        validate_args=False,
    )
    x = torch.tensor(2 * np.random.default_rng(1).standard_normal((40, D)))
    expected = vmap(hessian(same.log_prob))(x).numpy()
    found = mixture.score_jacobian(x.numpy())
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


def test_a_smoothed_mixture_is_the_convolution() -> None:
    mixture, sd = some_mixture(3, 1), 0.7
    for place in (-1.0, 0.3, 2.0):
        exact, _ = quad(
            lambda z, place=place: np.exp(mixture.log_prob([[z]])[0]) * norm.pdf(place - z, 0, sd),
            -30,
            30,
            points=sorted(mixture.means[:, 0]),
            limit=400,
        )
        found = np.exp(mixture.smoothed(sd).log_prob([[place]])[0])
        assert found == pytest.approx(exact, rel=1e-7)


def test_a_noised_mixture_is_scaled_and_smoothed() -> None:
    mixture, kept = some_mixture(3, 2), 0.3
    scaled = Mixture(
        weights=mixture.weights,
        means=np.sqrt(kept) * mixture.means,
        covariances=kept * mixture.covariances,
    )
    x = np.random.default_rng(0).standard_normal((20, 2))
    expected = scaled.smoothed(np.sqrt(1 - kept)).log_prob(x)
    np.testing.assert_allclose(mixture.noised(kept).log_prob(x), expected, rtol=1e-12)
    np.testing.assert_array_equal(mixture.noised(1.0).log_prob(x), mixture.log_prob(x))


@pytest.mark.parametrize("kept", [0.05, 0.5, 0.999])
def test_the_posterior_mean_is_the_integral(kept: float) -> None:
    mixture = some_mixture(3, 1)
    for place in (-0.5, 1.2):

        def joint(z: float, place: float = place) -> float:
            noise = norm.pdf(place, np.sqrt(kept) * z, np.sqrt(1 - kept))
            return float(np.exp(mixture.log_prob([[z]])[0]) * noise)

        near = [*sorted(mixture.means[:, 0]), place / np.sqrt(kept)]
        ends = (-40, 40)
        total, _ = quad(joint, *ends, points=near, limit=800)
        first, _ = quad(lambda z, f=joint: z * f(z), *ends, points=near, limit=800)
        found = mixture.posterior_mean([[place]], kept)[0, 0]
        assert found == pytest.approx(first / total, rel=1e-6, abs=1e-8)


def test_what_no_noise_is_named() -> None:
    mixture = some_mixture(2, 1)
    for sd in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="`sd` must be from 0 to"):
            mixture.smoothed(sd)
    for kept in (0.0, 1.5, float("nan")):
        with pytest.raises(ValueError, match="`alpha_bar` must be greater than 0 and at most 1"):
            mixture.noised(kept)
