"""What stands below the controls: what the data are, and the one knob that β and σ² are."""

import streamlit as st

from dashboard.kit.scene import Scene
from dashboard.lessons.vae.lesson import configure


def description(scene: Scene) -> None:
    """What the chosen data are, with credit and licence."""
    st.caption(scene.said(f"data.{scene.choices['data']}.about"))


def knob(scene: Scene) -> None:
    """The effective weight βσ², where it has a meaning (PIMA-7)."""
    config, controls = configure(scene.choices)
    if not config.is_variational:
        text = scene.said("knob.autoencoder")
    elif config.variance == "heteroscedastic":
        text = scene.said("knob.heteroscedastic")
    elif config.variance != "fixed":
        text = scene.said("knob.found")
    else:
        text = scene.said("knob.weight", weight=f"{controls.effective_weight:g}")
    st.caption(text)
