"""The exact density of a generator against closed forms: linear, folded, perfect."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from core.divergences.density import generated_density, lattice
from core.divergences.judgement import judged
from core.divergences.plane import density_of, points, require_resolved
from core.divergences.targets import target_of
from core.mixtures import Mixture

H = 0.05
MATRIX = torch.tensor([[0.6, 0.1], [-0.2, 0.4]], dtype=torch.float64)
SHIFT = torch.tensor([0.5, -0.3], dtype=torch.float64)
MEASURED = ("tv", "js", "triangular", "hellinger")


def linear(z: Tensor) -> Tensor:
    return z @ MATRIX.T + SHIFT


def folded(z: Tensor) -> Tensor:
    return torch.stack([z[:, 0].abs() - 1, z[:, 1] / 2], dim=1)


def one_gaussian() -> Mixture:
    """What ``linear`` draws, noise included."""
    covariance = (MATRIX @ MATRIX.T).numpy() + H**2 * np.eye(2)
    return Mixture(weights=np.ones(1), means=SHIFT.numpy()[None], covariances=covariance[None])


def folded_exactly() -> np.ndarray:
    """``(2/q) φ(u/q) Φ(u/(hq)) N(x₂; 0, ¼ + h²)``, ``u = x₁ + 1``, ``q² = 1 + h²``."""
    x = torch.tensor(points())
    q = math.sqrt(1 + H**2)
    u, normal = x[:, 0] + 1, torch.distributions.Normal(0.0, 1.0)
    across = 2 / q * normal.log_prob(u / q).exp() * normal.cdf(u / (H * q))
    along = torch.distributions.Normal(0.0, math.sqrt(0.25 + H**2)).log_prob(x[:, 1]).exp()
    return (across * along).reshape(256, 256).numpy()


def exactly(generate: object) -> np.ndarray:
    return density_of(one_gaussian()) if generate is linear else folded_exactly()


@pytest.mark.parametrize(
    ("generate", "expected"),
    [
        (linear, (0.958143, 0.637751, 0.936298, 0.884951)),
        (folded, (0.979267, 0.662438, 0.967287, 0.925697)),
    ],
)
def test_density_of_a_linear_generator(generate: object, expected: tuple[float, ...]) -> None:
    target = target_of("ring")
    density = generated_density(generate, H, dtype=torch.float64)
    found, exact = judged(density, target), judged(exactly(generate), target)
    for name, value in zip(MEASURED, expected, strict=True):
        tolerance = 1e-3 if name == "hellinger" else 1e-4
        assert getattr(found, name) == pytest.approx(value, abs=tolerance)
        assert getattr(exact, name) == pytest.approx(value, abs=5e-6)
    top = exactly(generate).max()
    assert (
        np.abs(density - exactly(generate)).max() <= (1e-4 if generate is linear else 1e-3) * top
    )


def test_half_the_nodes_are_worth_it_while_training_runs() -> None:
    target = target_of("ring")
    rough = judged(generated_density(folded, H, nodes=145, dtype=torch.float64), target)
    assert rough.js == pytest.approx(0.662438, abs=1e-4)


def test_a_perfect_generator_reads_as_perfect() -> None:
    found = judged(generated_density(linear, H, dtype=torch.float64), one_gaussian())
    assert found.js < 1e-6
    assert found.tv < 1e-4
    itself = judged(density_of(target_of("ring")), target_of("ring"))
    assert (itself.js, itself.tv, itself.triangular) == (0, 0, 0)


def test_the_lattice_holds_all_but_a_millionth_of_z() -> None:
    for nodes in (145, 289):
        z, weights = lattice(nodes, torch.float64)
        assert weights.sum().item() == pytest.approx(1, abs=2e-6)
        second = (weights[:, None] * z).T @ z
        torch.testing.assert_close(second, torch.eye(2).double(), rtol=0, atol=5e-5)


@pytest.mark.parametrize("noise", [0.05, 0.1, 0.3])
def test_noise_spreads_a_point_by_h(noise: float) -> None:
    at = torch.tensor([0.37, -1.21], dtype=torch.float64)
    density = generated_density(lambda z: 0 * z + at, noise, nodes=145, dtype=torch.float64)
    assert density.sum() * (8 / 256) ** 2 == pytest.approx(1, abs=3e-6)
    mean = density.ravel() @ points() / density.sum()
    np.testing.assert_allclose(mean, at, atol=1e-9)
    spread = density.ravel() @ np.square(points() - mean) / density.sum()
    np.testing.assert_allclose(spread, noise**2, atol=(8 / 256) ** 2 / 6)


def test_what_left_the_square_is_not_in_the_mass() -> None:
    density = generated_density(lambda z: z + 100, H, nodes=145, dtype=torch.float64)
    found = judged(density, target_of("ring"))
    assert found.mass == 0
    assert found.js == pytest.approx(math.log(2))
    assert found.tv == pytest.approx(1)
    broken = generated_density(lambda z: z / 0 * 0, H, nodes=145, dtype=torch.float64)
    assert judged(broken, target_of("ring")).mass == 0


def test_what_the_cells_cannot_resolve_is_refused() -> None:
    require_resolved(0.05, target_of("tight"))
    narrow = Mixture(
        weights=np.ones(1), means=np.zeros((1, 2)), covariances=0.02**2 * np.eye(2)[None]
    )
    for noise, target in ((0.02, target_of("ring")), (0.05, narrow)):
        with pytest.raises(ValueError, match=r"cells of 0\.03125 .* h = .* s = "):
            require_resolved(noise, target)
