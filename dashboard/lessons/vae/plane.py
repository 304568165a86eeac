"""The latent plane of the VAE lesson: its controls, and what is sent to the browser."""

import math
from itertools import chain

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.history import History
from core.vae.answers import Picture
from core.vae.config import VAEConfig
from core.vae.layout import decoder_layers, prior_moments
from dashboard.components.latent_plane import latent_plane
from dashboard.kit.badges import badge
from dashboard.kit.controls import control, menu
from dashboard.kit.opening import opening_of, takes_view
from dashboard.kit.scene import Scene
from dashboard.lessons.vae.fitting import ACTIVE
from dashboard.lessons.vae.moment import Moment
from dashboard.theme import CLASS_COLORS, ROLE_COLORS


def plane_controls(scene: Scene) -> None:
    """What the plane and its grid show: size, spacing, ellipses, dimensions."""
    hidden = {"label_visibility": "collapsed"}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        control(scene, "grid", width=150, **hidden)
        control(scene, "spacing", **hidden)
        control(scene, "ellipses")
        count = scene.view.run.config.latent_dim
        if count > 2:
            numbers = [str(j + 1) for j in range(count)]
            across = scene.choices["dim_x"]
            menu(
                scene,
                "dim_x",
                (ACTIVE, *numbers),
                width=170,
                shown=lambda name: _named(scene, "across", name),
                **hidden,
            )
            if across != ACTIVE:
                others = tuple(number for number in numbers if number != across)
                menu(
                    scene,
                    "dim_y",
                    others,
                    width=110,
                    shown=lambda name: _named(scene, "up", name),
                    **hidden,
                )


def _named(scene: Scene, way: str, name: str) -> str:
    if name == ACTIVE:
        return scene.said("options.dim_x.values.active")
    return scene.said(f"dimensions.{way}", number=name)


def plane(
    scene: Scene,
    moment: Moment,
    picture: Picture | None,
    past_mean: NDArray[np.float32] | None = None,
) -> None:
    """The latent plane, the decoded grid and the decoder under the cursor.

    Args:
        scene: what the page is being drawn of.
        moment: the parameters that are shown.
        picture: what a worker has found out about them, if it is there.
        past_mean: posterior means of the run before, of the same rows, ``[n, L]``.
    """
    config, data = moment.config, moment.dataset
    dims = chosen_dims(scene, config, scene.view.run.history)
    step = scene.said("pictures.step", step=f"{moment.step:,}")
    st.html(badge(scene.kit, "trained" if moment.step else "untrained", step))
    prior_mean, prior_variance = prior_moments(moment.parameters, config, data.data_dim)
    columns = list(dims[: config.latent_dim])
    mean = picture.mean[:, columns] if picture else np.zeros((0, len(columns)))
    shows_ellipses = scene.choices["ellipses"] and config.is_variational and picture is not None
    log_vars = picture.log_var[:, columns] if picture and shows_ellipses else None
    latent_plane(
        words=scene.kit.part("components.latent_plane"),
        key="plane",
        on_view=takes_view(scene, "plane"),
        opening=opening_of(scene),
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
        past_means=past_mean[:, columns] if picture and past_mean is not None else None,
        log_vars=log_vars,
        labels=data.y_train[: len(mean)],
        classes=data.classes,
        label_colors=CLASS_COLORS,
        dims=dims,
        latent_dim=config.latent_dim,
        prior_mean=prior_mean,
        prior_scale=math.sqrt(prior_variance),
        data_points=data.x_train[:1000] if data.kind == "plane" else None,
        grid_size=int(scene.choices["grid"]),
        spacing=scene.choices["spacing"],
        show_ellipses=log_vars is not None,
        colors={
            "prior": scene.look.muted,
            "data": ROLE_COLORS["data"],
            "model": ROLE_COLORS["model"],
            "truth": scene.look.truth,
            "past": scene.look.muted,
        },
        step=moment.step,
    )


def chosen_dims(scene: Scene, config: VAEConfig, history: History) -> tuple[int, int]:
    """Which two latent dimensions span the plane: chosen, or the two with the largest KL."""
    count = config.latent_dim
    if count <= 2:
        return (0, min(1, count - 1))
    across = scene.choices["dim_x"]
    if across == ACTIVE or int(across) > count:
        latest = history.latest()
        kl = np.array([latest.get(f"kl_{j}/held_out", 0.0) for j in range(count)])
        top = np.sort(np.argsort(-np.nan_to_num(kl), kind="stable")[:2])
        return (int(top[0]), int(top[1]))
    first = int(across) - 1
    wanted = int(scene.choices["dim_y"]) - 1
    others = chain((wanted,), range(count))
    return (first, next(other for other in others if other < count and other != first))
