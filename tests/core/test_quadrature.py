"""Rules of quadrature: what they integrate exactly, and that their errors are what they claim."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from core.quadrature import FINE, fejer, half_line, tensor_grid

Array = np.ndarray


@pytest.mark.parametrize("count", [7, 15, 31])
def test_a_panel_integrates_polynomials_exactly(count: int) -> None:
    nodes, weights = fejer(count)
    for degree in range(count):
        exact = 0.0 if degree % 2 else 2 / (degree + 1)
        assert weights @ nodes**degree == pytest.approx(exact, abs=1e-14)
    assert weights.min() > 0
    np.testing.assert_allclose(fejer(2 * count + 1)[0][1::2], nodes, atol=1e-15)


def test_a_half_line_knows_the_moments_of_the_normal_density() -> None:
    line = half_line(lambda e: np.stack([e, e**2]), [0.3])
    for degree, exact in ((0, 1.0), (2, 1.0), (4, 3.0), (8, 105.0)):
        values = line.nodes**degree
        fine, coarse = line.mean(values, values)
        assert fine == pytest.approx(exact, rel=1e-13)
        assert coarse == pytest.approx(exact, rel=1e-9)
    np.testing.assert_allclose(line.mean(line.nodes, -line.nodes), 0.0, atol=1e-15)


def test_a_primitive_is_known_at_every_node() -> None:
    line = half_line(lambda e: np.stack([np.cos(3 * e)]), [0.7, 1.1])
    fine, coarse = line.primitive(line.values[0, 0])
    np.testing.assert_allclose(fine, np.sin(3 * line.nodes) / 3, atol=1e-12)
    of_both = np.arange(len(line.nodes)) % FINE % 2 == 1
    np.testing.assert_allclose(coarse[of_both], np.sin(3 * line.nodes[of_both]) / 3, atol=1e-7)


KINK = float(stats.norm.pdf(0.4) - 0.4 * stats.norm.sf(0.4))
SPIKE = float(np.exp(-2 * 1e6 / (1 + 1e6)) / np.sqrt(1 + 1e6))

Case = tuple[Callable[[Array], Array], list[float], float]
CASES: dict[str, Case] = {
    "a jump": (lambda e: 1.0 * (e > 0.3), [0.3], float(stats.norm.sf(0.3))),
    "a jump nobody told of": (lambda e: 1.0 * (e > 0.3), [], float(stats.norm.sf(0.3))),
    "a kink nobody told of": (lambda e: np.maximum(e - 0.4, 0), [], KINK),
    "a spike": (lambda e: np.exp(-0.5 * (1e3 * (e - 2)) ** 2), [2.0], SPIKE),
    "a fast wave": (lambda e: np.cos(400 * e) + 0.25, [], 0.25),
    "far away": (lambda e: 1.0 * (e > 40), [40.0], 0.0),
}


@pytest.mark.parametrize(("function", "bends", "exact"), CASES.values(), ids=CASES.keys())
def test_panels_become_fine_where_the_function_needs_it(
    function: Callable[[Array], Array], bends: list[float], exact: float
) -> None:
    """Of a kink that was not announced the difference of the rules tells the order only."""
    line = half_line(lambda e: np.stack([function(e)]), bends)
    fine, coarse = line.mean(*line.values[0])
    assert abs(fine - exact) <= (1 if bends else 3) * abs(fine - coarse) + 1e-12
    assert abs(fine - coarse) < 1e-6


def test_panels_lie_side_by_side() -> None:
    line = half_line(lambda e: np.stack([np.tanh(50 * (e - 1))]), [1.0])
    assert np.all(np.diff(line.nodes) > 0)
    assert 2 * line.halves.sum() == pytest.approx(10.0, abs=1e-12)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_grid_and_its_coarser_grids_integrate_the_normal_density(dim: int) -> None:
    grid, fine, coarse = tensor_grid(dim)
    assert len(coarse) == 2**dim
    np.testing.assert_allclose(coarse.mean(0), fine, rtol=1e-12)
    for rule in (fine, *coarse):
        assert rule.sum() == pytest.approx(1, abs=1e-9)
        assert rule @ (grid**2).sum(1) == pytest.approx(dim, abs=1e-8)
