"""The bound touches, is climbed, and the M step is its top."""

import numpy as np
import pytest
from mixture_cases import DIVE, HEIGHTS, TALL, line, moons, penguins, some_mixture
from numpy.typing import NDArray

from core.foundations.em import run_em
from core.foundations.em_bound import elbo, interpolate, responsibility_kl, segment
from core.foundations.em_step import expect, maximise
from core.foundations.starts import start_of
from core.mixtures import Mixture

Array = NDArray[np.float64]

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(("K", "D"), [(2, 1), (3, 2), (4, 4)])
def test_the_gap_is_the_kl_of_responsibilities(K: int, D: int) -> None:
    x, _ = some_mixture(K, D).sample(300, np.random.default_rng(1))
    old = start_of("spread", x, K)
    r_old, l_old = expect(x, old)
    assert elbo(x, r_old, old) == pytest.approx(l_old, abs=1e-9)
    new = maximise(x, r_old, floor=0).mixture
    r_new, l_new = expect(x, new)
    gap = l_new - elbo(x, r_old, new)
    assert gap == pytest.approx(responsibility_kl(r_old, r_new), abs=1e-9)
    assert gap > 0
    run = run_em(x, old, 1, floor=0)
    assert run.elbos[0] * len(x) == pytest.approx(elbo(x, r_old, new), abs=1e-9)


SEGMENTS = {
    "heights": (HEIGHTS, TALL),
    "plane": (moons(300), start_of("spread", moons(300), 4)),
    "penguins": (penguins()[0], start_of("rows", penguins()[0], 3, covariance="identity")),
}


@pytest.mark.parametrize("name", SEGMENTS)
def test_the_bound_touches_and_has_its_top_at_the_m_step(name: str) -> None:
    x, before = SEGMENTS[name]
    responsibilities, here = expect(x, before)
    after = maximise(x, responsibilities, floor=0).mixture
    h = 1e-5
    total, bound = segment(x, before, after, responsibilities, [-h, 0, h, 1 - h, 1, 1 + h])
    scale = abs(here)
    assert total[1] == pytest.approx(here, rel=1e-12)
    assert bound[1] == pytest.approx(here, rel=1e-12)
    slopes = (total[2] - total[0]) / (2 * h), (bound[2] - bound[0]) / (2 * h)
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-6)
    assert slopes[0] > 0.5
    assert abs(bound[5] - bound[3]) / (2 * h) < 1e-6 * scale
    places = np.linspace(0, 1.02, 52)
    total, bound = segment(x, before, after, responsibilities, places)
    assert (total >= bound - 1e-12 * scale).all()
    assert places[bound.argmax()] == pytest.approx(1)


def test_the_segment_of_a_floored_step_has_its_top_at_the_end() -> None:
    before = run_em(HEIGHTS, DIVE, 1, floor=0).mixture
    responsibilities, _ = expect(HEIGHTS, before)
    after = maximise(HEIGHTS, responsibilities, floor=1e-8).mixture
    _, bound = segment(HEIGHTS, before, after, responsibilities, np.linspace(0, 1, 41))
    assert bound.argmax() == 40


def test_beyond_the_segment_there_may_be_no_mixture() -> None:
    after = line([0.9, 0.1], [1.6, 1.7], [0.001, 0.001])
    with pytest.raises(ValueError, match="`weights` must be at least 0"):
        interpolate(TALL, after, 2)


@pytest.mark.parametrize("D", [1, 2, 4])
def test_a_clipped_covariance_is_the_best_allowed(D: int) -> None:
    """Any other covariance with eigenvalues at least the floor has a lower bound."""
    generator = np.random.default_rng(D)
    x = generator.standard_normal((200, D)) * np.array([1.0, 0.1, 0.03, 2.0])[:D]
    responsibilities = generator.dirichlet([0.3, 0.3], len(x))
    floor = 0.05 if D > 1 else 1.5
    best = maximise(x, responsibilities, floor)
    assert best.is_floored.all()
    assert np.linalg.eigvalsh(best.mixture.covariances).min() == pytest.approx(floor)
    top = elbo(x, responsibilities, best.mixture)
    for _ in range(100):
        shift = 10.0 ** generator.uniform(-4, 0) * generator.standard_normal((2, D, D))
        values, vectors = np.linalg.eigh(
            best.mixture.covariances + shift + shift.transpose(0, 2, 1)
        )
        allowed = vectors * np.maximum(values, floor)[:, None, :] @ vectors.transpose(0, 2, 1)
        other = Mixture(
            weights=best.mixture.weights, means=best.mixture.means, covariances=allowed
        )
        assert elbo(x, responsibilities, other) <= top + 1e-9
