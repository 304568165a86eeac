"""How sure a variance is, and what of the ELBO's gradient Naot gets."""

import dataclasses

import numpy as np
import pytest

from core.estimators.classmates import witness
from core.estimators.config import EstimatorsConfig
from core.estimators.moments import exact_variance
from core.estimators.tally import BATCHES, Tally
from core.estimators.theory import kl_gradient
from core.estimators.trial import run_trial
from core.estimators.work import blocks_in_all


def tallies(config: EstimatorsConfig) -> dict[str, Tally]:
    return run_trial(config, 0, blocks_in_all(config), timed=False).tallies


@pytest.mark.parametrize("block", ["mean", "factor"])
def test_the_error_of_a_variance_is_how_much_it_scatters(block: str) -> None:
    names = ("pathwise", "score_function", "leave_one_out")
    config = EstimatorsConfig(block=block, estimators=names)
    trials = [tallies(dataclasses.replace(config, seed=seed)) for seed in range(40)]
    for name in names:
        exact = exact_variance(config, name)
        assert exact is not None
        found = np.array([trial[name].variance(10)[0] for trial in trials])
        claimed = np.array([trial[name].variance_error(10)[0] for trial in trials])
        assert claimed.mean() == pytest.approx(found.std(ddof=1), rel=0.35), name
        assert (np.abs(found - exact.value) < 2 * claimed).mean() > 0.8, name


def test_the_error_of_a_variance_comes_through_merging() -> None:
    whole = tallies(EstimatorsConfig(total_draws=400_000, estimators=("pathwise",)))["pathwise"]
    assert whole.batches > BATCHES
    assert whole.variance_error(10)[0] == pytest.approx(0.4 * np.sqrt(2 / 400_000), rel=0.3)
    few = EstimatorsConfig(num_samples=4, total_draws=80, estimators=("leave_one_out",))
    assert tallies(few)["leave_one_out"].variance_error(4)[0] > 0


def test_few_estimates_have_the_error_of_a_normal_distribution() -> None:
    config = EstimatorsConfig(num_samples=1000, dim=50, total_draws=20_000)
    one = run_trial(config, 0, 1, timed=False).tallies["leave_one_out"]
    assert one.count == 1
    assert np.isnan(one.variance_error(1000)).all()
    some = run_trial(config, 0, 5, timed=False).tallies["leave_one_out"]
    assert some.count == 5
    np.testing.assert_allclose(some.variance_error(1000), some.variance(1000) * np.sqrt(2 / 4))


@pytest.mark.parametrize("block", ["mean", "factor"])
def test_naot_gets_the_gradient_of_the_kl_alone(block: str) -> None:
    fields = {"block": block, "num_samples": 2, "total_draws": 400, "estimators": ("naive",)}
    config = EstimatorsConfig(function="elbo", **fields)
    seen = witness(config, 2, 1)
    found = tallies(config)["naive"]
    assert found.variance(2)[1] == pytest.approx(0, abs=1e-9)
    assert found.mean[1] == pytest.approx(kl_gradient(seen.mean, seen.scale, block), rel=1e-5)
    sampled = tallies(EstimatorsConfig(function="elbo_sampled", **fields))["naive"]
    assert (np.abs(sampled.mean) < 4 * sampled.standard_error).all()
    assert (sampled.variance(2) > 0).all()
