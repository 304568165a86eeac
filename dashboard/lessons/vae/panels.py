"""The latent plane of the VAE lesson, and the pictures that a worker computes for it."""

import time
from concurrent.futures import BrokenExecutor, Future
from concurrent.futures import TimeoutError as StillWorking
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.dataset import Dataset, load_dataset
from core.execution.seat import RunView
from core.history import History
from core.run import Run
from core.vae.answers import Picture
from core.vae.config import VAEConfig
from core.vae.layout import decoder_layers, unflatten
from core.vae.requests import picture
from dashboard.components.latent_plane import latent_plane
from dashboard.kit.badges import Kind, badge
from dashboard.kit.downloads import codes_table
from dashboard.kit.sessions import engine
from dashboard.theme import CLASS_COLORS, ROLE_COLORS, Look

NUM_CODES = 2000
NUM_COLUMNS = 12
MOST_ACTIVE = "two most active"
SPACINGS = ("prior quantiles", "linear")
GRID_SIZES = (8, 10, 12, 15, 20, 25)
PATIENCE_SECONDS = 0.1
"""How long a page waits for the picture of the newest parameters before it shows the last."""


Key = tuple[tuple[str, int], int, tuple[int, ...]]
"""Which picture: the run and its generation, the step, the held-out rows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """One parameter vector of a run: its newest, or one it remembers.

    ``identity`` is the run's id and generation: a reset makes another run of the same id.
    """

    identity: tuple[str, int]
    config: VAEConfig
    step: int
    parameters: NDArray[Any]

    @property
    def dataset(self) -> Dataset:
        """The data of the run."""
        return load_dataset(self.config.dataset)


def chosen_moment(view: RunView) -> Moment:
    """The newest parameters, or those of the snapshot that the visitor looks back to."""
    run, identity = view.run, (view.run_id, view.generation)
    step, parameters = run.step, run.state.parameters
    wanted = st.session_state.get("back", "now")
    for snapshot in run.history.snapshots:
        if snapshot.step == wanted:
            step, parameters = snapshot.step, snapshot.parameters
    return Moment(identity=identity, config=run.config, step=step, parameters=parameters)


def look_back(run: Run) -> None:
    """A slider over the snapshots of the run."""
    steps = [snapshot.step for snapshot in run.history.snapshots]
    if not steps:
        return
    options = [*steps, "now"]
    if st.session_state.get("back", "now") not in options:
        st.session_state["back"] = "now"
    st.select_slider(
        "Look back to step", options, "now", key="back",
        format_func=lambda step: step if step == "now" else f"{step:,}",
        help="The pictures of an earlier moment of this run; training goes on.",
    )  # fmt: skip


class PictureDesk:
    """Asks the interactive worker for pictures, one at a time, and keeps the last one."""

    def __init__(self) -> None:
        """Nothing asked yet."""
        self.wanted: Key | None = None
        self.failed_key: Key | None = None
        self.future: Future[Picture] | None = None
        self.shown_key: Key | None = None
        self.shown: Picture | None = None

    def picture(self, moment: Moment, rows: tuple[int, ...]) -> tuple[Picture | None, bool]:
        """The picture of ``moment``, or the last one of its run, and whether it is up to date."""
        key = (moment.identity, moment.step, rows)
        deadline = time.monotonic() + (PATIENCE_SECONDS if self.shown is not None else 0.0)
        while key not in (self.shown_key, self.failed_key):
            if self.future is None and not self._ask(key, moment, rows):
                break
            if not self._collect(deadline - time.monotonic()):
                break
        shown_identity, _, shown_rows = self.shown_key or (None, None, None)
        fits = shown_identity == moment.identity and shown_rows == rows
        return (self.shown if fits else None), key in (self.shown_key, self.failed_key)

    def _ask(self, key: Key, moment: Moment, rows: tuple[int, ...]) -> bool:
        """Send a request; False while the worker is being replaced: the next visit asks again."""
        self.wanted = key
        with suppress(RuntimeError):
            self.future = engine().request(
                picture, moment.parameters, moment.config, NUM_CODES, rows, NUM_COLUMNS
            )
        return self.future is not None

    def _collect(self, patience: float) -> bool:
        """Take in the answer to the last request; False if it is not there in time."""
        assert self.future is not None
        try:
            self.shown = self.future.result(timeout=max(0.0, patience))
        except StillWorking:
            return False
        except BrokenExecutor:
            self.future = None
            return False
        except Exception as error:
            self.failed_key, self.future = self.wanted, None
            st.warning(f"The picture of this step could not be computed: {error}")
            return True
        self.shown_key, self.future = self.wanted, None
        return True


def latest_codes(run: Run) -> pd.DataFrame:
    """The posterior means of the first training rows under ``run``, labelled."""
    data = load_dataset(run.config.dataset)
    asked = engine().request(picture, run.state.parameters, run.config, NUM_CODES, (0,), 1)
    mean = asked.result(timeout=30.0).mean
    return codes_table(mean, data.y_train[: len(mean)], data.classes)


def redraw() -> None:
    """A callback of what only changes the view: the pictures are drawn again, not the page."""
    st.rerun("live")


def plane_controls(config: VAEConfig) -> None:
    """What the plane and its grid show: size, spacing, ellipses, dimensions."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.select_slider(
            "Grid", GRID_SIZES, 15, key="grid", width=150, on_change=redraw,
            format_func=lambda size: f"{size} × {size}", label_visibility="collapsed",
        )  # fmt: skip
        st.segmented_control(
            "Spacing", SPACINGS, default=SPACINGS[0], required=True, key="spacing",
            on_change=redraw, label_visibility="collapsed",
        )  # fmt: skip
        st.toggle(
            "Ellipses", key="ellipses", on_change=redraw, help="Of q(z|x): one standard deviation."
        )
        if config.latent_dim > 2:
            _dimension_controls(config.latent_dim)


