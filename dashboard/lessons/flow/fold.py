"""The non-monotone transformer: slide a and b, see several z meet in one x."""

import numpy as np
import streamlit as st

from core.flow.folding import Wave, densities, integrals, roots, telling_points
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.curves import draw, legend
from dashboard.kit.downloads import table_button
from dashboard.kit.scene import Scene
from dashboard.lessons.flow.fold_chart import fold_density_chart, transformer_chart
from dashboard.theme import ROLE_COLORS

REACH = 4.5
"""Of both pictures, on either side of 0."""


def fold(scene: Scene) -> None:
    """The sliders with both integrals, the curve with its roots, the two densities."""
    controls, curve, density = st.columns([0.22, 0.39, 0.39], gap="medium")
    wave = Wave(amplitude=scene.choices["fold_a"], frequency=scene.choices["fold_b"])
    with controls:
        for key in ("fold_a", "fold_b", "fold_x"):
            control(scene, key)
        _verdict(scene, wave)
    with curve:
        _curve(scene, wave)
    with density:
        _densities(scene, wave)


def _verdict(scene: Scene, wave: Wave) -> None:
    said = scene.said
    one, every = integrals(wave)
    product = f"{wave.amplitude * wave.frequency:.2f}"
    st.markdown(said("fold.folds" if wave.folds else "fold.monotone", product=product))
    st.markdown(said("fold.integrals", one=f"{one:.4f}", every=f"{every:.4f}"))
    st.html(badge(scene.kit, "exact", said("fold.how")))


def _curve(scene: Scene, wave: Wave) -> None:
    said, level = scene.said, float(scene.choices["fold_x"])
    found = roots(wave, np.array([level]))[0]
    z = np.linspace(-REACH, REACH, 901)
    legend(
        scene,
        (said("fold.rising"), ROLE_COLORS["model"]),
        (said("fold.falling"), ROLE_COLORS["kl"]),
    )
    chart = transformer_chart(
        z=z,
        x=wave.value(z),
        slope=wave.slope(z),
        level=level,
        roots=found[np.isfinite(found)],
        look=scene.look,
        said=said.part("fold.transformer"),
    )
    draw(chart, "fold_curve")
    table_button(scene, "fold-transformer", lambda: chart.data, said("downloads.data"))


def _densities(scene: Scene, wave: Wave) -> None:
    said = scene.said
    legend(
        scene,
        (said("fold.leftmost"), ROLE_COLORS["kl"]),
        exact=said("legend.exact", how=said("fold.sum")),
    )
    x = telling_points(wave, REACH)
    one, every = densities(wave, x)
    chart = fold_density_chart(
        x=x, one=one, every=every, look=scene.look, said=said.part("fold.density")
    )
    draw(chart, "fold_density")
    table_button(scene, "fold-density", lambda: chart.data, said("downloads.data"))
