"""The transformer that may fold: slide a and b, see several z meet in one x."""

import numpy as np
import streamlit as st

from core.flow.config import FlowConfig
from core.flow.folding import Wave, densities, integrals, roots, telling_points
from dashboard.charts.frame import Chart
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.curves import draw, legend
from dashboard.kit.downloads import table_button
from dashboard.kit.scene import Scene
from dashboard.lessons.flow.composing import chooses_wave
from dashboard.lessons.flow.fold_chart import fold_density_chart, transformer_chart
from dashboard.theme import ROLE_COLORS

REACH = 4.5
"""Of both pictures, on either side of 0."""

BESIDE_HEIGHT = 190
"""Of each of both pictures where they stand beside the map, in pixels."""


def fold(scene: Scene) -> None:
    """The sliders with both integrals, the curve with its roots, the two densities."""
    controls, curve, density = st.columns([0.22, 0.39, 0.39], gap="medium")
    wave = Wave(
        amplitude=scene.choices["fold_a"],
        frequency=scene.choices["fold_b"],
        falls=scene.choices["fold_falls"],
    )
    with controls:
        if chooses_wave(scene.choices):
            st.caption(scene.said("fold.sliders_left"))
        else:
            control(scene, "fold_a")
            control(scene, "fold_b")
        control(scene, "fold_x")
        control(scene, "fold_falls")
        verdict(scene, wave)
    with curve:
        chart = _curve(scene, wave, float(scene.choices["fold_x"]), 320)
        draw(chart, "fold_curve")
        table_button(scene, "fold-transformer", lambda: chart.data, scene.said("downloads.data"))
    with density:
        found = _densities(scene, wave, 320)
        draw(found, "fold_density")
        table_button(scene, "fold-density", lambda: found.data, scene.said("downloads.data"))


def is_one_wave(config: FlowConfig) -> bool:
    """Whether each x_i is the wave of its z_i alone, so that the map is these pictures twice."""
    return [layer.transformer for layer in config.layers] == ["wave"] and config.base == "normal"


def fold_beside(scene: Scene) -> None:
    """The same pictures beside the map of a single wave layer: of each of its dimensions."""
    config = scene.view.run.config
    wave = Wave(amplitude=config.amplitude, frequency=config.frequency)
    level = float(scene.lesson.defaults["fold_x"])  # its slider is another part's
    st.caption(scene.said("fold.each"))
    verdict(scene, wave)
    draw(_curve(scene, wave, level, BESIDE_HEIGHT), "fold_curve_beside")
    draw(_densities(scene, wave, BESIDE_HEIGHT), "fold_density_beside")


def verdict(scene: Scene, wave: Wave) -> None:
    """Whether it folds, touches or rises (falls) strictly, and both integrals."""
    said = scene.said
    one, every = integrals(wave)
    product = f"{wave.amplitude * wave.frequency:.2f}"
    st.markdown(said(f"fold.{kind_of(wave)}", product=product))
    st.markdown(said("fold.integrals", one=f"{one:.4f}", every=f"{every:.4f}"))
    st.html(badge(scene.kit, "exact", said("fold.how")))


def kind_of(wave: Wave) -> str:
    """Which sentence is true of a wave: "folds", "touches", "monotone" or "falling"."""
    if wave.folds:
        return "folds"
    if wave.touches:
        return "touches"
    return "falling" if wave.falls else "monotone"


def _curve(scene: Scene, wave: Wave, level: float, height: int) -> Chart:
    said = scene.said
    found = roots(wave, np.array([level]))[0]
    z, flat = np.linspace(-REACH, REACH, 901), wave.flat_points()
    legend(
        scene,
        (said("fold.rising"), ROLE_COLORS["model"]),
        (said("fold.sinking"), ROLE_COLORS["model"]),
    )
    titles = said.part("fold.transformer")
    return transformer_chart(
        z=z,
        x=wave.value(z),
        slope=wave.slope(z),
        level=level,
        roots=found[np.isfinite(found)],
        flat=np.stack([flat, wave.value(flat)], -1),
        look=scene.look,
        said=titles | {"x": titles["x_falling"]} if wave.falls else titles,
        height=height,
    )


def _densities(scene: Scene, wave: Wave, height: int) -> Chart:
    said = scene.said
    legend(
        scene,
        (said("fold.leftmost"), ROLE_COLORS["model"]),
        exact=said("legend.exact", how=said("fold.sum")),
    )
    x = telling_points(wave, REACH)
    one, every = densities(wave, x)
    return fold_density_chart(
        x=x,
        one=one,
        every=every,
        poles=wave.value(wave.flat_points()),
        look=scene.look,
        said=said.part("fold.density"),
        height=height,
    )
