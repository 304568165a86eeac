"""Adam and plain gradient descent on one flat buffer.

torch's own optimisers import its compiler (about a second) when the first one is made; the fused
kernel behind ``torch.optim.Adam(fused=True)`` is called directly instead. Equality with
``torch.optim.Adam`` is checked by ``test_adam_equals_torch_optim``.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

ADAM_BETAS = (0.9, 0.999)
ADAM_EPSILON = 1e-8


def adam_step(
    parameters: Tensor,
    gradient: Tensor,
    moments: Tensor | Sequence[Tensor],
    step: Tensor,
    learning_rate: float,
    beta1: float = ADAM_BETAS[0],
) -> None:
    """One step of Adam (Kingma and Ba 2015), in place.

    Args:
        parameters: shape ``[P]``.
        gradient: of the loss, shape ``[P]``.
        moments: first and second moment, each with shape ``[P]``.
        step: steps taken including this one, a float32 scalar tensor.
        learning_rate: of this step.
        beta1: how much of the first moment is kept.
    """
    torch._fused_adam_(  # the kernel behind torch.optim.Adam(fused=True)
        [parameters],
        [gradient],
        [moments[0]],
        [moments[1]],
        [],
        [step],
        lr=learning_rate,
        beta1=beta1,
        beta2=ADAM_BETAS[1],
        weight_decay=0.0,
        eps=ADAM_EPSILON,
        amsgrad=False,
        maximize=False,
    )


def sgd_step(parameters: Tensor, gradient: Tensor, learning_rate: float) -> None:
    """One step of plain gradient descent, in place; shapes ``[P]``."""
    parameters.add_(gradient, alpha=-learning_rate)
