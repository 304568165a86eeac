"""Predict, reveal, explain: the lesson for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.kit.header import choose

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene


def script(scene: Scene) -> None:
    """Every step: ask, show, explain."""
    for number, step in enumerate(scene.lesson.script, start=1):
        with st.expander(f"**{number}.** {scene.said(f'script.{number}.predict')}"):
            st.button(
                scene.kit("script.reveal", title=scene.said(f"presets.{step.preset}.title")),
                key=f"reveal_{number}",
                on_click=choose,
                args=(scene.lesson, step.preset),
                type="primary",
            )
            st.markdown(scene.said(f"script.{number}.explain"))
