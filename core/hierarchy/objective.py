"""The three terms of the ELBO of two levels and the objective that is trained (SUT-DL4 Q2).

``ELBO = T1 − T2 − T3`` with ``T1 = E log p(x|z1)``, ``T2 = E [log q(z1|x) − log p(z1|z2)]`` and
``T3 = E KL(q(z2|z1)‖p(z2))``, all in nats, constants kept. T2 alone is no KL where z2 is drawn
given z1: it may be negative (``test_t2_is_negative_far_up_the_valley``).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.hierarchy.networks import Weights, decode, encode, hidden, infer_top, link, product_of

LOG_2PI = math.log(2.0 * math.pi)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms for a batch, averaged over M Monte Carlo samples.

    Attributes:
        fit: T1, ``[B]``.
        low: T2 of every unit of z1, ``[B, L1]``.
        top: T3 of every unit of z2, ``[B, L2]``.
        squared_error: ``E ‖x − x_hat‖²``, ``[B]``.
        mean: of q(z1|x), or of q(z1|z2, x), every sample, ``[M, B, L1]``.
        top_mean: of q(z2|·), every sample, ``[M, B, L2]``.
        z1: drawn, ``[M, B, L1]``.
        link_log_var: of p(z1|z2), ``[M, B, L1]``.
    """

    fit: Tensor
    low: Tensor
    top: Tensor
    squared_error: Tensor
    mean: Tensor
    top_mean: Tensor
    z1: Tensor
    link_log_var: Tensor

    @property
    def elbo(self) -> Tensor:
        """``T1 − T2 − T3``, ``[B]``: no weights, no free bits."""
        return self.fit - self.low.sum(1) - self.top.sum(1)


def terms_of(
    weights: Weights, config: HierarchyConfig, decoder_variance: float, x: Tensor, noise: Tensor
) -> Terms:
    """Every term of the ELBO for one batch (SUT-DL4 Q2).

    Args:
        weights: named weights.
        config: the experiment.
        decoder_variance: σ².
        x: data, ``[B, D]``.
        noise: ``ε ~ N(0, I)``, ``[M, B, L1 + L2]``.
    """
    own, above = noise[..., : config.latent_dim], noise[..., config.latent_dim :]
    seen = hidden(weights, config, x)
    mean, log_var = (t.expand_as(own) for t in encode(weights, config, seen))
    if config.sees_x:
        top_mean, top_log_var = (t.expand_as(above) for t in infer_top(weights, config, seen))
        z2 = top_mean + (0.5 * top_log_var).exp() * above
        link_mean, link_log_var = link(weights, config, z2)
        mean, log_var = product_of(mean, log_var, link_mean, link_log_var)
        z1 = mean + (0.5 * log_var).exp() * own
        far = (mean - link_mean).square() + log_var.exp()  # T2 is a KL here
    else:
        z1 = mean + (0.5 * log_var).exp() * own
        top_mean, top_log_var = infer_top(weights, config, z1)
        z2 = top_mean + (0.5 * top_log_var).exp() * above
        link_mean, link_log_var = link(weights, config, z2)
        far = (z1 - link_mean).square()
    low = 0.5 * (link_log_var - log_var - 1.0 + far * (-link_log_var).exp())
    top = 0.5 * (top_log_var.exp() + top_mean.square() - 1.0 - top_log_var)
    squared = (x - decode(weights, config, z1, z2)).square().sum(-1)
    log_scale = x.shape[1] * (LOG_2PI + math.log(decoder_variance))
    return Terms(
        fit=(-0.5 * (squared / decoder_variance + log_scale)).mean(0),
        low=low.mean(0),
        top=top.mean(0),
        squared_error=squared.mean(0),
        mean=mean,
        top_mean=top_mean,
        z1=z1,
        link_log_var=link_log_var,
    )


def objective(terms: Terms, controls: HierarchyControls, step: int) -> Tensor:
    """What is trained, to be maximised: ``T1 − β (T2 + β2 T3)`` with free bits, ``[]``.

    A unit whose term, averaged over the batch, is below its free bits pays those: they act here
    only, never in what is reported. Warm-up: ``HierarchyControls.weights_at``.
    """
    price, top_price = controls.weights_at(step)
    low = _paid(terms.low.mean(0), controls.free_bits)
    top = _paid(terms.top.mean(0), controls.top_free_bits)
    return terms.fit.mean() - price * low - top_price * top


def _paid(units: Tensor, free_bits: float) -> Tensor:
    """All units together, ``[]``; without free bits T2 may be negative: no clamp."""
    return (units.clamp_min(free_bits) if free_bits > 0.0 else units).sum()


def active_units(first: Tensor, second: Tensor) -> Tensor:
    """``Var_x E[m|x]`` of every unit, ``[L]``, from two independent draws of m, ``[B, L]`` each.

    Their covariance has no share of the noise of a single draw: it is unbiased.
    """
    one, other = first - first.mean(0), second - second.mean(0)
    return (one * other).mean(0)


def threshold(terms: Terms) -> Tensor:
    """M/S now: the largest eigenvalue of ``S^-½ M S^-½``, ``[]``; NaN if they diverge.

    M is the covariance of the aggregate q(z1), S the mean variance of ``p(z1|z2)``. With a linear
    link z2 wakes where this exceeds β2 (lessons: ``core.hierarchy.linear``).
    """
    z1 = terms.z1.flatten(0, 1)
    scaled = (z1 - z1.mean(0)) / terms.link_log_var.exp().flatten(0, 1).mean(0).sqrt()
    if not scaled.isfinite().all():
        return scaled.new_tensor(math.nan)  # a run that diverges: its metrics say so
    values: Tensor = torch.linalg.eigvalsh(scaled.T @ scaled / len(scaled))
    return values[-1]
