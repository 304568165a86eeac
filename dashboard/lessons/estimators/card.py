"""The estimators lesson on the home page: exact variances of three estimators."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.estimators.config import EstimatorsConfig
from core.estimators.moments import exact_variances
from dashboard.charts.sketch import line, placed, sketch
from dashboard.kit.badges import Kind
from dashboard.theme import ROLE_COLORS, Look, Role

KIND: Kind = "exact"
NAMES: tuple[Role, ...] = ("pathwise", "score_function", "optimal_baseline")
FREQUENCIES = np.linspace(0.1, 4.0, 27)

LEAST, MOST = -2.0, 1.0
"""The drawn variances, as powers of ten."""


@lru_cache(maxsize=1)
def variances() -> dict[str, NDArray[np.float64]]:
    """Of one draw for ``f = cos(k z)``, z ~ N(1, 1), over the frequencies k, by estimator."""
    config = EstimatorsConfig(function="cos", num_samples=1)
    found = [exact_variances(config.at("k", k), NAMES) for k in FREQUENCIES]
    return {name: np.array([each[name].value for each in found]) for name in NAMES}


def card(look: Look) -> str:
    """Variance (logarithmic) against frequency: the score function wins at the right (SVG)."""
    logs = {name: np.log10(values) for name, values in variances().items()}
    low, high = (FREQUENCIES[0], LEAST), (FREQUENCIES[-1], MOST)
    curves = {
        name: placed(np.stack([FREQUENCIES, values], axis=1), low, high)
        for name, values in logs.items()
    }
    lines = (line(curves[name], ROLE_COLORS[name], 2.2, is_exact=True) for name in NAMES)
    return sketch(look, *lines)
