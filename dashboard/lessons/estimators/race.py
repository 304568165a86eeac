"""The race of the arena: its ranges, its field, and its rows for download."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.estimators.answers import Race
from core.estimators.config import RaceConfig
from core.estimators.lineup import LINEUP
from core.estimators.reference import landscape
from core.estimators.theory import CLOSED_FORMS
from dashboard.components.race_track import Field, Racer, race_track
from dashboard.lessons.estimators.text import role_color
from dashboard.theme import Look

Array = NDArray[np.float64]
Range = tuple[float, float]
Ranges = tuple[Range, Range, Range]

FIELD_SHAPE = (40, 60)
ASTRAY = 3.0
"""A racer that goes further astray, in lengths of the leading path, leaves the picture."""


def draw_race(race: Race, config: RaceConfig, look: Look) -> None:
    """The race on the page; played in the browser."""
    racers = [
        Racer(name=LINEUP[n].title, color=role_color(n), path=race.paths[n], losses=race.losses[n])
        for n in race.paths
    ]
    if race.exact is not None and race.exact_loss is not None:
        exact = Racer(
            name="exact", color="", path=race.exact, losses=race.exact_loss, is_exact=True
        )
        racers = [exact, *racers]
    ranges = _ranges(race)
    ends = ", ".join(f"{LINEUP[n].title} E f {race.losses[n][-1]:.3g}" for n in race.paths)
    suffix = "" if config.start.size == 1 else "₁"
    race_track(
        key="race",
        racers=racers,
        ranges=ranges,
        field=_field(config, ranges),
        plane_titles=(f"mean μ{suffix}", f"log σ{suffix}"),
        curve_titles=("step of gradient descent", "E f (nats)" if config.start.is_elbo else "E f"),
        look=look,
        alt=f"The race after its last step: {ends}",
    )


def _range(parts: list[Array], reference: Array) -> Range:
    """All that is finite, but not much further than the reference path is long."""
    centre, reach = float(reference[0]), float(np.ptp(reference[np.isfinite(reference)]))
    values = np.concatenate([part[np.isfinite(part)] for part in parts])
    limit = ASTRAY * reach if reach > 1e-3 else 1.0
    values = values[np.abs(values - centre) <= limit]
    low, high = float(values.min()), float(values.max())
    room = max(0.08 * (high - low), 0.02 * max(1.0, abs(high)))
    return low - room, high + room


def _ranges(race: Race) -> Ranges:
    """Of μ, log σ and E f."""
    first = next(iter(race.paths))
    leading = race.exact if race.exact is not None else race.paths[first]
    losses = race.exact_loss if race.exact_loss is not None else race.losses[first]
    return (
        _range([path[:, 0] for path in race.paths.values()] + [leading[:, 0]], leading[:, 0]),
        _range([path[:, 1] for path in race.paths.values()] + [leading[:, 1]], leading[:, 1]),
        _range([*race.losses.values(), losses], losses),
    )


def has_field(config: RaceConfig) -> bool:
    """Whether ``E f`` is known everywhere at once."""
    return config.start.function in CLOSED_FORMS


def _field(config: RaceConfig, ranges: Ranges) -> Field | None:
    """``E f`` of one coordinate over the plane, as ranks in [0, 1]: bands of equal area."""
    arena = config.start
    if not has_field(config):
        return None
    (x0, x1), (y0, y1), _ = ranges
    rows, columns = FIELD_SHAPE
    m, log_s = np.meshgrid(
        x0 + (np.arange(columns) + 0.5) / columns * (x1 - x0),
        y0 + (np.arange(rows) + 0.5) / rows * (y1 - y0),
    )
    value = landscape(arena.function, arena.k, m.ravel(), log_s.ravel())
    assert value is not None
    ranks = np.argsort(np.argsort(value)) / max(1, m.size - 1)
    return Field(values=ranks.reshape(FIELD_SHAPE), x=(x0, x1), y=(y0, y1))


def race_frame(race: Race) -> pd.DataFrame:
    """Every step of every racer: μ, log σ and E f."""
    frames = []
    for name, path in race.paths.items():
        frames.append(_rows(name, path, race.losses[name]))
    if race.exact is not None and race.exact_loss is not None:
        frames.append(_rows("exact", race.exact, race.exact_loss))
    return pd.concat(frames, ignore_index=True)


def _rows(name: str, path: Array, losses: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "estimator": name,
            "step": np.arange(len(path)),
            "mu": path[:, 0],
            "log_sigma": path[:, 1],
            "expected_f": losses,
        }
    )
