"""What a page is told of two levels: the snake, p(z1), samples, splits, the flat VAE, remedies."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import torch

from core.dataset import load_dataset
from core.hierarchy import requests
from core.hierarchy.answers import Split
from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.hierarchy.inference import quantiles, top_nodes, weights_of
from core.hierarchy.networks import decode, encode, hidden, link
from core.hierarchy.objective import terms_of
from core.hierarchy.remedies import CHANGES, REMEDIES, outcome, remedies_for, spread, treated
from core.run import Budget, Run
from core.training import advance, new_run

CONTROLS = HierarchyControls()


@lru_cache(maxsize=8)
def trained(**more: Any) -> Run:
    run = new_run(HierarchyConfig(width=16, top_width=8, **more), CONTROLS)
    return advance(run, CONTROLS, Budget(steps=400))


def asked(function: Any, run: Run, *args: Any) -> Any:
    return function(run.state.parameters, run.config, *args)


def of_link(run: Run, z2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weights = weights_of(run.state.parameters, run.config)
    with torch.no_grad():
        found = link(weights, run.config, torch.tensor(z2).float())
    return found[0].double().numpy(), found[1].double().exp().numpy()


@pytest.mark.parametrize(("low", "top"), [(1, 1), (2, 1), (2, 2), (5, 3)])
def test_the_snake_is_the_link_along_the_quantiles_of_z2(low: int, top: int) -> None:
    run = trained(latent_dim=low, top_dim=top)
    found = asked(requests.snake, run, 50)
    assert found.codes.shape == (50, 2)
    assert found.nodes.shape == ((25, 1) if top == 1 else (81, top))
    mean, variance = of_link(run, found.nodes)
    np.testing.assert_allclose(found.means, (mean - found.centre) @ found.directions.T, atol=1e-5)
    middle = len(found.nodes) // 2
    covariance = found.directions @ np.diag(variance[middle]) @ found.directions.T
    np.testing.assert_allclose(found.covariances[middle], covariance, atol=1e-5)
    if low >= 2:
        np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-12)


def test_the_plane_holds_the_most_that_two_directions_can() -> None:
    run = trained(latent_dim=5, top_dim=3)
    found = asked(requests.snake, run, 200)
    weights = weights_of(run.state.parameters, run.config)
    x = torch.tensor(load_dataset(run.config.dataset).x_train[:200])
    with torch.no_grad():
        codes = encode(weights, run.config, hidden(weights, run.config, x))[0].double().numpy()
    best = np.linalg.eigvalsh(np.cov(codes.T))[-2:].sum()
    assert np.trace(np.cov(found.codes.T)) == pytest.approx(best, rel=1e-6)


def test_quantiles_are_those_of_a_standard_normal() -> None:
    from scipy.stats import norm

    np.testing.assert_allclose(quantiles(5), norm.ppf([0.01, 0.255, 0.5, 0.745, 0.99]), atol=1e-9)
    net = top_nodes(3)
    assert np.unique(net[:, 0]).size == np.unique(net[:, 1]).size == 9
    assert not net[:, 2].any()


def test_the_map_is_the_density_of_z1() -> None:
    run = trained()
    found = asked(requests.prior_map, run, (-9.0, 9.0, -9.0, 9.0))
    step = (found.x[1] - found.x[0]) * (found.y[1] - found.y[0])
    assert np.exp(found.log_prob).sum() * step == pytest.approx(1, abs=0.02)
    assert found.error < 0.02
    draws = np.random.default_rng(0).standard_normal((20_000, 1))
    mean, variance = of_link(run, draws)
    place = np.array([found.x[50], found.y[60]])
    terms = -0.5 * (((place - mean) ** 2 / variance) + np.log(2 * np.pi * variance)).sum(1)
    by_draws = math.log(np.exp(terms).mean())
    assert found.log_prob[60, 50] == pytest.approx(by_draws, abs=0.05)


@pytest.mark.parametrize("skip", [False, True])
def test_without_a_skip_z2_changes_nothing_at_a_fixed_z1(skip: bool) -> None:
    run = trained(skip=skip)
    found = asked(requests.samples, run, 3, 5)
    assert found.top_fixed.shape == found.low_fixed.shape == (3, 5, 64)
    differ = np.abs(found.low_fixed - found.low_fixed[:, :1]).max()
    assert (differ > 1e-4) == skip
    np.testing.assert_allclose(found.nodes[:, 0], quantiles(3))


def test_what_is_held_is_a_place_of_the_snake() -> None:
    run = trained()
    snake = asked(requests.snake, run, 100)
    found = asked(requests.at, run, (float(snake.nodes[7, 0]),), 100, 4)
    np.testing.assert_allclose(found.mean, snake.means[7], atol=1e-5)
    np.testing.assert_allclose(found.covariance, snake.covariances[7], atol=1e-5)
    weights = weights_of(run.state.parameters, run.config)
    z1 = torch.tensor(found.mean[None]).float()
    with torch.no_grad():
        image = decode(weights, run.config, z1, torch.zeros(1, 1))
    np.testing.assert_allclose(found.images[0], image[0], atol=1e-5)


def test_the_exact_split_is_that_of_the_estimates() -> None:
    run = trained()
    whole = asked(requests.split, run, 0, 40)
    parts = [asked(requests.split, run, first, 20) for first in (0, 20)]
    merged = parts[0].merged(parts[1])
    assert (merged.num_rows, merged.rows_in_all, merged.is_whole) == (40, 297, False)
    assert merged.to_prior == pytest.approx(whole.to_prior, abs=1e-6)
    assert merged.penalty == pytest.approx(whole.penalty, abs=1e-6)
    weights = weights_of(run.state.parameters, run.config)
    x = torch.tensor(load_dataset(run.config.dataset).x_test[:40])
    noise = torch.randn(400, 40, 3, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        terms = terms_of(weights, run.config, 0.05, x, noise)
    both = float(terms.low.sum(1).mean() + terms.top.sum(1).mean())
    assert whole.to_prior + whole.penalty == pytest.approx(both, abs=0.05)
    assert Split(to_prior=1, penalty=2, error=0, num_rows=3, rows_in_all=3).is_whole


def test_the_flat_one_is_a_vae_and_its_price_tag_has_two_parts() -> None:
    found = requests.flat(HierarchyConfig(width=16), CONTROLS, 300)
    assert found.record_at(-1) == (found.steps[0], found.elbo[0])
    assert found.record_at(10_000) == (found.steps[-1], found.elbo[-1])
    assert found.record_at(int(found.steps[-1]) - 1) == (found.steps[-2], found.elbo[-2])
    assert found.elbo[-1] > found.elbo[0]
    assert found.last_step == 300 >= found.steps[-1]
    assert 0 <= found.gaussian <= found.tag
    assert math.isnan(requests.flat(HierarchyConfig(width=16, latent_dim=3), CONTROLS, 5).tag)


# remedies


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_remedy_changes_what_it_says_and_nothing_else(remedy: Any) -> None:
    config = HierarchyConfig(latent_dim=3, skip=True, inference="top-down")
    controls = HierarchyControls(top_price=3.0, top_free_bits=9.0, warming="top", kl_weight=2.0)
    of_config, of_controls = treated(config, controls, remedy)
    plain_config, plain_controls = treated(config, controls, "none")
    wanted = CHANGES[remedy]
    for found, plain, changes in (
        (of_config, plain_config, wanted[0]),
        (of_controls, plain_controls, wanted[1]),
    ):
        moved = {k for k, v in vars(found).items() if vars(plain)[k] != v}
        assert moved == {k for k, v in changes.items() if vars(plain)[k] != v}
    assert (plain_controls.top_price, plain_controls.kl_weight, plain_config.skip) == (1, 1, False)
    assert plain_config.latent_dim == 3


def test_a_linear_model_has_no_top_down_remedy() -> None:
    assert "top_down" not in remedies_for(HierarchyConfig(network="linear", link="linear"))
    assert remedies_for(HierarchyConfig()) == REMEDIES


def test_an_outcome_says_when_it_woke() -> None:
    config = HierarchyConfig(latent_dim=8, top_dim=2)
    awake = outcome(config, CONTROLS, "none", 1, 600)
    assert awake.seed == 1
    assert awake.top_kl > 0.1
    assert 0 < awake.woke_at < 600
    asleep = outcome(config, CONTROLS, "price", 1, 600)
    assert math.isnan(asleep.woke_at)
    assert asleep.top_kl < 0.1


def test_a_spread_is_of_what_is_known() -> None:
    found = spread([1.0, 3.0, float("nan")])
    assert (found.mean, found.deviation) == (2.0, pytest.approx(2**0.5))
    assert math.isnan(spread([1.0]).deviation)
    assert math.isnan(spread([]).mean)
