"""What stands below the controls: the model in symbols, and the held-out row."""

import streamlit as st

from dashboard.components.image_rows import image_rows
from dashboard.kit.scene import Scene
from dashboard.kit.words import code
from dashboard.lessons.evidence.trained import Trained, trained_of


def model(scene: Scene) -> None:
    """The model in symbols; of a VAE, which one it is."""
    if scene.question.problem is not None:
        st.caption(scene.said(f"beside.{scene.question.model}"))
        return
    trained = trained_of(scene)
    if trained is None:
        return
    prior = "N(μ_z, σ_z²I)" if scene.question.learned_prior else "N(0, I)"
    if not scene.question.learned_prior and trained.run.config.prior == "learned":
        prior = scene.said("beside.own_prior")
    st.caption(scene.said("beside.digit", L=trained.latent_dim, prior=prior))
    if trained.is_own:
        name = scene.said(f"data.{trained.run.config.dataset.name}.title")
        step = f"{trained.run.step:,}"
        st.caption(scene.said("beside.own", data=name, step=step, L=trained.latent_dim))
    if trained.complaint:
        st.warning(trained.complaint, icon=":material/link_off:")


def digit(scene: Scene) -> None:
    """The row that is shown: as an image, or as numbers."""
    trained = trained_of(scene)
    if trained is None:
        return
    data, name = trained.data, _name(trained)
    if data.image_shape is not None:
        said = scene.said("beside.row_alt", row=trained.row, name=f": {name}" if name else "")
        image_rows(
            words=scene.kit.part("components.image_rows"),
            key="row_picture",
            rows=[("x", trained.x.reshape(1, *data.image_shape))],
            alt=said,
        )
        return
    values = data.scale * trained.x + data.shift
    columns = zip(data.columns, values, strict=True)
    shown = ", ".join(f"{column} {code(f'{value:.3g}')}" for column, value in columns)
    st.caption(scene.said("beside.row_of", row=trained.row, name=shown))


def _name(trained: Trained) -> str:
    """Of the row's class, where the data have classes."""
    data = trained.data
    return data.classes[data.y_test[trained.row]] if data.classes else ""
