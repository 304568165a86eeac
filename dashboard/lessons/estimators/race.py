"""The race: its ranges, its field, its legend, and the flat picture of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.estimators.answers import Race
from core.estimators.config import RaceConfig
from core.estimators.reference import landscape
from core.estimators.theory import CLOSED_FORMS
from dashboard.components.race_track import Field, Racer, race_track
from dashboard.kit.scene import Scene
from dashboard.kit.words import Words
from dashboard.lessons.estimators.names import color_of, dot, title_of

Array = NDArray[np.float64]
Range = tuple[float, float]
Ranges = tuple[Range, Range, Range]

FIELD_SHAPE = (40, 60)
ASTRAY = 3.0
"""A racer that goes further astray, in lengths of the leading path, leaves the picture."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Raced:
    """A race that is over.

    Attributes:
        config: what was asked.
        race: what came of it.
    """

    config: RaceConfig
    race: Race


def draw_race(run: Raced, scene: Scene) -> None:
    """The race on the page; played in the browser."""
    race, config, said = run.race, run.config, scene.said
    racers = [
        Racer(name=title_of(n, said), color=color_of(n), path=race.paths[n], losses=race.losses[n])
        for n in race.paths
    ]
    if race.exact is not None and race.exact_loss is not None:
        exact = Racer(
            name=said("race.exact"),
            color="",
            path=race.exact,
            losses=race.exact_loss,
            is_exact=True,
        )
        racers = [exact, *racers]
    ranges = ranges_of(race)
    expected = "race.expected_nats" if config.start.is_elbo else "race.expected"
    race_track(
        words=scene.kit.part("components.race_track"),
        key="race",
        racers=racers,
        ranges=ranges,
        field=_field(config, ranges),
        plane_titles=plane_titles(config, said),
        curve_titles=(said("race.step"), said(expected)),
        look=scene.look,
        alt=said("race.alt", ends=ends(race, said)),
    )


def plane_titles(config: RaceConfig, said: Words) -> tuple[str, str]:
    """Titles of the axes of μ and log σ; of the first coordinate where there are several."""
    index = "" if config.start.size == 1 else "₁"
    return said("race.mu", index=index), said("race.log_sigma", index=index)


def ends(race: Race, said: Words) -> str:
    """Where everybody arrived, in words."""
    return ", ".join(
        said("race.end", name=title_of(n, said), value=f"{losses[-1]:.3g}")
        for n, losses in race.losses.items()
    )


def _range(parts: list[Array], reference: Array, naot: Array) -> Range:
    """All that is finite, but not much further than the reference path is long.

    Naot's path counts whole: what he misses is to be seen.
    """
    centre, reach = float(reference[0]), float(np.ptp(reference[np.isfinite(reference)]))
    values = np.concatenate([part[np.isfinite(part)] for part in parts])
    limit = ASTRAY * reach if reach > 1e-3 else 1.0
    values = np.concatenate([values[np.abs(values - centre) <= limit], naot[np.isfinite(naot)]])
    low, high = float(values.min()), float(values.max())
    room = max(0.08 * (high - low), 0.02 * max(1.0, abs(high)))
    return low - room, high + room


def ranges_of(race: Race) -> Ranges:
    """Of μ, log σ and E f."""
    first = next(iter(race.paths))
    leading = race.exact if race.exact is not None else race.paths[first]
    losses = race.exact_loss if race.exact_loss is not None else race.losses[first]
    naot = race.paths.get("naive", leading[:1])
    paths = [*race.paths.values(), leading]
    return (
        _range([path[:, 0] for path in paths], leading[:, 0], naot[:, 0]),
        _range([path[:, 1] for path in paths], leading[:, 1], naot[:, 1]),
        _range([*race.losses.values(), losses], losses, race.losses.get("naive", losses[:1])),
    )


def has_field(config: RaceConfig) -> bool:
    """Whether ``E f`` is known everywhere at once."""
    return config.start.function in CLOSED_FORMS


def heights(config: RaceConfig, ranges: Ranges, shape: tuple[int, int]) -> tuple[Array, ...]:
    """``E f`` of one coordinate over the plane: μ ``[c]``, log σ ``[r]``, values ``[r, c]``.

    Each stands for a cell of the plane. Only where ``has_field``.
    """
    (x0, x1), (y0, y1), _ = ranges
    rows, columns = shape
    m = x0 + (np.arange(columns) + 0.5) / columns * (x1 - x0)
    log_s = y0 + (np.arange(rows) + 0.5) / rows * (y1 - y0)
    grid = [axis.ravel() for axis in np.meshgrid(m, log_s)]
    value = landscape(config.start.function, config.start.k, *grid)
    assert value is not None
    return m, log_s, value.reshape(shape)


def _field(config: RaceConfig, ranges: Ranges) -> Field | None:
    """``E f`` as ranks in [0, 1]: bands of equal area."""
    if not has_field(config):
        return None
    value = heights(config, ranges, FIELD_SHAPE)[2].ravel()
    ranks = np.argsort(np.argsort(value)) / max(1, value.size - 1)
    return Field(values=ranks.reshape(FIELD_SHAPE), x=ranges[0], y=ranges[1])


def race_legend(run: Raced, said: Words, *, is_late: bool) -> str:
    """Who races, from where, and how (HTML)."""
    race, config = run.race, run.config
    parts = [dot(name, said) for name in race.paths]
    if race.exact is not None:
        parts.append(f"<b>╌╌</b> {said('race.exact')}")
    if config.start.is_full:
        parts.append(said("race.diagonal"))
    lost = [title_of(n, said) for n, losses in race.losses.items() if pd.isna(losses[-1])]
    if lost:
        parts.append(f"<b>{said('race.diverged', names=', '.join(lost))}</b>")
    note = said("race.note", draws=race.num_samples, rate=f"{config.learning_rate:g}")
    parts.append(f"{note}; {said('race.shaded')}" if has_field(config) else note)
    if is_late:
        parts = [f"<b>{said('race.late')}</b>", *parts]
    return '<div class="legend">' + " &nbsp; ".join(parts) + "</div>"
