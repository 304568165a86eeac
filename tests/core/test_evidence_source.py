"""A VAE under another prior: its evidence, posterior, weights and fits are those of that model."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.special import logsumexp
from test_evidence_digit import FOUR, TINY, of_run

from core.dataset import load_dataset
from core.decoded_lattice import find_evidence, log_prior
from core.evidence.digit import Digit, has_finite_variance, split_evidence
from core.evidence.fit import find_gaps
from core.evidence.grid import find_posterior
from core.evidence.prior import IsotropicPrior
from core.evidence.proposals import Gaussian, gaussian
from core.evidence.source import Source
from core.evidence.work import as_trained, model_of
from core.two_level import Lattice
from core.vae.config import VAEConfig, VAEControls
from core.vae.initial import new_run
from core.vae.layout import unflatten
from core.vae.ready import ready_vae
from core.vae.theory import gaussian_log_marginal, gaussian_posterior

Array = NDArray[np.float64]

WIDER = IsotropicPrior(mean=(0.4, -0.3), variance=2.5)
SHIFTED = IsotropicPrior(mean=(-0.6,), variance=0.7)


def tiny_source(scale: float = 3.0, **fields: Any) -> Source:
    """A small float64 model of the 8 x 8 digits with the first prior of its dimension."""
    config = VAEConfig(dataset=TINY, **{"latent_dim": 2, "hidden_features": (12,), **fields})
    controls = VAEControls(decoder_variance=0.2)
    parameters = scale * new_run(config, controls, "float64").state.parameters
    prior = WIDER if config.latent_dim == 2 else SHIFTED
    return Source(parameters=parameters, config=config, controls=controls, prior=prior)


KINDS = [
    {},
    {"latent_dim": 1},
    {"prior": "learned", "activation": "tanh"},
    {"variance": "heteroscedastic", "output": "identity", "scale": 1.0},
    {"variance": "optimal", "activation": "silu"},
]


def name_of(fields: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fields.values()) or "plain"


@pytest.mark.parametrize("fields", KINDS, ids=name_of)
def test_as_trained_is_the_model_that_had_learned_this_prior(fields: dict[str, Any]) -> None:
    source = tiny_source(**fields)
    trained = as_trained(source)
    assert trained.prior is None
    assert trained.config == replace(source.config, prior="learned")
    before = unflatten(source.parameters, source.config, 64)
    after = unflatten(trained.parameters, trained.config, 64)
    for name, values in before.items():
        if not name.startswith("prior"):
            np.testing.assert_array_equal(after[name], values)
    assert source.prior is not None
    np.testing.assert_allclose(after["prior.mean"], source.prior.mean)
    np.testing.assert_allclose(np.exp(after["prior.log_var"]), source.prior.variance)
    assert as_trained(source.with_prior(None)).config.prior == source.config.prior


@pytest.mark.parametrize("fields", KINDS, ids=name_of)
def test_only_the_prior_of_the_joint_density_is_another(fields: dict[str, Any]) -> None:
    source = tiny_source(**fields)
    old, new = model_of(source.with_prior(None)), model_of(source)
    x = load_dataset(TINY).x_test[3]
    L = source.config.latent_dim
    z = np.random.default_rng(0).normal(size=(50, L)) * 2
    assert source.prior is not None
    prior = stats.multivariate_normal(source.prior.mean, source.prior.variance * np.eye(L))
    likelihood = old.decoder.log_joint_at(x, z) - log_prior(old.decoder, z)
    joint = new.decoder.log_joint_at(x, z)
    np.testing.assert_allclose(joint, likelihood + prior.logpdf(z), rtol=1e-9)


@pytest.mark.parametrize("fields", KINDS, ids=name_of)
def test_the_evidence_under_another_prior_is_that_of_one_fine_grid(fields: dict[str, Any]) -> None:
    """Of a grid as wide as the other prior: the lattice of the model's own is wide enough."""
    source = tiny_source(**fields)
    assert source.prior is not None
    model = model_of(source)
    reach, count = 6.5 * np.sqrt(source.prior.variance), {1: 8001, 2: 701}
    fine = Lattice(
        centre=np.array(source.prior.mean), reach=reach, count=count[source.config.latent_dim]
    )
    x = load_dataset(TINY).x_test[:2]
    for row, values in enumerate(model.grid.log_joint(x)):
        plain = model.decoder.log_joint_at(x[row], model.grid.lattice.nodes)
        np.testing.assert_allclose(values, plain, atol=1e-8 * np.abs(plain).max())
        peak = find_evidence(model.decoder, model.grid, x[row])
        brute = logsumexp(model.decoder.log_joint_at(x[row], fine.nodes)) + fine.log_volume(1)
        assert peak.log_integral == pytest.approx(brute, abs=FOUR)


