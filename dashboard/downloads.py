"""What a visitor can take home: the curves, the codes' parameters, the configuration."""

import io
import json
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


def downloads(run: Run, codes: pd.DataFrame | None) -> None:
    """Buttons for the curves and the codes (CSV) and the run (npz), made when clicked."""
    with st.container(horizontal=True):
        st.download_button(
            "⬇ Curves (CSV)",
            data=lambda: history_table(run).to_csv(index=False),
            file_name="latent-flow-lab-curves.csv",
            mime="text/csv",
            on_click="ignore",
            key="download_curves",
        )
        if codes is not None:
            st.download_button(
                "⬇ Latent codes (CSV)",
                data=lambda: codes.to_csv(index=False),
                file_name="latent-flow-lab-codes.csv",
                mime="text/csv",
                on_click="ignore",
                key="download_codes",
            )
        st.download_button(
            "⬇ Run (npz)",
            data=lambda: run_archive(run),
            file_name="latent-flow-lab-run.npz",
            mime="application/octet-stream",
            on_click="ignore",
            key="download_run",
        )
