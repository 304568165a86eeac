"""The gradient of the objective by hand, for the models that are trained most.

An eager autograd step of a small network is mostly bookkeeping; the same gradient fits on a page,
and with its buffers laid out once a step is little more than its arithmetic.
Covered are multilayer perceptrons and linear networks with one decoder variance for all features
that is not learned, and the standard normal prior (``is_covered``); autograd serves the rest.
Equality with autograd is checked in float64 by ``test_the_gradient_by_hand_equals_autograd``.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from core.vae.config import LOG_VARIANCE_FLOOR, VAEConfig, VAEControls
from core.vae.networks import Weights
from core.vae.objective import LOG_2PI
from core.vae.precision import product_precision

SLOPES = {
    "relu": lambda delta, h: torch.ops.aten.threshold_backward.grad_input(
        delta, h, 0.0, grad_input=delta
    ),
    "tanh": lambda delta, h: torch.ops.aten.tanh_backward.grad_input(delta, h, grad_input=delta),
}
"""Multiply ``delta`` in place by the derivative of an activation, given its value ``h``."""

ACTIVATIONS = {"relu": torch.relu_, "tanh": torch.tanh_}
"""The same activations, in place."""


def is_covered(config: VAEConfig) -> bool:
    """Whether ``ObjectiveGradient`` knows this model."""
    return (
        config.variance in ("fixed", "optimal")
        and config.prior == "standard"
        and (config.activation in SLOPES or not config.widths)
    )


class Affine:
    """One layer ``x Wᵀ + b`` by hand, its products in a precision that may be lower.

    Attributes:
        delta: the loss's gradient with respect to the output, shape ``[B, out]``; whoever calls
            ``backward`` has filled it.
    """

    def __init__(
        self, name: str, weights: Weights, gradients: Mapping[str, Tensor], rows: int
    ) -> None:
        """Look up the views of a layer and lay out its buffers for ``rows`` rows."""
        self.master = weights[f"{name}.weight"], weights[f"{name}.bias"]
        self.weight_gradient = gradients[f"{name}.weight"]
        self.bias_gradient = gradients[f"{name}.bias"]
        self.precision = product_precision(self.master[0])
        self.is_reduced = self.precision != self.master[0].dtype
        # Where the precision is not reduced these are the weights and gradients themselves.
        self.weight, self.bias = (value.to(self.precision) for value in self.master)
        self.product = self.weight_gradient.to(self.precision)
        self.transpose = self.weight.t()
        fan_out, fan_in = self.weight.shape
        self.out = self.weight.new_empty(rows, fan_out)
        self.delta = self.master[0].new_zeros(rows, fan_out)
        self.low_delta = self.delta.to(self.precision)
        self.delta_transpose = self.low_delta.t()
        self.low_input = self.weight.new_empty(rows, fan_in) if self.is_reduced else None

    def forward(self, x: Tensor) -> Tensor:
        """The output, shape ``[B, out]``; ``x``, shape ``[B, in]``, is kept."""
        if self.is_reduced:
            self.weight.copy_(self.master[0])
            self.bias.copy_(self.master[1])
        self.x = x if x.dtype == self.precision else x.to(self.precision)
        return torch.addmm(self.bias, self.x, self.transpose, out=self.out)

    def backward(self) -> None:
        """Write the gradients of weight and bias."""
        torch.sum(self.delta, 0, out=self.bias_gradient)
        if self.is_reduced:
            self.low_delta.copy_(self.delta)
        torch.mm(self.delta_transpose, self.x, out=self.product)
        if self.is_reduced:
            self.weight_gradient.copy_(self.product)

    def backward_input(self, target: Tensor, activation: str | None) -> None:
        """After ``backward``: write the gradient before the input's activation to ``[B, in]``."""
        delta = target if self.low_input is None else self.low_input
        torch.mm(self.low_delta, self.weight, out=delta)
        if activation is not None:
            SLOPES[activation](delta, self.x)
        if self.low_input is not None:
            target.copy_(delta)


