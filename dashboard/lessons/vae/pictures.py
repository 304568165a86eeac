"""The live pictures of the VAE lesson, each from a run value and nothing else."""

from copy import deepcopy

import numpy as np
import streamlit as st

from core.dataset import load_dataset
from core.run import Run
from core.vae.config import EVALUATION_ROWS, VAEConfig
from core.vae.theory import frontier
from dashboard.charts.curves import Panel, curves_chart
from dashboard.charts.frame import Chart
from dashboard.kit.badges import badge
from dashboard.kit.changes import change_marks
from dashboard.lessons.vae.plane_chart import rate_distortion_chart
from dashboard.lessons.vae.reference import linear_reference, spectrum
from dashboard.lessons.vae.units_chart import kl_per_dim_chart, spectrum_chart
from dashboard.theme import ROLE_COLORS, Look, Role, ink

CONTROL_NAMES = {
    "kl_weight": "β",
    "decoder_variance": "σ²",
    "learning_rate": "learning rate",
    "num_samples": "M",
    "schedule": "warm-up",
    "warmup_steps": "warm-up length",
    "free_bits": "free bits",
}

CONFIG_NAMES = {
    "network": "networks",
    "latent_dim": "L",
    "hidden_features": "hidden layers",
    "variance": "σ² mode",
    "optimizer": "optimiser",
    "batch_size": "batch size",
}

CURVES_HEIGHT = 560

FRONTIER_WEIGHTS = np.logspace(-3, 2.5, 120)


def draw(chart: Chart, key: str) -> None:
    """A chart on the page; with the same key and look only its rows travel."""
    st.vega_lite_chart(chart.data, deepcopy(chart.spec), key=key, width="stretch", alt=chart.alt)


def legend(*entries: tuple[str, str], look: Look, draws: str = ", one draw of z each") -> None:
    """Coloured words above a picture of estimates; "exact" stands for the dashed line."""
    parts = [f'<span style="color:{ink(color)}"><b>━</b> {text}</span>' for text, color in entries]
    parts.append(f'<span style="color:{look.truth}"><b>╌╌</b> exact (linear model)</span>')
    parts.append(badge("estimate", f"up to {EVALUATION_ROWS} rows{draws}"))
    st.html('<div class="legend">' + " &nbsp; ".join(parts) + "</div>")


def curves(run: Run, look: Look) -> None:
    """ELBO, its two terms, and the objective where it differs."""
    history, config = run.history, run.config
    reference = linear_reference(config, history)
    marks = change_marks(history.changes, CONTROL_NAMES)
    terms: list[tuple[str, str, Role]] = [
        ("elbo", "ELBO (nats)", "elbo"),
        ("log_likelihood", "log-lik. term (nats)", "log_likelihood"),
        ("kl", "KL (nats)", "kl"),
    ]
    if not config.is_variational:
        terms = [terms[1], ("squared_error", "squared error", "model")]
    objective = history["objective/held_out"]
    differs = np.abs(objective - history["elbo/held_out"]) > 1e-6 * np.abs(objective)
    objective = np.where(differs, objective, np.nan)
    panels = [
        Panel(
            title=title,
            role=role,
            train=history[f"{name}/train"],
            held_out=history[f"{name}/held_out"],
            exact=None if reference is None else getattr(reference, name),
            objective=objective if name == "elbo" and differs.any() else None,
        )
        for name, title, role in terms
    ]
    legend(
        ("held-out", look.truth),
        ("training, fainter", look.muted),
        *([("objective", ROLE_COLORS["objective"])] if differs.any() else []),
        look=look,
        **({} if config.is_variational else {"draws": ""}),
    )
    chart = curves_chart(
        steps=history.steps, panels=panels, marks=marks, look=look, height=CURVES_HEIGHT
    )
    with st.container(key="curves"):
        st.echarts_chart(
            chart.spec | {"dataset": {"source": chart.data}},
            height=CURVES_HEIGHT,
            key="curves_chart",
            alt=chart.alt,
        )
    if marks:
        with st.container(key="moved"):
            st.caption("Moved: " + " · ".join(f"{text} at {step:,}" for step, text in marks[-3:]))


