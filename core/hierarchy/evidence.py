"""Exact ``log p(x)`` of two levels, and what z2 says of x where all is linear: for workers, nats.

Without a skip x depends on z1 alone: ``log p(x) = log ∫ p(x|z1) p(z1) dz1`` with the exact p(z1)
of ``core.hierarchy.marginal``, by the two-level rule. Where all is linear x is Gaussian.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.dataset import load_dataset
from core.decoded_lattice import decode_coarse, log_prior, make_lattice
from core.decoder import Decoder, Networks
from core.hierarchy.answers import Information
from core.hierarchy.config import EVALUATION_ROWS, HierarchyConfig
from core.hierarchy.inference import link_of, posterior, weights_of
from core.hierarchy.information import information_of_rows
from core.hierarchy.linear import LinearModel
from core.hierarchy.marginal import LinkMarginal, link_marginal
from core.hierarchy.networks import Weights, decode, infer_top, link
from core.lattice_evidence import CODES, Model, by_quadrature, summary
from core.mixtures import LOG_2PI
from core.row_evidence import Evidence

Array = NDArray[np.float64]


def exact_log_evidence(
    parameters: NDArray[Any], config: HierarchyConfig, decoder_variance: float, first: int
) -> Evidence:
    """The exact mean ``log p(x)`` of held-out rows from one on (SUT-DL4 Q2).

    Of a linear model of any size; otherwise of L1 and L2 ≤ 2 without a skip, in slices of time.

    Args:
        parameters: shape ``[P]``.
        config: the experiment.
        decoder_variance: σ².
        first: the row to go on from.

    Raises:
        ValueError: where there is no such evidence.
    """
    x = load_dataset(config.dataset).x_test[:EVALUATION_ROWS]
    if config.is_linear:
        values = _of_gaussian(weights_of(parameters, config), config, decoder_variance, x[first:])
        return summary(values, np.zeros(len(values)), 0, len(x), "closed form")
    if not config.has_evidence:
        raise ValueError(
            "`config` must have L1 and L2 of at most 2 and no skip for log p(x), got "
            f"{config.latent_dim}, {config.top_dim} and skip={config.skip}"
        )
    model = _model(parameters.tobytes(), parameters.dtype.str, config, decoder_variance)
    return by_quadrature(model, x, first)


@lru_cache(maxsize=1)
def _model(
    parameters: bytes, dtype: str, config: HierarchyConfig, decoder_variance: float
) -> Model:
    """The decoder under the learned prior, and its lattice; the last one is remembered."""
    flat = np.frombuffer(parameters, dtype=dtype)
    weights = weights_of(flat, config)
    prior = link_marginal(link_of(weights, config), config.top_dim)
    mean, covariance = prior.mixture.moments()
    rows = load_dataset(config.dataset).x_test[:CODES]
    decoder = Decoder(
        weights=weights,
        networks=_networks(config, prior),
        x_log_var=torch.tensor(math.log(decoder_variance)),
        prior_mean=mean,
        prior_variance=float(np.diagonal(covariance).max()),
        data_dim=rows.shape[1],
        is_bounded=config.is_image,
    )
    grid = decode_coarse(decoder, make_lattice(decoder, rows))
    nodes = grid.lattice.nodes
    grid.const[:] += prior.log_prob(nodes).value - log_prior(decoder, nodes)
    return Model(decoder, grid)


def _networks(config: HierarchyConfig, prior: LinkMarginal) -> Networks:
    def mean_of(weights: Weights, z1: Tensor) -> tuple[Tensor, None]:
        return decode(weights, config, z1, z1[..., :0]), None  # no skip: z2 is nothing to it

    def code_of(weights: Weights, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, variance = posterior(weights, config, x.numpy())
        return torch.tensor(mean), torch.tensor(variance).log()

    def joint(weights: Weights, x: Tensor, z1: Tensor, x_log_var: Tensor | None) -> Tensor:
        assert x_log_var is not None
        squared = (x - mean_of(weights, z1)[0]).square().sum(-1, dtype=torch.float64)
        fit = -0.5 * (squared / x_log_var.exp() + x.shape[-1] * (LOG_2PI + x_log_var.double()))
        return fit + torch.from_numpy(prior.log_prob(z1.double().numpy()).value)

    return Networks(decode=mean_of, encode=code_of, log_joint=joint)


@torch.no_grad()
def linear_model_of(
    weights: Weights, config: HierarchyConfig, decoder_variance: float
) -> tuple[LinearModel, Array]:
    """A trained linear model in the letters of the closed form; a, the mean of p(z1), ``[L1]``.

    Args:
        weights: by name.
        config: the experiment, one that is linear.
        decoder_variance: σ².
    """
    zero, one = torch.zeros(1, config.top_dim), torch.eye(config.top_dim)
    above, log_var = (t[0].double().numpy() for t in link(weights, config, zero))
    A = link(weights, config, one)[0].double().numpy().T - above[:, None]
    maps = {name: weights[f"{name}.0.weight"].double().numpy() for name in ("encoder", "top")}
    out = weights["decoder.0.weight"].double().numpy()
    noise = {name: weights[f"{name}.log_var"].double().exp().numpy() for name in maps}
    model = LinearModel(
        W=out[:, : config.latent_dim],
        A=A,
        S=np.exp(log_var),
        V=maps["encoder"],
        d=noise["encoder"],
        B=maps["top"],
        Q=noise["top"],
        U=out[:, config.latent_dim :] if config.skip else None,
        decoder_variance=decoder_variance,
    )
    return model, above


def _of_gaussian(weights: Weights, config: HierarchyConfig, variance: float, x: Any) -> Array:
    """``log N(x; Wa + b, C)`` of rows ``[n, D]`` of a linear model, ``[n]``."""
    model, above = linear_model_of(weights, config, variance)
    mean = model.W @ above + weights["decoder.0.bias"].double().numpy()
    law = torch.distributions.MultivariateNormal(
        torch.from_numpy(mean), torch.from_numpy(model.covariance)
    )
    return np.asarray(law.log_prob(torch.tensor(x).double()))  # type: ignore[no-untyped-call]


@torch.no_grad()
def top_information(parameters: NDArray[Any], config: HierarchyConfig) -> Information:
    """What z2 says about which held-out row it came from, ``I(x; z2)``, of a linear model.

    ``q(z2|x) = N(B m(x) + b, B diag(d) Bᵀ + diag Q)``: the same covariance for all rows.

    Raises:
        ValueError: where the model is not linear, or L2 > 2.
    """
    if not config.is_linear:
        raise ValueError(f"`network` must be 'linear' for I(x; z2), got {config.network!r}")
    weights = weights_of(parameters, config)
    x = load_dataset(config.dataset).x_test[:EVALUATION_ROWS]
    codes = torch.tensor(posterior(weights, config, x)[0], dtype=weights["top.0.weight"].dtype)
    mean = infer_top(weights, config, codes)[0].double().numpy()
    model, _ = linear_model_of(weights, config, 1.0)  # σ² is nothing to it
    return information_of_rows(mean, (model.B * model.d) @ model.B.T + np.diag(model.Q))
