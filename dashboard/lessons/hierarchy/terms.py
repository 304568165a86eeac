"""Curves of T1, T2, T3 and their sum, and where a run stands in a line."""

import numpy as np
import streamlit as st
from numpy.typing import ArrayLike

from core.hierarchy.config import EVALUATION_ROWS, HierarchyConfig
from core.vae.spectra import spectrum_of
from core.vae.theory import LinearOptimum, linear_optimum
from dashboard.charts.curves import Term
from dashboard.kit.curves import legend, run_curves
from dashboard.kit.scene import Scene
from dashboard.kit.words import with_minus
from dashboard.theme import ROLE_COLORS, Role, ink

HEIGHT = 500

ALWAYS = {"t2": (-20.0, 30.0), "t3": (0.0, 30.0)}
"""What is drawn of them however far it lies from where the curve ends: sleep, and what it was."""

ROLES: dict[str, Role] = {"elbo": "elbo", "t1": "log_likelihood", "t2": "kl", "t3": "price"}


def terms(scene: Scene) -> None:
    """ELBO and its three terms, each with what is known of it exactly."""
    run, said = scene.view.run, scene.said
    history = run.history
    best = flat_optimum(run.config, history["price"], run.controls.decoder_variance)
    exact = {} if best is None else {"elbo": best.elbo, "t1": best.log_likelihood}
    objective = history["objective/held_out"]
    differs = np.abs(objective - history["elbo/held_out"]) > 1e-6 * np.abs(objective)
    shown = [
        Term(
            title=said(f"terms.{name}"),
            role=role,
            train=history[f"{name}/train"],
            held_out=history[f"{name}/held_out"],
            exact=exact.get(name),
            objective=np.where(differs, objective, np.nan)
            if name == "elbo" and differs.any()
            else None,
            exact_name=said("terms.exact"),
            metric=f"{name}/held_out",
            always=ALWAYS.get(name),
        )
        for name, role in ROLES.items()
    ]
    entries = [
        (said("legend.held_out"), scene.look.truth),
        (said("legend.training"), scene.look.muted),
    ]
    if differs.any():
        entries.append((said("legend.objective"), ROLE_COLORS["objective"]))
    legend(
        scene,
        *entries,
        exact=said("terms.exact") if exact else "",
        past=True,
        kind="estimate",
        detail=said("legend.detail", rows=EVALUATION_ROWS),
    )
    run_curves(scene, run, shown, key="terms", height=HEIGHT)
    st.caption(_trained(scene))


def flat_optimum(config: HierarchyConfig, prices: ArrayLike, s2: float) -> LinearOptimum | None:
    """The best linear model with z1 alone, held out, at these β; None of any other model.

    With β2 = 1 no z2 beats it, and some z2 of every KL reaches it: pPCA with L1 dimensions.
    """
    if not config.is_linear:
        return None
    spectrum = spectrum_of(config.dataset)
    return linear_optimum(spectrum, config.latent_dim, prices, s2, held_out=True)


def minted(scene: Scene) -> str:
    """What a price of z2 below that of z1 does to a linear link, where it holds; or nothing."""
    run = scene.view.run
    is_cheap = run.controls.top_price < 1 and run.controls.warming != "top"
    if not is_cheap or run.config.link != "linear" or not len(run.history):
        return ""
    if scene.view.phase == "diverged":
        return scene.said("minted.diverged", price=f"{run.controls.top_price:g}")
    latest = run.history.latest()
    gain = latest["objective/held_out"] - latest["elbo/held_out"]
    if gain <= 0:
        return ""  # nothing has been minted yet
    return scene.said(
        "minted.now",
        price=f"{run.controls.top_price:g}",
        gain=number(gain),
        top=number(latest["t3/held_out"]),
    )


def _trained(scene: Scene) -> str:
    """What the terms are, and the objective with the weights in force."""
    latest = scene.view.run.history.latest()
    low, top = latest["price"], latest["top_price"]
    config = scene.view.run.config
    terms = scene.said(f"formulas.{'top_down' if config.sees_x else 'bottom_up'}")
    trained = scene.said(
        "formulas.objective",
        beta=f"{low:.4g}",
        price=f"{top / low:.4g}" if low > 0 else f"{scene.view.run.controls.top_price:.4g}",
    )
    return f"{terms} {trained}"


def facts(scene: Scene) -> str:
    """Where the run stands, for the strip (HTML)."""
    view, said = scene.view, scene.said
    run = view.run
    parts = [f"{said('facts.step')} <b>{run.step:,}</b>"]
    if view.training and view.steps_per_second:
        parts.append(f"<b>{view.steps_per_second:,.0f}</b> {said('facts.speed')}")
    if len(run.history):
        latest = run.history.latest()
        elbo, error = latest["elbo/held_out"], latest["elbo_error/held_out"]
        parts += [
            f'<span style="color:{ink(ROLE_COLORS["elbo"])}">{said("facts.elbo")} '
            f"<b>{number(elbo)} ± {number(error)}</b> {said('facts.nats')}</span>",
            f'<span style="color:{ink(ROLE_COLORS["price"])}">{said("facts.top")} '
            f"<b>{number(latest['t3/held_out'])}</b> {said('facts.nats')}</span>",
            _active(scene, latest["active_top_units"]),
        ]
    return " ".join(f"<span>{part}</span>" for part in parts)


def _active(scene: Scene, count: float) -> str:
    top_dim = scene.view.run.config.top_dim
    return scene.said("facts.active", active=f"{count:.0f}", all=top_dim)


def number(value: float) -> str:
    """A number of nats; of a run that diverges it may have dozens of digits."""
    return with_minus(f"{value:.2f}" if abs(value) < 1e6 else f"{value:.1e}")
