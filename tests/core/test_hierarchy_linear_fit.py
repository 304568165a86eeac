"""Optima of the linear two-level model: probabilistic PCA's likelihood, and any KL2 whatever."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from hierarchy_cases import LETTERS, joint_terms
from numpy.typing import NDArray
from scipy.optimize import minimize

from core.dataset import DatasetConfig, load_dataset
from core.hierarchy.config import HierarchyControls
from core.hierarchy.linear import skip_price, top_kl_at_posterior
from core.hierarchy.linear_descent import GENTLE, Descent, DescentConfig, descend, start_descent
from core.hierarchy.linear_fit import LinearFit, fit_linear
from core.hierarchy.linear_objective import (
    EXAMPLE,
    LinearProblem,
    initial_linear,
    linear_gradient,
    linear_objective,
    terms_at,
)
from core.layout import unflatten
from core.vae.theory import data_spectrum, ppca_log_likelihood

Array = NDArray[np.float64]

BEST = {(3, 1): -7.153584183851555, (3, 2): -7.153584183851555, (2, 2): -7.496502890679025}
SEEDS = range(4)


def priced(**changes: Any) -> HierarchyControls:
    return dataclasses.replace(EXAMPLE, **changes)


def autograd_slope(flat: Array, problem: LinearProblem, step: int) -> tuple[float, Array]:
    """Objective and slope of the joint Gaussian's terms, ``hierarchy_cases``."""
    leaf = torch.tensor(flat, requires_grad=True)
    named = unflatten(leaf, problem.layout)
    for name in ("d", "Q", "S"):
        if f"log_{name}" in named:
            named[name] = named[f"log_{name}"].exp()
    L1, L2 = problem.latent_dim, problem.top_dim
    named.setdefault("S", torch.ones(L1).double())
    named.setdefault("U", torch.zeros(len(problem.eigenvalues), L2).double())
    covariance = torch.diag(torch.tensor(problem.eigenvalues, dtype=torch.float64))
    controls = problem.controls
    t1, t2, t3 = joint_terms(
        {name: named[name] for name in LETTERS}, controls.decoder_variance, covariance
    )
    price, top_price = controls.weights_at(step)
    if controls.free_bits > 0:
        t2 = t2.clamp_min(controls.free_bits)
    value = t1 - price * t2.sum() - top_price * t3.clamp_min(controls.top_free_bits).sum()
    value.backward()
    assert leaf.grad is not None
    return value.item(), leaf.grad.numpy()


@pytest.mark.parametrize(
    "problem",
    [
        LinearProblem(),
        LinearProblem(latent_dim=2, top_dim=2, skip=True, link_variance="learned"),
        LinearProblem(top_dim=2, controls=priced(kl_weight=0.7, top_price=1.4)),
        LinearProblem(top_dim=2, controls=priced(free_bits=0.3, top_free_bits=0.05)),
        LinearProblem(latent_dim=6, controls=priced(warming="top", warmup_steps=10)),
    ],
    ids=["plain", "skip", "prices", "free bits", "warm-up"],
)
def test_the_slope_is_autograds(problem: LinearProblem) -> None:
    flat = initial_linear(problem, seed=3)
    flat += 0.3 * np.random.default_rng(3).standard_normal(flat.shape)
    for step in (4, 100):
        value, slope = autograd_slope(flat, problem, step)
        ours = linear_objective(terms_at(flat, problem), problem.controls, step)
        assert ours == pytest.approx(value, rel=1e-12)
        np.testing.assert_allclose(linear_gradient(flat, problem, step), slope, atol=1e-11)


@pytest.fixture(scope="module")
def fits() -> dict[tuple[int, int], list[LinearFit]]:
    return {
        (L1, L2): [fit_linear(LinearProblem(latent_dim=L1, top_dim=L2), seed) for seed in SEEDS]
        for L1, L2 in BEST
    }


