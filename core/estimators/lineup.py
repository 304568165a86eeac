"""Who competes: the estimators by name, and what each needs. Torch-free.

``core.estimators.estimators.ESTIMATORS`` holds the functions under the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.estimators.functions import TestFunction


@dataclass(frozen=True, kw_only=True)
class Competitor:
    """What is known of one estimator before it draws.

    Attributes:
        group: how many draws in a row depend on each other: 1, a pair, or ``None`` for all.
        crosses_jumps: whether it is unbiased for a discontinuous f, too.
        is_naive: the gradient through q is lost.
        needs_diagonal: defined for a diagonal factor only.
        uses_value: whether it needs ``f(z)`` and the score of every draw (for its cost).
    """

    group: int | None = 1
    crosses_jumps: bool = True
    is_naive: bool = False
    needs_diagonal: bool = False
    uses_value: bool = True

    def is_unbiased(self, function: TestFunction) -> bool:
        """Whether its mean is the gradient."""
        return not self.is_naive and (self.crosses_jumps or function.is_continuous)

    @property
    def least_samples(self) -> int:
        """The fewest draws per estimate."""
        return 1 if self.group == 1 else 2


LINEUP: dict[str, Competitor] = {
    "pathwise": Competitor(crosses_jumps=False, uses_value=False),
    "naive": Competitor(is_naive=True, uses_value=False),
    "score_function": Competitor(),
    "constant_baseline": Competitor(),
    "optimal_baseline": Competitor(),
    "leave_one_out": Competitor(group=None),
    "measure_valued": Competitor(needs_diagonal=True, uses_value=False),
    "antithetic": Competitor(group=2, crosses_jumps=False, uses_value=False),
    "score_antithetic": Competitor(group=2, uses_value=False),
}
"""By the name that stands in a link, in the order of every picture."""
