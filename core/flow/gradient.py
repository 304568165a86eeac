"""The negative log-likelihood and its gradient by hand, for flows conditioned on x.

There, a density takes one pass, and a step of a small masked network is mostly bookkeeping when
autograd does it. Covered are additive, affine and spline layers with linear or masked-network
conditioners (``is_covered``); autograd serves the rest. Equality with autograd is checked in
float64 by ``test_the_gradient_by_hand_equals_autograd``.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from core.flow.compose import LOG_2PI, reordered
from core.flow.conditioners import Weights
from core.flow.config import LOG_SCALE_BOUND, FlowConfig
from core.flow.layout import inverse_order, network_sizes, orders
from core.flow.spline_gradient import inverse_backward, inverse_with_tape

Gradients = Mapping[str, Tensor]
Way = tuple[Tensor, Tensor | None, Any]
"""``z``, the log-slopes (None: all zero) and what the way back needs."""


def is_covered(config: FlowConfig) -> bool:
    """Whether ``nll_and_gradient`` knows this flow."""
    return config.conditioned_on == "x" and all(
        layer.transformer in INVERSES and layer.conditioner in ("linear", "made")
        for layer in config.layers
    )


def nll_and_gradient(
    weights: Weights, gradients: Gradients, config: FlowConfig, x: Tensor
) -> float:
    """The mean of ``−log p_X`` over a batch (PIMA-6); its gradient goes into ``gradients``.

    ``−log p_X(x) = −log p_Z(z) + Σ log τ'(z)``, so with batch size B the gradient at the base is
    ``∂/∂z = z/B`` (normal base; 0 on the uniform one) and ``∂/∂ log τ' = 1/B`` everywhere. Layers
    are walked from data to base, and back.

    Args:
        weights: named weights, masked ones zero.
        gradients: buffers of the same shapes, overwritten; masked entries are not cleared here.
        config: a flow that ``is_covered``.
        x: batch, shape ``[B, D]``.

    Returns:
        nats.
    """
    rows, dim = x.shape
    tapes: list[tuple[list[Tensor], Any]] = []
    total = 0.5 * dim * LOG_2PI if config.base == "normal" else 0.0
    order = orders(config)
    for k in reversed(range(len(config.layers))):
        x = reordered(x, inverse_order(order[k]))
        inputs = _network(weights, config, k, x)
        h = inputs.pop().view(rows, dim, -1)
        x, log_slopes, tape = INVERSES[config.layers[k].transformer](x, h, config)
        if log_slopes is not None:
            total += log_slopes.sum().item() / rows
        tapes.append((inputs, tape))
    if config.base == "normal":
        total += 0.5 * x.square().sum().item() / rows
        grad = x / rows
    else:
        total += 0.0 if bool(((x >= 0) & (x <= 1)).all()) else math.inf
        grad = torch.zeros_like(x)
    per_slope = 1.0 / rows
    for k, (inputs, tape) in enumerate(reversed(tapes)):
        backward = BACKWARDS[config.layers[k].transformer]
        grad, grad_h = backward(tape, grad, per_slope)
        is_last = k == len(config.layers) - 1  # its input are data: no gradient is wanted
        into = None if is_last else grad
        _network_backward(weights, gradients, k, inputs, grad_h.flatten(1), into)
        grad = reordered(grad, order[k])
    return total


def _network(weights: Weights, config: FlowConfig, k: int, x: Tensor) -> list[Tensor]:
    """The input ``[B, in]`` of every layer of the conditioning network, and last its output."""
    values = [x]
    depth = len(network_sizes(config, config.layers[k])) - 1
    for i in range(depth):
        h = torch.addmm(weights[f"{k}.{i}.bias"], values[-1], weights[f"{k}.{i}.weight"].t())
        values.append(h.relu_() if i < depth - 1 else h)
    return values


def _network_backward(
    weights: Weights,
    gradients: Gradients,
    k: int,
    inputs: list[Tensor],
    delta: Tensor,
    into: Tensor | None,
) -> None:
    """Write the gradients of the network; add that of its input to ``into``, if it is given.

    ``delta`` is that of its output, ``[B, out]``.

    In the plane only the first input is ever used: products with vectors then do.
    """
    for i in reversed(range(len(inputs))):
        weight, gradient = weights[f"{k}.{i}.weight"], gradients[f"{k}.{i}.weight"]
        torch.sum(delta, 0, out=gradients[f"{k}.{i}.bias"])
        in_plane = i == 0 and weight.shape[1] == 2
        if in_plane:
            gradient[:, 0] = torch.mv(delta.t(), inputs[0][:, 0])
        else:
            torch.mm(delta.t(), inputs[i], out=gradient)
        if i > 0:
            delta = torch.ops.aten.threshold_backward(delta @ weight, inputs[i], 0.0)
        elif into is not None and in_plane:
            into[:, 0] += torch.mv(delta, weight[:, 0])
        elif into is not None:
            into += delta @ weight


def _additive(x: Tensor, h: Tensor, config: FlowConfig) -> Way:
    return x - h[..., 0], None, None


def _additive_backward(tape: None, grad: Tensor, per_slope: float) -> tuple[Tensor, Tensor]:
    return grad.clone(), -grad.unsqueeze(-1)


def _affine(x: Tensor, h: Tensor, config: FlowConfig) -> Way:
    raw = h[..., 0]
    damping = raw.abs() * (1.0 / LOG_SCALE_BOUND) + 1.0
    a = raw / damping
    shrink = torch.exp(-a)
    z = (x - h[..., 1]) * shrink
    return z, a, (z, shrink, damping)


def _affine_backward(
    tape: tuple[Tensor, Tensor, Tensor], grad: Tensor, per_slope: float
) -> tuple[Tensor, Tensor]:
    """``z = (x − b) e^{−a}``: ``∂z/∂a = −z``, ``∂z/∂b = −e^{−a}``, ``∂ log τ'/∂a = 1``."""
    z, shrink, damping = tape
    grad_x = grad * shrink
    grad_raw = (per_slope - grad * z) / damping.square()
    return grad_x, torch.stack([grad_raw, -grad_x], -1)


def _spline(x: Tensor, h: Tensor, config: FlowConfig) -> Way:
    return inverse_with_tape(x, h, config.interval)


def _spline_backward(tape: Any, grad: Tensor, per_slope: float) -> tuple[Tensor, Tensor]:
    return inverse_backward(tape, grad, torch.full_like(grad, per_slope))


INVERSES: dict[str, Callable[[Tensor, Tensor, FlowConfig], Way]] = {
    "additive": _additive,
    "affine": _affine,
    "spline": _spline,
}
BACKWARDS: dict[str, Callable[[Any, Tensor, float], tuple[Tensor, Tensor]]] = {
    "additive": _additive_backward,
    "affine": _affine_backward,
    "spline": _spline_backward,
}
