"""What is claimed to be exact is as exact as it claims, however steep f is or wide q_φ."""

from functools import lru_cache

import numpy as np
import pytest
from scipy import integrate

from core.estimators.config import EstimatorsConfig
from core.estimators.exact import by_quadrature, worked_out
from core.estimators.functions import FUNCTIONS, network_weights
from core.estimators.lines import line_of
from core.estimators.lineup import LINEUP
from core.estimators.moments import exact_variances
from core.estimators.reference import exact_gradient, expected_term

SEPARABLE = [name for name, function in FUNCTIONS.items() if function.term is not None]
PLACES = {
    "at rest": (1.0, 1.0, 1.0),
    "steep": (10.0, 1.0, 0.3),
    "steep and wide": (10.0, 1.0, 100.0),
    "wide": (1.0, -3.0, 30.0),
    "narrow": (2.0, 0.01, 1e-3),
    "narrow, far away": (5.0, 100.0, 0.01),
    "out of sight": (10.0, 100.0, 1.0),
    "flat": (0.0, 0.5, 2.0),
}
places = pytest.mark.parametrize(("k", "mu", "sigma"), PLACES.values(), ids=PLACES.keys())
blocks = pytest.mark.parametrize("block", ["mean", "factor"])


@lru_cache(maxsize=8)
def dense(*bends: float) -> tuple[np.ndarray, np.ndarray]:
    """Some 200,000 nodes of ``E g(ε)``: nothing of the product's has a scale below theirs."""
    edges = np.unique(np.concatenate([np.linspace(-12, 12, 20_001), bends]))
    edges = edges[(edges >= -12) & (edges <= 12)]
    x, w = np.polynomial.legendre.leggauss(10)
    half = 0.5 * np.diff(edges)[:, None]
    nodes = (edges[:-1, None] + half * (1 + x)).ravel()
    return nodes, (half * w).ravel() * np.exp(-0.5 * nodes**2) / np.sqrt(2 * np.pi)


def nodes_of(config: EstimatorsConfig) -> tuple[np.ndarray, np.ndarray]:
    function = config.test_function
    bends = [(bend - config.mu) / config.sigma for bend in function.bends(config.k)]
    return dense(*bends, *(-bend for bend in bends))


def expected_gradient(config: EstimatorsConfig) -> float:
    """``E h'`` or ``E h' ε``; of a step, through its score."""
    e, w = nodes_of(config)
    z = config.mu + config.sigma * e
    if not config.test_function.is_continuous:
        score = e if config.block == "mean" else e**2 - 1
        return float(w @ (config.test_function.term(np, z, config.k) * score)) / config.sigma
    slope = config.test_function.slope(np, z, config.k)
    return float(w @ (slope if config.block == "mean" else slope * e))


@blocks
@places
@pytest.mark.parametrize("name", SEPARABLE)
def test_a_gradient_is_within_its_claimed_error(
    name: str, k: float, mu: float, sigma: float, block: str
) -> None:
    config = EstimatorsConfig(function=name, k=k, mu=mu, sigma=sigma, block=block)
    found, expected = exact_gradient(config), expected_gradient(config)
    assert found is not None
    rounding = 1e-11 * max(1.0, abs(expected))  # of the reference
    assert abs(found.value[0] - expected) <= found.error[0] + rounding
    assert found.error[0] <= 1e-9 * max(1.0, abs(expected))


