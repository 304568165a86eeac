"""What it costs to cover some of the modes only."""

import numpy as np
import pytest

from core.divergences.exact import divergences_of
from core.divergences.pair import PairConfig
from core.divergences.staircase import staircase


def test_the_steps_of_eight_modes_have_the_named_values() -> None:
    expected = [0.496929, 0.380396, 0.290305, 0.215762, 0.151796, 0.095603, 0.045407, 0]
    assert staircase(8).js == pytest.approx(expected, abs=1e-6)


def test_the_steps_of_twenty_five_modes_have_the_named_values() -> None:
    found = staircase(25).js[[0, 4, 19]]
    assert found == pytest.approx([0.608375, 0.422810, 0.074882], abs=1e-6)


@pytest.mark.parametrize("covered", [1, 2, 3])
def test_a_step_is_what_quadrature_finds_for_modes_far_apart(covered: int) -> None:
    modes = tuple((0.25, c, 0.1) for c in (-5.0, -2.0, 1.0, 4.0))
    found = divergences_of(PairConfig(data=modes, model=modes[:covered]))
    steps = staircase(4)
    at = covered - 1
    assert found.js == pytest.approx(steps.js[at], abs=1e-9)
    assert found.tv == pytest.approx(steps.tv[at], abs=1e-9)
    assert found.triangular == pytest.approx(steps.triangular[at], abs=1e-9)
    assert found.hellinger == pytest.approx(steps.hellinger[at], abs=1e-9)


def test_all_modes_covered_is_no_distance() -> None:
    steps = staircase(5)
    last = [steps.js[-1], steps.tv[-1], steps.triangular[-1], steps.hellinger[-1]]
    assert np.abs(last).max() < 1e-15


def test_no_modes_are_refused() -> None:
    with pytest.raises(ValueError, match="modes"):
        staircase(0)
