"""The importance-weighted bound on demand: L_K ± its standard error, beside the exact value.

It is of the rows that the ELBO above the curves is of.
"""

from typing import Any

import pandas as pd
import streamlit as st

from core.run import Run
from core.vae.answers import Bound
from core.vae.config import EVALUATION_ROWS
from core.vae.requests import exact_log_evidence, importance_bound
from dashboard.kit.curves import draw, legend
from dashboard.kit.questions import Answer, Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.standing import failed
from dashboard.lessons.vae.bound_chart import bound_chart
from dashboard.theme import ROLE_COLORS

SAMPLE_COUNTS = (1, 4, 16, 64, 256)
REPEATS = 2
"""Independent estimates of every row: over 500 rows the standard error is known well enough."""

LONG = 64
"""From this K on a training worker is asked: it takes longer than a moment."""

EXACT = "log p(x)"
ASKED = "bound_asked"
"""What of the lesson's state was asked: identity of the run, and the run as it stood."""


def questions(scene: Scene) -> list[Question]:
    """One per K, so that the pictures of the page pass between them; none before the button."""
    identity, run = scene.state.drawn.get(ASKED, (None, None))
    if run is None or identity != _identity(scene):
        return []
    asked = (run.state.parameters, run.config, run.controls)
    wanted = [_bound_question(run, asked, count) for count in SAMPLE_COUNTS]
    if run.config.network == "linear" and run.config.variance != "heteroscedastic":
        exact = Request(function=exact_log_evidence, args=(*asked, EVALUATION_ROWS))
        wanted.append(_question(EXACT, run, exact))
    return wanted


def _bound_question(run: Run, asked: tuple[Any, ...], count: int) -> Question:
    request = Request(
        function=importance_bound,
        args=(*asked, count, EVALUATION_ROWS, REPEATS),
        worker="training" if count >= LONG else "interactive",
    )
    return _question(f"L_{count}", run, request)


def _question(name: str, run: Run, request: Request) -> Question:
    return Question(name=f"bound {name}", key=(run.step, id(run)), request=request)


def _identity(scene: Scene) -> tuple[str, int]:
    return (scene.view.run_id, scene.view.generation)


def bound_panel(scene: Scene) -> None:
    """A button that asks for the bound, and the answers as they come."""
    st.markdown(scene.said("bound.text", rows=EVALUATION_ROWS))
    if not scene.view.run.config.is_variational:
        st.info(scene.said("bound.none"))
        return
    st.button(scene.said("bound.button"), key="bound", on_click=_ask, args=(scene,))
    wanted = questions(scene)
    if not wanted:
        return
    _, run = scene.state.drawn[ASKED]
    with st.container(key="bound_panel"):
        st.caption(scene.said("bound.at", step=f"{run.step:,}"))
        _picture(scene)
        rows = [_row(scene, question.name.removeprefix("bound ")) for question in wanted]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _ask(scene: Scene) -> None:
    """A callback: ask about the run as it stands now."""
    view = scene.main.held.watch() or scene.view
    scene.state.drawn[ASKED] = ((view.run_id, view.generation), view.run)


def _picture(scene: Scene) -> None:
    """What is known of L_K against K, and in words how far the ELBO is from log p(x)."""
    found = {count: scene.answer(f"bound L_{count}").value for count in SAMPLE_COUNTS}
    bounds: dict[int, Bound] = {k: bound for k, bound in found.items() if bound is not None}
    if 1 not in bounds:
        return
    exact = scene.answer(f"bound {EXACT}").value
    dashed = "" if exact is None else scene.said("bound.legend_exact")
    names = ((scene.said("bound.kinds.bound"), ROLE_COLORS["elbo"]),)
    legend(scene, *names, exact=dashed, kind="estimate")
    draw(bound_chart(bounds=bounds, exact=exact, look=scene.look, said=scene.said), "bounds")
    if exact is not None:
        gap = f"{exact - bounds[1].value:.2f}"
        st.caption(scene.said("bound.gap_exact", gap=gap, error=f"{bounds[1].standard_error:.2f}"))
    elif len(bounds) > 1:
        most = max(bounds)
        gap = f"{bounds[most].value - bounds[1].value:.2f}"
        st.caption(scene.said("bound.gap_least", gap=gap, K=most))


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
