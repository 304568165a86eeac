"""A learned prior, fitted to the encoder's codes, lifts the mean; half of the digits lose."""

import pickle

import numpy as np
import pytest
from test_evidence_digit import EXACT, FOUR, of_run
from test_evidence_source import KINDS, name_of, tiny_source

from core.dataset import load_dataset
from core.evidence import requests
from core.evidence.answers import PriorEffect
from core.evidence.prior import IsotropicPrior
from core.evidence.source import Source
from core.evidence.work import model_of
from core.vae.ready import ready_vae

ROWS = 20


@pytest.fixture(scope="module")
def source() -> Source:
    """The shipped VAE under the prior that its training rows fit best."""
    run = ready_vae()
    assert run is not None
    own = of_run(run)
    return own.with_prior(requests.fit_source_prior(own).after)


@pytest.fixture(scope="module")
def effects(source: Source) -> tuple[PriorEffect, ...]:
    slices = [requests.prior_effect(source, range(start, start + 10)) for start in (0, 10)]
    return sum(slices, ())


def test_learned_prior(source: Source) -> None:
    """Over the 9,000 training rows; what stands in place of the model's own does not matter."""
    for each in (source, source.with_prior(None)):
        found = requests.fit_source_prior(each)
        np.testing.assert_allclose(found.after.mean, [-0.083349, -0.118432], atol=1e-4)
        assert found.after.variance == pytest.approx(2.852231, abs=1e-4)
        assert found.kl_before == pytest.approx(7.86886, abs=1e-4)
        assert found.kl_after == pytest.approx(7.05425, abs=1e-4)
        assert found.gain == pytest.approx(0.81462, abs=1e-4)
        assert found.before == IsotropicPrior(mean=(0.0, 0.0), variance=1.0)


def test_before_it_the_rows_have_the_evidence_of_the_model(
    effects: tuple[PriorEffect, ...],
) -> None:
    assert [effect.row for effect in effects] == list(range(ROWS))
    for effect, expected in zip(effects, EXACT, strict=False):
        assert effect.before.log_evidence.value == pytest.approx(expected, abs=FOUR)
    assert not any(effect.before.is_cut or effect.after.is_cut for effect in effects)
    for effect in effects:
        for state in (effect.before, effect.after):
            assert state.log_evidence.error < 0.01
            slack = state.log_evidence.error + state.elbo.error
            assert state.elbo.value <= state.log_evidence.value + slack


def test_the_bound_changes_by_the_difference_of_the_divergences(
    source: Source, effects: tuple[PriorEffect, ...]
) -> None:
    x = load_dataset(source.config.dataset).x_test[:ROWS]
    means, variances = model_of(source).decoder.encode(x)
    assert source.prior is not None
    before = IsotropicPrior(mean=(0.0, 0.0), variance=1.0).divergence(means, variances)
    after = source.prior.divergence(means, variances)
    changes = [effect.elbo_change for effect in effects]
    np.testing.assert_allclose(changes, before - after, atol=1e-3)


def test_a_source_without_another_prior_has_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="`prior` must be given to be compared"):
        requests.prior_effect(tiny_source().with_prior(None), (0,))
    with pytest.raises(ValueError, match="`row` must be at most 296, got 297"):
        requests.prior_effect(tiny_source(), (297,))


@pytest.mark.parametrize("fields", KINDS, ids=name_of)
def test_the_prior_of_any_model_lifts_its_mean_bound(fields: dict[str, object]) -> None:
    """Compared with the model's own, learned or not: on the rows that it was fitted to."""
    source = tiny_source(**fields).with_prior(None)
    found = requests.fit_source_prior(source)
    decoder = model_of(source).decoder
    np.testing.assert_allclose(found.before.mean, decoder.prior_mean)
    assert found.before.variance == pytest.approx(decoder.prior_variance)
    assert found.kl_before - found.kl_after == pytest.approx(found.gain, abs=1e-9)
    assert found.gain >= 0


def test_answers_about_priors_travel_and_hold_no_tensors(effects: tuple[PriorEffect, ...]) -> None:
    found = requests.fit_source_prior(tiny_source())
    for answer in (effects, found):
        assert b"torch" not in pickle.dumps(answer)
        assert pickle.loads(pickle.dumps(answer)) == answer


def test_the_mean_rises_and_many_rows_lose(effects: tuple[PriorEffect, ...]) -> None:
    """Held-out rows 0 to 19; over rows 0 to 99 the means are .454 and .540, and 54 rows lose."""
    bounds = np.array([effect.elbo_change for effect in effects])
    changes, errors = np.array([effect.evidence_change for effect in effects]).T
    assert bounds.mean() == pytest.approx(0.4075, abs=0.002)
    assert changes.mean() == pytest.approx(0.4103, abs=0.005)
    assert (changes < -errors).sum() == 9
    assert (changes > errors).sum() == 11
