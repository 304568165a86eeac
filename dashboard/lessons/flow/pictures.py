"""The live pictures of the flow lesson beside its map, each from a run value and nothing else."""

import io
from collections.abc import Callable
from typing import TypedDict

import numpy as np
import pandas as pd
import streamlit as st

from core.execution.seat import RunView
from core.flow.answers import DensityMap
from core.flow.config import EVALUATION_ROWS, FlowConfig
from core.flow.layout import parameter_count
from core.flow.requests import density_map, samples
from core.flow.scaling import entropy, scaled_draws, scaling
from core.flow.targets import target
from core.run import Run
from dashboard.charts.curves import Panel, curves_chart
from dashboard.charts.frame import Chart
from dashboard.kit.badges import Kind, badge
from dashboard.kit.changes import change_marks
from dashboard.kit.downloads import history_table, run_archive
from dashboard.kit.sessions import engine
from dashboard.lessons.flow.density_chart import density_chart, samples_chart
from dashboard.lessons.flow.desk import desk
from dashboard.lessons.vae.pictures import draw
from dashboard.theme import ROLE_COLORS, Look, ink

CONTROL_NAMES = {"learning_rate": "learning rate"}
CURVES_HEIGHT = 430
NUM_SHOWN = 1500
GRID_POINTS = 64


def ranges(config: FlowConfig) -> tuple[float, float]:
    """Both axes of the data's picture: fixed for a target and a base."""
    if config.base == "uniform":
        return (-0.05, 1.05)
    reach = max(3.2, round(1.1 * target(config.target).reach, 1))
    return (-reach, reach)


def titles(config: FlowConfig) -> tuple[str, str]:
    """Of the data's axes, with units."""
    one, two = target(config.target).units
    return (one, two) if config.base == "normal" else (f"{one} / width", f"{two} / width")


def why_nothing_to_train(config: FlowConfig) -> str:
    """Why ▶ Train would do nothing for this flow, in one sentence; empty if it trains."""
    if not config.why_not_trained() and not parameter_count(config):
        return "this flow has no parameters: the cumulative sum is what it is"
    return config.why_not_trained()


def facts(view: RunView) -> str:
    """Where the run stands, for the strip (HTML)."""
    run = view.run
    if why_nothing_to_train(run.config):
        return "nothing to train here"
    parts = [f"step <b>{run.step:,}</b>"]
    if view.training and view.steps_per_second:
        parts.append(f"<b>{view.steps_per_second:,.0f}</b> steps/s")
    latest = run.history.latest()
    if latest:
        color = ink(ROLE_COLORS["model"])
        parts.append(f'<span style="color:{color}">NLL <b>{latest["nll/held_out"]:.3f}</b></span>')
        if (floor := entropy(run.config)) is not None:
            parts.append(f"floor (exact) <b>{floor:.3f}</b>")
            parts.append(
                f'<span style="color:{ink(ROLE_COLORS["kl"])}">KL <b>{latest["kl"]:.3f} ± '
                f"{latest['kl_error']:.3f}</b></span>"
            )
    return " ".join(f"<span>{part}</span>" for part in parts)


class Resting(TypedDict):
    """Whether a download rests, and why."""

    disabled: bool
    help: str | None


def resting() -> Resting:
    """Downloads rest while a run trains: the page is drawn anew before a file could be fetched."""
    moves = bool(st.session_state.get("flow_trains", False))
    return {"disabled": moves, "help": "Pause first: then it can be fetched." if moves else None}


def download(chart: Chart, name: str) -> None:
    """A button for the table behind a chart (CSV)."""
    download_table(lambda: chart.data, name)


def download_table(table: Callable[[], pd.DataFrame], name: str, what: str = "Data") -> None:
    """A button for a table (CSV), made when it is asked for."""
    st.download_button(
        f"⬇ {what} (CSV)",
        data=lambda: table().to_csv(index=False),
        key=f"csv_{name}",
        file_name=f"latent-flow-lab-{name}.csv",
        mime="text/csv",
        on_click="ignore",
        type="tertiary",
        **resting(),
    )


def legend(look: Look, *entries: tuple[str, str], exact: str = "", note: str = "") -> None:
    """Coloured words above a picture; ``exact`` names the dashed line."""
    parts = [f'<span style="color:{ink(color)}"><b>━</b> {text}</span>' for text, color in entries]
    if exact:
        parts.append(f'<span style="color:{look.truth}"><b>╌╌</b> exact ({exact})</span>')
    st.html('<div class="legend">' + " &nbsp; ".join([*parts, note]) + "</div>")


