"""What workers answer about estimators: numpy values, unpickled by a server without torch."""

from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

Array = NDArray[Any]
How = Literal["closed form", "quadrature", "pathwise"]

ROUNDING = 1e-12
"""What rounding leaves of a sum, as a share of its terms."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ExactGradient:
    """The gradient that estimates are compared with.

    Attributes:
        value: shape ``[P]``.
        error: rounding, achieved error of the quadrature, or standard error, ``[P]``.
        how: where it comes from.
    """

    value: Array
    error: Array
    how: How

    def is_zero(self, component: int) -> bool:
        """Whether nothing tells this component from zero."""
        return bool(abs(self.value[component]) <= 4 * self.error[component] + ROUNDING)


@dataclass(frozen=True, kw_only=True, eq=False)
class Submission:
    """One classmate's code as it ran, and what autograd saw.

    Attributes:
        code: its source.
        z_requires_grad: whether the draws lead back to φ.
        loss_requires_grad: whether the loss does.
        mean_gradient: ``mu.grad`` afterwards, ``[d]``, or ``None``.
        scale_gradient: ``sigma.grad`` afterwards, ``[d]``, or ``None``.
        refusal: the words of autograd's refusal, if it refused.
    """

    code: str
    z_requires_grad: bool
    loss_requires_grad: bool
    mean_gradient: Array | None
    scale_gradient: Array | None
    refusal: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Witness:
    """A few draws of q_φ and each one's own gradient.

    Attributes:
        z: one coordinate of the draws, ``[m]``.
        value: ``f(z)`` of the draws, ``[m]``.
        arrows: by estimator, each draw's contribution to the gradient, ``[m]``.
        mean: of that coordinate.
        scale: its standard deviation.
        grid: places along it, ``[g]``.
        curve: f there, the other coordinates at μ, ``[g]``.
        submissions: Boopy's and Naot's.
    """

    z: Array
    value: Array
    arrows: dict[str, Array]
    mean: float
    scale: float
    grid: Array
    curve: Array
    submissions: tuple[Submission, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Race:
    """Where gradient descent went with every estimator.

    Attributes:
        paths: by estimator, ``(μ₁, log σ₁)`` after each step, ``[T + 1, 2]``; NaN after it has
            left the finite numbers.
        losses: by estimator, ``E f`` after each step, ``[T + 1]``.
        exact: the path of descent along the exact gradient, where it has a closed form.
        exact_loss: its ``E f``.
        num_samples: n that was used.
    """

    paths: dict[str, Array]
    losses: dict[str, Array]
    exact: Array | None
    exact_loss: Array | None
    num_samples: int
