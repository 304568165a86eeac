"""The live pictures of the VAE lesson, each from a run value and nothing else."""

import math

import numpy as np
import streamlit as st

from core.dataset import load_dataset
from core.run import Run
from core.vae.config import EVALUATION_ROWS, VAEConfig
from core.vae.spectra import spectrum_of
from core.vae.theory import frontier
from dashboard.charts.curves import Term
from dashboard.kit.curves import draw, legend, run_curves
from dashboard.kit.scene import Scene
from dashboard.kit.words import with_minus
from dashboard.lessons.vae.plane_chart import rate_distortion_chart
from dashboard.lessons.vae.reference import linear_reference
from dashboard.lessons.vae.units_chart import kl_per_dim_chart, spectrum_chart
from dashboard.theme import ROLE_COLORS, Role, ink

CURVES_HEIGHT = 500

FRONTIER_WEIGHTS = np.logspace(-3, 2.5, 120)


def _legend(
    scene: Scene,
    *entries: tuple[str, str],
    past: bool = False,
    detail: str = "legend.rows_and_draws",
) -> None:
    """Coloured words above a picture of estimates; the dashed line is that of the linear model."""
    legend(
        scene,
        *entries,
        exact=scene.said("legend.exact"),
        past=past,
        kind="estimate",
        detail=scene.said(detail, rows=EVALUATION_ROWS),
    )


def curves(scene: Scene) -> None:
    """ELBO, its two terms, and the objective where it differs."""
    run, said = scene.view.run, scene.said
    history, config = run.history, run.config
    reference = linear_reference(config, history)
    roles: dict[str, Role] = {"elbo": "elbo", "log_likelihood": "log_likelihood", "kl": "kl"}
    if not config.is_variational:
        roles = {"log_likelihood": "log_likelihood", "squared_error": "model"}
    objective = history["objective/held_out"]
    differs = np.abs(objective - history["elbo/held_out"]) > 1e-6 * np.abs(objective)
    objective = np.where(differs, objective, np.nan)
    terms = [
        Term(
            title=said(f"terms.{name}"),
            role=role,
            train=history[f"{name}/train"],
            held_out=history[f"{name}/held_out"],
            exact=None if reference is None else getattr(reference, name),
            objective=objective if name == "elbo" and differs.any() else None,
            exact_name=said("terms.exact"),
            metric=f"{name}/held_out",
        )
        for name, role in roles.items()
    ]
    entries = [
        (said("legend.held_out"), scene.look.truth),
        (said("legend.training"), scene.look.muted),
    ]
    if differs.any():
        entries.append((said("legend.objective"), ROLE_COLORS["objective"]))
    if config.variance != "fixed":
        terms.append(_variance_term(scene, run))
    detail = "legend.rows_and_draws" if config.is_variational else "legend.rows"
    _legend(scene, *entries, past=True, detail=detail)
    run_curves(scene, run, terms, key="curves", height=CURVES_HEIGHT)
    st.caption(_trained_on(scene, run))


def _variance_term(scene: Scene, run: Run) -> Term:
    """σ² where the model finds it, beside the best one, SE/D: the mean squared error."""
    history = run.history
    exact = history["squared_error/train"] / load_dataset(run.config.dataset).data_dim
    found = history["decoder_variance"]
    return Term(
        title=scene.said("terms.decoder_variance"),
        role="model",
        train=np.full(len(found), np.nan),
        held_out=found,
        exact=None if run.config.variance == "heteroscedastic" else exact,
        exact_name=scene.said("terms.best_variance"),
        metric="decoder_variance",
    )


def _trained_on(scene: Scene, run: Run) -> str:
    """The objective as it is computed: the Monte Carlo sum with the M of the run."""
    if not run.config.is_variational:
        return scene.said("formulas.autoencoder")
    beta = f"{run.history.latest()['kl_weight']:.4g}"
    return scene.said("formulas.objective", M=run.controls.num_samples, beta=beta)


def rate_distortion(scene: Scene) -> None:
    """The run's trace in the plane of squared error and rate, beside the linear frontier."""
    history, config = scene.view.run.history, scene.view.run.config
    if not config.is_variational:
        st.info(scene.said("pictures.no_rate"))
        return
    _legend(scene, (scene.said("legend.trace"), ROLE_COLORS["model"]))
    exact = frontier(
        spectrum_of(config.dataset), config.latent_dim, FRONTIER_WEIGHTS, held_out=True
    )
    chart = rate_distortion_chart(
        steps=history.steps,
        squared_error=history["squared_error/held_out"],
        rate=history["kl/held_out"],
        frontier=exact,
        look=scene.look,
        said=scene.said,
    )
    draw(chart, "rate_distortion")


