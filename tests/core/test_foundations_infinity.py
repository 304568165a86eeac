"""More components: nearer, and then too many; a decoder is a mixture of infinitely many."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.distributions import MultivariateNormal

from core.foundations.infinity import (
    POOLS,
    Best,
    climb_ladder,
    decoder_mixture_log_prob,
    fit_best,
    judge,
    pool_of,
    running_log_mean_exp,
)
from core.mixtures import Mixture

Array = NDArray[np.float64]

pytestmark = pytest.mark.filterwarnings("error")

SEEDS = range(5)


def test_the_floors_are_the_exact_entropies() -> None:
    assert pool_of("two_moons").entropy == pytest.approx(1.316079, abs=5e-7)
    assert pool_of("checkerboard").entropy == pytest.approx(np.log(6), abs=1e-12)
    for name in POOLS:
        assert pool_of(name).x_train.shape == (5000, 2)
    with pytest.raises(ValueError, match="`name` must be one of 'two_moons', 'checkerboard'"):
        pool_of("rings")


def test_more_components_come_nearer_to_two_moons_and_then_too_many_do_not() -> None:
    """The named check `universal`."""
    rungs = {rung.num_components: rung for rung in climb_ladder("two_moons", SEEDS)}
    kl = {K: rung.kl_test for K, rung in rungs.items()}
    assert kl[1] == pytest.approx(1.416, abs=2e-3)
    rising = [kl[K] for K in (1, 2, 4, 8, 16)]
    assert (np.diff(rising) < 0).all()
    assert kl[16] < 0.03
    assert kl[64] > kl[16] + 0.01
    for rung in rungs.values():
        assert abs(rung.kl_test - rung.kl_paired) < 4 * (rung.kl_error + rung.kl_paired_error)
    more, enough = rungs[64], rungs[16]
    error = np.hypot(more.kl_paired_error, enough.kl_paired_error)
    assert more.kl_paired - enough.kl_paired > 4 * error
    assert rungs[64].kl_train < rungs[16].kl_train < rungs[8].kl_train


def test_the_checkerboard_needs_many() -> None:
    rungs = {r.num_components: r for r in climb_ladder("checkerboard", range(2), (1, 8, 64))}
    assert rungs[1].kl_test == pytest.approx(1.032, abs=0.02)
    assert rungs[1].kl_test > rungs[8].kl_test > rungs[64].kl_test
    assert 0.1 < rungs[64].kl_test < 0.17


def test_the_target_itself_is_0_nats_away_within_its_error() -> None:
    """A rung's error covers what it estimates: judged by a mixture that is the target, KL is 0."""
    pool = pool_of("two_moons")
    angle = np.pi * (np.arange(400) + 0.5) / 400
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    raw = np.concatenate([upper, [1.0, 0.5] - upper])
    mean = raw.mean(0)
    scale = np.sqrt(raw.var(0) + 0.06**2)
    exact = Mixture(
        weights=np.full(800, 1 / 800),
        means=(raw - mean) / scale,
        covariances=np.tile(np.diag((0.06 / scale) ** 2), (800, 1, 1)),
    )
    rung = judge(pool, Best(mixture=exact, seed=0, seeds=(0,), log_likelihoods=np.zeros(1)))
    assert abs(rung.kl_test) < 4 * rung.kl_error
    assert abs(rung.kl_paired) < 1e-5  # the midpoint rule at the ends of the arcs


def test_the_best_start_wins() -> None:
    x = pool_of("two_moons").x_train[:800]
    best = fit_best(x, 4, [3, 1, 2])
    assert best.seeds == (3, 1, 2)
    assert best.log_likelihoods.shape == (3,)
    assert best.seed == best.seeds[best.log_likelihoods.argmax()]
    assert best.mixture.log_prob(x).mean() == pytest.approx(best.log_likelihoods.max(), rel=1e-12)
    alone = fit_best(x, 4, [best.seed])
    assert alone.log_likelihoods[0] == best.log_likelihoods.max()
    with pytest.raises(ValueError, match="`seeds` must hold at least 1 seed"):
        fit_best(x, 4, [])


def test_draws_of_a_decoder_are_a_mixture() -> None:
    generator = np.random.default_rng(0)
    means, x = generator.standard_normal((50, 3)), np.array([0.3, -1.0, 0.5])
    found = decoder_mixture_log_prob(x, means, 0.2)
    for K in (1, 2, 17, 50):
        mixture = Mixture(
            weights=np.full(K, 1 / K),
            means=means[:K],
            covariances=np.tile(0.2 * np.eye(3), (K, 1, 1)),
        )
        assert found[K - 1] == pytest.approx(mixture.log_prob(x[None])[0], rel=1e-12)


def test_infinitely_many_draws_of_a_linear_decoder_are_its_exact_density() -> None:
    """``x = Wz + ε`` has ``p(x) = N(0, WWᵀ + σ²I)``; K draws come within their standard error."""
    generator = np.random.default_rng(0)
    W, x = generator.standard_normal((5, 2)), generator.standard_normal(5)
    K, variance = 200_000, 0.5
    means = generator.standard_normal((K, 2)) @ W.T
    found = decoder_mixture_log_prob(x, means.astype(np.float32), variance)
    covariance = torch.tensor(W @ W.T + variance * np.eye(5))
    exact = MultivariateNormal(torch.zeros(5, dtype=torch.float64), covariance)
    terms = -0.5 * np.square(means - x).sum(1) / variance
    p = np.exp(terms - terms.max())
    error = p.std() / p.mean() / K**0.5
    assert found.shape == (K,)
    assert abs(found[-1] - exact.log_prob(torch.tensor(x)).item()) < 4 * error


def test_running_means_stay_numbers_however_far_the_draws() -> None:
    terms = np.array([-1e6, -2e6, -10.0, -1e300, -10.0, -1e5])
    with np.errstate(all="raise", under="ignore"):
        found = running_log_mean_exp(terms)
    K = np.arange(1, 7)
    expected = [-1e6, -1e6, -10, -10, -10 + np.log(2), -10 + np.log(2)] - np.log(K)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    with np.errstate(all="raise", under="ignore"):
        far = decoder_mixture_log_prob(np.full(784, 1e3), np.zeros((3, 784)), 1e-8)
    assert np.isfinite(far).all()


def test_running_means_keep_their_digits_over_many_draws() -> None:
    terms = -1500 + np.random.default_rng(0).standard_normal(300_000)
    found = running_log_mean_exp(terms)
    exact = np.log(np.cumsum(np.exp(terms + 1500))) - 1500 - np.log(np.arange(1, 300_001))
    np.testing.assert_allclose(found, exact, atol=2e-12)


@pytest.mark.parametrize(
    ("x", "means", "variance", "message"),
    [
        ([0.0, 0.0], np.zeros((3, 3)), 1.0, r"`means` must have shape \[K, 2\].*\[3, 3\]"),
        ([0.0, 0.0], np.zeros((0, 2)), 1.0, r"`means` must have shape \[K, 2\].*\[0, 2\]"),
        ([0.0, np.nan], np.zeros((3, 2)), 1.0, "`x` must be finite numbers"),
        ([0.0, 0.0], np.zeros((3, 2)), 0.0, "`variance` must be at least 1e-100, got 0"),
    ],
)
def test_what_is_no_decoder_is_refused(
    x: list[float], means: Array, variance: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        decoder_mixture_log_prob(x, means, variance)
