"""Held-out rows of the VAE lesson, their reconstructions, and samples from the prior."""

import numpy as np
import streamlit as st

from core.dataset import Dataset
from core.vae.answers import Picture
from dashboard.components.image_rows import image_rows
from dashboard.kit.badges import badge
from dashboard.lessons.vae.pairs_chart import pairs_chart, table_chart
from dashboard.lessons.vae.panels import NUM_COLUMNS, Moment, redraw
from dashboard.lessons.vae.pictures import draw
from dashboard.theme import Look

ALL_CLASSES = "all classes"


def row_controls(data: Dataset) -> None:
    """Which held-out rows are reconstructed."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Held-out", (ALL_CLASSES, *data.classes), key="class", width=190, on_change=redraw
        )
        st.number_input(
            "from number", 0, 10_000, 0, NUM_COLUMNS, key="offset", width=150, on_change=redraw
        )
        st.html(badge("trained model", "held-out data it has never been trained on"))


def chosen_rows(data: Dataset) -> tuple[int, ...]:
    """The held-out rows that the visitor wants to see reconstructed."""
    wanted = st.session_state.get("class", ALL_CLASSES)
    rows = np.arange(len(data.y_test))
    if wanted in data.classes:
        rows = rows[data.y_test == data.classes.index(wanted)]
    start = int(st.session_state.get("offset", 0)) % max(1, len(rows))
    return tuple(int(row) for row in np.roll(rows, -start)[:NUM_COLUMNS])


def rows_of_data(
    moment: Moment, rows: tuple[int, ...], picture: Picture | None, look: Look
) -> None:
    """Held-out data beside their reconstructions, and samples from the prior."""
    data = moment.dataset
    if picture is None:
        st.caption("The workers are starting: reconstructions and samples follow in a moment.")
        return
    x, x_hat, samples = data.x_test[list(rows)], picture.reconstructions, picture.samples
    if data.image_shape is not None:
        shape = (-1, *data.image_shape)
        image_rows(
            key="rows",
            rows=[
                ("x held-out", x.reshape(shape)),
                ("x̂ = decoder(mean)", x_hat.reshape(shape)),
                ("prior samples", samples.reshape(shape)),
            ],
            column_labels=tuple(data.classes[label] for label in data.y_test[list(rows)]),
            alt="Held-out images, their reconstructions, and images decoded from prior samples",
        )
    elif data.kind == "plane":
        with st.container(width=680):  # about as wide as high: distances are comparable
            chart = pairs_chart(x=x, x_hat=x_hat, samples=samples, data=data.x_test, look=look)
            draw(chart, "pairs")
    else:
        chart = table_chart(
            x=data.to_raw(x), x_hat=data.to_raw(x_hat), samples=data.to_raw(samples),
            columns=data.columns, units=data.units, look=look,
        )  # fmt: skip
        draw(chart, "pairs")
