"""Every estimator on real draws, against what is exactly known."""

import dataclasses

import numpy as np
import pytest
import torch

from core.estimators.classmates import witness
from core.estimators.config import Absence, EstimatorsConfig, RaceConfig
from core.estimators.estimators import ESTIMATORS, Draws
from core.estimators.exact import worked_out
from core.estimators.functions import FUNCTIONS
from core.estimators.instance import problem_of
from core.estimators.lineup import LINEUP
from core.estimators.moments import exact_variance
from core.estimators.problem import generator_for
from core.estimators.race import run_race
from core.estimators.reference import exact_gradient, slice_of_f
from core.estimators.sweep import measured_variances
from core.estimators.trial import run_trial
from core.estimators.work import blocks_in_all, estimates_per_block

FREE_OF_PHI = [name for name, function in FUNCTIONS.items() if not function.is_elbo]


def whole_trial(config: EstimatorsConfig) -> dict:
    return run_trial(config, 0, blocks_in_all(config)).tallies


def variance_of(there: EstimatorsConfig, name: str) -> float:
    found = exact_variance(there, name)
    assert found is not None
    return found.value


def test_the_lineup_and_the_functions_have_the_same_names() -> None:
    assert list(ESTIMATORS) == list(LINEUP)


SETTINGS = {
    "one dimension": {},
    "elsewhere": {"k": 1.5, "mu": -0.4, "sigma": 0.6},
    "three dimensions": {"dim": 3, "mu": 0.3, "sigma": 0.8},
    "a full factor": {"dim": 3, "factor": "full", "correlation": 0.6, "mu": 0.3},
}


@pytest.mark.parametrize("block", ["mean", "factor"])
@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS.keys())
@pytest.mark.parametrize("function", FREE_OF_PHI)
def test_unbiased_estimators_have_the_gradient_as_mean(
    function: str, setting: dict, block: str
) -> None:
    fields = {"k": FUNCTIONS[function].usual} | setting
    config = EstimatorsConfig(function=function, block=block, seed=5, **fields)
    exact = exact_gradient(config) or worked_out(config)
    for name, tally in whole_trial(config).items():
        if LINEUP[name].is_unbiased(FUNCTIONS[function]):
            room = 4 * (tally.standard_error + exact.error) + 1e-12
            assert (np.abs(tally.mean - exact.value) < room).all(), name


@pytest.mark.parametrize("block", ["mean", "factor"])
@pytest.mark.parametrize("function", FREE_OF_PHI)
def test_naot_is_exactly_zero_where_f_is_free_of_phi(function: str, block: str) -> None:
    config = EstimatorsConfig(function=function, k=1.0, dim=2, block=block, estimators=("naive",))
    tally = whole_trial(config)["naive"]
    assert not tally.mean.any()
    assert not tally.squares.any()
    assert "does not require grad" in tally.refusal


def test_boopy_on_a_step_is_zero_and_biased() -> None:
    config = EstimatorsConfig(function="step", k=1.0, estimators=("pathwise", "score_function"))
    tallies = whole_trial(config)
    assert not tallies["pathwise"].mean.any()
    assert "does not require grad" in tallies["pathwise"].refusal
    truth = exact_gradient(config).value[0]
    assert abs(tallies["score_function"].mean[0] - truth) < abs(truth) / 5


VARIANCES = {
    "quadratic": {"k": 0.0},
    "quadratic, five dimensions": {"dim": 5, "mu": 0.5},
    "cos": {"function": "cos", "k": 2.0},
    "step": {"function": "step", "k": 0.5},
    "sigmoid, two dimensions": {"function": "sigmoid", "k": 2.0, "dim": 2},
    "bump": {"function": "exp", "k": 0.5, "baseline": 0.3},
}


@pytest.mark.parametrize("block", ["mean", "factor"])
@pytest.mark.parametrize("setting", VARIANCES.values(), ids=VARIANCES.keys())
def test_measured_variances_are_the_exact_ones(setting: dict, block: str) -> None:
    """Within 5 standard errors of the sample variance, found from batches of estimates."""
    config = EstimatorsConfig(block=block, num_samples=4, total_draws=8_000, seed=2, **setting)
    problem_blocks = [whole_trial(dataclasses.replace(config, seed=seed)) for seed in range(20)]
    for name in config.competitors:
        found = np.array([tallies[name].variance(4)[0] for tallies in problem_blocks])
        error = found.std(ddof=1) / np.sqrt(len(found))
        exact = variance_of(config, name)
        assert abs(found.mean() - exact) <= 5 * error + 0.01 * exact + 1e-12, name


