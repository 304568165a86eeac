"""``log p(x)`` of held-out digits under the frozen VAE, and of small models, is what it is said.

Tolerances: 2e-3 at eight parts of a cell, 3e-3, twice the largest error, at four.
"""

import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.integrate import dblquad, quad
from scipy.special import logsumexp

from core.dataset import DatasetConfig, load_dataset
from core.decoded_lattice import decode_coarse, find_evidence, make_lattice
from core.evidence.digit import Digit, split_evidence
from core.evidence.fit import find_gaps
from core.evidence.grid import find_posterior
from core.evidence.proposals import Gaussian
from core.evidence.source import Source
from core.evidence.work import Model, model_of
from core.run import Run
from core.two_level import Lattice, log_integral
from core.vae.config import VAEConfig, VAEControls
from core.vae.decoder_model import held_out, load_decoder
from core.vae.initial import new_run
from core.vae.layout import decoder_layers, unflatten
from core.vae.ready import ready_vae
from core.vae.theory import gaussian_log_marginal, gaussian_posterior

Array = NDArray[np.float64]

EXACT = [
    *(-47.0511, 73.3388, 158.3092, 67.9547, 69.1223),
    *(205.7784, -61.1864, 148.9713, 133.7596, -8.7396),
]
"""Of rows 0 to 9, by S = 8 on a lattice of steps .05."""

FOUR, EIGHT = 3e-3, 2e-3

TINY = DatasetConfig(name="digits")


def of_run(run: Run) -> Source:
    return Source(parameters=run.state.parameters, config=run.config, controls=run.controls)


@pytest.fixture(scope="module")
def model() -> Model:
    run = ready_vae()
    assert run is not None
    return model_of(of_run(run))


def tiny(controls: VAEControls | None = None, scale: float = 3.0, **fields: Any) -> Model:
    """A small float64 model of the 8 x 8 digits; the larger the scale, the sharper."""
    fields = {"latent_dim": 2, "hidden_features": (12,), **fields}
    config = VAEConfig(dataset=TINY, **fields)
    controls = controls or VAEControls()
    parameters = scale * new_run(config, controls, "float64").state.parameters
    if config.prior == "learned":
        unflatten(parameters, config, 64)["prior.mean"][:] = 0.7
        unflatten(parameters, config, 64)["prior.log_var"][:] = 0.4
    return model_of(Source(parameters=parameters, config=config, controls=controls))


def test_digits_exact(model: Model) -> None:
    for row, expected in enumerate(EXACT):
        x = held_out(VAEConfig(), row)
        peak = find_evidence(model.decoder, model.grid, x)
        finer = find_evidence(model.decoder, model.grid, x, parts=(8, 4))
        assert peak.log_integral == pytest.approx(expected, abs=FOUR), row
        assert finer.log_integral == pytest.approx(expected, abs=EIGHT), row
        assert peak.error < 0.01
        assert not peak.is_cut


def test_float32_and_float64_agree(model: Model) -> None:
    doubled = model.decoder.in_double()
    assert model.decoder.dtype == torch.float32
    assert doubled.dtype == torch.float64
    for row in range(3):
        x = held_out(VAEConfig(), row)
        single = find_evidence(model.decoder, model.grid, x).log_integral
        double = find_evidence(doubled, model.grid, x).log_integral
        assert single == pytest.approx(double, abs=2e-4)


def test_the_product_gives_what_plain_differences_give(model: Model) -> None:
    """The coarse table in float32 with the squares expanded: right to 1e-3 nat."""
    some = np.arange(0, len(model.grid.const), 701)
    x = load_dataset(VAEConfig().dataset).x_test[:3]
    table = model.grid.log_joint(x)
    for row in range(3):
        plain = model.decoder.in_double().log_joint_at(x[row], model.grid.lattice.nodes[some])
        np.testing.assert_allclose(table[row, some], plain, atol=1e-3)


def test_the_rule_agrees_with_dblquad(model: Model) -> None:
    """An independent decoder, an independent rule: numpy and scipy, one point at a time."""
    run = ready_vae()
    assert run is not None
    x = held_out(run.config, 2).astype(np.float64)
    layers = decoder_layers(run.state.parameters.astype(np.float64), run.config, len(x))
    (w, b), (v, c) = layers
    peak = find_evidence(model.decoder, model.grid, held_out(run.config, 2))
    variance = run.controls.decoder_variance

    def joint(second: float, first: float) -> float:
        z = np.array([first, second])
        f = 1 / (1 + np.exp(-(v @ np.maximum(w @ z + b, 0) + c)))
        fit = -0.5 * np.sum((x - f) ** 2) / variance
        return math.exp(fit - 0.5 * z @ z + len(x) / 2 * constant - peak.log_integral - log_2pi)

    log_2pi = math.log(2 * math.pi)
    constant = -math.log(2 * math.pi * variance)
    (left, low), (right, high) = peak.mean + np.outer([-6, 6], np.sqrt(np.diag(peak.covariance)))
    mass, _ = dblquad(joint, left, right, low, high, epsabs=3e-4, epsrel=3e-4)
    assert math.log(mass) == pytest.approx(0, abs=FOUR)


