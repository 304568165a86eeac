"""log p(x) of two levels, and what z2 says of x: against closed forms and brute force."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm

from core.dataset import load_dataset
from core.hierarchy import evidence
from core.hierarchy.answers import Information
from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.hierarchy.inference import link_of, weights_of
from core.hierarchy.information import information_of_rows
from core.hierarchy.linear import information
from core.hierarchy.linear_theory import valley, valley_model
from core.hierarchy.marginal import link_marginal
from core.hierarchy.networks import decode
from core.hierarchy.requests import exact_log_evidence, top_information
from core.lattice_evidence import by_quadrature
from core.row_evidence import Evidence
from core.run import Budget, Run
from core.training import advance, new_run
from core.vae.theory import Spectrum

CONTROLS = HierarchyControls()
LINEAR = {"network": "linear", "link": "linear"}


@lru_cache(maxsize=8)
def trained(**more: Any) -> Run:
    run = new_run(HierarchyConfig(width=16, top_width=8, **more), CONTROLS)
    return advance(run, CONTROLS, Budget(steps=400))


def evidence_of(run: Run) -> Evidence:
    def part(first: int) -> Evidence:
        return exact_log_evidence(run.state.parameters, run.config, 0.05, first)

    found = part(0)
    while not found.is_whole:
        found = found.merged(part(found.num_rows))
    return found


def test_the_rule_agrees_with_the_closed_form_of_a_linear_model() -> None:
    run = trained(**LINEAR)
    exact = evidence_of(run)
    assert exact.how == "closed form"
    assert exact.is_whole
    flat = run.state.parameters
    model = evidence._model(flat.tobytes(), flat.dtype.str, run.config, 0.05)
    x = load_dataset(run.config.dataset).x_test[:40]
    found = by_quadrature(model, x, 0, seconds=60)
    values = evidence._of_gaussian(weights_of(flat, run.config), run.config, 0.05, x)
    assert found.log_evidence == pytest.approx(values.mean(), abs=2e-3)
    assert found.num_cut == 0


@pytest.mark.parametrize("inference", ["bottom-up", "top-down"])
def test_the_evidence_of_a_row_is_the_integral_over_its_codes(inference: str) -> None:
    """By brute force on one fine grid, in float64, around the prior."""
    run = trained(inference=inference)
    weights, config = weights_of(run.state.parameters, run.config), run.config
    prior = link_marginal(link_of(weights, config), 1)
    mean, covariance = prior.mixture.moments()
    axes = [
        m + 7 * math.sqrt(v) * np.linspace(-1, 1, 1001)
        for m, v in zip(mean, covariance.diagonal(), strict=True)
    ]
    z1 = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    volume = math.log(axes[0][1] - axes[0][0]) + math.log(axes[1][1] - axes[1][0])
    x = torch.tensor(load_dataset(config.dataset).x_test[:4]).double()
    double = {name: weight.double() for name, weight in weights.items()}
    decoded = decode(double, config, torch.tensor(z1), torch.empty(len(z1), 0).double())
    log_prior = torch.tensor(prior.log_prob_on_grid((axes[0], axes[1])).value.reshape(-1))
    fit = torch.distributions.Normal(decoded, math.sqrt(0.05))
    expected = [torch.logsumexp(fit.log_prob(row).sum(1) + log_prior, 0) + volume for row in x]
    flat = run.state.parameters
    model = evidence._model(flat.tobytes(), flat.dtype.str, config, 0.05)
    found = by_quadrature(model, x.float().numpy(), 0, seconds=60)
    assert found.log_evidence == pytest.approx(float(sum(expected)) / 4, abs=5e-3)


@pytest.mark.parametrize("more", [{}, LINEAR, LINEAR | {"skip": True, "top_dim": 2}])
def test_the_elbo_stays_below_log_p(more: dict[str, Any]) -> None:
    run = trained(**more)
    latest = run.history.latest()
    elbo, error = latest["elbo/held_out"], latest["elbo_error/held_out"]
    assert elbo < evidence_of(run).log_evidence + 3 * error


def test_where_there_is_none_it_says_why() -> None:
    for more in ({"skip": True}, {"latent_dim": 3}, {"top_dim": 3}):
        config = HierarchyConfig(**more)  # type: ignore[arg-type]
        assert not config.has_evidence
        with pytest.raises(ValueError, match="L1 and L2 of at most 2 and no skip"):
            exact_log_evidence(np.zeros(1), config, 0.05, 0)
    with pytest.raises(ValueError, match="`network` must be 'linear'"):
        top_information(np.zeros(1), HierarchyConfig())


def test_rows_far_apart_are_told_apart_and_equal_ones_never() -> None:
    one = np.eye(2)
    assert information_of_rows(np.zeros((5, 2)), one).value == pytest.approx(0, abs=1e-9)
    far = 40.0 * np.arange(4)[:, None] * np.ones(2)
    assert information_of_rows(far, one).value == pytest.approx(math.log(4), abs=1e-9)


def test_the_information_of_two_rows_is_that_of_a_binary_channel() -> None:
    """Against scipy's adaptive rule, and whatever the unit of z is."""

    def integrand(z: float) -> float:
        both = 0.5 * (norm.pdf(z, 0, 0.7) + norm.pdf(z, 1.5, 0.7))
        return float(-both * math.log(both))

    entropy = quad(integrand, -8, 10, limit=200)[0]
    expected = entropy - float(norm(0, 0.7).entropy())
    for unit in (1.0, 1e-3):
        means = unit * np.array([[0.0], [1.5]])
        found = information_of_rows(means, np.array([[(0.7 * unit) ** 2]]))
        assert found.value == pytest.approx(expected, abs=1e-8)


def test_along_the_valley_the_charge_grows_and_what_is_said_does_not() -> None:
    eigenvalues = np.array([4.0, 2.0, 1.0, 0.5, 0.25])
    spectrum = Spectrum(eigenvalues=eigenvalues, held_out=eigenvalues)
    found = valley(spectrum, 3, 0.375, [1.0, 2.0, 10.0, 100.0])
    for place, c in enumerate(found.stretch):
        model = valley_model(spectrum, 3, 0.375, float(c))
        exact = information(model, np.diag(eigenvalues))
        assert found.information[place] == pytest.approx(exact, abs=1e-9)
    assert found.information[-1] == pytest.approx(1.183, abs=1e-3)
    assert found.t3[-1] == pytest.approx(4.605, abs=1e-3)


def test_of_a_trained_linear_model_z2_says_no_more_than_it_is_charged() -> None:
    """``I(x; z2) ≤ E KL(q(z2|x)‖p(z2)) ≤ T3``, as KL is convex."""
    run = trained(**LINEAR, top_dim=2)
    found = top_information(run.state.parameters, run.config)
    assert isinstance(found, Information)
    assert 0 < found.value < run.history.latest()["t3/held_out"] + 0.01
    assert found.most == pytest.approx(math.log(297))
