"""The likelihood of ten heights: its maximum, what it is of a divergence, and two ways up."""

import math
import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import stats

from core.foundations.config import HEIGHTS
from core.foundations.likelihood import (
    PRINTED_VARIANCE,
    Kind,
    condition_number,
    descend,
    factors,
    fisher,
    gradient,
    kl_from_best,
    log_likelihood,
    maximum,
    require_spread,
    stability_edge,
    unbiased_variance,
)
from core.gaussian import kl_gaussians

EXACT = {"rel": 0, "abs": 1e-9}
START = (1.6, 0.1)


def test_heights_mle() -> None:
    mean, sd = maximum(HEIGHTS)
    assert mean == pytest.approx(1.683, **EXACT)
    assert sd**2 == pytest.approx(0.002921, **EXACT)
    assert sd == pytest.approx(0.0540463, abs=5e-8)
    assert unbiased_variance(HEIGHTS) == pytest.approx(0.0032455556, abs=5e-11)
    best = float(log_likelihood(HEIGHTS, mean, sd))
    assert best == pytest.approx(14.989760945835943, **EXACT)
    printed = float(log_likelihood(HEIGHTS, mean, math.sqrt(PRINTED_VARIANCE)))
    assert printed == pytest.approx(13.58539885565648, **EXACT)
    assert best - printed == pytest.approx(1.404, abs=5e-4)


def test_loglik_is_kl() -> None:
    best = float(log_likelihood(HEIGHTS, *maximum(HEIGHTS)))
    assert best - log_likelihood(HEIGHTS, 1.7, 0.05) == pytest.approx(0.6418235423427561, **EXACT)
    means, sds = np.linspace(1.4, 2.0, 31), np.geomspace(0.01, 0.5, 23)[:, None]
    surface = log_likelihood(HEIGHTS, means, sds)
    assert surface.shape == (23, 31)
    np.testing.assert_allclose(best - surface, 10 * kl_from_best(HEIGHTS, means, sds), rtol=1e-9)
    mean, sd = maximum(HEIGHTS)
    closed = kl_gaussians(mean, sd**2, 1.7, 0.05**2)
    assert kl_from_best(HEIGHTS, 1.7, 0.05) == pytest.approx(closed, rel=1e-12)


def test_the_start_and_its_slope() -> None:
    assert log_likelihood(HEIGHTS, *START) == pytest.approx(8.931465597893737, **EXACT)
    assert [*map(float, gradient(HEIGHTS, *START))] == pytest.approx([83, -0.19], **EXACT)


def torch_log_likelihood(x: np.ndarray) -> Callable[[torch.Tensor], torch.Tensor]:
    """ℓ of (μ, log σ) by ``torch.distributions``."""
    data = torch.tensor(x, dtype=torch.float64)
    return lambda place: torch.distributions.Normal(place[0], place[1].exp()).log_prob(data).sum()