def test_the_linear_optimum_is_ppca(fits: dict[tuple[int, int], list[LinearFit]]) -> None:
    for dims, found in fits.items():
        for fit in found:
            assert fit.has_arrived
            assert fit.terms.elbo == pytest.approx(BEST[dims], abs=1e-9)
            assert fit.objective == pytest.approx(BEST[dims], abs=1e-9)
            assert fit.log_likelihood == pytest.approx(BEST[dims], abs=1e-9)
            ppca = ppca_log_likelihood(fit.problem.spectrum, dims[0], 0.375)
            assert ppca == pytest.approx(BEST[dims], abs=1e-12)


def test_the_kl_of_z2_is_arbitrary(fits: dict[tuple[int, int], list[LinearFit]]) -> None:
    for found in fits.values():
        kls = [fit.terms.top_kl for fit in found]
        assert max(kls) - min(kls) > 0.05
        for fit in found:
            A, S = fit.model.A, fit.model.S
            assert fit.terms.top_kl == pytest.approx(top_kl_at_posterior(A, S), abs=1e-5)
            np.testing.assert_allclose(fit.moment, A @ A.T + np.diag(S), atol=1e-5)


@pytest.mark.parametrize("top_price", [1.1, 2.0])
def test_a_dearer_z2_falls_asleep(top_price: float) -> None:
    for seed in (0, 1):
        fit = fit_linear(LinearProblem(controls=priced(top_price=top_price)), seed)
        assert fit.terms.top_kl < 1e-8
        assert fit.terms.elbo == pytest.approx(BEST[3, 1], abs=1e-9)


def test_a_cheaper_z2_has_no_optimum() -> None:
    fit = fit_linear(LinearProblem(controls=priced(top_price=0.5)))
    assert not fit.has_arrived
    assert fit.objective > BEST[3, 1] + 1
    assert fit.terms.elbo < BEST[3, 1]
    assert fit.terms.top_kl > 3


@pytest.mark.parametrize("free_bits", [0.5, 1.0])
def test_free_bits_are_free_here(free_bits: float) -> None:
    problem = LinearProblem(controls=priced(top_free_bits=free_bits))
    found = [fit_linear(problem, seed) for seed in SEEDS]
    arrived = [fit for fit in found if fit.has_arrived]
    assert len(arrived) >= 2
    for fit in arrived:
        assert fit.terms.top_kl >= free_bits - 1e-9
        assert fit.terms.elbo == pytest.approx(BEST[3, 1], abs=1e-7)
    for fit in found:  # others stall at the kink
        assert fit.has_arrived or fit.terms.top_kl == pytest.approx(free_bits, abs=1e-3)


def test_a_skip_cannot_help_where_z2_does_not_see_x() -> None:
    for seed in SEEDS:
        fit = fit_linear(LinearProblem(latent_dim=2, top_dim=2, skip=True), seed)
        assert fit.terms.elbo == pytest.approx(BEST[2, 2], abs=1e-9)
        assert skip_price(fit.model) < 1e-10


def test_a_learned_link_variance_changes_nothing() -> None:
    problem = LinearProblem(top_dim=2, link_variance="learned")
    for seed in (0, 1):
        assert fit_linear(problem, seed).terms.elbo == pytest.approx(BEST[3, 2], abs=1e-9)


@pytest.mark.parametrize(
    ("link", "loss"),
    [
        ((0.5, 0.5, 0.5), 0.0),
        ((2.0, 0.0, 0.0), 0.0),
        ((1.0, 1.0, 1.0), 0.018497),
        ((2.0, 2.0, 2.0), 0.193198),
    ],
)
def test_a_strongly_correlated_link_costs_a_diagonal_q(
    link: tuple[float, ...], loss: float
) -> None:
    problem = LinearProblem()
    held = problem.layout["A"]
    place = slice(held.offset, held.offset + held.size)

    def down(flat: Array) -> tuple[float, Array]:
        flat[place] = link
        slope = -linear_gradient(flat, problem, 0)
        slope[place] = 0
        return -linear_objective(terms_at(flat, problem), problem.controls, 0), slope

    ends = [
        minimize(
            down,
            initial_linear(problem, seed),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 3000, "maxfun": 5000, "ftol": 1e-15, "gtol": 1e-9},
        ).fun
        for seed in SEEDS
    ]
    assert -min(ends) - BEST[3, 1] == pytest.approx(-loss, abs=1e-6)


