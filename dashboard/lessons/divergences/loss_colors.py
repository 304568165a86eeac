"""A colour for every loss, where several are in one picture: losses of one divergence share it."""

from core.divergences.losses import LOSSES, DivergenceKey, LossKey
from dashboard.theme import CLASS_COLORS

DIVERGENCE_COLORS: dict[DivergenceKey, str] = {
    "js": CLASS_COLORS[0],
    "triangular": CLASS_COLORS[1],
    "hellinger": CLASS_COLORS[8],
    "tv": CLASS_COLORS[4],
    "w1": CLASS_COLORS[5],
}

LOSS_COLORS: dict[LossKey, str] = {
    key: DIVERGENCE_COLORS[loss.divergence] for key, loss in LOSSES.items()
}