def test_the_numbers_of_the_lesson_are_met_by_sampling() -> None:
    config = EstimatorsConfig(num_samples=1, total_draws=200_000)
    tallies = whole_trial(config)
    for name, expected in (("pathwise", 4), ("score_function", 30), ("optimal_baseline", 14)):
        assert tallies[name].variance(1)[0] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("function", ["elbo", "elbo_sampled"])
@pytest.mark.parametrize("block", ["mean", "factor"])
def test_the_gradient_of_the_elbo_is_found_by_all_but_naot(function: str, block: str) -> None:
    config = EstimatorsConfig(function=function, block=block, total_draws=2_000, row=3)
    exact = worked_out(config)
    assert exact.how == "quadrature"
    for name, tally in whole_trial(config).items():
        gap = np.abs(tally.mean - exact.value)
        if name != "naive":
            assert (gap < 4 * (tally.standard_error + exact.error)).all(), name


def test_naot_gets_the_kl_alone_from_the_elbo() -> None:
    """Its gradient where the KL is analytic, noise of mean 0 where log q is sampled."""
    config = EstimatorsConfig(function="elbo", total_draws=2_000, estimators=("naive",))
    problem = problem_of(config)
    tally = whole_trial(config)["naive"]
    np.testing.assert_allclose(tally.mean, problem.mean.numpy(), rtol=1e-4)  # ∂KL/∂μ = μ
    assert tally.group_variance.max() < 1e-8
    sampled = whole_trial(dataclasses.replace(config, function="elbo_sampled"))["naive"]
    assert sampled.group_variance.min() > 1
    assert (np.abs(sampled.mean) < 4 * sampled.standard_error).all()


def test_the_two_forms_of_the_elbo_have_the_same_gradient() -> None:
    one = worked_out(EstimatorsConfig(function="elbo"))
    other = worked_out(EstimatorsConfig(function="elbo_sampled"))
    assert (np.abs(one.value - other.value) < 4 * (one.error + other.error)).all()


@pytest.mark.parametrize("factor", ["diagonal", "full"])
def test_the_score_is_the_gradient_of_the_log_density(factor: str) -> None:
    config = EstimatorsConfig(dim=3, factor=factor, correlation=-0.4, sigma=0.7)
    problem = problem_of(config, blocks=("mean", "factor"))
    noise = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    z = problem.place(problem.parameters, noise)
    mean, factor_ = (p.clone().requires_grad_() for p in problem.parameters)
    matrix = factor_ if problem.is_full else factor_.diag()
    density = torch.distributions.MultivariateNormal(mean, matrix @ matrix.T)
    for i, score in enumerate(problem.score(noise)):
        log_prob = density.log_prob(z[i])
        gradients = torch.autograd.grad(log_prob, (mean, factor_), retain_graph=True)
        expected = torch.cat([g.flatten() for g in gradients])
        torch.testing.assert_close(score, expected)


@pytest.mark.parametrize(
    ("name", "fields", "count", "sentence"),
    [
        ("leave_one_out", {}, 1, "`num_samples` must be at least 2 for leave-one-out, got 1"),
        ("antithetic", {}, 3, "`num_samples` must be even for antithetic draws, got 3"),
        ("measure_valued", {"dim": 2, "factor": "full"}, 2, "`factor` must be diagonal"),
        ("optimal_baseline", {}, 2, "`best_baseline` must be known"),
    ],
)
def test_an_estimator_says_what_it_needs(
    name: str, fields: dict, count: int, sentence: str
) -> None:
    config = EstimatorsConfig(**fields)
    problem = problem_of(config)
    noise = torch.zeros(1, count, config.size, dtype=torch.float64)
    with pytest.raises(ValueError, match=sentence):
        ESTIMATORS[name](problem, Draws(problem, noise, generator_for(config, 9)))


def test_those_who_cannot_take_part_are_named() -> None:
    config = EstimatorsConfig(num_samples=1, dim=2, factor="full")
    few = Absence(key="few_samples", number=2)
    assert config.absentees() == {
        "leave_one_out": few,
        "measure_valued": Absence(key="full_factor"),
        "antithetic": few,
        "score_antithetic": few,
    }
    odd = EstimatorsConfig(num_samples=5).absentees()
    assert odd == dict.fromkeys(
        ("antithetic", "score_antithetic"), Absence(key="odd_samples", number=5)
    )
    assert set(whole_trial(config)) == set(config.competitors)


def test_a_trial_does_not_depend_on_how_its_blocks_are_shared_out() -> None:
    config = EstimatorsConfig(total_draws=200_000, estimators=("pathwise", "leave_one_out"))
    assert estimates_per_block(config) < config.num_estimates
    whole = run_trial(config, 0, 2)
    parts = run_trial(config, 0, 1).merged(run_trial(config, 1, 1))
    for name, tally in whole.tallies.items():
        np.testing.assert_allclose(tally.mean, parts.tallies[name].mean, rtol=1e-12)
        np.testing.assert_allclose(tally.squares, parts.tallies[name].squares, rtol=1e-12)
    assert parts.share == whole.share == 1


