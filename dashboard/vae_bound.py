"""The importance-weighted bound on demand: L_K ± its standard error, beside the exact value."""

from concurrent.futures import Future
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.dataset import load_dataset
from core.run import Run
from core.vae.layout import unflatten
from core.vae.requests import Bound, importance_bound
from core.vae.theory import gaussian_log_marginal
from dashboard.sessions import engine

SAMPLE_COUNTS = (1, 10, 100, 500)
BOUND_ROWS = 100


@dataclass(frozen=True, kw_only=True)
class Question:
    """A bound asked for: at which step, the exact answer if there is one, answers to come."""

    step: int
    exact: float | None
    answers: tuple[Future[Bound], ...]


def bound_panel(run: Run) -> bool:
    """A button that asks for the bound, and the answers as they come; whether all are there."""
    st.markdown(
        "The importance-weighted bound $L_K$ approaches $\\log p(x)$ from below as K grows; "
        f"$L_1$ is the ELBO. First {BOUND_ROWS} held-out rows, 4 repeats, ± standard error of the "
        "sampling."
    )
    if not run.config.is_variational:
        st.info("A plain autoencoder has no posterior to sample from, hence no bound.")
        return True
    if st.button("Estimate $L_K$ now", key="bound"):
        st.session_state["bound_question"] = _ask(run)
    question: Question | None = st.session_state.get("bound_question")
    if question is None:
        return True
    st.caption(f"At step {question.step:,}, in nats per held-out datum:")
    st.dataframe(_table(question), hide_index=True, width="stretch")
    return all(answer.done() for answer in question.answers)


def _ask(run: Run) -> Question:
    """One request per K, so that the pictures of the page pass between them."""
    answers = tuple(
        engine().request(
            importance_bound, run.state.parameters, run.config, run.controls, k, BOUND_ROWS
        )
        for k in SAMPLE_COUNTS
    )
    return Question(step=run.step, exact=_exact(run), answers=answers)


def _table(question: Question) -> pd.DataFrame:
    rows = [
        {"bound": f"L_{k}" + (" (ELBO)" if k == 1 else ""), **_cells(answer)}
        for k, answer in zip(SAMPLE_COUNTS, question.answers, strict=True)
    ]
    if question.exact is not None:
        rows.append({"bound": "log p(x)", "value": f"{question.exact:.3f}", "±": "exact"})
    return pd.DataFrame(rows)


def _cells(answer: Future[Bound]) -> dict[str, str]:
    if not answer.done():
        return {"value": "…", "±": "computing"}
    if answer.exception() is not None:
        return {"value": "–", "±": "lost with its worker: ask again"}
    bound = answer.result()
    return {"value": f"{bound.value:.3f}", "±": f"{bound.standard_error:.3f}"}


def _exact(run: Run) -> float | None:
    """The exact mean ``log p(x)`` of a linear Gaussian decoder, in nats; otherwise ``None``."""
    config = run.config
    if config.network != "linear" or config.variance == "heteroscedastic" or not len(run.history):
        return None
    data = load_dataset(config.dataset)
    named = unflatten(run.state.parameters, config, data.data_dim)
    learned = config.prior == "learned"
    if config.variance == "fixed":
        variance = run.controls.decoder_variance
    else:
        variance = run.history.latest()["decoder_variance"]
    values = gaussian_log_marginal(
        data.x_test[:BOUND_ROWS],
        named["decoder.0.weight"],
        named["decoder.0.bias"],
        variance,
        named["prior.mean"] if learned else [0.0] * config.latent_dim,
        float(named["prior.log_var"][0]) if learned else 1.0,
    )
    return float(values.mean())
