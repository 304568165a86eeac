"""The gradient of the objective by hand, for the models that are trained most.

An eager autograd step of a small network is mostly bookkeeping; the same gradient fits on a page.
Covered are multilayer perceptrons and linear networks with one decoder variance for all features
that is not learned, and the standard normal prior (``is_covered``); autograd serves the rest.
Equality with autograd is checked in float64 by ``test_the_gradient_by_hand_equals_autograd``.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from core.vae.config import LOG_VARIANCE_FLOOR, VAEConfig, VAEControls
from core.vae.networks import Weights
from core.vae.objective import LOG_2PI, kl_per_dim

Gradients = Mapping[str, Tensor]

SLOPES = {
    "relu": lambda h: (h > 0).to(h.dtype),
    "tanh": lambda h: 1.0 - h.square(),
}
"""Derivatives of the activations as functions of their values ``h``."""


def is_covered(config: VAEConfig) -> bool:
    """Whether ``objective_and_gradient`` knows this model."""
    return (
        config.variance in ("fixed", "optimal")
        and config.prior == "standard"
        and (config.activation in SLOPES or not config.widths)
    )


def objective_and_gradient(
    weights: Weights,
    gradients: Gradients,
    config: VAEConfig,
    controls: VAEControls,
    kl_weight: float,
    x: Tensor,
    noise: Tensor,
) -> float:
    """The objective of one batch; the gradient of its negative is written into ``gradients``.

    In the letters of PIMA-7 §2, per datum::

        z = μ + σ_φ ε,  x̂ = decoder(z),  loss = ‖x − x̂‖²/(2σ²) + (D/2) log 2πσ² + β KL
        ∂loss/∂x̂ = (x̂ − x)/σ²
        ∂loss/∂μ  = ∂loss/∂z + β μ
        ∂loss/∂s  = ½ (∂loss/∂z) σ_φ ε + ½ β (σ_φ² − 1)            s = log σ_φ²

    averaged over batch and samples; a dimension whose KL is below its free bits has no β term.

    Args:
        weights: named weights.
        gradients: buffers of the same shapes, overwritten.
        config: the experiment, one that ``is_covered``.
        controls: what holds now.
        kl_weight: β in force.
        x: batch, shape ``[B, D]``.
        noise: ε, shape ``[M, B, L]``.

    Returns:
        The objective in nats.
    """
    hidden = _forward(weights, config, "encoder", x)
    head = hidden.pop()
    mean, s = _split(weights, config, head)
    deviation = (0.5 * s).exp()  # σ_φ
    samples = noise.shape[0] if config.is_variational else 1
    z = mean + deviation * noise if config.is_variational else mean.unsqueeze(0)
    layers = _forward(weights, config, "decoder", z.flatten(0, 1))
    x_hat = layers.pop()
    if config.output == "sigmoid":
        x_hat.sigmoid_()
    target = x if samples == 1 else x.repeat(samples, 1)
    residual = x_hat - target
    mean_square = residual.square().mean().item()
    variance = _variance(config, controls, mean_square)
    scale = 1.0 / (variance * len(target))
    delta = residual.mul_(scale)
    if config.output == "sigmoid":
        delta = delta.mul_(x_hat).mul_(1.0 - x_hat)
    delta_z = _backward(weights, gradients, config, "decoder", layers, delta)
    objective = -0.5 * x.shape[1] * (mean_square / variance + LOG_2PI + math.log(variance))
    delta_z = delta_z.view(samples, *mean.shape)
    delta_mean = delta_z.sum(0)
    if not config.is_variational:
        delta_s = torch.zeros_like(mean)
    else:
        delta_s = 0.5 * (delta_z * noise).sum(0) * deviation
        kl = kl_per_dim(mean, s).mean(0)
        paid = (kl > controls.free_bits).to(x.dtype) * (kl_weight / len(x))
        delta_mean = delta_mean + paid * mean
        delta_s = delta_s + 0.5 * paid * (s.exp() - 1.0)
        objective -= kl_weight * kl.clamp_min(controls.free_bits).sum().item()
    _encoder_backward(weights, gradients, config, hidden, delta_mean, delta_s)
    return objective


def _variance(config: VAEConfig, controls: VAEControls, mean_square: float) -> float:
    """σ² in force; the optimal one is the mean squared error, not below its floor."""
    if config.variance == "fixed":
        return controls.decoder_variance
    return max(mean_square, math.exp(LOG_VARIANCE_FLOOR))


def _split(weights: Weights, config: VAEConfig, head: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance of q(z|x), each ``[B, L]``."""
    if config.network == "linear":
        return head, weights["encoder.log_var"].expand_as(head)
    mean, s = head.chunk(2, dim=1)
    return mean, s


def _forward(weights: Weights, config: VAEConfig, name: str, x: Tensor) -> list[Tensor]:
    """The input of every layer, and last the head: ``depth + 2`` tensors."""
    values = [x]
    depth = len(config.widths)
    for i in range(depth + 1):
        h = torch.addmm(weights[f"{name}.{i}.bias"], values[-1], weights[f"{name}.{i}.weight"].t())
        if i < depth:
            h = h.relu_() if config.activation == "relu" else h.tanh_()
        values.append(h)
    return values


def _backward(
    weights: Weights,
    gradients: Gradients,
    config: VAEConfig,
    name: str,
    inputs: list[Tensor],
    delta: Tensor,
    *,
    to_input: bool = True,
) -> Tensor:
    """Write the gradients of all layers; returns that with respect to the first input.

    Args:
        weights: named weights.
        gradients: their gradients, overwritten.
        config: the experiment.
        name: "encoder" or "decoder".
        inputs: of every layer, as ``_forward`` gave them.
        delta: gradient with respect to the head.
        to_input: whether to go back through the first layer, too.
    """
    for i in reversed(range(len(inputs))):
        h = inputs[i]
        torch.mm(delta.t(), h, out=gradients[f"{name}.{i}.weight"])
        torch.sum(delta, 0, out=gradients[f"{name}.{i}.bias"])
        if i > 0 or to_input:
            delta = delta @ weights[f"{name}.{i}.weight"]
        if i > 0:
            delta.mul_(SLOPES[config.activation](h))
    return delta


def _encoder_backward(
    weights: Weights,
    gradients: Gradients,
    config: VAEConfig,
    inputs: list[Tensor],
    delta_mean: Tensor,
    delta_s: Tensor,
) -> None:
    """Gradients of the encoder from those with respect to mean and log-variance."""
    if config.network == "linear":
        torch.sum(delta_s, 0, out=gradients["encoder.log_var"])
        delta = delta_mean
    else:
        delta = torch.cat([delta_mean, delta_s], dim=1)
    _backward(weights, gradients, config, "encoder", inputs, delta, to_input=False)
