"""How hard each loss pulls a generator, against finite differences of the divergences."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from core.divergences.exact import divergences_of
from core.divergences.line import split_line
from core.divergences.losses import LOSSES
from core.divergences.pair import PAIRS, Sides
from core.divergences.slopes import UNIT, GeneratorKind, pushes, slope, slopes

TABLE = {
    "minimax_logistic": (0.117632, 0.198986, 0.224800, 0.0685974, 0.00622662, 1.964e-4, 2.232e-6),
    "non_saturating_logistic": (0.264736, 0.602027, 1.55040, 3.86281, 5.98755, 7.99961, 10.0),
    "minimax_squared": (0.222795, 0.338196, 0.316555, 0.0803329, 0.00678913, 2.072e-4, 2.314e-6),
    "non_saturating_squared": (
        0.495465, 0.915499, 1.16529, 0.388113, 0.0362347, 0.001157, 1.32e-5
    ),
    "tv": (0.386668, 0.352065, 0.241971, 0.0539910, 0.00443185, 1.338e-4, 1.487e-6),
    "minimax_exponential": (0.121154, 0.220624, 0.303265, 0.135335, 0.0166635, 6.71e-4, 9.32e-6),
    "w1": (1, 1, 1, 1, 1, 1, 1),
}  # fmt: skip
THETAS = (0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0)
KINDS: tuple[GeneratorKind, ...] = ("minimax", "non_saturating")


def difference(key: str, sides: Sides, step: float = 1e-4) -> float:
    ahead, behind = (getattr(divergences_of(sides.moved(theta)), key) for theta in (step, -step))
    return float(ahead - behind) / (2 * step)


@pytest.mark.parametrize("key", TABLE)
def test_slopes_have_the_named_values(key: str) -> None:
    assert slopes(THETAS)[key] == pytest.approx(TABLE[key], rel=3e-3, abs=0)
    assert slopes(THETAS)[key][:4] == pytest.approx(TABLE[key][:4], abs=5.1e-6)


def test_non_saturating_logistic_is_kl_less_twice_js() -> None:
    for theta, named in ((1.0, 0.602027), (4.0, 3.862805)):
        moved = UNIT.moved(theta)
        theorem = difference("kl_model", moved) - 2 * difference("js", moved)
        found = slope(LOSSES["logistic"], "non_saturating", moved)
        assert found == pytest.approx(named, abs=1e-6)
        assert found == pytest.approx(theorem, abs=1e-6)


def test_non_saturating_logistic_is_kl_less_twice_js_for_mixtures_too() -> None:
    sides = PAIRS["C"].sides
    theorem = difference("kl_model", sides) - 2 * difference("js", sides)
    assert slope(LOSSES["logistic"], "non_saturating", sides) == pytest.approx(theorem, abs=1e-6)


def test_minimax_logistic_is_the_slope_of_js() -> None:
    for theta, named in ((1.0, 0.19898643), (2.0, 0.22479975), (5.0, 0.02368981)):
        found = slope(LOSSES["logistic"], "minimax", UNIT.moved(theta))
        assert found == pytest.approx(named, abs=1e-6)
        assert found == pytest.approx(difference("js", UNIT.moved(theta)), abs=1e-6)


def test_minimax_squared_is_the_slope_of_half_the_triangular_distance() -> None:
    for theta, named in ((1.0, 0.33819612), (2.0, 0.31655535), (5.0, 0.02657063)):
        found = slope(LOSSES["squared"], "minimax", UNIT.moved(theta))
        assert found == pytest.approx(named, abs=1e-6)
        assert found == pytest.approx(difference("triangular", UNIT.moved(theta)) / 2, abs=1e-6)


@pytest.mark.parametrize("pair", ["A", "B", "C", "far"])
@pytest.mark.parametrize("key", LOSSES)
def test_a_minimax_slope_is_that_of_the_divergence(key: str, pair: str) -> None:
    loss, sides = LOSSES[key], PAIRS[pair].sides.moved(0.3)
    expected = loss.factor * difference(loss.divergence, sides)
    assert slope(loss, "minimax", sides) == pytest.approx(expected, abs=1e-6)


def test_equal_densities_pull_nowhere() -> None:
    for values in slopes([0.0]).values():
        assert abs(values[0]) < 1e-12


def test_far_apart_the_non_saturating_exponential_loss_explodes() -> None:
    found = slopes([2.0, 8.0])["non_saturating_exponential"]
    theta = np.array([2.0, 8.0])
    assert found == pytest.approx(theta / 2 * np.exp(0.375 * theta**2), rel=1e-6)
    assert found[1] == pytest.approx(1.06e11, rel=0.01)


def test_the_line_goes_as_far_as_the_exponential_loss_is_felt() -> None:
    def felt(x: float) -> float:
        log_cost = 1.5 * norm.logpdf(x, 2, 1.6) - 0.5 * norm.logpdf(x)
        return float(np.exp(log_cost) * (x - 2) / 1.6**2)

    wide = Sides(((1.0, 0.0, 1.0),), ((1.0, 2.0, 1.6),))
    expected = quad(felt, -150, 300, limit=2000, points=[0, 14, 30])[0]
    found = slope(LOSSES["exponential"], "non_saturating", wide)
    assert found == pytest.approx(expected, rel=1e-7)


def test_a_much_wider_model_makes_the_exponential_loss_infinite() -> None:
    wide = Sides(((1.0, 0.0, 0.5),), ((1.0, 0.3, 1.0),))
    assert slope(LOSSES["exponential"], "non_saturating", wide) == np.inf
    assert np.isfinite(slope(LOSSES["exponential"], "minimax", wide))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["squared", "logistic", "exponential", "wasserstein"])
@pytest.mark.parametrize("pair", ["B", "C"])
def test_pushes_average_to_the_slope(key: str, kind: GeneratorKind, pair: str) -> None:
    sides, loss = PAIRS[pair].sides, LOSSES[key]
    moved = sides.moved(0.3)
    low, high = (-14.0, 22.0) if key == "exponential" else (-9.0, 9.0)
    line = split_line(moved, ends=(low, high))
    found = float(line.model_masses @ pushes(loss, kind, 0.3, line.nodes, sides))
    assert found == pytest.approx(slope(loss, kind, moved), rel=1e-6, abs=1e-8)


def test_a_step_pushes_nothing() -> None:
    for key in ("hinge", "zero_one"):
        for kind in KINDS:
            assert not pushes(LOSSES[key], kind, 8.0, np.linspace(-3, 12, 40)).any()


def test_far_from_the_data_only_some_losses_push() -> None:
    at = np.array([8.0])
    pushed = {key: pushes(LOSSES[key], "minimax", 8.0, at)[0] for key in LOSSES}
    assert pushes(LOSSES["logistic"], "non_saturating", 8.0, at)[0] == pytest.approx(8)
    assert pushed["wasserstein"] == pytest.approx(0.5)
    assert 0 <= pushed["logistic"] < 1e-12
    assert np.isfinite(
        pushes(LOSSES["logistic"], "minimax", 10.0, np.array([-300.0, 300.0]))
    ).all()
