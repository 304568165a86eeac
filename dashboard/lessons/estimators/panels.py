"""The pictures of the arena, each from answers of workers and what is exactly known."""

import re
from html import escape

import numpy as np
import pandas as pd

from core.estimators.answers import ExactGradient, Witness
from core.estimators.lineup import LINEUP
from core.estimators.reference import slice_of_f
from core.estimators.tally import Trial
from dashboard.charts.panel import Panel
from dashboard.kit.badges import badge
from dashboard.lessons.estimators.controls import Choice
from dashboard.lessons.estimators.desk import Answers
from dashboard.lessons.estimators.draws_chart import arrows_panel, function_panel
from dashboard.lessons.estimators.estimates_chart import strips_panel, sweep_panel
from dashboard.lessons.estimators.sweeps import Sweep
from dashboard.lessons.estimators.table import rows, table_html
from dashboard.lessons.estimators.text import role_color
from dashboard.lessons.estimators.verdict import verdict

LANES = 3
"""Estimators whose draws get arrows: the first ones chosen."""


def coordinate(choice: Choice) -> str:
    """The latent coordinate that is shown."""
    return "z" if choice.arena.size == 1 else f"z{_subscript(choice.component + 1)}"


def wanted(choice: Choice) -> str:
    """With respect to what the gradient is."""
    arena = choice.arena
    j = "" if arena.size == 1 else _subscript(choice.component + 1)
    if arena.block == "mean":
        return f"μ{j}"
    if arena.is_elbo:
        return f"log σ²{j}"
    return f"Σ{j}{j}" if arena.is_full else f"σ{j}"


def _subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def story(choice: Choice, witness: Witness | None) -> list[Panel]:
    """F over q_φ with draws, and below it each draw's own gradient as an arrow."""
    arena = choice.arena
    if witness is not None:
        grid, curve, mean, scale = witness.grid, witness.curve, witness.mean, witness.scale
    elif not arena.is_elbo:
        grid, curve = slice_of_f(arena, choice.component)
        mean, scale = arena.mu, arena.sigma
    else:
        return []
    z = np.zeros(0) if witness is None else witness.z
    value = witness.value if witness is not None and arena.size == 1 else None
    function = function_panel(
        grid=grid,
        curve=curve,
        mean=mean,
        scale=scale,
        z=z,
        value=value,
        coordinate=coordinate(choice),
    )
    if witness is None:
        return [function]
    names = list(witness.arrows)[:LANES]
    arrows = arrows_panel(
        lanes={LINEUP[name].title: witness.arrows[name] for name in names},
        colors=[role_color(name) for name in names],
        z=z,
        extent=(float(grid[0]), float(grid[-1])),
        coordinate=coordinate(choice),
        wanted=wanted(choice),
    )
    return [function, arrows]


def strips(choice: Choice, trial: Trial, exact: ExactGradient | None) -> Panel:
    """The distribution of the estimates, one strip per estimator."""
    index = choice.index
    return strips_panel(
        estimates={LINEUP[n].title: t.shown[:, index] for n, t in trial.tallies.items()},
        means={
            LINEUP[n].title: (float(t.mean[index]), float(t.standard_error[index]))
            for n, t in trial.tallies.items()
        },
        colors=[role_color(name) for name in trial.tallies],
        exact=None if exact is None else float(exact.value[index]),
        wanted=wanted(choice),
    )


def provenance(choice: Choice, answers: Answers) -> str:
    """What the numbers are: how many draws, and where the exact value comes from (HTML)."""
    parts = []
    if answers.trial is not None:
        draws = max(tally.draws for tally in answers.trial.tallies.values())
        more = "" if answers.trial.share >= 1 else f", {answers.trial.share:.0%} done"
        parts.append(badge("estimate", f"{draws:,} draws in estimates of n{more}"))
    if answers.exact is not None:
        error = float(answers.exact.error[choice.index])
        how = answers.exact.how
        detail = {
            "closed form": "closed form",
            "quadrature": f"quadrature, error {error:.1g}",
            "pathwise": f"pathwise, very many draws, ± {error:.1g}",
        }[how]
        parts.append(badge("estimate" if how == "pathwise" else "exact", f"dashed: {detail}"))
    if choice.arena.is_elbo:
        parts.append(badge("trained model", "encoder and decoder of the VAE lesson"))
    return " ".join(parts)


def decision(choice: Choice, trial: Trial, exact: ExactGradient) -> dict[str, str]:
    """The sentence that says who wins, and the table (HTML)."""
    table = rows(choice.arena, choice.index, exact, trial)
    sentence = escape(verdict(choice.arena, table, exact, choice.index), quote=False)
    return {
        "verdict": re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", sentence),
        "table": table_html(table, choice.arena.num_parameters),
    }


def sweep(sweep_of: Sweep, measured: np.ndarray | None, choice: Choice) -> Panel:
    """Variance along one axis: measured points, exact curves dashed."""
    arena = choice.arena
    exact = sweep_of.exact_curves(arena)
    names = [name for name in LINEUP if name in arena.estimators]
    column = {name: arena.estimators.index(name) for name in names}
    nothing = np.full(len(sweep_of.measured), np.nan)
    return sweep_panel(
        name=sweep_of.axis,
        places=sweep_of.measured,
        measured={
            LINEUP[name].title: nothing if measured is None else measured[:, column[name]]
            for name in names
        },
        drawn=sweep_of.drawn,
        exact={LINEUP[name].title: exact[name] for name in names if name in exact},
        colors=[role_color(name) for name in names],
        axis=sweep_of.title,
        is_log=sweep_of.is_log,
        with_slope=sweep_of.axis == "num_samples",
    )


def sweep_frame(answers: Answers, choice: Choice) -> pd.DataFrame:
    """Every measured and exact variance of the four pictures, one row each."""
    frames = []
    for sweep_of, measured in answers.sweeps:
        if measured is not None:
            for j, name in enumerate(choice.arena.estimators):
                frames.append(
                    _sweep_rows(sweep_of, "measured", name, sweep_of.measured, measured[:, j])
                )
        for name, values in sweep_of.exact_curves(choice.arena).items():
            frames.append(_sweep_rows(sweep_of, "exact", name, sweep_of.drawn, values))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _sweep_rows(
    sweep_of: Sweep, kind: str, name: str, places: tuple[float, ...], values: np.ndarray
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "axis": sweep_of.axis,
            "kind": kind,
            "estimator": name,
            "place": places,
            "variance": values,
        }
    )
