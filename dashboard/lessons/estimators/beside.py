"""What stands below the controls: the digit of the ELBO, and what σ is there."""

import streamlit as st

from core.dataset import load_dataset
from core.vae.ready import ready_vae
from dashboard.components.image_rows import image_rows
from dashboard.kit.controls import control
from dashboard.kit.scene import Scene


def digit(scene: Scene) -> None:
    """Which held-out digit the ELBO is of: a function that brings its own q_φ."""
    run = ready_vae()
    if not scene.question.config.is_elbo:
        return
    control(scene, "digit")
    if run is not None:
        data = load_dataset(run.config.dataset)
        assert data.image_shape is not None
        row = scene.choices["digit"]
        image = data.x_test[row].reshape(1, *data.image_shape)
        name = data.classes[data.y_test[row]]
        image_rows(
            words=scene.kit.part("components.image_rows"),
            key="digit_picture",
            rows=[("x", image)],
            alt=scene.said("beside.digit_alt", name=name),
        )
    st.caption(scene.said("beside.encoder"))


def spread(scene: Scene) -> None:
    """What σ means where the encoder has its own."""
    if scene.question.config.is_elbo:
        st.caption(scene.said("beside.spread"))