@pytest.mark.parametrize("latent_dim", [1, 2])
def test_a_linear_decoder_under_another_prior_has_its_closed_form(latent_dim: int) -> None:
    source = tiny_source(latent_dim=latent_dim, network="linear", output="identity")
    assert source.prior is not None
    model = model_of(source)
    weights = model.decoder.weights
    x = load_dataset(TINY).x_test[:3]
    plain = weights["decoder.0.weight"].numpy(), weights["decoder.0.bias"].numpy()
    prior = np.array(source.prior.mean), source.prior.variance
    expected = gaussian_log_marginal(x, *plain, 0.2, *prior)
    means, covariance = gaussian_posterior(x, *plain, 0.2, *prior)
    for row in range(3):
        peak = find_evidence(model.decoder, model.grid, x[row])
        assert peak.log_integral == pytest.approx(expected[row], abs=1e-5)
        np.testing.assert_allclose(peak.mean, means[row], atol=1e-5)
        np.testing.assert_allclose(peak.covariance, covariance, atol=1e-5)


@pytest.mark.parametrize("fields", KINDS, ids=name_of)
def test_split_and_fits_add_up_under_another_prior(fields: dict[str, Any]) -> None:
    model = model_of(tiny_source(**fields))
    x = load_dataset(TINY).x_test[:1]
    (gap,) = find_gaps(model.decoder, model.grid, (0,), x, ("full",))
    digit = Digit(decoder=model.decoder, grid=model.grid, x=x[0])
    posterior = find_posterior(model.decoder, model.grid, x[0])
    best = gap.best("full")
    q = Gaussian(mean=best.mean, covariance=best.covariance)
    split = split_evidence(digit, posterior, q)
    allowed = posterior.error + split.elbo.error + split.kl.error + FOUR
    assert split.elbo.value + split.kl.value == pytest.approx(gap.log_evidence, abs=allowed)
    assert allowed < 0.1
    assert gap.encoder <= best.elbo + FOUR


def test_under_a_wider_prior_q_needs_half_of_its_variance() -> None:
    """``C ≻ ½τI`` with the new τ: what was wide enough for N(0, I) need not be."""
    source = tiny_source()
    model, before = model_of(source), model_of(source.with_prior(None))
    for scale, is_enough in ((1.0, False), (1.11, False), (1.12, True), (1.6, True)):
        q = gaussian([0.0, 0.0], [scale, scale])
        assert has_finite_variance(model.decoder, q) is is_enough
        assert has_finite_variance(before.decoder, q) is True


def test_both_models_share_one_decoded_lattice() -> None:
    source = tiny_source()
    without, with_prior = model_of(source.with_prior(None)), model_of(source)
    assert with_prior.grid.linear is without.grid.linear
    assert with_prior.grid.lattice is without.grid.lattice
    assert model_of(source.with_prior(None)) is without
    digit = Digit(decoder=with_prior.decoder, grid=with_prior.grid, x=np.zeros(64))
    np.testing.assert_allclose(digit.prior.mean, WIDER.mean)
    np.testing.assert_allclose(digit.prior.covariance, WIDER.variance * np.eye(2))


def test_a_source_travels() -> None:
    run = ready_vae()
    assert run is not None
    source = of_run(run).with_prior(WIDER)
    there = pickle.loads(pickle.dumps(source))
    assert (there.config, there.controls, there.prior) == (run.config, run.controls, WIDER)
    np.testing.assert_array_equal(there.parameters, source.parameters)
    assert model_of(there).grid.linear is model_of(source).grid.linear


def test_a_prior_of_another_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="`prior` must have as many dimensions as z, 2, got 1"):
        tiny_source().with_prior(SHIFTED)
