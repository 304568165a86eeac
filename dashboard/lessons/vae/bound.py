"""The importance-weighted bound on demand: L_K ± its standard error, beside the exact value.

Both are of the rows that the ELBO above the curves is of: an exact value that is not of all of
them yet is not drawn beside it.
"""

import math
from typing import Any, Literal

import pandas as pd
import streamlit as st

from core.row_evidence import Evidence
from core.run import Run
from core.vae.answers import Bound
from core.vae.config import EVALUATION_ROWS
from core.vae.requests import exact_log_evidence, importance_bound
from dashboard.kit.badges import badge
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

LEAST_ERROR = 1e-4
"""Nats: as exactly as an achieved error is told."""

EXACT = "log p(x)"
ASKED = "bound_asked"
"""What of the lesson's state was asked: identity of the run, and the run as it stood."""


def asked_run(scene: Scene) -> Run | None:
    """The run as it stood when the button was pressed; none before, or if it has been replaced."""
    identity, run = scene.state.drawn.get(ASKED, (None, None))
    return run if identity == _identity(scene) else None


def questions(scene: Scene) -> list[Question]:
    """One per K, so that the pictures of the page pass between them; none before the button."""
    run = asked_run(scene)
    if run is None:
        return []
    asked = (run.state.parameters, run.config, run.controls)
    wanted = [_bound_question(run, asked, count) for count in SAMPLE_COUNTS]
    if run.config.has_exact_evidence:
        wanted.append(_exact_question(run, asked))
    return wanted


def _bound_question(run: Run, asked: tuple[Any, ...], count: int) -> Question:
    request = Request(
        function=importance_bound,
        args=(*asked, count, EVALUATION_ROWS, REPEATS),
        worker="training" if count >= LONG else "interactive",
    )
    return Question(name=f"bound L_{count}", key=_key(run), request=request)


def _exact_question(run: Run, asked: tuple[Any, ...]) -> Question:
    """All rows at once in closed form, otherwise slice after slice on a training worker."""
    worker: Literal["interactive", "training"] = (
        "interactive" if run.config.has_closed_form else "training"
    )

    def from_row(first: int) -> Request:
        args = (*asked, EVALUATION_ROWS, first)
        return Request(function=exact_log_evidence, args=args, worker=worker)

    def following(so_far: Evidence) -> Request | None:
        return None if so_far.is_whole else from_row(so_far.num_rows)

    return Question(
        name=f"bound {EXACT}",
        key=_key(run),
        request=from_row(0),
        following=following,
        merge=lambda so_far, later: so_far.merged(later),
    )


def _key(run: Run) -> tuple[int, int]:
    return (run.step, id(run))


def _identity(scene: Scene) -> tuple[str, int]:
    return (scene.view.run_id, scene.view.generation)


def bound_panel(scene: Scene) -> None:
    """A button that asks for the bound, and the answers as they come."""
    st.markdown(scene.said("bound.text", rows=EVALUATION_ROWS))
    if not scene.view.run.config.is_variational:
        st.info(scene.said("bound.none"))
        return
    st.button(scene.said("bound.button"), key="bound", on_click=_ask, args=(scene,))
    run = asked_run(scene)
    if run is None:
        return
    with st.container(key="bound_panel"):
        st.caption(scene.said("bound.at", step=f"{run.step:,}"))
        _picture(scene)
        names = [question.name.removeprefix("bound ") for question in questions(scene)]
        rows = [_row(scene, name) for name in names]
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
    exact = _whole(scene.answer(f"bound {EXACT}"))
    names = ((scene.said("bound.kinds.bound"), ROLE_COLORS["elbo"]),)
    legend(scene, *names, exact=_dashed(scene, exact), kind="estimate")
    value = None if exact is None else exact.log_evidence
    draw(bound_chart(bounds=bounds, exact=value, look=scene.look, said=scene.said), "bounds")
    for sentence in _sentences(scene, bounds, exact):
        st.caption(sentence)


def _whole(answer: Answer) -> Evidence | None:
    """The exact value, once it is of the same rows as the bounds."""
    found: Evidence | None = answer.value
    return found if found is not None and found.is_whole else None


def _dashed(scene: Scene, exact: Evidence | None) -> str:
    """What the dashed line is, with its own badge: the others are estimates (HTML)."""
    if exact is None:
        return ""
    key = "bound.how.closed_form" if exact.how == "closed form" else "bound.how.quadrature"
    how = scene.said(key, error=_achieved(exact))
    return f"{scene.said('bound.legend_exact')} {badge(scene.kit, 'exact', how)}"


def _achieved(exact: Evidence) -> str:
    """The achieved error in nats, rounded up."""
    return f"{max(LEAST_ERROR, math.ceil(exact.error / LEAST_ERROR) * LEAST_ERROR):.4f}"


def _sentences(scene: Scene, bounds: dict[int, Bound], exact: Evidence | None) -> list[str]:
    """How far the ELBO is from log p(x), as far as that is known, and what is still to come."""
    said, first = scene.said, bounds[1]
    if exact is not None:
        gap = f"{exact.log_evidence - first.value:.2f}"
        sentences = [said("bound.gap_exact", gap=gap, error=f"{first.standard_error:.2f}")]
        return sentences + ([said("bound.cut", count=exact.num_cut)] if exact.num_cut else [])
    sentences = []
    if len(bounds) > 1:
        most = max(bounds)
        gap = f"{bounds[most].value - first.value:.2f}"
        sentences.append(said("bound.gap_least", gap=gap, K=most))
    so_far = scene.answer(f"bound {EXACT}")
    if so_far.value is not None and so_far.error is None:
        sentences.append(said("bound.follows", rows=_rows(scene, so_far.value)))
    return sentences


def _rows(scene: Scene, exact: Evidence) -> str:
    return scene.said("bound.rows", done=exact.num_rows, all=exact.rows_in_all)


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
    if isinstance(found, Evidence) and not found.is_whole:
        return "…", _rows(scene, found)
    if isinstance(found, Evidence):
        is_closed = found.how == "closed form"
        within = scene.said("bound.within", error=_achieved(found))
        return f"{found.log_evidence:.3f}", scene.said("bound.exact") if is_closed else within
    return f"{found.value:.3f}", f"{found.standard_error:.3f}"
