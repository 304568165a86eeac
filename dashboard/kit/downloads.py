"""What a visitor can take home: the curves, the codes' parameters, the configuration."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.run import Run


def history_table(run: Run) -> pd.DataFrame:
    """Every record of a run: one row per recorded step, metrics in nats."""
    table = pd.DataFrame(run.history.values, columns=list(run.history.names))
    table.insert(0, "step", run.history.steps)
    return table


def run_archive(run: Run) -> bytes:
    """The run as an ``.npz``: flat parameters, moments, history, configuration as JSON text."""
    buffer = io.BytesIO()
    changes = [{"step": c.step, **asdict(c.controls)} for c in run.history.changes]
    np.savez_compressed(
        buffer,
        parameters=run.state.parameters,
        moments=run.state.moments,
        step=np.array(run.step),
        history_steps=run.history.steps,
        history_values=run.history.values,
        history_names=np.array(run.history.names),
        config=np.array(json.dumps(asdict(run.config))),
        controls=np.array(json.dumps(changes)),
    )
    return buffer.getvalue()


def codes_table(
    mean: NDArray[Any], labels: NDArray[Any], classes: tuple[str, ...]
) -> pd.DataFrame:
    """Posterior means ``[n, L]`` and the label of each training row."""
    table = pd.DataFrame(mean, columns=[f"z{j + 1}" for j in range(mean.shape[1])])
    table["label"] = [classes[label] for label in labels]
    return table


def downloads(current: Callable[[], Run], codes: Callable[[Run], pd.DataFrame]) -> None:
    """Buttons for the curves and the codes (CSV) and the run (npz).

    Args:
        current: the run as it stands when a button is clicked.
        codes: its latent codes.
    """
    files: tuple[tuple[str, str, str, Callable[[], Any]], ...] = (
        ("⬇ Curves (CSV)", "curves.csv", "text/csv",
         lambda: history_table(current()).to_csv(index=False)),
        ("⬇ Latent codes (CSV)", "codes.csv", "text/csv",
         lambda: codes(current()).to_csv(index=False)),
        ("⬇ Run (npz)", "run.npz", "application/octet-stream", lambda: run_archive(current())),
    )  # fmt: skip
    with st.container(horizontal=True):
        for label, name, mime, make in files:
            st.download_button(
                label,
                data=make,
                file_name=f"latent-flow-lab-{name}",
                mime=mime,
                on_click="ignore",
                key=f"download_{name.partition('.')[0]}",
            )
