"""What stands below the controls: what the target is, and buttons for the mixture's centres."""

import math

import streamlit as st

from core.flow.targets import MAX_CENTRES
from dashboard.kit.scene import Scene
from dashboard.kit.state import put_one
from dashboard.lessons.flow.composing import centres_text

GOLDEN_ANGLE = 2.4
"""Radians from one new centre to the next: never on top of another."""


def description(scene: Scene) -> None:
    """What the chosen target is."""
    st.caption(scene.said(f"options.target.about.{scene.choices['target']}"))


def more_or_fewer(scene: Scene) -> None:
    """Buttons that add a centre, and take the last one away."""
    said, pieces = scene.said, scene.choices["mix"].split()
    turn = GOLDEN_ANGLE * len(pieces)
    one_more = centres_text(((1.6 * math.cos(turn), 1.6 * math.sin(turn)),))

    def become(chosen: list[str]) -> None:
        put_one(scene.lesson, scene.option("mix"), " ".join(chosen))

    with st.container(horizontal=True, gap="small"):
        st.button(
            said("mix.add"),
            icon=":material/add:",
            key="mix_add",
            on_click=become,
            args=([*pieces, one_more],),
            disabled=len(pieces) >= MAX_CENTRES,
            help=said("mix.add_help", most=MAX_CENTRES),
        )
        st.button(
            said("mix.remove"),
            icon=":material/remove:",
            key="mix_remove",
            on_click=become,
            args=(pieces[:-1],),
            disabled=len(pieces) <= 1,
            help=said("mix.remove_help"),
        )
