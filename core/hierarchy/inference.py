"""What a trained VAE of two levels is asked: its snake, samples, splits, and the flat one.

Every function takes a flat numpy parameter vector and returns numpy arrays, so that it can run in
any process; torch's global generator is never used.
"""

from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.dataset import load_dataset
from core.hierarchy.answers import At, Flat, PriorMap, Samples, Snake, Split
from core.hierarchy.config import EVALUATION_ROWS, HierarchyConfig, HierarchyControls
from core.hierarchy.decomposition import decompose
from core.hierarchy.layout import unflatten
from core.hierarchy.marginal import aggregated_posterior, link_marginal
from core.hierarchy.networks import Weights, decode, encode, hidden, infer_top, link, product_of
from core.hierarchy.price_tag import price_tag
from core.run import Budget, Run
from core.training import advance, new_run
from core.vae.config import VAEConfig, VAEControls
from core.vae.inference import picture
from core.validation import require_number

Array = NDArray[np.float64]
Conditional = Callable[[Array], tuple[Array, Array]]

NET = 9
"""Quantiles of z2 along each of two dimensions."""

LINE = 25
"""Quantiles of a single one."""

FARTHEST = 0.98
"""The outermost quantiles of z2 leave out a hundredth on both sides."""

MAP = 101
"""Nodes of the map of p(z1) along each axis."""

TOLD = 12.0
"""Nats below the top within which the map's error is told."""


def weights_of(parameters: NDArray[Any], config: HierarchyConfig) -> Weights:
    """Named tensors over a copy of ``parameters``, shape ``[P]``."""
    data_dim = load_dataset(config.dataset).data_dim
    return unflatten(torch.tensor(parameters), config, data_dim)


def quantiles(count: int) -> Array:
    """Standard normal quantiles of evenly spaced shares, ``[count]``."""
    shares = 0.5 + FARTHEST * (np.linspace(0, 1, count) - 0.5)
    return np.array([NormalDist().inv_cdf(float(share)) for share in shares])


@torch.no_grad()
def snake(parameters: NDArray[Any], config: HierarchyConfig, num_codes: int) -> Snake:
    """The codes of the first training rows, and p(z1|z2) swept along the quantiles of z2.

    Args:
        parameters: shape ``[P]``.
        config: the experiment.
        num_codes: training rows to encode, the first ones.
    """
    weights = weights_of(parameters, config)
    codes = posterior(weights, config, load_dataset(config.dataset).x_train[:num_codes])[0]
    directions, centre = plane_of(codes)
    nodes = top_nodes(config.top_dim)
    mean, variance = link_of(weights, config)(nodes)
    return Snake(
        directions=directions,
        centre=centre,
        codes=(codes - centre) @ directions.T,
        nodes=nodes,
        means=(mean - centre) @ directions.T,
        covariances=np.einsum("ij,mj,kj->mik", directions, variance, directions),
    )


def plane_of(codes: Array) -> tuple[Array, Array]:
    """Directions ``[2, L1]`` and centre ``[L1]`` of the plane that is shown (see ``Snake``)."""
    dim = codes.shape[1]
    if dim <= 2:
        return np.eye(2, dim), np.zeros(dim)
    centre = codes.mean(0)
    vectors = np.linalg.eigh(np.cov(codes.T))[1][:, ::-1][:, :2].T
    return vectors * np.where(vectors.sum(1, keepdims=True) < 0, -1.0, 1.0), centre


def top_nodes(top_dim: int) -> Array:
    """z2 along its quantiles, ``[m, L2]``: a line, or a net of the first two dimensions."""
    if top_dim == 1:
        return quantiles(LINE)[:, None]
    axis = quantiles(NET)
    nodes = np.zeros((NET * NET, top_dim))
    nodes[:, :2] = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    return nodes


def link_of(weights: Weights, config: HierarchyConfig) -> Conditional:
    """Mean and variance of p(z1|z2), ``[n, L1]`` each, for z2 ``[n, L2]``."""
    dtype = weights["decoder.0.weight"].dtype

    def conditional(z2: Array) -> tuple[Array, Array]:
        with torch.no_grad():
            mean, log_var = link(weights, config, torch.tensor(z2, dtype=dtype))
        return mean.double().numpy(), log_var.double().exp().numpy()

    return conditional


def _top_of(weights: Weights, config: HierarchyConfig) -> Conditional:
    """Mean and variance of q(z2|z1), ``[n, L2]`` each, for z1 ``[n, L1]``."""
    dtype = weights["decoder.0.weight"].dtype

    def conditional(z1: Array) -> tuple[Array, Array]:
        with torch.no_grad():
            mean, log_var = infer_top(weights, config, torch.tensor(z1, dtype=dtype))
        return mean.double().numpy(), log_var.double().exp().numpy()

    return conditional


def posterior(weights: Weights, config: HierarchyConfig, x: NDArray[Any]) -> tuple[Array, Array]:
    """Means and variances of q(z1|x), ``[n, L1]`` each; top-down at the mean of q(z2|x)."""
    rows = torch.tensor(x, dtype=weights["decoder.0.weight"].dtype)
    seen = hidden(weights, config, rows)
    mean, log_var = encode(weights, config, seen)
    if config.sees_x:
        above = link(weights, config, infer_top(weights, config, seen)[0])
        mean, log_var = product_of(mean, log_var, *above)
    return mean.double().numpy(), log_var.double().exp().numpy()