def test_grid_error_is_reported_of_one_grid(model: Model) -> None:
    """Steps h and 2h of one grid differ by more than .05 nat wherever it is wrong by .1."""
    lattice = Lattice(centre=np.zeros(2), reach=6.0, count=200)
    grid = decode_coarse(model.decoder, lattice)
    rows = range(40)
    x = load_dataset(VAEConfig().dataset).x_test[rows.start : rows.stop]
    wrong = 0
    for row, values in enumerate(grid.log_joint(x)):
        square = values.reshape(200, 200)
        fine, rough = one_grid(square, lattice.step), one_grid(square[::2, ::2], 2 * lattice.step)
        exact = find_evidence(model.decoder, model.grid, x[row]).log_integral
        if abs(fine - exact) > 0.1:
            wrong += 1
            assert abs(fine - rough) > 0.05, row
    assert wrong > 0


def one_grid(values: Array, step: float) -> float:
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()) + 2 * np.log(step))


def test_grid_error_is_reported_of_the_two_level_rule(model: Model) -> None:
    for row in (1, 5, 6):
        x = held_out(VAEConfig(), row)
        peak = find_evidence(model.decoder, model.grid, x)
        cells = model.grid.lattice.survivors(model.grid.log_joint(x[None])[0])
        log_joint = partial(model.decoder.log_joint_at, x)
        truth = log_integral(log_joint, model.grid.lattice, cells, 16)
        assert abs(peak.log_integral - truth) <= peak.error + 1e-3


def test_the_posterior_of_row_0_is_where_the_encoder_is_not(model: Model) -> None:
    posterior = find_posterior(model.decoder, model.grid, held_out(VAEConfig(), 0))
    np.testing.assert_allclose(posterior.encoder_mean, [-0.80, 0.71], atol=0.01)
    np.testing.assert_allclose(posterior.best, [-2.23, -0.86], atol=0.03)
    np.testing.assert_allclose(posterior.mean, [-2.217, -0.851], atol=1e-3)
    assert posterior.log_normaliser != posterior.log_evidence
    assert posterior.log_normaliser == pytest.approx(posterior.log_evidence, abs=0.01)


def test_the_picture_of_the_posterior_is_a_density(model: Model) -> None:
    """It holds all cells within 15 nats: its Riemann sum is 1, up to the picture's step."""
    for row in (0, 2):
        posterior = find_posterior(model.decoder, model.grid, held_out(VAEConfig(), row))
        cell = np.prod(posterior.axes[:, 1] - posterior.axes[:, 0])
        density = np.exp(posterior.log_density.astype(np.float64))
        assert density.sum() * cell == pytest.approx(1, abs=0.02)
        first = density.sum(1) / density.sum()
        assert first @ posterior.axes[0] == pytest.approx(posterior.mean[0], abs=2e-3)


@pytest.mark.parametrize(
    "fields",
    [
        {"variance": "heteroscedastic", "output": "identity", "scale": 1.0},
        {"variance": "learned"},
        {"variance": "optimal", "activation": "silu"},
        {"prior": "learned", "activation": "tanh"},
        {"latent_dim": 1},
        {"latent_dim": 1, "variance": "heteroscedastic"},
        {"hidden_features": (8, 8)},
    ],
    ids=lambda fields: "-".join(str(value) for value in fields.values()),
)
def test_every_variational_vae_has_its_table_and_its_integral(fields: dict[str, Any]) -> None:
    """The table is the log joint itself; the integral that of one fine grid over everything."""
    model = tiny(**fields)
    decoder, lattice = model.decoder, model.grid.lattice
    x = load_dataset(TINY).x_test[:2]
    nodes = lattice.nodes
    everything = lattice.split(np.arange(len(nodes)), 2)
    for row, values in enumerate(model.grid.log_joint(x)):
        plain = decoder.log_joint_at(x[row], nodes)
        np.testing.assert_allclose(values, plain, atol=1e-8 * np.abs(plain).max())
        peak = find_evidence(decoder, model.grid, x[row])
        finely = decoder.log_joint_at(x[row], everything)
        brute = logsumexp(finely) + lattice.dim * np.log(lattice.step / 2)
        assert peak.log_integral == pytest.approx(brute, abs=FOUR)
        assert not peak.is_cut


