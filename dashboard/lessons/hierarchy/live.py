"""The pictures of the hierarchy lesson: curves and exact theory at the left, the snake right."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.dataset import load_dataset
from core.hierarchy.config import EVALUATION_ROWS
from core.hierarchy.remedies import SEEDS
from core.hierarchy.requests import snake
from core.vae.spectra import spectrum_of
from dashboard.charts.panel import Panel
from dashboard.components.board import Drag
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.downloads import Download, run_downloads
from dashboard.kit.held_board import held_board
from dashboard.kit.option import Choices
from dashboard.kit.overlays import Compared
from dashboard.kit.parts import Live, Part
from dashboard.kit.playing import play_button, play_on, stop_playing
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold
from dashboard.kit.sessions import computed
from dashboard.kit.standing import tell
from dashboard.lessons.hierarchy import (
    flow_panel,
    questions,
    remedies_panel,
    snake_panels,
    terms,
    valley_panel,
)
from dashboard.lessons.hierarchy.board_layout import LAYOUTS

FARTHEST = snake_panels.FARTHEST
ROLLS = "ball_rolls"
"""What of the lesson's state says that the ball in the valley rolls."""


def above(scene: Scene) -> None:
    """What stands at the left."""
    control(scene, "panel", label_visibility="collapsed", wrap=True)


def ask(scene: Scene) -> Sequence[Question]:
    """The snake and what hangs on it; the exact split only where it is looked at."""
    asked = questions.of(scene)
    scene.desk.keep_only({question.name for question in asked})
    return asked


def draw(scene: Scene) -> None:
    """Everything of the run."""
    answer = scene.answer("snake")
    if answer.error is not None or answer.worker == "suspect":
        tell(scene, answer)
    left, right = st.columns([0.42, 0.58], gap="small")
    with right:  # first: it is what a visitor looks at
        _snake(scene)
    with left, st.container(key="left_panel"):
        minted = terms.minted(scene)
        if minted:
            st.warning(minted, icon=":material/toll:")
        if scene.choices["panel"] == "valley":
            _valley(scene)
        elif scene.choices["panel"] == "remedies":
            _remedies(scene)
        elif not len(scene.view.run.history):
            st.caption(scene.said("terms.none"))
        elif scene.choices["panel"] == "terms":
            terms.terms(scene)
        else:
            _flow(scene)
    _fixed(scene)


def _snake(scene: Scene) -> None:
    said, config = scene.said, scene.view.run.config
    data, found = load_dataset(config.dataset), scene.answer("snake").value
    z = questions.held_z(scene)
    panels: dict[str, Sequence[Panel]] = {"axis": [snake_panels.top_axis(z, config.top_dim, said)]}
    step = said("snake.step", step=f"{scene.view.run.step:,}")
    marks = [badge(scene.kit, "trained" if scene.view.run.step else "untrained", step)]
    html = {}
    if found is not None:
        prior, here = scene.answer("prior").value, scene.answer("at").value
        panels["plane"] = [
            snake_panels.plane(
                found, prior, here, data.y_train, said, is_plane=config.latent_dim <= 2
            )
        ]
        if here is not None:
            images = here.images[None]
            panels["images"] = [snake_panels.images(images, data, "images", said)]
        if prior is not None:
            error = f"{prior.error:.1g}"
            marks.append(badge(scene.kit, "exact", said("snake.exact", error=error)))
        spread = snake_panels.spread_of(found)
        key = "asleep" if spread < 0.2 else "awake"
        html["snake_note"] = bold(said(f"snake.{key}", spread=f"{spread:.2f}"))
    html["snake_provenance"] = " ".join(marks)
    held_board(scene, "snake", LAYOUTS["snake"], panels, html, _z_taken)


def _z_taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """The point on the axis of z2 was dragged."""
    if drag.handle != "z2" or drag.act != "move":
        return {}
    taken = {"z": _within(drag.x)}
    return taken if drag.y == 0 else taken | {"zz": _within(drag.y)}


def _within(value: float) -> float:
    return round(min(max(value, -FARTHEST), FARTHEST), 3)


def _fresh(scene: Scene, name: str) -> Any:
    """An answer about the run as it stands; None while it trains on."""
    answer = scene.answer(name)
    return answer.value if answer.is_current and not scene.view.training else None


def _flow(scene: Scene) -> None:
    said, latest = scene.said, scene.view.run.history.latest()
    split, answer = scene.answer("split").value, scene.answer("flat")
    flat = answer.value if answer.is_current else None
    information = _fresh(scene, "information")
    marks = [badge(scene.kit, "estimate", said("legend.detail", rows=EVALUATION_ROWS))]
    if split is not None:
        marks.append(badge(scene.kit, "exact", said("flow.exact", error=f"{split.error:.1g}")))
    elif scene.view.run.config.is_linear:
        marks.append(badge(scene.kit, "exact", said("flow.exact_linear")))
    html = {
        "flow_note": bold(flow_panel.told(latest, information, scene.view.run.config, said)),
        "flow_table": flow_panel.table_html(
            latest,
            split,
            _fresh(scene, "evidence"),
            information,
            flat,
            scene.view.run,
            said,
        ),
        "flow_provenance": " ".join(marks),
    }
    history = scene.view.run.history
    panels = {
        "flow": [flow_panel.bands(latest, information, said)],
        "sums": [flow_panel.elbos(history, flat, said), flow_panel.sums(history, said)],
    }
    held_board(scene, "bands", LAYOUTS["bands"], panels, html, lambda choices, drag: {})


