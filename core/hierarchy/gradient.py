"""The gradient of the objective by hand, for inference from below.

An eager autograd step of four small networks is mostly bookkeeping. Equality with autograd is
checked in float64 by ``test_the_gradient_of_two_levels_equals_autograd``; where z2 is inferred
from x autograd serves (``is_covered``).
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from core.hierarchy.config import LINK_LOG_VARIANCE_FLOOR, HierarchyConfig, HierarchyControls
from core.hierarchy.layout import variance_of
from core.hierarchy.networks import Weights
from core.hierarchy.objective import LOG_2PI
from core.vae.gradient import Affine


def is_covered(config: HierarchyConfig) -> bool:
    """Whether ``HierarchyGradient`` knows this model."""
    return not config.sees_x


class GaussianMap:
    """A map to the mean and log-variance of a Gaussian, by hand.

    Attributes:
        layers: from the input to the head.
        mean: ``[B, L]``.
        log_var: ``[B, L]``; of a map without one 0.
        delta_mean: the loss's gradient by the mean, to be filled.
        delta_log_var: the same by the log-variance.
    """

    def __init__(
        self,
        name: str,
        config: HierarchyConfig,
        weights: Weights,
        gradients: Mapping[str, Tensor],
        rows: int,
        size: int,
    ) -> None:
        """Look up the views and lay out the buffers for ``rows`` rows and ``size`` dimensions."""
        self.layers = _layers(name, weights, gradients, rows)
        self.size, self.variance = size, variance_of(config, name)
        delta = self.layers[-1].delta
        self.own = weights.get(f"{name}.log_var")
        self.own_gradient = gradients.get(f"{name}.log_var")
        self.delta_mean = delta[:, :size]
        is_head = self.variance == "head"
        self.delta_log_var = delta[:, size:] if is_head else torch.zeros_like(delta)
        self.log_var = torch.zeros_like(delta)

    def forward(self, x: Tensor) -> None:
        """Set ``mean`` and ``log_var``."""
        head = run(self.layers, x)
        self.mean = head[:, : self.size]
        if self.variance == "head":
            self.log_var = head[:, self.size :]
        elif self.own is not None:
            self.log_var = self.own.expand_as(head)

    def backward(self) -> None:
        """Write the gradients of all layers from those by mean and log-variance."""
        if self.own_gradient is not None:
            torch.sum(self.delta_log_var, 0, out=self.own_gradient)
        run_back(self.layers)


class HierarchyGradient:
    """The gradient of the negative objective of a batch, one sample a row.

    With ``r = (z1 − m_p) e^{−l_p}``, w and v the price of a nat of a unit of z1 and z2 over B, 0
    where a unit is below its free bits::

        ∂/∂m_p = −w r,   ∂/∂l_p = ½ w (1 − (z1 − m_p) r)          p(z1|z2)
        ∂/∂m2 = ∂/∂z2 + v m2,   ∂/∂l2 = ½ (∂/∂z2) σ2 ε2 + ½ v (e^{l2} − 1)
        ∂/∂m1 = ∂/∂z1,   ∂/∂l1 = ½ (∂/∂z1) σ1 ε1 − ½ w

    where ∂/∂z1 gathers what comes from the decoder, from w r and through q(z2|z1).
    """

    def __init__(
        self,
        config: HierarchyConfig,
        weights: Weights,
        gradients: Mapping[str, Tensor],
        rows: int,
    ) -> None:
        """Look the layers up and lay out the buffers once.

        Args:
            config: the experiment, one that ``is_covered``.
            weights: named weights.
            gradients: buffers of the same shapes, overwritten by every call.
            rows: B.
        """
        self.config, self.rows = config, rows
        low, top = config.latent_dim, config.top_dim
        self.encoder, self.top, self.link = (
            GaussianMap(name, config, weights, gradients, rows, size)
            for name, size in (("encoder", low), ("top", top), ("link", low))
        )
        self.decoder = _layers("decoder", weights, gradients, rows)
        like = self.decoder[-1].delta
        seen = low + top if config.skip else low
        self.z, self.delta_z = like.new_empty(rows, seen), like.new_empty(rows, seen)
        self.z1, self.delta_z1, self.far, self.pull = like.new_empty(4, rows, low)
        self.z2, self.delta_z2 = like.new_empty(2, rows, top)
        self.price, self.top_price = like.new_empty(low), like.new_empty(top)
        self.scale = like.new_tensor(1.0)

    def __call__(self, controls: HierarchyControls, step: int, x: Tensor, noise: Tensor) -> float:
        """Overwrite the gradients; returns T1 of the batch, in nats.

        Args:
            controls: what holds now.
            step: for the warm-up.
            x: batch, ``[B, D]``.
            noise: ε, ``[B, L1 + L2]``.
        """
        low = self.config.latent_dim
        self.encoder.forward(x)
        shift = _draw(self.encoder, noise[:, :low], self.z1)
        self.top.forward(self.z1)
        top_shift = _draw(self.top, noise[:, low:], self.z2)
        self.link.forward(self.z2)
        fit = self._fit(controls.decoder_variance, x)
        self._pay(controls, step)
        self._link_back()
        self._top_back(top_shift)
        self._encoder_back(shift)
        return fit

    def _fit(self, variance: float, x: Tensor) -> float:
        """T1; writes the gradient by what the decoder sees."""
        low = self.config.latent_dim
        self.z[:, :low] = self.z1
        if self.config.skip:
            self.z[:, low:] = self.z2
        head = run(self.decoder, self.z)
        is_sigmoid = self.config.is_image and not self.config.is_linear
        x_hat = head.sigmoid_() if is_sigmoid else head
        residual = self.decoder[-1].delta
        torch.sub(x_hat, x, out=residual)
        flat = residual.view(-1)
        mean_square = torch.dot(flat, flat).item() / len(flat)
        residual.mul_(self.scale.fill_(1.0 / (variance * self.rows)))
        if is_sigmoid:
            torch.ops.aten.sigmoid_backward.grad_input(residual, x_hat, grad_input=residual)
        run_back(self.decoder)
        self.decoder[0].backward_input(self.delta_z, None)
        return -0.5 * x.shape[1] * (mean_square / variance + LOG_2PI + math.log(variance))

    def _pay(self, controls: HierarchyControls, step: int) -> None:
        """Set what a nat of every unit costs over B, and ``far``, ``pull``: z1 − m_p and r."""
        price, top_price = controls.weights_at(step)
        self.price.fill_(price / self.rows)
        self.top_price.fill_(top_price / self.rows)
        raw = self.link.log_var
        self.is_learned = self.config.link_variance == "learned"
        floor = LINK_LOG_VARIANCE_FLOOR
        self.link_log_var = (
            torch.nn.functional.softplus(raw - floor).add_(floor) if self.is_learned else raw
        )
        torch.sub(self.z1, self.link.mean, out=self.far)
        torch.mul(self.far, (-self.link_log_var).exp_(), out=self.pull)
        if controls.free_bits > 0.0:
            twice = self.link_log_var - self.encoder.log_var + self.far * self.pull
            self.price.mul_(0.5 * (twice.mean(0) - 1.0) > controls.free_bits)
        if controls.top_free_bits > 0.0:
            twice = self.top.log_var.exp() + self.top.mean.square() - self.top.log_var
            self.top_price.mul_(0.5 * (twice.mean(0) - 1.0) > controls.top_free_bits)

    def _link_back(self) -> None:
        """Gradients of the link and by z2."""
        link = self.link
        weighted = torch.mul(self.pull, self.price, out=self.delta_z1)  # the own part of ∂/∂z1
        torch.neg(weighted, out=link.delta_mean)
        if self.is_learned:
            by_log_var = torch.addcmul(self.price, self.far, weighted, value=-1.0).mul_(0.5)
            slope = (link.log_var - LINK_LOG_VARIANCE_FLOOR).sigmoid_()
            torch.mul(by_log_var, slope, out=link.delta_log_var)
        link.backward()
        link.layers[0].backward_input(self.delta_z2, None)
        if self.config.skip:
            self.delta_z2.add_(self.delta_z[:, self.config.latent_dim :])

    def _top_back(self, shift: Tensor) -> None:
        """Gradients of q(z2|z1), and all of that by z1."""
        top = self.top
        torch.addcmul(self.delta_z2, top.mean, self.top_price, out=top.delta_mean)
        by_log_var = shift.mul_(self.delta_z2).addcmul_(top.log_var.exp(), self.top_price)
        torch.mul(by_log_var.sub_(self.top_price), 0.5, out=top.delta_log_var)
        top.backward()
        top.layers[0].backward_input(self.pull, None)
        self.delta_z1.add_(self.pull).add_(self.delta_z[:, : self.config.latent_dim])

    def _encoder_back(self, shift: Tensor) -> None:
        """Gradients of q(z1|x)."""
        encoder = self.encoder
        encoder.delta_mean.copy_(self.delta_z1)
        by_log_var = shift.mul_(self.delta_z1).sub_(self.price)
        torch.mul(by_log_var, 0.5, out=encoder.delta_log_var)
        encoder.backward()


def _layers(
    name: str, weights: Weights, gradients: Mapping[str, Tensor], rows: int
) -> list[Affine]:
    count = sum(key.startswith(f"{name}.") and key.endswith(".weight") for key in weights)
    return [Affine(f"{name}.{i}", weights, gradients, rows) for i in range(count)]


def run(layers: Sequence[Affine], x: Tensor) -> Tensor:
    """The head of a perceptron, ``[B, out]``."""
    for layer in layers[:-1]:
        x = torch.relu_(layer.forward(x))
    head = layers[-1].forward(x)
    return head.to(layers[-1].delta.dtype) if layers[-1].is_reduced else head


def run_back(layers: Sequence[Affine]) -> None:
    """Write the gradients of all layers, from that of the head."""
    for layer, before in pairwise(reversed(layers)):
        layer.backward()
        layer.backward_input(before.delta, "relu")
    layers[0].backward()


def _draw(found: GaussianMap, noise: Tensor, z: Tensor) -> Tensor:
    """Write ``m + σ ε`` into z; returns ``σ ε``."""
    shift = (0.5 * found.log_var).exp_().mul_(noise)
    torch.add(found.mean, shift, out=z)
    return shift
