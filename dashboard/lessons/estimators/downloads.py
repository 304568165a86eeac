"""What can be taken home of the lesson: the numbers behind every picture."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.estimators.answers import Race
from dashboard.kit.downloads import Download
from dashboard.kit.scene import Scene
from dashboard.lessons.estimators.answers import Known, known_now
from dashboard.lessons.estimators.choice import Choice
from dashboard.lessons.estimators.table import rows, table_frame

Array = NDArray[np.float64]
Make = Callable[[Choice, Known], pd.DataFrame]


def downloads(scene: Scene) -> tuple[Download, ...]:
    """The table behind each picture, as it stands when a button is clicked."""

    def now(make: Make) -> Callable[[], pd.DataFrame]:
        def contents() -> pd.DataFrame:
            question = scene.lesson.question
            assert question is not None
            then = replace(scene, question=question(scene.state.choices))
            return make(then.question, known_now(then))

        return contents

    files: dict[str, Make] = {
        "table": _table,
        "estimates": _estimates,
        "variances": variances_frame,
        "draws": _draws,
        "race": lambda _, known: pd.DataFrame() if known.race is None else race_frame(known.race),
    }
    return tuple(
        Download(name=name, file=f"estimators-{name}.csv", make=now(make))
        for name, make in files.items()
    )


def _table(choice: Choice, known: Known) -> pd.DataFrame:
    if known.trial is None or known.exact is None:
        return pd.DataFrame()
    table = rows(choice.config, choice.index, known.exact, known.trial)
    return table_frame(table, known.exact, choice.index)


def _estimates(choice: Choice, known: Known) -> pd.DataFrame:
    if known.trial is None:
        return pd.DataFrame()
    columns = {n: pd.Series(t.shown[:, choice.index]) for n, t in known.trial.tallies.items()}
    return pd.DataFrame(columns)


def _draws(_: Choice, known: Known) -> pd.DataFrame:
    if known.witness is None:
        return pd.DataFrame()
    seen = known.witness
    return pd.DataFrame({"z": seen.z, "f": seen.value, **seen.arrows})


def variances_frame(choice: Choice, known: Known) -> pd.DataFrame:
    """Every measured and exact variance of the pictures, one row each."""
    frames = []
    for axis, measured in known.sweeps:
        if measured is not None:
            for j, name in enumerate(choice.config.estimators):
                frames.append(
                    _variances(axis.axis, "measured", name, axis.measured, measured[:, j])
                )
        for name, values in axis.exact_curves(choice.config).items():
            frames.append(_variances(axis.axis, "exact", name, axis.drawn, values))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _variances(
    axis: str, kind: str, name: str, places: tuple[float, ...], values: Array
) -> pd.DataFrame:
    return pd.DataFrame(
        {"axis": axis, "kind": kind, "estimator": name, "place": places, "variance": values}
    )


def race_frame(race: Race) -> pd.DataFrame:
    """Every step of every racer: μ, log σ and E f."""
    frames = [_steps(name, path, race.losses[name]) for name, path in race.paths.items()]
    if race.exact is not None and race.exact_loss is not None:
        frames.append(_steps("exact", race.exact, race.exact_loss))
    return pd.concat(frames, ignore_index=True)


def _steps(name: str, path: Array, losses: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "estimator": name,
            "step": np.arange(len(path)),
            "mu": path[:, 0],
            "log_sigma": path[:, 1],
            "expected_f": losses,
        }
    )