def _valley(scene: Scene) -> None:
    said, run = scene.said, scene.view.run
    spectrum = spectrum_of(run.config.dataset)
    low, s2 = run.config.latent_dim, scene.choices["s2"]
    price, c = scene.choices["price"], scene.choices["c"]
    panels: dict[str, Sequence[Panel]] = {
        "curves": [valley_panel.curves(spectrum, low, s2, price, c, said)]
    }
    html = {
        "valley_note": bold(valley_panel.told(spectrum, low, s2, price, c, said)),
        "valley_provenance": badge(scene.kit, "exact", said("valley.provenance")),
    }
    if len(run.history):
        ratio = run.history.latest()["ratio"]
        panels["threshold"] = [
            valley_panel.threshold(ratio, price, said),
            valley_panel.charged(run.history, ratio, said),
        ]
        html["threshold_note"] = bold(valley_panel.told_threshold(run, price, said))
    following = valley_panel.rolled(c, price)
    if following == c:
        stop_playing(scene.lesson, ROLLS)
    play_button(
        scene,
        st,
        ROLLS,
        play=said("valley.roll"),
        pause=said("valley.stop"),
        key="roll",
        disabled=following == c,
    )
    held_board(scene, "valley", LAYOUTS["valley"], panels, html, valley_panel.taken)
    play_on(scene, ROLLS, "c", c, following)


def _remedies(scene: Scene) -> None:
    """Every remedy on the model that is chosen, over three seeds."""
    said, config = scene.said, scene.main.config
    answer = scene.answer("remedies")
    if answer.error is not None:
        tell(scene, answer)
    outcomes = questions.all_outcomes(answer.value if answer.is_current else None)
    panels: dict[str, Sequence[Panel]] = {}
    if outcomes:
        panels["elbos"] = [remedies_panel.elbos(outcomes, config, said)]
    steps = said("remedies.provenance", steps=f"{questions.REMEDY_STEPS:,}", seeds=SEEDS)
    html = {
        "remedies_note": bold(remedies_panel.told(outcomes, config, said)),
        "remedies_table": remedies_panel.table_html(outcomes, config, said),
        "remedies_provenance": badge(scene.kit, "trained", steps),
    }
    held_board(scene, "remedies", LAYOUTS["remedies"], panels, html, lambda choices, drag: {})


def _fixed(scene: Scene) -> None:
    """Images with one level fixed."""
    said, config = scene.said, scene.view.run.config
    found, data = scene.answer("samples").value, load_dataset(config.dataset)
    if found is None:
        return
    panels = {
        name: [snake_panels.images(getattr(found, name), data, name, said)]
        for name in ("top_fixed", "low_fixed")
    }
    note = said("fixed.skip" if config.skip else "fixed.same")
    held_board(
        scene, "fixed", LAYOUTS["fixed"], panels, {"fixed_note": bold(note)}, lambda c, d: {}
    )


def downloads(scene: Scene) -> tuple[Download, ...]:
    """Curves, codes and the run, as they stand when a button is clicked."""
    held = scene.main.held
    curves, run = run_downloads(held.latest)

    def codes() -> pd.DataFrame:
        now = held.latest()
        data = load_dataset(now.config.dataset)
        found = computed(snake, now.state.parameters, now.config, questions.NUM_CODES)
        table = pd.DataFrame(found.codes, columns=["first", "second"])
        table["label"] = [data.classes[label] for label in data.y_train[: len(table)]]
        return table

    return (curves, Download(name="codes", file="codes.csv", make=codes), run)


def compared(scene: Scene) -> tuple[Compared, ...]:
    """ELBO and its terms on the same held-out rows."""
    said = scene.said
    elbo = Compared(
        name=said("facts.elbo"), role="elbo", metric="elbo/held_out", error="elbo_error/held_out"
    )
    others = (("t2", "kl"), ("t3", "price"))
    return (
        elbo,
        *(
            Compared(name=said(f"terms.{name}"), role=role, metric=f"{name}/held_out")  # type: ignore[arg-type]
            for name, role in others
        ),
    )


LIVE = Live(
    parts=(Part(ask=ask, draw=draw),),
    facts=terms.facts,
    above=above,
    downloads=downloads,
    compared=compared,
    comparable=lambda before, now: bool(before.dataset == now.dataset),
)
