"""The importance-weighted bound on demand: L_K ± its standard error, beside the exact value."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.execution.seat import RunView
from core.vae.requests import exact_log_evidence, importance_bound
from dashboard.kit.sessions import engine

SAMPLE_COUNTS = (1, 10, 100, 500)
BOUND_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked: of which value of which run, at which step; the answers come later."""

    identity: tuple[str, int]
    step: int
    answers: dict[str, Future[Any]]


def bound_panel(view: RunView) -> bool:
    """A button that asks for the bound, and the answers as they come; whether all are there."""
    st.markdown(
        "The importance-weighted bound $L_K$ approaches $\\log p(x)$ from below as K grows; "
        f"$L_1$ is the ELBO. First {BOUND_ROWS} held-out rows, 4 repeats, ± standard error of the "
        "sampling."
    )
    if not view.run.config.is_variational:
        st.info("A plain autoencoder has no posterior to sample from, hence no bound.")
        return True
    if st.button("Estimate $L_K$ now", key="bound"):
        st.session_state["bound_question"] = _ask(view)
    question: Question | None = st.session_state.get("bound_question")
    if question is None or question.identity != (view.run_id, view.generation):
        return True
    st.caption(f"At step {question.step:,}, in nats per held-out datum:")
    rows = [{"bound": name, **_cells(answer)} for name, answer in question.answers.items()]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    return all(answer.done() for answer in question.answers.values())


def _ask(view: RunView) -> Question | None:
    """One request per K, so that the pictures of the page pass between them."""
    run = view.run
    asked = (run.state.parameters, run.config, run.controls)
    try:
        answers: dict[str, Future[Any]] = {
            f"L_{k}" + (" (ELBO)" if k == 1 else ""): engine().request(
                importance_bound, *asked, k, BOUND_ROWS
            )
            for k in SAMPLE_COUNTS
        }
        if run.config.network == "linear" and run.config.variance != "heteroscedastic":
            answers["log p(x)"] = engine().request(exact_log_evidence, *asked, BOUND_ROWS)
    except RuntimeError:
        st.warning("The worker that estimates is being replaced: ask again in a second.")
        return None
    return Question(identity=(view.run_id, view.generation), step=run.step, answers=answers)


def _cells(answer: Future[Any]) -> dict[str, str]:
    if not answer.done():
        return {"value": "…", "±": "computing"}
    if answer.cancelled() or answer.exception() is not None:
        return {"value": "–", "±": "lost with its worker: ask again"}
    result = answer.result()
    if isinstance(result, float):
        return {"value": f"{result:.3f}", "±": "exact"}
    return {"value": f"{result.value:.3f}", "±": f"{result.standard_error:.3f}"}
