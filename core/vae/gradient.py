"""The gradient of the objective by hand, for the models that are trained most.

An eager autograd step of a small network is mostly bookkeeping; the same gradient fits on a page.
Covered are multilayer perceptrons and linear networks with one decoder variance for all features
that is not learned, and the standard normal prior (``is_covered``); autograd serves the rest.
Equality with autograd is checked in float64 by ``test_the_gradient_by_hand_equals_autograd``.
"""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from core.vae.config import LOG_VARIANCE_FLOOR, VAEConfig, VAEControls
from core.vae.networks import Weights
from core.vae.objective import LOG_2PI
from core.vae.precision import product_precision

SLOPES = {
    "relu": lambda delta, h: torch.ops.aten.threshold_backward.default(delta, h, 0.0),
    "tanh": lambda delta, h: torch.ops.aten.tanh_backward.default(delta, h),
}
"""``delta`` times the derivative of an activation, a function of its value ``h``."""


def is_covered(config: VAEConfig) -> bool:
    """Whether ``ObjectiveGradient`` knows this model."""
    return (
        config.variance in ("fixed", "optimal")
        and config.prior == "standard"
        and (config.activation in SLOPES or not config.widths)
    )


class Affine:
    """One layer ``x Wᵀ + b`` by hand, its products in a precision that may be lower."""

    def __init__(
        self, name: str, weights: Weights, gradients: Mapping[str, Tensor], slope: str | None
    ) -> None:
        """Look up the views of a layer; ``slope`` names the activation that made its input."""
        self.master = weights[f"{name}.weight"], weights[f"{name}.bias"]
        self.weight_gradient = gradients[f"{name}.weight"]
        self.bias_gradient = gradients[f"{name}.bias"]
        self.slope = None if slope is None else SLOPES[slope]
        self.precision = product_precision(self.master[0])
        self.is_reduced = self.precision != self.master[0].dtype
        # Where the precision is not reduced these are the weights and gradients themselves.
        self.weight, self.bias = (value.to(self.precision) for value in self.master)
        self.product = self.weight_gradient.to(self.precision)
        self.transpose = self.weight.t()

    def refresh(self) -> None:
        """Take over the present weights."""
        if self.is_reduced:
            self.weight.copy_(self.master[0])
            self.bias.copy_(self.master[1])

    def forward(self, x: Tensor) -> Tensor:
        """The output, shape ``[B, out]``; ``x``, shape ``[B, in]``, is kept."""
        self.x = x.to(self.precision)
        return torch.addmm(self.bias, self.x, self.transpose)

    def backward(self, delta: Tensor) -> None:
        """Write the gradients, from that of the output."""
        torch.sum(delta, 0, out=self.bias_gradient)
        self.delta = delta.to(self.precision)
        torch.mm(self.delta.t(), self.x, out=self.product)
        if self.is_reduced:
            self.weight_gradient.copy_(self.product)

    def delta_input(self) -> Tensor:
        """After ``backward``: the gradient before the activation that made the input."""
        delta = self.delta @ self.weight
        if self.slope is not None:
            delta = self.slope(delta, self.x)
        return delta.to(self.bias_gradient.dtype)


