"""The live pictures of the flow lesson beside its map, each from a run value and nothing else."""

import numpy as np
import streamlit as st

from core.flow.answers import DensityMap, MapPicture
from core.flow.config import EVALUATION_ROWS, FlowConfig
from core.flow.layout import parameter_count
from core.flow.requests import density_map
from core.flow.scaling import entropy, scaled_draws
from dashboard.charts.curves import Term
from dashboard.kit.controls import control
from dashboard.kit.curves import draw, legend, run_curves
from dashboard.kit.downloads import table_button
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.standing import tell
from dashboard.kit.words import with_minus
from dashboard.lessons.flow import surface
from dashboard.lessons.flow.axes import axis_titles, data_range
from dashboard.lessons.flow.density_chart import density_chart
from dashboard.lessons.flow.map_panel import NUM_SAMPLES
from dashboard.lessons.flow.provenance import flow_badge
from dashboard.lessons.flow.samples_chart import samples_chart
from dashboard.theme import ROLE_COLORS, Role, ink

CURVES_HEIGHT = 430
GRID_POINTS = 64


def why_nothing_to_train(scene: Scene, config: FlowConfig) -> str:
    """Why ▶ Train would do nothing for this flow, in one sentence; empty if it trains."""
    if not config.why_not_trained() and not parameter_count(config):
        return scene.said("pictures.no_parameters")
    return config.why_not_trained()


def facts(scene: Scene) -> str:
    """Where the run stands, for the strip (HTML)."""
    view, said = scene.view, scene.said
    run = view.run
    if why_nothing_to_train(scene, run.config):
        return said("facts.nothing")
    parts = [f"{said('facts.step')} <b>{run.step:,}</b>"]
    if view.training and view.steps_per_second:
        parts.append(f"<b>{view.steps_per_second:,.0f}</b> {said('facts.speed')}")
    latest = run.history.latest()
    if latest:
        parts.append(_colored("model", f"{said('facts.nll')} <b>{latest['nll/held_out']:.3f}</b>"))
        if (floor := entropy(run.config)) is not None:
            parts.append(f"{said('facts.floor')} <b>{floor:.3f}</b>")
            kl = f"{latest['kl']:.3f} ± {latest['kl_error']:.3f}"
            parts.append(_colored("kl", f"{said('facts.kl')} <b>{kl}</b>"))
    return " ".join(f"<span>{part}</span>" for part in parts)


def _colored(role: Role, text: str) -> str:
    return f'<span style="color:{ink(ROLE_COLORS[role])}">{text}</span>'


def curves(scene: Scene) -> None:
    """NLL on training and held-out data above its floor, and the KL to the target."""
    run, said = scene.view.run, scene.said
    if reason := why_nothing_to_train(scene, run.config):
        st.caption(said("pictures.no_curves", reason=reason))
        return
    if not len(run.history):
        st.caption(said("pictures.no_curves_yet"))
        return
    floor = entropy(run.config)
    how = "" if floor is None else said(f"floor.{run.config.target.name}")
    legend(
        scene,
        (said("legend.held_out"), ROLE_COLORS["model"]),
        (said("legend.training"), scene.look.muted),
        exact="" if floor is None else said("legend.exact", how=how),
        past=True,
        kind="estimate",
        detail=said("legend.rows", rows=f"{EVALUATION_ROWS:,}"),
    )
    chart = run_curves(scene, run, _terms(scene, floor), key="curves", height=CURVES_HEIGHT)
    table_button(scene, "curves", lambda: chart.data, said("downloads.data"))


def _terms(scene: Scene, floor: float | None) -> list[Term]:
    history, said = scene.view.run.history, scene.said
    nll = Term(
        title=said("terms.nll"),
        role="model",
        train=history["nll/train"],
        held_out=history["nll/held_out"],
        exact=None if floor is None else np.full(len(history), floor),
        exact_name=said("terms.exact"),
        metric="nll/held_out",
    )
    if floor is None:
        return [nll]
    kl = Term(
        title=said("terms.kl"),
        role="kl",
        train=np.full(len(history), np.nan),
        held_out=history["kl"],
        exact=np.zeros(len(history)),
        exact_name=said("terms.exact"),
        metric="kl",
    )
    return [nll, kl]


def samples_panel(scene: Scene) -> None:
    """Samples of the flow over held-out data."""
    answer, run, said = scene.answer("map"), scene.view.run, scene.said
    picture: MapPicture | None = answer.value
    if picture is None:
        tell(scene, answer)
        return
    chart = samples_chart(
        data=scaled_draws(run.config).x_test[:NUM_SAMPLES],
        samples=picture.samples,
        titles=axis_titles(run.config, said),
        axes=data_range(run.config),
        look=scene.look,
        said=said.part("samples"),
    )
    detail = said("pictures.samples", count=f"{len(picture.samples):,}")
    st.html(flow_badge(scene, detail))
    draw(chart, "samples")
    table_button(scene, "samples", lambda: chart.data, said("downloads.data"))


def has_density(config: FlowConfig) -> bool:
    """Whether there is one z for every x, so that a density can be evaluated."""
    return bool(config.is_invertible)


def density_question(scene: Scene) -> Question:
    """The flow's density on a grid under the newest parameters."""
    view = scene.view
    run, identity = view.run, (view.run_id, view.generation)
    return Question(
        name="density",
        key=(identity, run.step),
        identity=identity,
        request=Request(
            function=density_map, args=(run.state.parameters, run.config, GRID_POINTS)
        ),
    )


def density_panel(scene: Scene) -> None:
    """The flow's density beside the exact one."""
    run, said = scene.view.run, scene.said
    if not has_density(run.config):
        st.info(said("pictures.no_density", reason=run.config.why_not_trained()))
        return
    control(scene, "surface")
    answer = scene.answer("density")
    tell(scene, answer)
    found: DensityMap | None = answer.value
    if found is not None:
        _reliability(scene, found)
    if surface.is_drawn(scene):
        surface.surface(scene)
        return
    if scene.choices["surface"]:
        st.caption(said("surface.rests"))
    if found is not None:
        _draw_density(scene, found)


def _reliability(scene: Scene, found: DensityMap) -> None:
    """The KL on the grid, and how far the inverse can be relied on."""
    said = scene.said
    if found.kl is not None:
        st.markdown(said("pictures.kl", kl=f"{found.kl:.3f}"))
    is_sound = bool(found.is_reliable.all()) and not found.lost_share
    farthest = max(found.draws_round_trip.max(), found.round_trip.max())
    words = said(
        "pictures.round_trip" if is_sound else "pictures.lost",
        farthest=with_minus(f"{farthest:.1e}").replace("inf", "∞"),
        draws=f"{found.lost_share:.1%}",
        cells=f"{1 - found.is_reliable.mean():.1%}",
    )
    if is_sound:
        st.caption(words)
    else:
        st.warning(words, icon=":material/warning:")


def _draw_density(scene: Scene, found: DensityMap) -> None:
    said = scene.said
    chart = density_chart(
        axis=found.axis,
        model=found.model,
        exact=found.exact,
        lost=~found.is_reliable,
        titles=axis_titles(scene.view.run.config, said),
        look=scene.look,
        said=said.part("density"),
    )
    draw(chart, "density")
    table_button(scene, "density", lambda: chart.data, said("downloads.data"))
