"""What the non-saturating logistic generator descends: Arjovsky and Bottou 2017, Theorem 2.5."""

from dataclasses import dataclass

from core.divergences.exact import Divergences, divergences_of
from core.divergences.line import sides_of
from core.divergences.losses import LOSSES
from core.divergences.pair import PairConfig, Sides
from core.divergences.slopes import slope

STEP = 1e-4
"""Of the finite differences, in units of x."""


@dataclass(frozen=True, kw_only=True)
class TwoSides:
    """Both sides of ``dθ E_g ℓ(D*) = dθ [KL(p_g ‖ p_d) − 2 JS]``, D* held; nats per unit of x.

    They agree to 1e-6 (``test_both_sides_of_the_theorem_agree``).

    Attributes:
        slope: the left side, by quadrature with D* held.
        kl_slope: dθ KL(p_g ‖ p_d), by a finite difference of the divergence.
        js_slope: dθ JS, likewise.
    """

    slope: float
    kl_slope: float
    js_slope: float

    @property
    def right(self) -> float:
        """``dθ KL(p_g ‖ p_d) − 2 dθ JS``."""
        return self.kl_slope - 2 * self.js_slope


def two_sides(sides: Sides | PairConfig) -> TwoSides:
    """The theorem at the pair, p_g moved to the right; neither side is made of the other."""
    pair = sides_of(sides)
    ahead, behind = (divergences_of(pair.moved(step)) for step in (STEP, -STEP))

    def difference(kind: str) -> float:
        return _difference(ahead, behind, kind)

    return TwoSides(
        slope=slope(LOSSES["logistic"], "non_saturating", pair),
        kl_slope=difference("kl_model"),
        js_slope=difference("js"),
    )


def _difference(ahead: Divergences, behind: Divergences, kind: str) -> float:
    return float(getattr(ahead, kind) - getattr(behind, kind)) / (2 * STEP)