def rate_distortion(run: Run, look: Look) -> None:
    """The run's trace in the plane of squared error and rate, beside the linear frontier."""
    history, config = run.history, run.config
    if not config.is_variational:
        st.info("A plain autoencoder has no rate: nothing is sampled, no KL is paid.")
        return
    legend(("this run, held-out", ROLE_COLORS["model"]), look=look)
    exact = frontier(spectrum(config.dataset), config.latent_dim, FRONTIER_WEIGHTS, held_out=True)
    chart = rate_distortion_chart(
        steps=history.steps,
        squared_error=history["squared_error/held_out"],
        rate=history["kl/held_out"],
        frontier=exact,
        look=look,
    )
    draw(chart, "rate_distortion")


def units(run: Run, look: Look) -> None:
    """KL of each latent dimension, and the eigenvalues against the threshold βσ²."""
    history, config = run.history, run.config
    if not config.is_variational:
        st.info("A plain autoencoder pays no KL: its dimensions have no rate to compare.")
        return
    latest = history.latest()
    legend(("KL of a dimension, held-out", ROLE_COLORS["kl"]), look=look)
    reference = linear_reference(config, history, last_only=True)
    kl = np.array([latest[f"kl_{j}/held_out"] for j in range(config.latent_dim)])
    predicted = None
    if reference is not None:
        rate = reference.rate_per_dim[0]
        predicted = np.where(np.isfinite(rate), rate, np.nan)  # infinite at β = 0
    draw(kl_per_dim_chart(kl=kl, predicted=predicted, look=look), "kl_per_dim")
    threshold = None
    if config.variance != "heteroscedastic":
        threshold = latest["kl_weight"] * latest["decoder_variance"]
    eigenvalues = spectrum(config.dataset).eigenvalues
    draw(
        spectrum_chart(
            eigenvalues=eigenvalues, threshold=threshold, latent_dim=config.latent_dim, look=look
        ),
        "spectrum",
    )
    st.caption(_units_text(config, latest["active_units"], eigenvalues, threshold))


def _units_text(
    config: VAEConfig, active: float, eigenvalues: np.ndarray, threshold: float | None
) -> str:
    found = (
        f"**{active:.0f}** of {config.latent_dim} units are active "
        "(variance of their mean > 0.01)."
    )
    if threshold is None:
        return found
    alive = min(config.latent_dim, int((eigenvalues > threshold).sum()))
    return (
        f"{found} The linear theory keeps **{alive}**: those with λⱼ > βσ² = {threshold:.3g}, "
        f"at most L = {config.latent_dim}."
    )


def facts(run: Run, steps_per_second: float | None, num_train: int) -> str:
    """Where the run stands, for the strip (HTML)."""
    batch = min(run.config.batch_size, num_train)
    epoch = run.step / (num_train // batch)
    parts = [f"step <b>{run.step:,}</b>", f"epoch <b>{epoch:,.1f}</b>"]
    if steps_per_second:
        rows = "images" if load_dataset(run.config.dataset).kind == "image" else "rows"
        parts.append(f"<b>{steps_per_second * batch:,.0f}</b> {rows}/s")
    latest = run.history.latest()
    if latest:
        name, role = (
            ("elbo", "ELBO") if run.config.is_variational else ("log_likelihood", "log p(x|z)")
        )
        color = ink(ROLE_COLORS["elbo" if name == "elbo" else "log_likelihood"])
        value = f"{latest[f'{name}/held_out']:.2f}"
        if name == "elbo":
            value += f" ± {latest['elbo_error/held_out']:.2f}"
        parts.append(f'<span style="color:{color}">{role} <b>{value}</b></span>')
        parts.append(f"σ² <b>{latest['decoder_variance']:.3g}</b>")
        if latest["floor_share"] > 0:
            parts.append(f"<b>{latest['floor_share']:.0%}</b> of variances at their floor")
    return " ".join(f"<span>{part}</span>" for part in parts)