def curves(run: Run, look: Look) -> None:
    """NLL on training and held-out data above its floor, and the KL to the target."""
    history, config = run.history, run.config
    if reason := why_nothing_to_train(config):
        st.caption(f"No curves: {reason}.")
        return
    if not len(history):
        st.caption("The curves begin with the first step: press ▶ Train.")
        return
    floor = entropy(config)
    model = ROLE_COLORS["model"]
    known = "" if floor is None else f"entropy floor, {target(config.target).how}"
    legend(
        look,
        ("NLL held-out", model),
        ("training, fainter", look.muted),
        exact=known,
        note=badge("estimate", f"{EVALUATION_ROWS:,} rows"),
    )
    panels = [
        Panel(
            title="NLL (nats)",
            role="model",
            train=history["nll/train"],
            held_out=history["nll/held_out"],
            exact_name="exact",
            exact=None if floor is None else np.full(len(history), floor),
        ),
    ]
    if floor is not None:
        nothing = np.full(len(history), np.nan)
        gap = Panel(
            title="KL to target (nats)",
            role="kl",
            train=nothing,
            held_out=history["kl"],
            exact=np.zeros(len(history)),
            exact_name="exact",
        )
        panels.append(gap)
    marks = change_marks(history.changes, CONTROL_NAMES)
    chart = curves_chart(
        steps=history.steps, panels=panels, marks=marks, look=look, height=CURVES_HEIGHT
    )
    with st.container(key="flow_curves"):
        st.echarts_chart(
            chart.spec | {"dataset": {"source": chart.data}},
            height=CURVES_HEIGHT,
            key="flow_curves_chart",
            alt=chart.alt,
        )
    download(chart, "curves")
    if marks:
        st.caption("Moved: " + " · ".join(f"{text} at {step:,}" for step, text in marks[-3:]))


def samples_panel(view: RunView, look: Look, drawn: np.ndarray | None) -> bool:
    """Samples of the flow over held-out data."""
    config = view.run.config
    if drawn is None:
        st.caption("The workers are starting: samples follow in a moment.")
        return True
    chart = samples_chart(
        data=scaled_draws(config).x_test[:NUM_SHOWN],
        samples=drawn,
        titles=titles(config),
        axes=ranges(config),
        look=look,
    )
    kind: Kind = "trained model" if view.run.step else "exact"
    st.html(badge(kind, f"{len(drawn):,} samples, the same noise at every step"))
    draw(chart, "flow_samples")
    download(chart, "samples")
    return True


def density_panel(view: RunView, look: Look) -> bool:
    """The flow's density beside the exact one; whether it is up to date."""
    run = view.run
    if run.config.why_not_trained() and not run.config.is_invertible:
        st.info(
            f"No density here: {run.config.why_not_trained()}. *Break it*, below, sums over all "
            "roots in one dimension."
        )
        return True
    key = ((view.run_id, view.generation), run.step)
    found, settled = desk("density").answer(
        key, density_map, run.state.parameters, run.config, GRID_POINTS
    )
    if found is None:
        st.caption("The workers are starting: densities follow in a moment.")
        return settled
    _draw_density(found, run.config, look)
    return settled


def _draw_density(found: DensityMap, config: FlowConfig, look: Look) -> None:
    if found.kl is not None:
        st.markdown(f"KL(target‖flow) = **{found.kl:.3f} nats** by quadrature on this grid.")
    chart = density_chart(
        axis=found.axis, model=found.model, exact=found.exact, titles=titles(config), look=look
    )
    draw(chart, "flow_density")
    download(chart, "density")


def take_home_buttons(run: Run) -> None:
    """Downloads of the curves, of samples and of the trained flow, as they stand."""
    config = run.config

    def drawn() -> str:
        values = engine().request(samples, run.state.parameters, config, 5000).result(timeout=30)
        table = pd.DataFrame(scaling(config).to_target(values), columns=["x1", "x2"])
        return str(table.to_csv(index=False))

    def archive() -> bytes:
        return io.BytesIO(run_archive(run)).getvalue()

    files = (
        ("⬇ Curves (CSV)", "curves.csv", lambda: history_table(run).to_csv(index=False)),
        ("⬇ Samples (CSV)", "samples.csv", drawn),
        ("⬇ Flow (npz)", "flow.npz", archive),
    )
    with st.container(horizontal=True):
        for text, name, make in files:
            st.download_button(
                text,
                data=make,
                file_name=f"latent-flow-lab-{name}",
                on_click="ignore",
                key=f"flow_download_{name.partition('.')[0]}",
                **resting(),
            )
