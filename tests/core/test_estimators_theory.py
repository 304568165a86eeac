"""What is exactly known: closed forms against quadrature, quadrature against scipy."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from core.estimators.config import EstimatorsConfig, RaceConfig
from core.estimators.exact import by_many_draws, by_quadrature
from core.estimators.functions import FUNCTIONS
from core.estimators.gaussian import Gaussian, correlated_factor
from core.estimators.moments import best_baseline, exact_variance, mean_value
from core.estimators.reference import exact_gradient, expected_term, landscape
from core.estimators.theory import CLOSED_FORMS, cosine_variance, quadratic_variance

SEPARABLE = [name for name, function in FUNCTIONS.items() if function.term is not None]
PLACES = [(0.7, 1.0, 1.0), (-1.3, 0.4, 0.6), (2.0, -0.5, 1.7)]


def config(function: str = "quadratic", **more: object) -> EstimatorsConfig:
    return EstimatorsConfig(**({"function": function} | more))


def variance_of(there: EstimatorsConfig, name: str) -> float:
    found = exact_variance(there, name)
    assert found is not None
    return found.value


@pytest.mark.parametrize(("k", "mu", "sigma"), PLACES)
@pytest.mark.parametrize("name", SEPARABLE)
def test_expected_values_and_gradients_are_those_of_scipy(
    name: str, k: float, mu: float, sigma: float
) -> None:
    function = FUNCTIONS[name]
    k = abs(k) if function.least >= 0 else k
    normal = stats.norm(mu, sigma)
    jump = [] if function.is_continuous else [k]

    def integral(weight: object) -> float:
        def integrand(z: float) -> float:
            value = function.value(np, np.array([z]), k)
            return float(value * weight((z - mu) / sigma) * normal.pdf(z))

        edges = [mu - 10 * sigma, mu + 10 * sigma]
        return integrate.quad(integrand, *edges, points=[*jump, mu], epsabs=1e-12, limit=400)[0]

    found = expected_term(name, k, np.array([mu]), np.array([sigma]))
    expected = (
        integral(lambda e: 1.0),
        integral(lambda e: e / sigma),
        integral(lambda e: (e**2 - 1) / sigma),
    )
    for one, other in zip(found, expected, strict=True):
        assert one[0] == pytest.approx(other, abs=1e-8)


@pytest.mark.parametrize("name", SEPARABLE)
def test_slopes_are_those_of_autograd(name: str) -> None:
    z = torch.linspace(-2.1, 2.3, 40, dtype=torch.float64, requires_grad=True)
    value = FUNCTIONS[name].term(torch, z, 0.7)
    slope = FUNCTIONS[name].slope(torch, z.detach(), 0.7)
    expected = torch.zeros_like(z)
    if value.requires_grad:
        (expected,) = torch.autograd.grad(value.sum(), z)
    torch.testing.assert_close(slope, expected)


@pytest.mark.parametrize("name", [n for n, f in FUNCTIONS.items() if not f.is_elbo])
def test_a_function_is_the_same_in_numpy_and_torch(name: str) -> None:
    z = np.random.default_rng(0).normal(size=(5, 3))
    for dtype in (np.float64, np.float32):
        one = FUNCTIONS[name].value(np, z.astype(dtype), 0.7)
        other = FUNCTIONS[name].value(torch, torch.tensor(z.astype(dtype)), 0.7)
        assert other.dtype == torch.tensor(one).dtype
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-5)


TABLE = [
    # name, wrt μ, wrt σ at μ = σ = 1, k = 0
    ("pathwise", 4.0, 12.0),
    ("naive", 0.0, 0.0),
    ("score_function", 30.0, 136.0),
    ("optimal_baseline", 14.0, 64.0),
]


@pytest.mark.parametrize(("name", "by_mean", "by_scale"), TABLE)
def test_variances_of_the_table(name: str, by_mean: float, by_scale: float) -> None:
    for block, expected in (("mean", by_mean), ("factor", by_scale)):
        one_draw = config(block=block, num_samples=1)
        assert quadratic_variance(name, 1.0, 1.0, block) == pytest.approx(expected)
        assert variance_of(one_draw, name) == pytest.approx(expected, rel=1e-9)
    for k, mu, sigma in PLACES:
        there = config(k=k, mu=mu, sigma=sigma, num_samples=1)
        closed = quadratic_variance(name, mu - k, sigma, "mean")
        assert variance_of(there, name) == pytest.approx(closed, rel=1e-9)


def test_the_mean_as_baseline_has_the_variance_of_the_table() -> None:
    for k, mu, sigma in PLACES:
        d2, s2 = (mu - k) ** 2, sigma**2
        b = d2 + s2
        expected = d2**2 / s2 + 14 * d2 + 15 * s2 - 2 * b * (d2 + 3 * s2) / s2 + b**2 / s2
        there = config(k=k, mu=mu, sigma=sigma, num_samples=1)
        assert variance_of(there, "constant_baseline") == pytest.approx(expected)
        assert mean_value(there) == pytest.approx(b)
        assert best_baseline(there) == pytest.approx(d2 + 3 * s2)
        there = dataclasses.replace(there, block="factor")
        assert best_baseline(there) == pytest.approx(d2 + 5 * s2)


COSINES = [
    (0.5, 0.039285, 0.455248),
    (1.0, 0.267674, 0.323993),
    (2.0, 1.939863, 0.441069),
    (5.0, 12.5, 0.5),
]


@pytest.mark.parametrize(("k", "pathwise", "score"), COSINES)
def test_variances_of_the_cosine(k: float, pathwise: float, score: float) -> None:
    one_draw = config("cos", k=k, num_samples=1)
    for name, expected in (("pathwise", pathwise), ("score_function", score)):
        assert cosine_variance(name, k, 1.0, 1.0) == pytest.approx(expected, abs=1e-6)
        assert variance_of(one_draw, name) == pytest.approx(expected, abs=1e-6)
    assert cosine_variance("naive", k, 1.0, 1.0) is None


def test_the_mean_makes_the_cosine_worse_and_the_best_baseline_better() -> None:
    one_draw = config("cos", k=1.0, num_samples=1)
    assert variance_of(one_draw, "score_function") == pytest.approx(0.324, abs=5e-4)
    assert variance_of(one_draw, "constant_baseline") == pytest.approx(0.431, abs=5e-4)
    assert best_baseline(one_draw) == pytest.approx(0, abs=1e-12)  # none is the best there


def test_a_baseline_helps_between_zero_and_twice_the_best() -> None:
    one_draw = config("cos", k=0.5, num_samples=1)
    best = best_baseline(one_draw)
    assert best > 0.1
    for share, is_better in ((0.0, False), (0.5, True), (1.5, True), (2.1, False), (-0.1, False)):
        there = dataclasses.replace(one_draw, baseline=share * best)
        without = variance_of(one_draw, "score_function")
        assert (variance_of(there, "constant_baseline") < without - 1e-12) is is_better


def test_averaging_divides_a_variance_but_not_that_of_leave_one_out() -> None:
    one, ten = config(num_samples=1), config(num_samples=10)
    for name in ("pathwise", "score_function", "optimal_baseline", "measure_valued"):
        assert variance_of(ten, name) == pytest.approx(variance_of(one, name) / 10)
    two, four = config(num_samples=2), config(num_samples=4)
    ratio = variance_of(two, "leave_one_out") / variance_of(four, "leave_one_out")
    assert ratio > 2.05


@pytest.mark.parametrize("factor", ["diagonal", "full"])
@pytest.mark.parametrize("block", ["mean", "factor"])
@pytest.mark.parametrize("name", ["quadratic", "cos", "sigmoid"])
def test_closed_forms_agree_with_quadrature_on_a_grid(name: str, block: str, factor: str) -> None:
    there = config(name, k=0.7, mu=0.4, sigma=0.8, dim=2, factor=factor, block=block)
    closed, found = exact_gradient(there), by_quadrature(there)
    np.testing.assert_allclose(found.value, closed.value, atol=1e-9)
    assert found.error.max() < 1e-8
    assert closed.how == ("quadrature" if name not in CLOSED_FORMS else "closed form")


def test_a_reference_of_many_draws_comes_with_its_standard_error() -> None:
    there = config("network", k=1.0, dim=3, mu=0.3)
    by_grid, by_draws = by_quadrature(there), by_many_draws(there)
    assert by_draws.how == "pathwise"
    assert (np.abs(by_draws.value - by_grid.value) < 4 * by_draws.error).all()
    assert by_grid.error.max() < 1e-6 < by_draws.error.min()


def test_a_full_factor_has_the_covariance_it_was_made_for() -> None:
    factor = correlated_factor(6, 1.5, -0.6)
    index = np.arange(6)
    expected = 1.5**2 * (-0.6) ** np.abs(index[:, None] - index)
    np.testing.assert_allclose(factor @ factor.T, expected, atol=1e-12)


REFUSED = {
    "sigma": ({"sigma": 0.0}, "`sigma` must be greater than 0, got 0"),
    "negative sigma": ({"sigma": -1.0}, "`sigma` must be greater than 0, got -1"),
    "k": ({"k": math.nan}, "`k` must be a finite number, got nan"),
    "infinite k": ({"k": math.inf}, "`k` must be a finite number, got inf"),
    "k of a bump": ({"function": "exp", "k": -1.0}, "`k` must be at least 0"),
    "dim": ({"dim": 51}, "`dim` must be at most 50, got 51"),
    "singular": ({"correlation": 1.0}, "`correlation` must be at most 0.999, got 1"),
    "singular, too": ({"correlation": -1.0}, "`correlation` must be greater than -1"),
    "function": ({"function": "log"}, "`function` must be one of"),
    "estimators": ({"estimators": ("boopy",)}, "`estimators` must be one of"),
    "draws": ({"total_draws": 100, "num_samples": 10}, "`total_draws` must be at least 200"),
    "too many draws": ({"total_draws": 10**7}, "`total_draws` must be at most 1000000"),
    "baseline": ({"baseline": math.nan}, "`baseline` must be a finite number"),
}


@pytest.mark.parametrize(("fields", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_parameters_are_refused_by_name_and_bound(fields: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        EstimatorsConfig(**fields)


@pytest.mark.parametrize(
    ("mean", "factor", "sentence"),
    [
        (np.zeros(2), np.ones((2, 2)), "`factor` must have full rank"),
        (np.zeros(2), np.array([1.0, 0.0]), "`factor` must be greater than 0, got 0"),
        (np.array([0.0, np.nan]), np.ones(2), "`mean` must be finite"),
        (np.zeros(2), np.ones(3), "`mean` must have shape"),
    ],
)
def test_a_gaussian_that_is_none_is_refused(
    mean: np.ndarray, factor: np.ndarray, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Gaussian(mean=mean, factor=factor)


def test_a_race_needs_a_floor() -> None:
    with pytest.raises(ValueError, match="`function` must be bounded below"):
        RaceConfig(start=config("linear"))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_landscape_is_the_expectation_at_every_place(name: str) -> None:
    m, log_s = np.array([[-1.0, 0.3], [0.0, 2.0]]), np.array([[-1.0, 0.0], [0.5, 1.0]])
    found = landscape(name, 0.7, m, log_s)
    if name not in CLOSED_FORMS:
        assert found is None
        return
    assert found is not None
    for i, j in np.ndindex(2, 2):
        term = expected_term(name, 0.7, m[i, j], np.exp(log_s[i, j]))
        assert found[i, j] == pytest.approx(float(term.value), rel=1e-12)