@blocks
@pytest.mark.parametrize("name", ["sigmoid", "network"])
def test_where_panels_are_too_wide_the_claimed_error_says_so(
    name: str, block: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither graded nor halved, panels miss a steep f by far more than rounding."""
    config = EstimatorsConfig(function=name, k=10.0, sigma=100.0, block=block)
    right = exact_gradient(config)
    line_of.cache_clear()
    monkeypatch.setattr("core.quadrature.HALVINGS", 0)
    monkeypatch.setattr("core.quadrature.FINEST_GRADE", 0)
    rough = exact_gradient(config)
    line_of.cache_clear()
    assert right is not None
    assert rough is not None
    off = np.abs(rough.value - right.value)
    assert (off > 1e-6).all()
    assert (off <= rough.error).all()


def test_the_gradient_of_a_steep_sigmoid_under_a_wide_gaussian() -> None:
    """Where panels of one width were 60 % off: practically a step, whose gradient is a density."""
    config = EstimatorsConfig(function="sigmoid", k=10.0, mu=1.0, sigma=100.0)
    found = exact_gradient(config)
    assert found is not None
    assert found.value[0] == pytest.approx(0.00398922, abs=1e-8)


@pytest.mark.parametrize("sigma", [0.01, 1.0, 140.0])
def test_expectations_are_exact_for_many_places_at_once(sigma: float) -> None:
    m = np.linspace(-100, 100, 301).reshape(7, 43)
    found = expected_term("sigmoid", 10.0, m, np.full_like(m, sigma))
    for i, j in ((0, 0), (3, 21), (3, 22), (6, 42)):
        config = EstimatorsConfig(
            function="sigmoid", k=10.0, mu=m[i, j], sigma=min(sigma, 100.0), block="factor"
        )
        if sigma <= 100:
            assert found.by_scale[i, j] == pytest.approx(expected_gradient(config), abs=1e-10)
    assert np.all(np.diff(found.value.ravel()) >= 0)


def network_gradient(config: EstimatorsConfig) -> np.ndarray:
    """One hidden unit at a time, on dense nodes."""
    weights, biases, out = network_weights(config.dim)
    gaussian = config.gaussian()
    e, w = dense()
    total = np.zeros((config.dim, config.dim if config.block == "factor" else 1))
    for a, direction, c in zip(out, config.k * weights, biases, strict=True):
        v = gaussian.matrix.T @ direction
        s = float(np.linalg.norm(v)) or 1.0
        slope = 1 - np.tanh(direction @ gaussian.mean + c + s * e) ** 2
        if config.block == "mean":
            total += a * direction[:, None] * (w @ slope)
        else:
            total += a * np.outer(direction, v / s) * (w @ (slope * e))
    if config.block == "factor" and not gaussian.is_full:
        return np.diag(total)
    return total.ravel()


@blocks
@pytest.mark.parametrize("factor", ["diagonal", "full"])
@pytest.mark.parametrize(
    ("k", "sigma", "dim"), [(5.0, 10.0, 3), (1.0, 0.5, 1), (10.0, 100.0, 50), (0.0, 1.0, 2)]
)
def test_the_gradient_of_a_network_is_within_its_claimed_error(
    k: float, sigma: float, dim: int, factor: str, block: str
) -> None:
    config = EstimatorsConfig(
        function="network", k=k, sigma=sigma, dim=dim, factor=factor, block=block
    )
    found = exact_gradient(config)
    assert found is not None
    gap = np.abs(found.value - network_gradient(config))
    assert (gap <= found.error + 1e-11).all()
    assert found.error.max() < 1e-8
    np.testing.assert_array_equal(worked_out(config).value, found.value)


@blocks
def test_ridges_agree_with_a_grid_in_all_directions(block: str) -> None:
    config = EstimatorsConfig(
        function="network", k=1.0, dim=3, mu=0.3, sigma=0.7, factor="full", block=block
    )
    found, grid = exact_gradient(config), by_quadrature(config)
    assert found is not None
    np.testing.assert_allclose(found.value, grid.value, atol=1e-8)


def expected_variance(config: EstimatorsConfig, name: str) -> float:
    """From raw moments of one draw in one dimension, on dense nodes (not measure-valued for σ)."""
    function, n, sigma = config.test_function, config.num_samples, config.sigma
    e, w = nodes_of(config)
    is_mean = config.block == "mean"

    def h_at(epsilon: np.ndarray) -> np.ndarray:
        return function.term(np, config.mu + sigma * epsilon, config.k)

    def path_at(epsilon: np.ndarray) -> np.ndarray:
        slope = function.slope(np, config.mu + sigma * epsilon, config.k)
        return slope if is_mean else slope * epsilon

    def variance(values: np.ndarray) -> float:
        return float(w @ (values - w @ values) ** 2)

    h, s = h_at(e), (e if is_mean else e**2 - 1) / sigma
    f, gradient = float(w @ h), float(w @ (h * s))
    if name == "naive":
        return 0.0
    if name == "pathwise":
        return variance(path_at(e)) / n
    if name == "antithetic":
        return 2 * variance(0.5 * (path_at(e) + path_at(-e))) / n
    if name == "score_antithetic":
        return 2 * variance(0.5 * (h * s + h_at(-e) * (-s if is_mean else s))) / n
    if name == "measure_valued":
        square = w @ (np.abs(e) * (h - h_at(-e)) ** 2) * np.sqrt(np.pi / 2) / (2 * np.pi)
        return float(square / sigma**2 - gradient**2) / n
    if name == "leave_one_out":
        g = h - f
        first, square = variance(g * s), float(w @ g**2 * (w @ s**2))
        return ((n - 2) * first + float(w @ (g * s) ** 2) + square) / (n * (n - 1))
    best = f + float(w @ ((h - f) * s**2)) / float(w @ s**2)
    return variance((h - {"score_function": 0, "constant_baseline": f}.get(name, best)) * s) / n


@blocks
@places
@pytest.mark.parametrize("function", SEPARABLE)
def test_a_variance_is_within_its_claimed_error(
    function: str, k: float, mu: float, sigma: float, block: str
) -> None:
    config = EstimatorsConfig(function=function, k=k, mu=mu, sigma=sigma, block=block)
    for name, found in exact_variances(config, LINEUP).items():
        if name == "measure_valued" and block == "factor":
            continue
        expected = expected_variance(config, name)
        rounding = 1e-11 * abs(expected) + 1e-20
        assert abs(found.value - expected) <= found.error + rounding, name
        assert found.error <= 1e-5 * expected + 1e-9, name


@pytest.mark.parametrize(
    ("function", "k", "mu", "sigma"),
    [("quadratic", 0.5, 1.0, 0.7), ("cos", 2.0, 0.3, 1.5), ("sigmoid", 4.0, 1.0, 3.0)],
)
def test_the_variance_of_a_measure_valued_scale_is_within_its_claimed_error(
    function: str, k: float, mu: float, sigma: float
) -> None:
    config = EstimatorsConfig(
        function=function, k=k, mu=mu, sigma=sigma, block="factor", num_samples=1
    )
    term = config.test_function.term

    def integrand(u: float, y: float) -> float:
        there, here = (float(term(np, np.array(mu + sigma * e), k)) for e in (y, y * u))
        return (there - here) ** 2 * y**2 * np.exp(-0.5 * y**2) / np.sqrt(2 * np.pi)

    pieces = [(-9.0, -mu / sigma), (-mu / sigma, 0.0), (0.0, 9.0)]
    square = sum(
        integrate.dblquad(integrand, *piece, 0.0, 1.0, epsabs=1e-9)[0] for piece in pieces
    )
    found = exact_variances(config, ("measure_valued",))["measure_valued"]
    expected = square / sigma**2 - expected_gradient(config) ** 2
    assert abs(found.value - expected) <= found.error + 1e-7


@pytest.mark.parametrize("name", ["constant_baseline", "optimal_baseline"])
def test_the_claimed_error_of_a_variance_holds_what_rounding_leaves(name: str) -> None:
    """Of a narrow q_φ: ``f = (μ + 1 + σε)²`` has lost digits that its score is large for."""
    config = EstimatorsConfig(k=-1.0, mu=100.0, sigma=1e-6, num_samples=2)
    found = exact_variances(config, (name,))[name]
    expected = 8 * 101.0**2 / 2  # Var 2dε², d = μ + 1, to a share of 10⁻¹⁵
    assert abs(found.value - expected) <= found.error <= 1e-7 * expected


def test_the_gradient_of_the_elbo_is_within_its_claimed_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A decoder has kinks: the error of a grid is felt, and is told by a finer one."""
    config = EstimatorsConfig(function="elbo", row=3)
    found = by_quadrature(config)
    monkeypatch.setattr("core.estimators.exact.tensor_grid", finer_grid)
    assert (np.abs(found.value - by_quadrature(config).value) <= found.error).all()


def finer_grid(dim: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    axis = np.linspace(-7.5, 7.5, 301)
    weights = np.exp(-0.5 * axis**2) / np.sqrt(2 * np.pi) * (axis[1] - axis[0])
    nodes = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, dim)
    both = np.multiply.outer(weights, weights).ravel()
    return nodes, both, both[None]


def test_where_a_grid_is_too_coarse_draws_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    config = EstimatorsConfig(function="elbo", sigma=30.0, block="factor")
    monkeypatch.setattr("core.estimators.exact.TOO_COARSE", 1e-6)
    monkeypatch.setattr("core.estimators.exact.REFERENCE_DRAWS", 2_000)
    grid = worked_out(config)
    assert grid.how == "quadrature"  # asked, but with so few draws the grid is closer
    monkeypatch.setattr("core.estimators.exact.tensor_grid", rough_grid)
    drawn = worked_out(config)
    assert drawn.how == "pathwise"
    assert (np.abs(drawn.value - grid.value) <= 5 * drawn.error + grid.error).all()


def rough_grid(dim: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    nodes, both, _ = finer_grid(dim)
    kept = np.flatnonzero(np.arange(len(nodes)) % 301 % 30 == 0)
    kept = kept[kept // 301 % 30 == 0]
    return nodes[kept], 900 * both[kept], np.stack([0.5 * both[kept], 900 * both[kept]])