class ObjectiveGradient:
    """The gradient of the negative objective of a batch.

    In the letters of PIMA-7 §2, per datum::

        z = μ + σ_φ ε,  x̂ = decoder(z),  loss = ‖x − x̂‖²/(2σ²) + (D/2) log 2πσ² + β KL
        ∂loss/∂x̂ = (x̂ − x)/σ²
        ∂loss/∂μ  = ∂loss/∂z + β μ
        ∂loss/∂s  = ½ (∂loss/∂z) σ_φ ε + ½ β (σ_φ² − 1)            s = log σ_φ²

    averaged over batch and samples; a dimension whose KL is below its free bits has no β term.
    """

    def __init__(
        self,
        config: VAEConfig,
        weights: Weights,
        gradients: Mapping[str, Tensor],
        rows: int,
        samples: int,
    ) -> None:
        """Look the layers up and lay out the buffers once.

        Args:
            config: the experiment, one that ``is_covered``.
            weights: named weights.
            gradients: buffers of the same shapes, overwritten by every call.
            rows: B.
            samples: M; one for a plain autoencoder, whatever is asked for.
        """
        self.config, self.rows = config, rows
        self.samples = samples if config.is_variational else 1
        self.activation = config.activation if config.widths else None
        self.encoder, self.decoder = (
            [
                Affine(f"{name}.{i}", weights, gradients, count)
                for i in range(len(config.widths) + 1)
            ]
            for name, count in (("encoder", rows), ("decoder", rows * self.samples))
        )
        self.log_var = weights.get("encoder.log_var")
        self.log_var_gradient = gradients.get("encoder.log_var")
        latent, delta = config.latent_dim, self.encoder[-1].delta
        self.z = delta.new_empty(self.samples, rows, latent)
        self.shift, self.delta_z = torch.empty_like(self.z), torch.empty_like(self.z)
        self.flat_z, self.flat_delta_z = self.z.flatten(0, 1), self.delta_z.flatten(0, 1)
        self.delta_mean = delta[:, :latent]
        self.delta_s = delta[:, latent:] if self.log_var is None else torch.zeros_like(delta)
        self.variance, self.deviation = delta.new_empty(2, rows, latent)
        self.paid = delta.new_empty(latent)
        # A number is a tensor here: torch would convert a Python float in every operation.
        self.half, self.scale = delta.new_tensor(0.5), delta.new_tensor(1.0)

    def __call__(self, controls: VAEControls, kl_weight: float, x: Tensor, noise: Tensor) -> float:
        """Overwrite the gradients; returns ``E_q log p(x|z)`` of the batch, in nats.

        The objective's other terms need not be known for its gradient.

        Args:
            controls: what holds now.
            kl_weight: β in force.
            x: batch, shape ``[B, D]``.
            noise: ε, shape ``[M, B, L]``.
        """
        mean, s = self._posterior(self._forward(self.encoder, x))
        if not self.config.is_variational:
            fit = self._fit(controls, x, mean)
            self.delta_mean.copy_(self.flat_delta_z)
        else:
            torch.exp(s, out=self.variance)  # σ_φ²
            torch.sqrt(self.variance, out=self.deviation)
            torch.mul(self.deviation, noise, out=self.shift)  # σ_φ ε
            torch.add(self.shift, mean, out=self.z)
            fit = self._fit(controls, x, self.flat_z)
            self._posterior_backward(controls, kl_weight, mean, s)
        if self.log_var_gradient is not None:
            torch.sum(self.delta_s, 0, out=self.log_var_gradient)
        self._backward(self.encoder)
        return fit

    def _posterior(self, head: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), each ``[B, L]``."""
        if self.log_var is not None:
            return head, self.log_var.expand_as(head)
        latent = self.config.latent_dim
        return head[:, :latent], head[:, latent:]

    def _fit(self, controls: VAEControls, x: Tensor, z: Tensor) -> float:
        """``E_q log p(x|z)`` of x ``[B, D]`` and z ``[M·B, L]``; writes the gradient by z."""
        x_hat = self._forward(self.decoder, z)
        sigmoid = self.config.output == "sigmoid"
        if sigmoid:
            x_hat = x_hat.sigmoid_()
        residual = self.decoder[-1].delta
        torch.sub(x_hat, x if self.samples == 1 else x.repeat(self.samples, 1), out=residual)
        flat = residual.view(-1)
        mean_square = torch.dot(flat, flat).item() / len(flat)
        variance = self._variance(controls, mean_square)
        residual.mul_(self.scale.fill_(1.0 / (variance * len(residual))))
        if sigmoid:
            torch.ops.aten.sigmoid_backward.grad_input(residual, x_hat, grad_input=residual)
        self._backward(self.decoder)
        self.decoder[0].backward_input(self.flat_delta_z, None)
        return -0.5 * x.shape[1] * (mean_square / variance + LOG_2PI + math.log(variance))

    def _variance(self, controls: VAEControls, mean_square: float) -> float:
        """σ² in force; the optimal one is the mean squared error, not below its floor."""
        if self.config.variance == "fixed":
            return controls.decoder_variance
        return max(mean_square, math.exp(LOG_VARIANCE_FLOOR))

    def _posterior_backward(
        self, controls: VAEControls, kl_weight: float, mean: Tensor, s: Tensor
    ) -> None:
        """Write the loss's gradients by μ and s, ``[B, L]``, from that by z (PIMA-7 §2)."""
        self._pay(controls, kl_weight, mean, s)
        by_sample = self.shift.mul_(self.delta_z)
        delta_z, delta_shift = (
            t.view_as(mean) if self.samples == 1 else t.sum(0) for t in (self.delta_z, by_sample)
        )
        torch.addcmul(delta_z, mean, self.paid, out=self.delta_mean)
        delta_shift.addcmul_(self.variance, self.paid).sub_(self.paid)
        torch.mul(delta_shift, self.half, out=self.delta_s)

    def _pay(self, controls: VAEControls, kl_weight: float, mean: Tensor, s: Tensor) -> None:
        """Set ``paid``, ``[L]``, to β/B, to 0 where a KL is below its free bits (SUT-DL4 Q2)."""
        self.paid.fill_(kl_weight / self.rows)
        if controls.free_bits > 0.0:
            kl = 0.5 * ((self.variance + mean.square()).sub_(s).mean(0) - 1.0)
            self.paid.mul_(kl > controls.free_bits)

    def _forward(self, layers: Sequence[Affine], x: Tensor) -> Tensor:
        """The head of a network, shape ``[B, out]``."""
        for layer in layers[:-1]:
            assert self.activation is not None
            x = ACTIVATIONS[self.activation](layer.forward(x))
        head = layers[-1].forward(x)
        return head.to(layers[-1].delta.dtype) if layers[-1].is_reduced else head

    def _backward(self, layers: Sequence[Affine]) -> None:
        """Write the gradients of all layers, from that of the head."""
        for layer, before in pairwise(reversed(layers)):
            layer.backward()
            layer.backward_input(before.delta, self.activation)
        layers[0].backward()