@pytest.mark.parametrize("seed", range(5))
def test_value_slope_and_curvature_are_autograds(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(generator.normal(0, 10), np.exp(generator.normal(0, 1)), 7)
    reference = torch_log_likelihood(x)
    mean, sd = float(x.mean() + generator.normal()), float(np.exp(generator.normal()))
    place = torch.tensor([mean, math.log(sd)], dtype=torch.float64)
    assert log_likelihood(x, mean, sd) == pytest.approx(float(reference(place)), rel=1e-12)
    slope = torch.autograd.functional.jacobian(reference, place).numpy()
    np.testing.assert_allclose(gradient(x, mean, sd), slope, rtol=1e-10)
    best = maximum(x)
    top = torch.tensor([best.mean, math.log(best.sd)], dtype=torch.float64)
    curvature = torch.autograd.functional.hessian(reference, top).numpy()
    np.testing.assert_allclose(fisher(7, best.sd), -curvature, rtol=1e-9, atol=1e-9)


def test_units_matter() -> None:
    eigenvalues = np.diag(fisher(10, maximum(HEIGHTS).sd))
    assert condition_number(HEIGHTS) == pytest.approx(171.17, abs=0.005)
    assert condition_number(HEIGHTS) == pytest.approx(eigenvalues[0] / eigenvalues[1], rel=1e-12)
    centimetres = [100 * height for height in HEIGHTS]
    assert condition_number(centimetres) == pytest.approx(2 * 29.21, rel=1e-9)


STEPS: dict[str, tuple[Kind, float, int | None]] = {
    "a slow gradient": ("gradient", 1e-3, 4127),
    "a gradient below the edge": ("gradient", 0.005, 823),
    "a gradient beyond the edge": ("gradient", 0.01, None),
    "half a natural step": ("natural", 0.5, 15),
    "a natural step": ("natural", 1.0, 5),
}


@pytest.mark.parametrize(("kind", "learning_rate", "steps"), STEPS.values(), ids=STEPS.keys())
def test_descent_steps(kind: Kind, learning_rate: float, steps: int | None) -> None:
    path = descend(HEIGHTS, START, kind=kind, learning_rate=learning_rate)
    assert path.num_steps == steps
    assert not path.is_diverged
    count = 10_000 if steps is None else steps
    assert len(path.means) == len(path.sds) == len(path.log_likelihoods) == count + 1
    best = float(log_likelihood(HEIGHTS, *maximum(HEIGHTS)))
    missing = best - path.log_likelihoods
    assert (missing[:-1] > 1e-6).all()
    assert (missing[-1] <= 1e-6) == (steps is not None)
    assert (path.means[0], path.sds[0]) == pytest.approx(START, rel=1e-14)


@pytest.mark.parametrize("kind", ["gradient", "natural"])
def test_a_step_follows_the_slope(kind: Kind) -> None:
    """Every step is ``lr F⁻¹∇ℓ`` or ``lr ∇ℓ/m`` at the place where it starts."""
    rate = 0.004 if kind == "gradient" else 0.3
    path = descend(HEIGHTS, (1.75, 0.09), kind=kind, learning_rate=rate, most=30)
    for n in range(len(path.means) - 1):
        slope = np.array([*map(float, gradient(HEIGHTS, path.means[n], path.sds[n]))])
        fisher_now = np.diag(fisher(10, float(path.sds[n])))
        step = rate * (slope / 10 if kind == "gradient" else slope / fisher_now)
        moved = [path.means[n + 1] - path.means[n], math.log(path.sds[n + 1] / path.sds[n])]
        np.testing.assert_allclose(moved, step, rtol=1e-9, atol=1e-13)


def test_the_edge_of_stability() -> None:
    """Just below it the maximum attracts, just beyond it repels what is near.

    A start farther away can pass by within the tolerance all the same: while σ is wide, μ comes
    so near to its place that what is left needs hundreds of steps to grow again.
    """
    edge = stability_edge(HEIGHTS)
    assert edge == pytest.approx(2 * 0.002921, **EXACT)
    assert edge == pytest.approx(0.005842, abs=1e-12)
    near = (1.684, maximum(HEIGHTS).sd)
    below = descend(HEIGHTS, near, kind="gradient", learning_rate=0.95 * edge)
    beyond = descend(HEIGHTS, near, kind="gradient", learning_rate=1.05 * edge)
    assert below.num_steps is not None
    assert beyond.num_steps is None
    for start in (START, (1.6, 0.0999), (1.61, 0.1), (1.7, 0.06)):
        assert descend(HEIGHTS, start, kind="gradient", learning_rate=0.01).num_steps is None
    passing = descend(HEIGHTS, START, kind="gradient", learning_rate=1.1 * edge)
    assert passing.num_steps is not None
    assert stability_edge(HEIGHTS, "natural") == 2.0
    wide = [100 * height for height in HEIGHTS]  # there log σ is the stiffer of the two
    assert stability_edge(wide) == 1.0


def test_the_natural_gradient_knows_no_units() -> None:
    for scale in (1e-3, 100.0, 1e5):
        x = [scale * height - 3 for height in HEIGHTS]
        start = (scale * START[0] - 3, scale * START[1])
        assert descend(x, start, kind="natural", learning_rate=0.5).num_steps == 15


@pytest.mark.parametrize("kind", ["gradient", "natural"])
@pytest.mark.parametrize("rate", [2.5, 10.0, 1e9])
@pytest.mark.parametrize("start", [(1.6, 0.1), (1.683, 1e-6), (1e6, 1e-6), (-1e9, 1e9)])
def test_divergence_is_told_and_warns_of_nothing(
    kind: Kind, rate: float, start: tuple[float, float]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(HEIGHTS, start, kind=kind, learning_rate=rate, most=2000)
    assert np.isfinite(path.means).all()
    assert np.isfinite(path.sds).all()
    assert np.isfinite(path.log_likelihoods).all()
    assert path.num_steps is None
    if kind == "natural":
        assert path.is_diverged
        assert len(path.means) < 2000


def test_equal_data_have_no_maximum() -> None:
    for x in ([1.7], [1.7] * 4, [0.0, 0.0], [1e8, np.nextafter(1e8, 2e8)]):
        assert maximum(x) == (pytest.approx(x[0]), 0.0)
        for refused in (
            lambda x=x: require_spread(x),
            lambda x=x: stability_edge(x),
            lambda x=x: condition_number(x),
            lambda x=x: kl_from_best(x, 1.0, 1.0),
            lambda x=x: descend(x, START, kind="natural", learning_rate=1.0),
        ):
            with pytest.raises(ValueError, match="at least two different numbers"):
                refused()
    heights = log_likelihood([1.7] * 4, 1.7, np.geomspace(1e-9, 1, 10))
    np.testing.assert_allclose(-np.diff(heights), 4 * math.log(10), rtol=1e-12)
    assert math.log(10) == pytest.approx(2.3026, abs=5e-5)


def test_factors_are_densities() -> None:
    found = factors(HEIGHTS, 1.683, 0.054)
    np.testing.assert_allclose(found, stats.norm(1.683, 0.054).pdf(HEIGHTS), rtol=1e-13)
    total = float(log_likelihood(HEIGHTS, 1.683, 0.054))
    assert np.log(found).sum() == pytest.approx(total, rel=1e-12)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no data": (lambda: maximum([]), "`x` must be a row of at least one number"),
    "a table": (lambda: maximum([[1.0], [2.0]]), "`x` must be a row"),
    "no number": (lambda: maximum([1.0, math.nan]), "`x` must be a finite number, got nan"),
    "a huge number": (
        lambda: maximum([1.0, 1e10]),
        "`x` must be at most 1000000000.0",
    ),
    "no width": (lambda: log_likelihood(HEIGHTS, 1.6, 0.0), "`sd` must be at least .*, got 0"),
    "one of many": (lambda: log_likelihood(HEIGHTS, 1.6, [0.1, -1.0]), "`sd` .* got -1"),
    "nowhere": (
        lambda: log_likelihood(HEIGHTS, math.inf, 0.1),
        "`mean` must be a finite number, got inf",
    ),
    "one datum": (lambda: unbiased_variance([1.0]), "`count of x` must be at least 2, got 1"),
    "no rate": (
        lambda: descend(HEIGHTS, START, kind="gradient", learning_rate=0.0),
        "`learning_rate` must be greater than 0, got 0",
    ),
    "no such way": (
        lambda: descend(HEIGHTS, START, kind="newton", learning_rate=1.0),  # type: ignore[arg-type]
        "`kind` must be one of 'gradient', 'natural', got 'newton'",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
