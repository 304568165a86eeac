"""The importance-weighted bound on demand: L_K ± its standard error, beside the exact value."""

from typing import Any

import pandas as pd
import streamlit as st

from core.run import Run
from core.vae.requests import exact_log_evidence, importance_bound
from dashboard.kit.questions import Answer, Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.standing import failed

SAMPLE_COUNTS = (1, 10, 100, 500)
BOUND_ROWS = 100
ASKED = "bound_asked"
"""What of the lesson's state was asked: identity of the run, and the run as it stood."""


def questions(scene: Scene) -> list[Question]:
    """One per K, so that the pictures of the page pass between them; none before the button."""
    identity, run = scene.state.drawn.get(ASKED, (None, None))
    if run is None or identity != _identity(scene):
        return []
    asked = (run.state.parameters, run.config, run.controls)
    wanted = [
        _question(f"L_{k}", run, Request(function=importance_bound, args=(*asked, k, BOUND_ROWS)))
        for k in SAMPLE_COUNTS
    ]
    if run.config.network == "linear" and run.config.variance != "heteroscedastic":
        exact = Request(function=exact_log_evidence, args=(*asked, BOUND_ROWS))
        wanted.append(_question("log p(x)", run, exact))
    return wanted


def _question(name: str, run: Run, request: Request) -> Question:
    return Question(name=f"bound {name}", key=(run.step, id(run)), request=request)


def _identity(scene: Scene) -> tuple[str, int]:
    return (scene.view.run_id, scene.view.generation)


def bound_panel(scene: Scene) -> None:
    """A button that asks for the bound, and the answers as they come."""
    st.markdown(scene.said("bound.text", rows=BOUND_ROWS))
    if not scene.view.run.config.is_variational:
        st.info(scene.said("bound.none"))
        return
    st.button(scene.said("bound.button"), key="bound", on_click=_ask, args=(scene,))
    wanted = questions(scene)
    if not wanted:
        return
    _, run = scene.state.drawn[ASKED]
    st.caption(scene.said("bound.at", step=f"{run.step:,}"))
    rows = [_row(scene, question.name.removeprefix("bound ")) for question in wanted]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _ask(scene: Scene) -> None:
    """A callback: ask about the run as it stands now."""
    view = scene.main.held.watch() or scene.view
    scene.state.drawn[ASKED] = ((view.run_id, view.generation), view.run)


def _row(scene: Scene, name: str) -> dict[str, str]:
    answer = scene.answer(f"bound {name}")
    shown = scene.said("bound.elbo") if name == "L_1" else name
    value, error = _cells(scene, answer)
    return {scene.said("bound.column"): shown, scene.said("bound.value"): value, "±": error}


def _cells(scene: Scene, answer: Answer) -> tuple[str, str]:
    found: Any = answer.value
    if answer.error is not None:
        return "–", failed(scene.kit, answer.error)
    if found is None:
        return "…", scene.said("bound.computing")
    if isinstance(found, float):
        return f"{found:.3f}", scene.said("bound.exact")
    return f"{found.value:.3f}", f"{found.standard_error:.3f}"