class ObjectiveGradient:
    """The objective of a batch, and the gradient of its negative.

    In the letters of PIMA-7 §2, per datum::

        z = μ + σ_φ ε,  x̂ = decoder(z),  loss = ‖x − x̂‖²/(2σ²) + (D/2) log 2πσ² + β KL
        ∂loss/∂x̂ = (x̂ − x)/σ²
        ∂loss/∂μ  = ∂loss/∂z + β μ
        ∂loss/∂s  = ½ (∂loss/∂z) σ_φ ε + ½ β (σ_φ² − 1)            s = log σ_φ²

    averaged over batch and samples; a dimension whose KL is below its free bits has no β term.
    """

    def __init__(
        self, config: VAEConfig, weights: Weights, gradients: Mapping[str, Tensor]
    ) -> None:
        """Look the layers up once.

        Args:
            config: the experiment, one that ``is_covered``.
            weights: named weights.
            gradients: buffers of the same shapes, overwritten by every call.
        """
        self.config = config
        slopes = [None, *[config.activation] * len(config.widths)]
        self.encoder, self.decoder = (
            [Affine(f"{name}.{i}", weights, gradients, slope) for i, slope in enumerate(slopes)]
            for name in ("encoder", "decoder")
        )
        self.log_var = weights.get("encoder.log_var")
        self.log_var_gradient = gradients.get("encoder.log_var")

    def __call__(self, controls: VAEControls, kl_weight: float, x: Tensor, noise: Tensor) -> float:
        """Overwrite the gradients; returns the objective in nats.

        Args:
            controls: what holds now.
            kl_weight: β in force.
            x: batch, shape ``[B, D]``.
            noise: ε, shape ``[M, B, L]``.
        """
        mean, s = self._posterior(self._forward(self.encoder, x))
        if not self.config.is_variational:
            fit, delta_mean = self._fit(controls, x, mean)
            self._encoder_backward(delta_mean, torch.zeros_like(mean))
            return fit
        deviation = (0.5 * s).exp_()  # σ_φ
        z = torch.addcmul(mean, deviation, noise)
        fit, delta_z = self._fit(controls, x, z.flatten(0, 1))
        delta_z = delta_z.view(z.shape)
        delta_s = (delta_z * noise).mul_(deviation)
        one = len(noise) == 1
        delta_mean, delta_s = (d[0] if one else d.sum(0) for d in (delta_z, delta_s))
        variance = deviation.square()
        kl, paid = self._payment(controls, kl_weight, mean, s, variance)
        delta_mean += mean * paid
        delta_s += variance.sub_(1.0).mul_(paid)
        self._encoder_backward(delta_mean, delta_s.mul_(0.5))
        return fit - kl_weight * kl

    def _posterior(self, head: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), each ``[B, L]``."""
        if self.log_var is not None:
            return head, self.log_var.expand_as(head)
        mean, s = head.chunk(2, dim=1)
        return mean, s

    def _fit(self, controls: VAEControls, x: Tensor, z: Tensor) -> tuple[float, Tensor]:
        """``E_q log p(x|z)`` of the batch, and the loss's gradient with respect to z."""
        x_hat = self._forward(self.decoder, z)
        sigmoid = self.config.output == "sigmoid"
        if sigmoid:
            x_hat.sigmoid_()
        rows = len(z)
        residual = x_hat - (x if rows == len(x) else x.repeat(rows // len(x), 1))
        flat = residual.view(-1)
        mean_square = torch.dot(flat, flat).item() / len(flat)
        variance = self._variance(controls, mean_square)
        delta = residual.mul_(1.0 / (variance * rows))
        if sigmoid:
            delta = torch.ops.aten.sigmoid_backward.default(delta, x_hat)
        self._backward(self.decoder, delta)
        fit = -0.5 * x.shape[1] * (mean_square / variance + LOG_2PI + math.log(variance))
        return fit, self.decoder[0].delta_input()

    def _variance(self, controls: VAEControls, mean_square: float) -> float:
        """σ² in force; the optimal one is the mean squared error, not below its floor."""
        if self.config.variance == "fixed":
            return controls.decoder_variance
        return max(mean_square, math.exp(LOG_VARIANCE_FLOOR))

    def _payment(
        self,
        controls: VAEControls,
        kl_weight: float,
        mean: Tensor,
        s: Tensor,
        variance: Tensor,
    ) -> tuple[float, Tensor | float]:
        """The KL that counts, in nats, and β/B, per dimension where free bits act."""
        batch, floor = len(mean), controls.free_bits
        total = (variance + mean.square()).sub_(s).sum(0)
        kl = [0.5 * (value / batch - 1.0) for value in total.tolist()]
        rate = kl_weight / batch
        if floor == 0.0:
            return sum(kl), rate
        paid = torch.tensor([rate * (value > floor) for value in kl], dtype=mean.dtype)
        return sum(max(value, floor) for value in kl), paid

    def _encoder_backward(self, delta_mean: Tensor, delta_s: Tensor) -> None:
        """Gradients of the encoder from those with respect to mean and log-variance."""
        if self.log_var_gradient is not None:
            torch.sum(delta_s, 0, out=self.log_var_gradient)
            delta = delta_mean
        else:
            delta = torch.cat([delta_mean, delta_s], dim=1)
        self._backward(self.encoder, delta)

    def _forward(self, layers: Sequence[Affine], x: Tensor) -> Tensor:
        """The head of a network, shape ``[B, out]``."""
        for layer in layers:
            layer.refresh()
            if layer.slope is not None:
                x = x.relu_() if self.config.activation == "relu" else x.tanh_()
            x = layer.forward(x)
        return x.to(layers[0].bias_gradient.dtype)

    def _backward(self, layers: Sequence[Affine], delta: Tensor) -> None:
        """Write the gradients of all layers, from that of the head."""
        for layer in reversed(layers):
            layer.backward(delta)
            if layer is not layers[0]:
                delta = layer.delta_input()
