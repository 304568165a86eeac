"""The two divergences on the foundations page: what is said is what the core says."""

from typing import Any

import numpy as np
import pytest
from foundations_page import (
    note,
    number,
    page,
    said,
    table,
)

from core.foundations.kl_estimates import sampled_kl
from core.foundations.kl_fits import forward_kl, forward_optimum, reverse_kl
from core.foundations.kl_optima import reverse_optima
from core.foundations.target import Target1D
from core.gaussian import kl_gaussians

pytestmark = pytest.mark.usefixtures("workers")


TARGETS = {
    "A": ("0.7,-1.5,0.6;0.3,2,0.4", Target1D()),
    "B": (
        "0.5,-2,0.5;0.5,2,0.5",
        Target1D(weights=(0.5, 0.5), means=(-2.0, 2.0), sds=(0.5, 0.5)),
    ),
    "before the crossover": (
        "0.5,-2.7,1;0.5,2.7,1",
        Target1D(weights=(0.5, 0.5), means=(-2.7, 2.7), sds=(1.0, 1.0)),
    ),
    "beyond the crossover": (
        "0.5,-2.9,1;0.5,2.9,1",
        Target1D(weights=(0.5, 0.5), means=(-2.9, 2.9), sds=(1.0, 1.0)),
    ),
    "one bump": ("1,1,0.5", Target1D(weights=(1.0,), means=(1.0,), sds=(0.5,))),
    "three bumps": (
        "0.2,-4,0.5;0.5,0,1;0.3,3,0.3",
        Target1D(weights=(0.2, 0.5, 0.3), means=(-4.0, 0.0, 3.0), sds=(0.5, 1.0, 0.3)),
    ),
}


@pytest.mark.parametrize("name", TARGETS)
def test_the_divergences_that_are_said_are_those_of_the_core(name: str) -> None:
    text, target = TARGETS[name]
    app = page(tab="kls", p=text, m=0.5, s=1.5)
    shown = note(app)
    assert f"KL(p‖q) = {number(forward_kl(target, 0.5, 1.5))}" in shown
    assert f"KL(q‖p) = {number(reverse_kl(target, 0.5, 1.5))}" in shown
    rows = table(app)
    optima = reverse_optima(target)
    for row, optimum in zip(rows, optima, strict=False):
        values = [float(cell) for cell in row[1:]]
        assert values == pytest.approx([optimum.mean, optimum.sd, optimum.kl], abs=6e-6)
        is_starred = "★" in row[0]
        assert is_starred is optimum.is_global
        assert ("saddle" in row[0]) is not optimum.is_minimum
    fit = forward_optimum(target)
    forward = [float(cell) for cell in rows[len(optima)][1:]]
    assert forward == pytest.approx([fit.mean, fit.sd, fit.kl], abs=6e-4)


def test_the_global_row_switches_where_the_core_says() -> None:
    near, far = (table(page(tab="kls", p=f"0.5,-{a},1;0.5,{a},1")) for a in (2.79, 2.81))
    starred = [[row for row in rows if "★" in row[0]] for rows in (near, far)]
    assert [len(rows) for rows in starred] == [1, 2]
    assert float(starred[0][0][1]) == pytest.approx(0, abs=1e-6)
    assert sorted(float(row[1]) for row in starred[1]) == pytest.approx([-2.78, 2.78], abs=0.02)


def test_where_a_descent_ends_is_said() -> None:
    stuck = note(page(tab="kls", p="0.5,-2,0.5;0.5,2,0.5", m=0, s=1.736362))
    assert "1.87" in stuck
    assert "stays there" in stuck
    assert "0.693" in stuck
    free = note(page(tab="kls", p="0.5,-2,0.5;0.5,2,0.5", m=1, s=0.5))
    assert "stays there" not in free


@pytest.mark.parametrize("way", ["reverse", "forward"])
@pytest.mark.parametrize("count", [2, 10, 1000])
def test_draws_say_what_the_core_draws(way: Any, count: int) -> None:
    found = sampled_kl(Target1D(), 0.0, 1.0, direction=way, num_samples=count, seed=3)
    text = note(page(tab="kls", dir=way, n=count, seed=3))
    (value, error), (positive, its_error) = found.log_ratio.last, found.positive.last
    assert f"{number(value)} ± {number(error)}" in text
    assert f"{number(positive)} ± {number(its_error)}" in text
    assert number(found.exact) in text
    assert (said("kls.negative") in text) is (value < 0)
    assert (said("kls.no_error") in text) is not found.is_error_finite


def test_two_gaussians_of_the_plane_have_their_divergence_term_by_term() -> None:
    app = page(tab="kls", what="plane", pair="0,0,1,2,0.5;1,-1,0.7,1.4,-0.3")
    p = np.zeros(2), np.array([[1.0, 1.0], [1.0, 4.0]])
    q = np.array([1.0, -1.0]), np.array([[0.49, -0.294], [-0.294, 1.96]])
    assert f"KL(p‖q) = {number(kl_gaussians(*p, *q))}" in note(app)
    assert f"KL(q‖p) = {number(kl_gaussians(*q, *p))}" in note(app)
    columns = np.array([[float(cell) for cell in row[1:]] for row in table(app)])
    assert columns[:4].sum(0) / 2 == pytest.approx(columns[4], abs=0.01)
    assert columns[4] == pytest.approx([kl_gaussians(*p, *q), kl_gaussians(*q, *p)], abs=6e-3)


def test_two_gaussians_of_a_line_have_their_divergence_term_by_term() -> None:
    app = page(tab="kls", what="line", p="1,0,1", m=1, s=2)
    assert "KL(p‖q) = 0.443" in note(app)
    assert "KL(q‖p) = 1.31" in note(app)
    columns = np.array([[float(cell) for cell in row[1:]] for row in table(app, 1)])
    assert columns[:4].sum(0) / 2 == pytest.approx(columns[4], abs=0.01)
    assert columns[4] == pytest.approx([0.4431471805599453, 1.3068528194400546], abs=6e-3)
