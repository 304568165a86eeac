"""Held-out rows of the VAE lesson, their reconstructions, and samples from the prior."""

import numpy as np
import streamlit as st

from core.dataset import Dataset, load_dataset
from core.vae.answers import Picture
from dashboard.components.image_rows import image_rows
from dashboard.kit.badges import Kind, badge
from dashboard.kit.controls import control, menu
from dashboard.kit.curves import draw
from dashboard.kit.scene import Scene
from dashboard.lessons.vae.fitting import ALL_CLASSES
from dashboard.lessons.vae.moment import NUM_COLUMNS, Moment
from dashboard.lessons.vae.pairs_chart import pairs_chart, table_chart

CHOSEN = {"mnist": (213, 125, 254, 195, 267, 91, 0, 18, 34, 6, 215, 52)}
"""Held-out rows that are shown first, by data set: half of them the model that the page opens on
gives back as the digit that they are, half as another (``test_the_first_rows_show_both``)."""


def row_controls(scene: Scene) -> None:
    """Which held-out rows are reconstructed."""
    data = load_dataset(scene.view.run.config.dataset)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        menu(
            scene,
            "class",
            (ALL_CLASSES, *data.classes),
            width=190,
            shown=lambda name: scene.said("options.class.all") if name == ALL_CLASSES else name,
        )
        control(scene, "offset", width=150, step=NUM_COLUMNS)


def chosen_rows(scene: Scene, data: Dataset) -> tuple[int, ...]:
    """The held-out rows that the visitor wants to see reconstructed."""
    wanted = scene.choices["class"]
    rows = np.arange(len(data.y_test))
    if wanted in data.classes:
        rows = rows[data.y_test == data.classes.index(wanted)]
    else:
        first = np.array(CHOSEN.get(data.name, ()), dtype=int)
        rows = np.concatenate([first, np.setdiff1d(rows, first)])
    start = scene.choices["offset"] % max(1, len(rows))
    return tuple(int(row) for row in np.roll(rows, -start)[:NUM_COLUMNS])


def rows_of_data(scene: Scene, moment: Moment, picture: Picture | None) -> None:
    """Held-out data beside their reconstructions, and samples from the prior."""
    data, said = moment.dataset, scene.said
    if picture is None:
        st.caption(said("pictures.rows_wait"))
        return
    kind: Kind = "trained" if moment.step else "untrained"
    st.html(badge(scene.kit, kind, said("pictures.unseen")))
    x, x_hat, samples = data.x_test[list(moment.rows)], picture.reconstructions, picture.samples
    if data.image_shape is not None:
        shape = (-1, *data.image_shape)
        images = {"x": x, "x_hat": x_hat, "samples": samples}
        image_rows(
            words=scene.kit.part("components.image_rows"),
            key="rows",
            rows=[
                (said(f"pictures.{name}"), part.reshape(shape)) for name, part in images.items()
            ],
            column_labels=tuple(data.classes[label] for label in data.y_test[list(moment.rows)]),
            alt=said("pictures.rows_alt"),
        )
        if moment.rows == CHOSEN.get(data.name):
            easy, hard = np.split(np.square(x - x_hat).sum(1), 2)
            numbers = {"easy": f"{easy.mean():.0f}", "hard": f"{hard.mean():.0f}"}
            st.caption(said("pictures.chosen", half=len(easy), **numbers))
    elif data.kind == "plane":
        with st.container(width=680):  # about as wide as high: distances are comparable
            chart = pairs_chart(
                x=x, x_hat=x_hat, samples=samples, data=data.x_test, look=scene.look, said=said
            )
            draw(chart, "pairs")
    else:
        chart = table_chart(
            x=data.to_raw(x),
            x_hat=data.to_raw(x_hat),
            samples=data.to_raw(samples),
            columns=data.columns,
            units=data.units,
            look=scene.look,
            said=said,
        )
        draw(chart, "pairs")
