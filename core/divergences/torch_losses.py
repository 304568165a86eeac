"""The losses of ``core.divergences.losses`` on tensors of any precision.

Equality with them is checked by ``test_a_loss_of_tensors_is_the_loss``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from core.divergences.losses import LossKey


@dataclass(frozen=True, kw_only=True)
class TorchLoss:
    """Functions of α, any shape.

    Attributes:
        cost: ℓ(α).
        slope: ℓ'(α); at a corner the slope on its left.
    """

    cost: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]


def _is(mask: Tensor, like: Tensor) -> Tensor:
    return mask.to(like.dtype)


TORCH_LOSSES: dict[LossKey, TorchLoss] = {
    "zero_one": TorchLoss(cost=lambda a: _is(a <= 0, a), slope=torch.zeros_like),
    "squared": TorchLoss(cost=lambda a: (1 - a).square(), slope=lambda a: 2 * (a - 1)),
    "logistic": TorchLoss(
        cost=lambda a: -functional.logsigmoid(a), slope=lambda a: -torch.sigmoid(-a)
    ),
    "hinge": TorchLoss(cost=lambda a: (1 - a).relu(), slope=lambda a: -_is(a <= 1, a)),
    "exponential": TorchLoss(cost=lambda a: (-a).exp(), slope=lambda a: -(-a).exp()),
    "wasserstein": TorchLoss(cost=lambda a: -a, slope=lambda a: -torch.ones_like(a)),
}
"""By key, as in ``LOSSES``."""


def risk_gradient(loss: TorchLoss, values: Tensor, out: Tensor) -> Tensor:
    """The gradient of ``½ mean ℓ(D) + ½ mean ℓ(−D)`` by D ``[2 B, 1]``, written to ``out``.

    The first B rows are of the data, the others of the model.
    """
    rows = len(values) // 2
    torch.mul(loss.slope(values[:rows]), 0.5 / rows, out=out[:rows])
    torch.mul(loss.slope(-values[rows:]), -0.5 / rows, out=out[rows:])
    return out


def sample_risk(loss: TorchLoss, values: Tensor) -> float:
    """``½ mean ℓ(D) + ½ mean ℓ(−D)`` of D ``[2 B, 1]``, rows as above, in float64."""
    rows, exact = len(values) // 2, values.double()
    both = loss.cost(exact[:rows]).mean() + loss.cost(-exact[rows:]).mean()
    return 0.5 * both.item()