def test_the_optimum_of_the_digits_is_their_ppca() -> None:
    data = load_dataset(DatasetConfig(name="digits"))
    spectrum = data_spectrum(data.x_train, data.x_test)
    problem = LinearProblem(
        eigenvalues=tuple(spectrum.eigenvalues),
        latent_dim=2,
        top_dim=1,
        controls=priced(decoder_variance=0.05),
    )
    fit = fit_linear(problem)
    assert fit.terms.elbo == pytest.approx(ppca_log_likelihood(spectrum, 2, 0.05), abs=1e-9)


def falls(seed: int = 1, link_scale: float = 0.05, **controls: Any) -> Descent:
    problem = LinearProblem(controls=dataclasses.replace(GENTLE, **controls))
    return descend(start_descent(DescentConfig(seed=seed, link_scale=link_scale, problem=problem)))


def test_gradient_descent_keeps_what_start_and_transient_gave() -> None:
    small, middle, large = (falls(link_scale=scale) for scale in (0.01, 0.05, 0.5))
    warm = falls(warming="top")
    for descent in (small, middle, large, warm):
        assert descent.has_arrived or descent.step == 40_000
        assert abs(descent.elbo[-1] - BEST[3, 1]) < 1e-5
    assert small.t3[-1] < middle.t3[-1] < large.t3[-1]
    assert warm.t3[-1] > middle.t3[-1]


def test_warming_only_z2_wakes_it_from_every_start() -> None:
    for seed in (0, 2):
        plain, warm = falls(seed), falls(seed, warming="top")
        assert warm.t3[-1] > plain.t3[-1] + 0.1
        assert warm.elbo[-1] == pytest.approx(plain.elbo[-1], abs=1e-5)


def test_a_falling_learning_rate_settles_at_the_kink_of_free_bits() -> None:
    problem = LinearProblem(controls=dataclasses.replace(GENTLE, top_free_bits=1.0))
    config = DescentConfig(problem=problem, most_steps=4000)
    constant = descend(start_descent(config))
    falling = descend(start_descent(dataclasses.replace(config, decay_steps=500)))
    assert falling.t3[-1] == pytest.approx(1, abs=0.02)
    assert falling.elbo[-1] == pytest.approx(BEST[3, 1], abs=1e-3)
    assert falling.elbo[-1] > constant.elbo[-1] - 1e-6


def test_slices_of_a_descent_change_nothing() -> None:
    start = start_descent(DescentConfig(most_steps=500))
    whole, part = descend(start), start
    for size in (1, 6, 93, 250, 1000):
        part = descend(part, size)
    assert part.is_over
    assert descend(part) is part
    for name in ("parameters", "steps", "t1", "t2", "t3", "objective"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name))
    assert whole.steps.tolist() == [*range(0, 501, 10)]


def test_a_descent_that_runs_away_says_so() -> None:
    problem = LinearProblem(controls=dataclasses.replace(GENTLE, learning_rate=5.0))
    descent = descend(start_descent(DescentConfig(problem=problem)))
    assert descent.has_run_away
    assert descent.is_over


def test_the_bounds_are_named() -> None:
    with pytest.raises(ValueError, match="`latent_dim` must be at least 1, got 0"):
        LinearProblem(latent_dim=0)
    with pytest.raises(ValueError, match="`eigenvalues` must not rise"):
        LinearProblem(eigenvalues=(1.0, 2.0))
    with pytest.raises(ValueError, match="`most_steps` must be at least 1, got 0"):
        DescentConfig(most_steps=0)