def test_a_model_of_one_dimension_agrees_with_quad() -> None:
    model = tiny(latent_dim=1, scale=5.0)
    x = load_dataset(TINY).x_test[4]
    digit = Digit(decoder=model.decoder, grid=model.grid, x=x)
    exact = digit.exact()

    def joint(z: float) -> float:
        return math.exp(digit.log_joint(np.array([z]))[()] - exact.log_p)

    mass, _ = quad(joint, -8, 8, points=[exact.posterior.mean[0]], limit=400)
    assert math.log(mass) == pytest.approx(0, abs=FOUR)
    assert exact.posterior.log_density(np.zeros((3, 5, 1))).shape == (3, 5)


@pytest.mark.parametrize("latent_dim", [1, 2])
def test_a_linear_decoder_has_its_closed_form(latent_dim: int) -> None:
    controls = VAEControls(decoder_variance=0.2)
    model = tiny(controls, latent_dim=latent_dim, network="linear", output="identity")
    weights = model.decoder.weights
    x = load_dataset(TINY).x_test[:3]
    plain = weights["decoder.0.weight"].numpy(), weights["decoder.0.bias"].numpy()
    expected = gaussian_log_marginal(x, *plain, 0.2, np.zeros(latent_dim), 1.0)
    means, covariance = gaussian_posterior(x, *plain, 0.2, np.zeros(latent_dim), 1.0)
    for row in range(3):
        peak = find_evidence(model.decoder, model.grid, x[row])
        assert peak.log_integral == pytest.approx(expected[row], abs=1e-5)
        np.testing.assert_allclose(peak.mean, means[row], atol=1e-5)
        np.testing.assert_allclose(peak.covariance, covariance, atol=1e-5)


def test_the_lattice_reaches_every_code() -> None:
    model = tiny(scale=12.0)
    codes = model.decoder.encode(load_dataset(TINY).x_test)[0]
    lattice = make_lattice(model.decoder, load_dataset(TINY).x_test)
    assert lattice.reach >= np.abs(codes).max()
    assert lattice.reach > 6.5


def test_a_model_is_remembered_whatever_its_learning_rate() -> None:
    run = ready_vae()
    assert run is not None
    source = of_run(run)
    one = model_of(replace(source, controls=VAEControls(learning_rate=1e-3)))
    assert model_of(replace(source, controls=VAEControls(learning_rate=0.5))) is one
    other = tiny(VAEControls(decoder_variance=0.1))
    assert tiny(VAEControls(decoder_variance=0.2)).decoder.x_log_var != other.decoder.x_log_var


def test_what_has_no_evidence_is_refused() -> None:
    config = VAEConfig(dataset=TINY, latent_dim=3)
    parameters = new_run(config, VAEControls()).state.parameters
    with pytest.raises(ValueError, match="`latent_dim` must be at most 2, got 3"):
        load_decoder(parameters, config, VAEControls())
    plain = VAEConfig(dataset=TINY, mode="autoencoder")
    with pytest.raises(ValueError, match="`mode` must be 'vae' for log p"):
        load_decoder(parameters, plain, VAEControls())
    with pytest.raises(ValueError, match="`row` must be at most 296, got 360"):
        held_out(config, 360)


@pytest.mark.parametrize(
    "fields",
    [
        {"latent_dim": 1},
        {"latent_dim": 1, "prior": "learned"},
        {"variance": "heteroscedastic", "output": "identity", "scale": 1.0},
        {"variance": "learned", "activation": "tanh", "prior": "learned"},
    ],
    ids=lambda fields: "-".join(str(value) for value in fields.values()),
)
def test_a_visitors_own_model_has_its_split_and_its_gaps(fields: dict[str, Any]) -> None:
    model = tiny(**fields)
    x = load_dataset(TINY).x_test[:2]
    for gap, row in zip(find_gaps(model.decoder, model.grid, (0, 1), x), x, strict=True):
        digit = Digit(decoder=model.decoder, grid=model.grid, x=row)
        posterior = find_posterior(model.decoder, model.grid, row)
        best = gap.best("full")
        split = split_evidence(
            digit, posterior, Gaussian(mean=best.mean, covariance=best.covariance)
        )
        allowed = posterior.error + split.elbo.error + split.kl.error + FOUR
        assert split.elbo.value + split.kl.value == pytest.approx(gap.log_evidence, abs=allowed)
        assert allowed < 0.1
        assert gap.best("isotropic").elbo <= gap.best("diagonal").elbo + FOUR
        assert gap.best("diagonal").elbo <= best.elbo + FOUR
        assert gap.encoder <= best.elbo + FOUR
        assert gap.approximation("full") >= -allowed
