"""What a visitor can take home: the numbers behind the pictures, and the run itself."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

if TYPE_CHECKING:
    from core.run import Run
    from dashboard.kit.scene import Scene


Contents = str | bytes | pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file, made when it is asked for.

    Attributes:
        name: of its button, and of its words ``downloads.<name>``.
        file: its name on the visitor's disk, after the product's own.
        make: its contents; a table becomes CSV.
    """

    name: str
    file: str
    make: Callable[[], Contents]


def history_table(run: Run) -> pd.DataFrame:
    """Every record of a run: one row per recorded step, metrics in nats."""
    table = pd.DataFrame(run.history.values, columns=list(run.history.names))
    table.insert(0, "step", run.history.steps)
    return table


def run_archive(run: Run) -> bytes:
    """The run as an ``.npz``: flat parameters, moments, history, configuration as JSON text.

    Bytes in a configuration, such as another run's parameters, are written as hexadecimal.
    """
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
        config=np.array(json.dumps(asdict(run.config), default=bytes.hex)),
        controls=np.array(json.dumps(changes)),
    )
    return buffer.getvalue()


def run_downloads(current: Callable[[], Run]) -> tuple[Download, Download]:
    """The curves and the archive of a run, as it stands when a button is clicked."""
    return (
        Download(name="curves", file="curves.csv", make=lambda: history_table(current())),
        Download(name="run", file="run.npz", make=lambda: run_archive(current())),
    )


def take_home(scene: Scene, files: tuple[Download, ...]) -> None:
    """A button for every file, and how to share what is seen."""
    st.caption(scene.kit("page.share"))
    with st.container(horizontal=True):
        for file in files:
            st.download_button(
                f"⬇ {scene.said(f'downloads.{file.name}')}",
                data=_made(file),
                file_name=f"latent-flow-lab-{file.file}",
                mime=_mime(file.file),
                on_click="ignore",
                key=f"download_{file.name}",
            )


def table_button(scene: Scene, name: str, table: Callable[[], pd.DataFrame], what: str) -> None:
    """A button for the table behind a picture that is redrawn while a run trains.

    It rests meanwhile: the page would be drawn anew before the file could be fetched.
    """
    moves = scene.is_training
    file = Download(name=name, file=f"{name}.csv", make=table)
    st.download_button(
        f"⬇ {what}",
        data=_made(file),
        key=f"csv_{name}",
        file_name=f"latent-flow-lab-{file.file}",
        mime="text/csv",
        on_click="ignore",
        type="tertiary",
        disabled=moves,
        help=scene.kit("page.pause_first") if moves else None,
    )


def _made(file: Download) -> Callable[[], str | bytes]:
    def contents() -> str | bytes:
        made = file.make()
        return str(made.to_csv(index=False)) if isinstance(made, pd.DataFrame) else made

    return contents


def _mime(file: str) -> str:
    kinds: dict[str, Any] = {"csv": "text/csv", "npz": "application/octet-stream"}
    return str(kinds.get(file.rpartition(".")[2], "text/plain"))