def prior_map(
    parameters: NDArray[Any], config: HierarchyConfig, reach: tuple[float, float, float, float]
) -> PriorMap:
    """The exact p(z1) on a grid over left, right, low and high (L1 = 2, L2 ≤ 2).

    Raises:
        ValueError: naming the bound and the value.
    """
    require_number("latent_dim", config.latent_dim, at_least=2, at_most=2)
    left, right, low, high = reach
    x, y = np.linspace(left, right, MAP), np.linspace(low, high, MAP)
    marginal = link_marginal(link_of(weights_of(parameters, config), config), config.top_dim)
    found = marginal.log_prob_on_grid((x, y))
    is_told = found.value > found.value.max() - TOLD
    return PriorMap(
        x=x,
        y=y,
        log_prob=found.value.T,
        error=float(found.error[is_told].max()),
        num_nodes=len(marginal.nodes),
    )


@torch.no_grad()
def samples(parameters: NDArray[Any], config: HierarchyConfig, rows: int, columns: int) -> Samples:
    """Images with z2 fixed along a row, and with z1 fixed along a row."""
    weights = weights_of(parameters, config)
    generator = torch.Generator().manual_seed(config.seed + 2)
    dtype = weights["decoder.0.weight"].dtype
    noise = torch.randn(columns, config.latent_dim, generator=generator).to(dtype)
    nodes = np.zeros((rows, config.top_dim))
    nodes[:, 0] = quantiles(rows)
    z2 = torch.tensor(nodes, dtype=dtype)[:, None].expand(-1, columns, -1)
    mean, log_var = link(weights, config, z2)
    z1 = mean + (0.5 * log_var).exp() * noise
    along = np.zeros((columns, config.top_dim))
    along[:, 0] = quantiles(columns)
    other = torch.tensor(along, dtype=dtype).expand(rows, -1, -1)
    fixed = z1[:, :1].expand(-1, columns, -1)
    return Samples(
        top_fixed=decode(weights, config, z1, z2).float().numpy(),
        low_fixed=decode(weights, config, fixed, other).float().numpy(),
        nodes=nodes,
    )


@torch.no_grad()
def at(
    parameters: NDArray[Any],
    config: HierarchyConfig,
    z2: tuple[float, ...],
    num_codes: int,
    count: int,
) -> At:
    """p(z1|z2) of one z2 in the plane of the snake, and what it decodes to.

    Args:
        parameters: shape ``[P]``.
        config: the experiment.
        z2: the first dimensions; all others are 0.
        num_codes: as of the snake, whose plane it is.
        count: images.
    """
    weights = weights_of(parameters, config)
    codes = posterior(weights, config, load_dataset(config.dataset).x_train[:num_codes])[0]
    directions, centre = plane_of(codes)
    node = np.zeros((1, config.top_dim))
    node[0, : len(z2)] = z2
    mean, variance = link_of(weights, config)(node)
    generator = torch.Generator().manual_seed(config.seed + 3)
    noise = torch.randn(count, config.latent_dim, generator=generator).double().numpy()
    noise[0] = 0.0
    dtype = weights["decoder.0.weight"].dtype
    z1 = torch.tensor(mean + np.sqrt(variance) * noise, dtype=dtype)
    images = decode(weights, config, z1, torch.tensor(node, dtype=dtype).expand(count, -1))
    return At(
        mean=((mean - centre) @ directions.T)[0],
        covariance=directions @ np.diag(variance[0]) @ directions.T,
        images=images.float().numpy(),
    )


def split(parameters: NDArray[Any], config: HierarchyConfig, first: int, count: int) -> Split:
    """The exact split of T2 + T3 of so many held-out rows from ``first`` on (bottom-up only)."""
    weights = weights_of(parameters, config)
    x = load_dataset(config.dataset).x_test[:EVALUATION_ROWS]
    mean, variance = posterior(weights, config, x[first : first + count])
    maps = _top_of(weights, config), link_of(weights, config)
    found = decompose(mean, variance, *maps, config.top_dim)
    return Split(
        to_prior=float(found.prior_kl.mean()),
        penalty=float(found.penalty.mean()),
        error=float(found.error.mean()),
        num_rows=len(mean),
        rows_in_all=len(x),
    )


def flat(config: HierarchyConfig, controls: HierarchyControls, steps: int) -> Flat:
    """Train the VAE without z2 under the same β, σ² and learning rate, held from the first step.

    Args:
        config: whose data, sizes and seed it has.
        controls: what holds; the price of z2 is nothing to it.
        steps: how many.
    """
    below = VAEConfig(
        dataset=config.dataset,
        network="linear" if config.is_linear else "mlp",
        latent_dim=config.latent_dim,
        hidden_features=(config.width,),
        output="sigmoid" if config.is_image and not config.is_linear else "identity",
        batch_size=config.batch_size,
        seed=config.seed,
    )
    held = VAEControls(
        kl_weight=controls.kl_weight,
        decoder_variance=controls.decoder_variance,
        learning_rate=controls.learning_rate,
    )
    run: Run = advance(new_run(below, held), held, Budget(steps=steps))
    tag = gaussian = float("nan")
    if config.latent_dim <= 2:
        codes = picture(run.state.parameters, below, EVALUATION_ROWS, (), 1)
        found = price_tag(aggregated_posterior(codes.mean, np.exp(codes.log_var)))
        tag, gaussian = found.total, found.gaussian
    history = run.history
    return Flat(
        steps=history.steps,
        elbo=history["elbo/held_out"],
        last_step=run.step,
        tag=tag,
        gaussian=gaussian,
    )
