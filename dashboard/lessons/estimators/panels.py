"""The pictures of the lesson, each from answers of workers and what is exactly known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.estimators.answers import ExactGradient, Witness
from core.estimators.lineup import LINEUP
from core.estimators.reference import slice_of_f
from core.estimators.tally import Trial
from core.estimators.theory import kl_gradient
from dashboard.charts.panel import Panel
from dashboard.kit.badges import badge
from dashboard.kit.sentences import bold, small
from dashboard.kit.words import Words
from dashboard.lessons.estimators.choice import Choice
from dashboard.lessons.estimators.draws_chart import arrows_panel, function_panel
from dashboard.lessons.estimators.names import color_of, coordinate, title_of, wanted
from dashboard.lessons.estimators.strips_chart import Strip, strips_panel
from dashboard.lessons.estimators.sweep_chart import sweep_panel
from dashboard.lessons.estimators.sweeps import Sweep
from dashboard.lessons.estimators.table import rows
from dashboard.lessons.estimators.table_html import table_html, table_note
from dashboard.lessons.estimators.verdict import verdict

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene
    from dashboard.lessons.estimators.answers import Known

LANES = 3
"""Estimators whose draws get arrows: the first ones chosen."""


def story(choice: Choice, witness: Witness | None, said: Words) -> list[Panel]:
    """F over q_φ with draws, and below it each draw's own gradient as an arrow."""
    config = choice.config
    if witness is not None:
        grid, curve, mean, scale = witness.grid, witness.curve, witness.mean, witness.scale
    elif not config.is_elbo:
        grid, curve = slice_of_f(config, choice.component)
        mean, scale = config.mu, config.sigma
    else:
        return []
    value = witness.value if witness is not None and config.size == 1 else None
    function = function_panel(
        grid=grid,
        curve=curve,
        mean=mean,
        scale=scale,
        z=np.zeros(0) if witness is None else witness.z,
        value=value,
        coordinate=coordinate(choice),
        said=said,
    )
    if witness is None or not witness.arrows:
        return [function]
    names = list(witness.arrows)[:LANES]
    arrows = arrows_panel(
        lanes={title_of(name, said): witness.arrows[name] for name in names},
        colors=[color_of(name) for name in names],
        z=witness.z,
        extent=(float(grid[0]), float(grid[-1])),
        coordinate=coordinate(choice),
        wanted=wanted(choice),
        said=said,
    )
    return [function, arrows]


def strips(
    choice: Choice,
    trial: Trial,
    exact: ExactGradient | None,
    witness: Witness | None,
    said: Words,
) -> Panel:
    """The distribution of the estimates, one strip per estimator."""
    index = choice.index
    return strips_panel(
        strips=[
            Strip(
                title=title_of(name, said),
                color=color_of(name),
                estimates=tally.shown[:, index],
                mean=(float(tally.mean[index]), float(tally.standard_error[index])),
                expected=naots_mean(choice, witness) if name == "naive" else None,
            )
            for name, tally in trial.tallies.items()
        ],
        exact=None if exact is None else float(exact.value[index]),
        wanted=wanted(choice),
        said=said,
    )


def naots_mean(choice: Choice, witness: Witness | None) -> float | None:
    """What Naot's mean is exactly where f depends on φ: the KL's gradient, or 0 if it is sampled.

    ``None`` where f does not, and while q_φ is not known yet.
    """
    kl = choice.config.test_function.kl
    if kl is None or witness is None:
        return None
    if kl == "sampled":
        return 0.0
    return kl_gradient(witness.mean, witness.scale, choice.config.block)


def provenance(scene: Scene, known: Known) -> str:
    """What the numbers are: how many draws, and where the exact value comes from (HTML)."""
    choice, said, parts = scene.question, scene.said, []
    if known.trial is not None:
        draws = max(tally.draws for tally in known.trial.tallies.values())
        key = "provenance.draws" if known.trial.share >= 1 else "provenance.draws_so_far"
        share, n = f"{known.trial.share:.0%}", choice.config.num_samples
        detail = said(key, draws=f"{draws:,}", share=share, n=f"{n:,}")
        parts.append(badge(scene.kit, "estimate", detail))
    if known.exact is not None:
        how, error = known.exact.how, float(known.exact.error[choice.index])
        detail = said(f"provenance.{how.replace(' ', '_')}", error=f"{error:.1g}")
        parts.append(badge(scene.kit, "estimate" if how == "pathwise" else "exact", detail))
    if choice.config.is_elbo:
        parts.append(badge(scene.kit, "trained", said("provenance.vae")))
    return " ".join(parts)


def decision(choice: Choice, trial: Trial, exact: ExactGradient, said: Words) -> dict[str, str]:
    """The sentence that says who wins, and the table (HTML)."""
    table = rows(choice.config, choice.index, exact, trial)
    sentence = verdict(choice.config, table, exact, choice.index, said)
    return {
        "verdict": bold(sentence),
        "table": table_html(table, said),
        "table_note": small(bold(table_note(choice, table, said))),
    }


def sweep(axis: Sweep, measured: NDArray[np.float64] | None, choice: Choice, said: Words) -> Panel:
    """Variance along one axis: measured points, exact curves dashed."""
    config = choice.config
    exact = axis.exact_curves(config)
    names = [name for name in LINEUP if name in config.estimators]
    column = {name: config.estimators.index(name) for name in names}
    nothing = np.full(len(axis.measured), np.nan)
    return sweep_panel(
        name=axis.axis,
        places=axis.measured,
        measured={
            title_of(name, said): nothing if measured is None else measured[:, column[name]]
            for name in names
        },
        drawn=axis.drawn,
        exact={title_of(name, said): exact[name] for name in names if name in exact},
        colors=[color_of(name) for name in names],
        axis=said(axis.words),
        is_log=axis.is_log,
        with_slope=axis.axis == "num_samples",
        said=said,
    )