def test_memory_of_a_block_is_bounded_in_fifty_dimensions() -> None:
    config = EstimatorsConfig(dim=50, num_samples=1000, total_draws=1_000_000)
    assert estimates_per_block(config) * config.num_samples * 50**2 <= 2_500_000


def test_what_travels_is_bounded_too() -> None:
    config = EstimatorsConfig(
        dim=50, factor="full", block="factor", total_draws=4_000, estimators=("score_function",)
    )
    tally = run_trial(config, 0, 40).tallies["score_function"]
    assert tally.shown.shape == (100, 2500)
    later = run_trial(config, 40, 1).tallies["score_function"]
    assert len(later.shown) == 0


def test_torchs_global_generator_is_left_alone() -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    config = EstimatorsConfig(function="network", k=1.0, dim=4, total_draws=2_000)
    whole_trial(config)
    witness(config, 6, 0)
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_classmates_run_as_shown() -> None:
    boopy, naot = witness(EstimatorsConfig(), 24, 0).submissions
    assert boopy.z_requires_grad
    assert boopy.loss_requires_grad
    assert boopy.refusal is None
    assert boopy.mean_gradient is not None
    assert not naot.z_requires_grad
    assert naot.mean_gradient is None
    assert "does not require grad" in naot.refusal
    assert "torch.no_grad()" in naot.code
    assert "loss.backward()" in boopy.code


def test_arrows_average_to_boopys_gradient() -> None:
    seen = witness(EstimatorsConfig(), 24, 0)
    assert seen.submissions[0].mean_gradient[0] == pytest.approx(seen.arrows["pathwise"].mean())
    assert not seen.arrows["naive"].any()


def test_a_sweep_measures_what_is_exactly_known() -> None:
    config = EstimatorsConfig(estimators=("pathwise", "score_function", "leave_one_out"))
    values = [1, 4, 100]
    found = measured_variances(config, "num_samples", values, 0, 2e5)
    assert np.isnan(found[0, 2])
    for i, value in enumerate(values):
        there = dataclasses.replace(config, num_samples=value)
        for j, name in enumerate(config.estimators):
            if np.isfinite(found[i, j]):
                assert found[i, j] == pytest.approx(variance_of(there, name), rel=0.3)


def test_a_costly_sweep_makes_do_with_fewer_draws_per_estimate() -> None:
    config = EstimatorsConfig(
        dim=50,
        num_samples=1000,
        total_draws=1_000_000,
        estimators=("pathwise", "leave_one_out", "measure_valued"),
    )
    found = measured_variances(config, "sigma", [0.5], 0, 1e4)[0]
    there = config.at("sigma", 0.5)
    assert found[0] == pytest.approx(variance_of(there, "pathwise"), rel=0.3)
    assert np.isnan(found[1])
    assert found[2] == pytest.approx(variance_of(there, "measure_valued"), rel=0.3)


def test_in_a_race_naot_stays_and_boopy_follows_the_exact_path() -> None:
    race = run_race(RaceConfig(start=EstimatorsConfig(num_samples=100), learning_rate=0.05))
    assert (race.paths["naive"] == race.paths["naive"][0]).all()
    gap = np.abs(race.paths["pathwise"] - race.exact).max()
    assert gap < 0.25
    assert race.losses["pathwise"][-1] < 0.2 < race.losses["naive"][-1] == 2
    noisy = np.abs(race.paths["score_function"] - race.exact).max()
    assert noisy > gap


def test_a_diverging_racer_leaves_the_others_alone() -> None:
    race = run_race(RaceConfig(start=EstimatorsConfig(num_samples=1), learning_rate=2.0))
    assert np.isnan(race.paths["score_function"][-1]).all()
    assert np.isfinite(race.paths["naive"]).all()


@pytest.mark.parametrize("function", ["cos", "network"])
def test_a_slice_of_f_is_the_same_before_a_worker_has_answered(function: str) -> None:
    config = EstimatorsConfig(function=function, k=1.0, dim=3, mu=0.4, sigma=0.7)
    grid, curve = slice_of_f(config, 1)
    seen = witness(config, 24, 1)
    np.testing.assert_allclose(grid, seen.grid, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(curve, seen.curve, rtol=1e-12, atol=1e-12)
    assert grid[[0, -1]] == pytest.approx([0.4 - 2.8, 0.4 + 2.8])
