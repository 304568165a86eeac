"""What the home page shows: the course, and a real decoder to play with."""

import numpy as np
import streamlit as st

from core.dataset import load_dataset
from core.vae.layout import decoder_layers
from core.vae.ready import ready_codes, ready_vae
from dashboard import lessons as course
from dashboard.components.latent_plane import latent_plane
from dashboard.kit.look import chosen_language, chosen_look, kit_words
from dashboard.kit.words import words
from dashboard.theme import CLASS_COLORS, ROLE_COLORS


def show() -> None:
    """The lessons in the order of the course, beside a decoder in the browser."""
    said = kit_words()
    st.title("Latent Flow Lab")
    st.markdown(said("home.opening"))
    lessons, picture = st.columns([0.45, 0.55], gap="large")
    with lessons:
        lesson_cards()
    with picture:
        opening_picture()


def lesson_cards() -> None:
    """One card per lesson."""
    for lesson in course.LESSONS:
        own = words(lesson.package, chosen_language())
        with st.container(border=True):
            st.page_link(
                course.page_of(lesson.name), label=f"**{own('title')}**", icon=lesson.icon
            )
            st.markdown(own("summary"))


def opening_picture() -> None:
    """The latent plane of the ready trained VAE, decoded in the browser."""
    run = ready_vae()
    if run is None:
        return
    config, look = run.config, chosen_look()
    data, codes = load_dataset(config.dataset), ready_codes()
    st.caption(
        f"A trained model, not a drawing: a VAE on MNIST after {run.step:,} steps. Move the "
        "pointer over the plane."
    )
    latent_plane(
        key="home_plane",
        decoder=decoder_layers(run.state.parameters, config, data.data_dim),
        activation=config.activation,
        output=config.output,
        kind=data.kind,
        image_shape=data.image_shape,
        columns=(),
        units=(),
        shift=data.shift,
        scale=data.scale,
        means=codes,
        log_vars=None,
        labels=data.y_train[: len(codes)],
        classes=data.classes,
        label_colors=CLASS_COLORS,
        dims=(0, 1),
        latent_dim=2,
        prior_mean=np.zeros(2),
        prior_scale=1.0,
        data_points=None,
        grid_size=15,
        spacing="quantile",
        show_ellipses=False,
        colors={
            "prior": look.muted,
            "data": ROLE_COLORS["data"],
            "model": ROLE_COLORS["model"],
            "truth": look.truth,
        },
        step=run.step,
    )
