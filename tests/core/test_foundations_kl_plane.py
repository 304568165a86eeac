"""The divergences over a plane of Gaussians, descents on it, and estimates by sampling."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from kl_cases import FOUR, TARGETS, A, B

from core.foundations.config import Direction
from core.foundations.kl_estimates import is_variance_finite, sampled_kl, unseen_share
from core.foundations.kl_fits import forward_kl, gaussian_log_density, reverse_kl
from core.foundations.kl_landscape import basins, descent_path, landscape
from core.foundations.kl_optima import Optimum, reverse_optima
from core.foundations.target import Target1D

MEANS, LOG_SDS = np.linspace(-8, 8, 61), np.linspace(-3, 1.5, 61)


def cells(count: int) -> list[tuple[int, int]]:
    """The corners of the plane, and some of its cells: row and column."""
    drawn = np.random.default_rng(0).integers(0, 61, (count, 2)).tolist()
    return [(0, 0), (0, 60), (60, 0), (60, 60), *map(tuple, drawn)]


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
@pytest.mark.parametrize("direction", ["reverse", "forward"])
def test_every_cell_is_the_divergence(target: Target1D, direction: Direction) -> None:
    table = landscape(target, MEANS, LOG_SDS, direction)
    assert table.shape == (61, 61)
    exact = reverse_kl if direction == "reverse" else forward_kl
    for row, column in cells(60):
        value = exact(target, float(MEANS[column]), math.exp(LOG_SDS[row]))
        assert table[row, column] == pytest.approx(value, rel=1e-11, abs=1e-9)
    assert table.min() > -1e-9


def test_the_axes_need_not_be_even() -> None:
    means, log_sds = np.array([-7.9, -1.5, -1.4999, 3.0]), np.array([-3.0, 0.0, 0.01, 1.5])
    table = landscape(FOUR, means, log_sds)
    for row, t in enumerate(log_sds):
        for column, m in enumerate(means):
            value = reverse_kl(FOUR, float(m), math.exp(t))
            assert table[row, column] == pytest.approx(value, rel=1e-11, abs=1e-9)


def nearest(mean: float, sd: float, optima: tuple[Optimum, ...]) -> int:
    """The place of the minimum nearest to where a descent ended."""
    apart = [
        math.hypot((mean - each.mean) / each.sd, math.log(sd / each.sd))
        if each.is_minimum
        else math.inf
        for each in optima
    ]
    return int(np.argmin(apart))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_basins_are_where_descents_end(target: Target1D) -> None:
    """Cells beside a border may differ: the slopes are read off a table."""
    optima = reverse_optima(target)
    found = basins(landscape(target, MEANS, LOG_SDS), MEANS, LOG_SDS, optima)
    assert found.shape == (61, 61)
    assert all(optima[place].is_minimum for place in np.unique(found))
    chosen, agreeing = cells(36), 0
    for row, column in chosen:
        start = (float(MEANS[column]), math.exp(LOG_SDS[row]))
        path = descent_path(target, start, tolerance=1e-2)
        end = nearest(float(path.means[-1]), float(path.sds[-1]), optima)
        agreeing += end == found[row, column]
    assert agreeing >= len(chosen) - 2


def test_the_basins_of_a_symmetric_target_are_symmetric() -> None:
    optima = reverse_optima(B)
    found = basins(landscape(B, MEANS, LOG_SDS), MEANS, LOG_SDS, optima)
    assert (optima[0].mean, optima[1].mean) == pytest.approx((-optima[1].mean, 1.9998), abs=1e-3)
    assert (found == np.array([1, 0, 2])[found[:, ::-1]]).all()
    assert {0, 1, 2} == set(np.unique(found))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
@pytest.mark.parametrize("start", [(0.3, 4.0), (-7.5, 0.05), (6.0, 0.3)])
def test_a_descent_never_rises_and_ends_at_an_optimum(
    target: Target1D, start: tuple[float, float]
) -> None:
    path = descent_path(target, start)
    assert (path.means[0], path.sds[0]) == pytest.approx(start)
    assert (np.diff(path.kls) <= 0).all()
    assert path.has_arrived
    optima = reverse_optima(target)
    end = optima[nearest(float(path.means[-1]), float(path.sds[-1]), optima)]
    assert (path.means[-1], path.sds[-1]) == pytest.approx((end.mean, end.sd), rel=1e-3, abs=1e-3)
    assert path.kls[-1] == pytest.approx(end.kl, abs=1e-6)
    assert path.kls[0] == pytest.approx(reverse_kl(target, *start), rel=1e-12)


@pytest.mark.parametrize("direction", ["reverse", "forward"])
@pytest.mark.parametrize("place", [(-1.4, 0.7), (0.0, 1.5), (-1.498623, 0.602496)])
def test_estimates_are_within_their_errors(
    direction: Direction, place: tuple[float, float]
) -> None:
    found = sampled_kl(A, *place, direction=direction, num_samples=20_000, seed=4)
    exact = (reverse_kl if direction == "reverse" else forward_kl)(A, *place)
    assert found.exact == exact
    value, error = found.log_ratio.last
    assert abs(value - exact) < 4 * error
    value, error = found.positive.last
    if found.is_error_finite and found.unseen < 1e-3:
        assert abs(value - exact) < 4 * error
    else:
        assert value < exact


@pytest.mark.parametrize("direction", ["reverse", "forward"])
def test_running_estimates_are_means_of_the_first_draws(direction: Direction) -> None:
    found = sampled_kl(A, -1.0, 1.0, direction=direction, num_samples=300, seed=7)
    generator = np.random.default_rng(7)
    if direction == "reverse":
        x = -1.0 + generator.standard_normal(300)
    else:
        x = A.sample(300, generator)
    log_r = A.log_density(x) - gaussian_log_density(x, -1.0, 1.0)
    log_r = log_r if direction == "reverse" else -log_r
    assert found.counts[0] == 1
    assert found.counts[-1] == 300
    assert (np.diff(found.counts) > 0).all()
    for running, terms in (
        (found.log_ratio, -log_r),
        (found.positive, np.exp(log_r) - 1 - log_r),
    ):
        for place, count in enumerate(found.counts):
            first = terms[:count]
            assert running.value[place] == pytest.approx(first.mean(), rel=1e-9, abs=1e-12)
            if count == 1:
                assert math.isnan(running.standard_error[place])
            else:
                error = first.std(ddof=1) / math.sqrt(count)
                assert running.standard_error[place] == pytest.approx(error, rel=1e-7)
    assert found.share_negative == (-log_r < 0).mean()


def test_one_estimate_can_be_negative_and_the_other_cannot() -> None:
    """Where q is nearly P: the divergence is small, draws are few."""
    near = Target1D(weights=(1.0,), means=(0.1,), sds=(1.0,))
    ends = [
        sampled_kl(near, 0.0, 1.0, direction="reverse", num_samples=20, seed=seed)
        for seed in range(40)
    ]
    assert any(end.log_ratio.last[0] < 0 for end in ends)
    assert all((end.positive.value >= 0).all() for end in ends)
    assert all(end.exact == pytest.approx(0.005, abs=1e-9) for end in ends)
    spread = [np.std([getattr(end, name).last[0] for end in ends]) for name in NAMES]
    assert spread[1] < spread[0] / 3


NAMES = ("log_ratio", "positive")


def test_the_variance_of_the_positive_estimate_can_be_infinite() -> None:
    one = Target1D(weights=(1.0,), means=(0.0,), sds=(1.0,))
    assert is_variance_finite(one, 0.8, "reverse")
    assert not is_variance_finite(one, 0.7, "reverse")
    assert is_variance_finite(one, 1.4, "forward")
    assert not is_variance_finite(one, 1.5, "forward")


def test_a_bump_that_no_draw_visits_is_missed_by_the_positive_estimate() -> None:
    """At the mode of target A the other bump has three tenths of P: by so much it is too low."""
    best = reverse_optima(A)[0]
    for seed in range(3):
        found = sampled_kl(
            A, best.mean, best.sd, direction="reverse", num_samples=10_000, seed=seed
        )
        assert found.is_error_finite
        assert found.unseen == pytest.approx(0.3, abs=0.02)
        value, error = found.positive.last
        assert found.exact - value == pytest.approx(0.3, abs=0.005)
        assert error < 2e-3
        assert found.log_ratio.last[0] == pytest.approx(found.exact, abs=0.002)


def test_what_is_unseen_is_the_mean_of_what_is_rare() -> None:
    """By brute force: the integral of b where ``b/a > n``."""
    z = np.linspace(-20, 20, 400_001)
    log_p, log_q = A.log_density(z), gaussian_log_density(z, -1.0, 0.8)
    for direction, log_b, log_a in (("reverse", log_p, log_q), ("forward", log_q, log_p)):
        for count in (1, 2, 10, 1000):
            exact = np.exp(log_b)[log_b - log_a > math.log(count)].sum() * (z[1] - z[0])
            found = unseen_share(A, -1.0, 0.8, direction, count)  # type: ignore[arg-type]
            assert found == pytest.approx(exact, abs=1.5e-3)


def test_one_draw_has_no_error() -> None:
    found = sampled_kl(A, 0.0, 1.0, direction="reverse", num_samples=1, seed=0)
    assert found.counts.tolist() == [1]
    assert math.isnan(found.log_ratio.last[1])


def draw(**changed: object) -> Callable[[], object]:
    settings: dict[str, object] = {"direction": "reverse", "num_samples": 10, "seed": 0}
    return lambda: sampled_kl(A, 0.0, 1.0, **(settings | changed))  # type: ignore[arg-type]


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no draws": (draw(num_samples=0), "`num_samples` must be at least 1, got 0"),
    "no direction": (draw(direction="up"), "`direction` must be one of 'reverse', 'forward'"),
    "a seed": (draw(seed=-1), "`seed` must be at least 0, got -1"),
    "axes that fall": (
        lambda: landscape(A, MEANS[::-1], LOG_SDS),
        "`means` must be at least 2 rising numbers",
    ),
    "no width": (lambda: landscape(A, MEANS, [-30.0, 0.0]), "`log_sds` must be at least"),
    "no rate": (
        lambda: descent_path(A, (0.0, 1.0), learning_rate=0.0),
        "`learning_rate` must be greater than 0, got 0",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