def units(scene: Scene) -> None:
    """KL of each latent dimension, and the eigenvalues against the threshold βσ²."""
    history, config = scene.view.run.history, scene.view.run.config
    if not config.is_variational:
        st.info(scene.said("pictures.no_units"))
        return
    latest = history.latest()
    _legend(scene, (scene.said("legend.units"), ROLE_COLORS["kl"]))
    reference = linear_reference(config, history, last_only=True)
    kl = np.array([latest[f"kl_{j}/held_out"] for j in range(config.latent_dim)])
    predicted = None
    if reference is not None:
        rate = reference.rate_per_dim[0]
        predicted = np.where(np.isfinite(rate), rate, np.nan)  # infinite at β = 0
    bars = kl_per_dim_chart(kl=kl, predicted=predicted, look=scene.look, said=scene.said)
    draw(bars, "kl_per_dim")
    threshold = None
    if config.variance != "heteroscedastic":
        threshold = latest["kl_weight"] * latest["decoder_variance"]
    eigenvalues = spectrum_of(config.dataset).eigenvalues
    draw(
        spectrum_chart(
            eigenvalues=eigenvalues,
            threshold=threshold,
            latent_dim=config.latent_dim,
            look=scene.look,
            said=scene.said,
        ),
        "spectrum",
    )
    st.caption(_units_text(scene, config, latest["active_units"], eigenvalues, threshold))


def _units_text(
    scene: Scene,
    config: VAEConfig,
    active: float,
    eigenvalues: np.ndarray,
    threshold: float | None,
) -> str:
    latent = config.latent_dim
    found = scene.said("pictures.active", active=f"{active:.0f}", L=latent)
    if threshold is None:
        return found
    alive = min(latent, int((eigenvalues > threshold).sum()))
    more = scene.said("pictures.alive", alive=alive, threshold=f"{threshold:.3g}", L=latent)
    return f"{found} {more}"


def above_zero(scene: Scene) -> None:
    """Why the ELBO of the strip may be positive, and what it is in bits per dimension.

    Stands there whatever the ELBO is: nothing moves when it passes 0.
    """
    run, said = scene.view.run, scene.said
    name, value = _reached_value(run)
    dims = load_dataset(run.config.dataset).data_dim
    constant = said("above_zero.of_each_feature")
    if run.config.variance != "heteroscedastic":
        nats = -0.5 * dims * math.log(2 * math.pi * run.history.latest()["decoder_variance"])
        constant = said("above_zero.constant", nats=with_minus(f"{nats:+,.0f}"))
    bits = _shown(-value / (dims * math.log(2)))
    text = said("above_zero.text", constant=constant, name=said(f"facts.{name}"), bits=bits)
    st.html(f'<div class="note">{text}</div>')


def _reached_value(run: Run) -> tuple[Role, float]:
    """The newest held-out ELBO, or of a plain autoencoder log p(x|z), in nats."""
    name: Role = "elbo" if run.config.is_variational else "log_likelihood"
    return name, run.history.latest()[f"{name}/held_out"]


def facts(scene: Scene) -> str:
    """Where the run stands, for the strip (HTML)."""
    view, said = scene.view, scene.said
    run, data = view.run, load_dataset(view.run.config.dataset)
    batch = min(run.config.batch_size, len(data.x_train))
    epoch = run.step / (len(data.x_train) // batch)
    parts = [
        f"{said('facts.step')} <b>{run.step:,}</b>",
        f"{said('facts.epoch')} <b>{epoch:,.1f}</b>",
    ]
    if view.training and view.steps_per_second:
        rows = said("facts.images" if data.kind == "image" else "facts.rows")
        parts.append(f"<b>{view.steps_per_second * batch:,.0f}</b> {rows}")
    if len(run.history):
        parts += _reached(scene, run)
    return " ".join(f"<span>{part}</span>" for part in parts)


def _reached(scene: Scene, run: Run) -> list[str]:
    """The newest record: the ELBO with its error, in nats, and σ²."""
    latest, said = run.history.latest(), scene.said
    name, value = _reached_value(run)
    shown = _shown(value)
    if name == "elbo":
        shown += f" ± {_shown(latest['elbo_error/held_out'])}"
    parts = [
        f'<span style="color:{ink(ROLE_COLORS[name])}">{said(f"facts.{name}")} <b>{shown}</b>'
        f'<span class="unit"> {said("facts.nats")}</span></span>',
        f"σ² <b>{latest['decoder_variance']:.3g}</b>",
    ]
    if latest["floor_share"] > 0:
        parts.append(f"<b>{latest['floor_share']:.0%}</b> {said('facts.floor')}")
    return parts


def _shown(value: float) -> str:
    """A number of the strip; of a run that diverges it may have dozens of digits."""
    return with_minus(f"{value:.2f}" if abs(value) < 1e6 else f"{value:.1e}")