def _dimension_controls(count: int) -> None:
    """Which two of several latent dimensions span the plane."""
    numbers = [str(j + 1) for j in range(count)]
    across = st.selectbox(
        "Across", [MOST_ACTIVE, *numbers], key="dim_x", width=170, label_visibility="collapsed",
        format_func=lambda name: name if name == MOST_ACTIVE else f"across: z{name}",
    )  # fmt: skip
    if across != MOST_ACTIVE:
        others = [number for number in numbers if number != across]
        st.selectbox(
            "Up", others, key="dim_y", width=110, on_change=redraw, label_visibility="collapsed",
            format_func=lambda name: f"up: z{name}",
        )  # fmt: skip


def plane(moment: Moment, picture: Picture | None, history: History, look: Look) -> None:
    """The latent plane, the decoded grid and the decoder under the cursor."""
    config, data = moment.config, moment.dataset
    size = st.session_state.get("grid", 15)
    spacing = st.session_state.get("spacing", SPACINGS[0])
    ellipses = st.session_state.get("ellipses", False)
    dims = _chosen_dims(config, history)
    kind: Kind = "trained model" if moment.step else "untrained model"
    st.html(badge(kind, f"step {moment.step:,}"))
    named = unflatten(moment.parameters, config, data.data_dim)
    learned = config.prior == "learned"
    prior_mean = named["prior.mean"] if learned else np.zeros(config.latent_dim)
    log_var = np.clip(named["prior.log_var"][0], -40.0, 40.0) if learned else 0.0
    prior_scale = float(np.exp(0.5 * log_var))
    columns = list(dims[: config.latent_dim])
    mean = picture.mean[:, columns] if picture else np.zeros((0, len(columns)))
    log_vars = (
        picture.log_var[:, columns] if picture and ellipses and config.is_variational else None
    )
    latent_plane(
        key="plane",
        decoder=decoder_layers(moment.parameters, config, data.data_dim),
        activation=config.activation,
        output=config.output,
        kind=data.kind,
        image_shape=data.image_shape,
        columns=data.columns,
        units=data.units,
        shift=data.shift,
        scale=data.scale,
        means=mean,
        log_vars=log_vars,
        labels=data.y_train[: len(mean)],
        classes=data.classes,
        label_colors=CLASS_COLORS,
        dims=dims,
        latent_dim=config.latent_dim,
        prior_mean=prior_mean,
        prior_scale=prior_scale,
        data_points=data.x_train[:1000] if data.kind == "plane" else None,
        grid_size=size,
        spacing="linear" if spacing == "linear" else "quantile",
        show_ellipses=log_vars is not None,
        colors={"prior": look.muted, "data": ROLE_COLORS["data"], "model": ROLE_COLORS["model"],
                "truth": look.truth},
        step=moment.step,
    )  # fmt: skip


def _chosen_dims(config: VAEConfig, history: History) -> tuple[int, int]:
    """Which two latent dimensions span the plane: chosen, or the two with the largest KL."""
    count = config.latent_dim
    if count <= 2:
        return (0, min(1, count - 1))
    across = st.session_state.get("dim_x", MOST_ACTIVE)
    if across == MOST_ACTIVE or int(across) > count:
        latest = history.latest()
        kl = np.array([latest.get(f"kl_{j}/held_out", 0.0) for j in range(count)])
        top = np.sort(np.argsort(-np.nan_to_num(kl), kind="stable")[:2])
        return (int(top[0]), int(top[1]))
    first = int(across) - 1
    up = st.session_state.get("dim_y", across)
    is_there = up != across and int(up) <= count
    return (first, int(up) - 1 if is_there else int(first == 0))
